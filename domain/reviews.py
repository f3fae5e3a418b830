"""What comes after an emergency: somebody who oversees it says whether it was one."""

from __future__ import annotations

from enum import StrEnum


class EmergencyVerdict(StrEnum):
    JUSTIFIED = "JUSTIFIED"
    UNJUSTIFIED = "UNJUSTIFIED"
