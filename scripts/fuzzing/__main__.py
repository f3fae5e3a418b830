"""Adds up the answers to what was generated, and fails where they prove too little."""

import json
import sys
from collections import Counter
from pathlib import Path


def main(least: int, *paths: Path) -> int:
    """Right documents must mostly be answered in full: else they hardly asked for anything real."""
    *right, wrong = (Counter(json.loads(path.read_text(encoding="utf-8"))) for path in paths)
    good = sum(right, Counter[str]())
    broken = good["5xx"] + wrong["5xx"]
    print(
        f"{good['cases']} documents with real ids, {good['in full']} answered in full; "
        f"{wrong['cases']} with a mistake; {broken} answers of 5xx."
    )
    if good["cases"] < least:
        print(f"At least {least} were to be tried.")
    return int(bool(broken) or good["cases"] < least or good["in full"] < good["cases"] / 2)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *map(Path, sys.argv[2:])))
