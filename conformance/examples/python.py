"""The Python example is typed strictly, and its tests hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "examples/python"
TYPES = ["mypy", "--config-file=", "--strict", "huddle_client", "faults.py", "test_resume.py"]
TESTS = ["pytest", "-n", "0", "-q", "--tb=short", "-p", "no:cacheprovider"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)  # noqa: S603


def count(report: str, *outcomes: str) -> int:
    return sum(int(number) for number in re.findall(rf"(\d+) (?:{'|'.join(outcomes)})", report))


def main() -> None:
    typed, tested = run(*TYPES), run(*TESTS)
    last = tested.stdout.strip().rpartition("\n")[2]
    held = count(last, "passed")
    total = max(held + count(last, "failed", "errors?"), 1)
    print(f"{'python example':24}{held}/{total}")
    for part in (typed, tested):
        if part.returncode:
            print(part.stdout + part.stderr)
    sys.exit(bool(typed.returncode or tested.returncode))


main()
