"""Every conversation of the demo, by organization."""

from __future__ import annotations

from server.demo.talk_business import COMMERCIAL, FINANCE, LEGAL, POLARIS, PRODUCT
from server.demo.talk_service import SERVICE
from server.demo.talk_technology import TECHNOLOGY

STORIES = {
    "skysail": [*TECHNOLOGY, *SERVICE, *PRODUCT, *COMMERCIAL, *FINANCE, *LEGAL],
    "polaris": POLARIS,
}
