"""R27: Chinese is segmented, English is stemmed, and both can stand in one sentence."""

from __future__ import annotations

import pytest

from resolvers.words import phrase_of, words_of

HELD = [
    ("refund", "I was refunded twice"),
    ("sign in", "Somebody SIGNED-IN from abroad"),
    ("发票", "付款两周了还没收到电子发票"),
    ("合同", "合同条款里的违约金"),
    ("API", "订单同步的ＡＰＩ接口报错"),
    ("502", "接口一直返回502"),
    ("café", "The Café is closed"),
]
NOT_HELD = [("bill", "The billboard is broken"), ("票据", "发票抬头写错了"), ("sign in", "A sign")]


@pytest.mark.parametrize(("keyword", "text"), HELD)
def test_a_text_holds_a_keyword_in_another_form(keyword: str, text: str) -> None:
    assert phrase_of(keyword) <= words_of(text)


@pytest.mark.parametrize(("keyword", "text"), NOT_HELD)
def test_parts_of_words_are_no_words(keyword: str, text: str) -> None:
    assert not phrase_of(keyword) <= words_of(text)


def test_what_has_no_words_has_none() -> None:
    assert words_of("  ...，。 🙂") == frozenset()
