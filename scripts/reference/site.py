"""Builds the site and looks through it: no page may load anything from elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.reference.published import ROOT

LOADS = re.compile(
    r"""<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=["']?((?:https?:)?//[^\s"'>]+)"""
)
DRAWN_LATER = 'class="mermaid"'  # the theme would fetch what draws it


def build(target: Path) -> None:
    """Build offline; a broken link fails it."""
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(target)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    result = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        sys.exit(result.stderr)


def foreign(site: Path) -> Iterator[str]:
    """Yield every address elsewhere that a page would load something from."""
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        found = LOADS.findall(text) + [DRAWN_LATER] * (DRAWN_LATER in text)
        yield from (f"{page.relative_to(site)}: {address}" for address in found)


def main() -> None:
    target = ROOT / "site"
    build(target)
    if found := list(foreign(target)):
        sys.exit("The site loads from elsewhere:\n" + "\n".join(found))
    print(f"wrote {target.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
