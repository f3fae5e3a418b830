"""What identifies a customer is hidden."""

from __future__ import annotations

import pytest

from domain.masking import mask_all, mask_email, mask_name, mask_phone, mask_text

HIDDEN = "•••"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("", ""),
        ("Where is my parcel?", "Where is my parcel?"),
        ("Write to eve.long+shop@mail.example.com, please", f"Write to {HIDDEN}, please"),
        ("a@b.co and c@d.co", f"{HIDDEN} and {HIDDEN}"),
        ("An address inside: name@host", f"An address inside: {HIDDEN}"),
        ("Thanks @wang, no address", "Thanks @wang, no address"),
        ("o'brien@mail.example", HIDDEN),
        ("eve＠mail．example", HIDDEN),
        ("请写信给eve@mail.example。", f"{HIDDEN}。"),
        ("020 - 7946 - 0958", HIDDEN),
        ("138/0013–8000", HIDDEN),
        ("139 · 1234 · 5678", HIDDEN),
        ("139・1234・5678", HIDDEN),
        ("Call +44 20 7946 0958 today", f"Call {HIDDEN} today"),
        ("Call (020) 7946-0958", f"Call ({HIDDEN}"),
        ("Card 4111 1111 1111 1111.", f"Card {HIDDEN}."),
        ("Order 12345 of 2 items", "Order 12345 of 2 items"),
        ("Order 123456", f"Order {HIDDEN}"),
        ("eve123456@mail.example", HIDDEN),
        ("请拨打13800138000", f"请拨打{HIDDEN}"),
    ],
)
def test_text(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_masking_twice_changes_nothing() -> None:
    once = mask_text("eve@mail.example, 0123456789")
    assert mask_text(once) == once


@pytest.mark.parametrize("hostile", ["1" * 20_000, "a@" * 10_000, "a." * 10_000, "1 (" * 10_000])
def test_hostile_text_is_masked_in_time(hostile: str) -> None:
    assert len(mask_text(hostile)) <= len(hostile)


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        (None, None),
        ("", None),
        ("eve@mail.example.com", f"e{HIDDEN}@{HIDDEN}.com"),
        ("eve@localhost", f"e{HIDDEN}@{HIDDEN}"),
        ("broken", f"b{HIDDEN}@{HIDDEN}"),
    ],
)
def test_email(email: str | None, masked: str | None) -> None:
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("phone", "masked"), [(None, None), ("", None), ("+44 20 7946 0958", f"{HIDDEN}58")]
)
def test_phone(phone: str | None, masked: str | None) -> None:
    assert mask_phone(phone) == masked


def test_name() -> None:
    assert mask_name("Eve Long") == f"E{HIDDEN}"
    assert mask_name("") == HIDDEN


@pytest.mark.parametrize(
    ("text", "name", "masked"),
    [
        ("Grace Hopper asks", "Grace Hopper", f"{HIDDEN} asks"),
        (
            "GRACE asks, hopper@navy.example answers",
            "Grace Hopper",
            f"{HIDDEN} asks, {HIDDEN} answers",
        ),
        ("Graceful, not Hoppers", "Grace Hopper", "Graceful, not Hoppers"),
        ("陈思远先生来电", "陈思远", f"{HIDDEN}先生来电"),
        ("Li wants it; listed", "Li Na", "Li wants it; listed"),
        ("A (b) c", "A (b)", f"{HIDDEN} c"),
        ("张 伟先生来电", "张伟", f"{HIDDEN}先生来电"),
        ("张伟先生来电", "张 伟", f"{HIDDEN}先生来电"),
        ("张大伟先生来电", "张伟", "张大伟先生来电"),
        ("JonathanSmithers and jonathan_smithers", "Jonathan Smithers", f"{HIDDEN} and {HIDDEN}"),
        ("Bo-Li, BoLi", "Bo Li", f"{HIDDEN}, {HIDDEN}"),
    ],
)
def test_outsiders_read_no_name_either(text: str, name: str, masked: str) -> None:
    """R53: the whole name, however it is spaced, and each of its longer words."""
    assert mask_all(text, name) == masked
