"""From text to the words that can be compared: Chinese is segmented, English is stemmed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from types import ModuleType

from snowballstemmer import stemmer

RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
CHINESE = re.compile(r"[\u3400-\u9fff]")
ENGLISH = stemmer("english")


@cache
def dictionary() -> ModuleType:
    """Load what segments Chinese: 0.2 s and 33 MB, once, before the first request is served."""
    import rjieba

    return rjieba


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, the shorter ones inside of long Chinese words among them."""
    return frozenset(_words(text, dictionary().cut_for_search))


@lru_cache(maxsize=16_384)
def phrase_of(keyword: str) -> frozenset[str]:
    """Return the words all of which a text must hold to hold the keyword."""
    return frozenset(_words(keyword, dictionary().cut))


def _words(text: str, segment: object) -> Iterator[str]:
    assert callable(segment)
    for run in RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if CHINESE.match(run):
            yield from segment(run)
        else:
            yield _stem(run)


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    stem: str = ENGLISH.stemWord(word)
    return stem
