"""Writes what is generated in docs/; with --check fails when something there is stale."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from scripts.reference.drawing import drawn
from scripts.reference.lives import machines
from scripts.reference.markdown import filled
from scripts.reference.pages import generated
from scripts.reference.published import ROOT
from scripts.reference.requirements import complaints, promises, proofs

DOCS = ROOT / "docs"


def files() -> Mapping[Path, str]:
    """Return every file that is generated, or generated in places, as it should be."""
    makers = generated()
    pages = {
        path: filled(path.read_text(encoding="utf-8"), makers) for path in sorted(DOCS.glob("*.md"))
    }
    drawings = {DOCS / f"states/{machine.name}.svg": drawn(machine) for machine in machines()}
    return {**pages, **drawings}


def stale(wanted: Mapping[Path, str]) -> list[Path]:
    return [
        path
        for path, text in wanted.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main() -> None:
    if unproven := list(complaints(promises(), proofs())):
        sys.exit("\n".join(unproven))
    wanted = files()
    found = [path.relative_to(ROOT) for path in stale(wanted)]
    if "--check" in sys.argv:
        sys.exit(f"Not current: {', '.join(map(str, found))}; run `scripts/docs`." if found else 0)
    for path in found:
        (ROOT / path).parent.mkdir(exist_ok=True)
        (ROOT / path).write_text(wanted[ROOT / path], encoding="utf-8")
        print(f"wrote {path}")


if __name__ == "__main__":
    main()
