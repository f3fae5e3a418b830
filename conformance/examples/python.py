"""The Python example is typed strictly, runs, and its tests hold."""

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
    typed, played, tested = run(*TYPES), run("huddle_client"), run(*TESTS)
    last = tested.stdout.strip().rpartition("\n")[2]
    passed = count(last, "passed")
    held = passed + (played.returncode == 0)
    total = max(passed + count(last, "failed", "errors?"), 1) + 1
    print(f"{'python example':24}{held}/{total}")
    for part in (typed, played, tested):
        if part.returncode:
            print(part.stdout + part.stderr)
    sys.exit(any(part.returncode for part in (typed, played, tested)))


main()
