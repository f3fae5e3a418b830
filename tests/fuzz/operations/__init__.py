"""What people do in a play: a function each, which draws who does it and to what. Another operation is another function."""

from tests.fuzz.operations import (
    answering,
    authorizing,
    deciding,
    inviting,
    leading,
    opening,
    setting,
    taking_part,
    talking,
)

__all__ = [
    "answering",
    "authorizing",
    "deciding",
    "inviting",
    "leading",
    "opening",
    "setting",
    "taking_part",
    "talking",
]
