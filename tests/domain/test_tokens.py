"""The token count is never below the vendor's own, and not far above it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.tokens import clip_to_tokens, estimate_tokens
from tests.domain import token_table
from tests.domain.token_table import count

ENGLISH = """A conversation about investment banking in New York: the names of houses, how fees are made, and
what the people who work there don't say. It's 2024; revenues rose by 3.5 % to $41.2 billion, "the best year
since 2021". League tables, bulge bracket, boutique -- names that a recognizer has never heard before."""
CHINESE = """动脉粥样硬化是一种慢性疾病，与高血压、糖尿病和吸烟有关。今天我们讨论一下最新的治疗方案，
包括他汀类药物（例如阿托伐他汀）的使用，以及在线会议的安排：下午三点半，请大家准时参加。"""
JAPANESE = (
    "本日の会議では、新しい字幕システムについて説明します。リアルタイムで音声を認識し、テキストに変換します。"
)
CODE = """def corpus(request: RecognitionRequest, limit: int = 10_000) -> str:
    words = ", ".join(word.text for word in request.hotwords)
\treturn "\\n\\n".join(filter(None, (words, request.context.strip())))  # HTTP2, getElementById, snake_case
"""

TEXTS = {
    "english": ENGLISH,
    "chinese": CHINESE,
    "japanese": JAPANESE,
    "korean": "오늘 회의에서는 새로운 자막 시스템에 대해 설명하겠습니다. 훕쿉 곤퍼",
    "russian": "Сегодня мы обсудим новую систему субтитров, которая распознаёт речь в реальном времени.",
    "german": "Die Untertitelungssysteme müssen während der Besprechung fortwährend Großschreibung prüfen.",
    "vietnamese": "Hôm nay chúng ta sẽ thảo luận về hệ thống phụ đề mới.",
    "arabic": "سنناقش اليوم نظام الترجمة الجديد الذي يتعرف على الكلام في الوقت الفعلي.",
    "hindi": "आज हम नई उपशीर्षक प्रणाली पर चर्चा करेंगे, जो वास्तविक समय में भाषण को पहचानती है।",
    "thai": "วันนี้เราจะพูดคุยเกี่ยวกับระบบคำบรรยายใหม่ที่จดจำเสียงพูดแบบเรียลไทม์",
    "khmer": "ថ្ងៃនេះយើងនឹងពិភាក្សាអំពីប្រព័ន្ធចំណងជើងរងថ្មី។ \u0192\u1789",
    "rare scripts": "ᚠᛇᚻ ᏣᎳᎩ ⲙⲛⲧⲣⲙⲛⲕⲏⲙⲉ 𐌲𐌿𐍄𐌹𐍃𐌺 𒀭𒈗 ꦧꦱꦗꦮ ߒߞߏ",
    "code": CODE,
    "emoji": "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ ☎ 🇨🇳 ①②③ ½ ²",
    "digits": "0123456789 3.14159 2024-01-02T03:04:05 +49 (30) 901820 １２３",
    "addresses": "https://user@host.example:8443/a/b%20c?q=1&r=%E4%BD%A0#frag mailto:x.y+z@mail.example",
    "control characters": "\x00\x01\x1b[31m\x7f\x80\x9f\u2028\u2029\ufeff\r\n\r\r\t\t\tx",
    "blanks": "a" + " " * 500 + "b\n\n" + "\t" * 300 + "\n" * 300 + " \t \u3000 \xa0 语 \n ",
    "no words": "a" * 3000 + " " + "xqzjvk" * 50 + " aGVsbG8gd29ybGQ= 0xDEADBEEF",
    "signs": "=" * 500 + "~'self ((self $'s ^'tis 'Startup .criptor <|endoftext|> --==>> ⩽数",
    "decomposed": "e\u0301\u0302 \u0958 \ufb1d \U0001d160 \u1100\u1161\u11a8",
    "nothing": "",
}

LETTERS = st.text(st.characters(categories=["L", "M"]))
MIXED = st.lists(
    st.sampled_from(
        [" ", "  ", "\n", "\t", "'", "(", "_", "-", "the", "Re", "self", "ing", "语", "数", "é", "ѣ"]
    )
    | st.text(max_size=3)
).map("".join)


@pytest.mark.parametrize("kind", TEXTS)
def test_it_never_says_less_than_the_tokenizer(kind: str) -> None:
    assert estimate_tokens(TEXTS[kind]) >= count(TEXTS[kind])


@given(st.text() | LETTERS | MIXED | st.text(st.characters(max_codepoint=0x7F)))
@example("\u0192\u1789")
@example(" \u87ee")
@example("'Response")
def test_it_never_says_less_of_any_text(text: str) -> None:
    assert estimate_tokens(text) >= count(text)


@pytest.mark.parametrize("kind", ["english", "chinese", "japanese", "code"])
def test_what_people_write_is_not_counted_out_of_measure(kind: str) -> None:
    assert estimate_tokens(TEXTS[kind]) <= 1.75 * count(TEXTS[kind])


@given(st.text(), st.text())
def test_more_text_never_counts_less(first: str, second: str) -> None:
    assert estimate_tokens(first + "\n" + second) >= max(estimate_tokens(first), estimate_tokens(second))


@given(st.text(min_size=1).filter(str.strip))
def test_anything_written_counts(text: str) -> None:
    assert estimate_tokens(text) >= 1


def test_a_long_text_without_blanks_is_counted_at_once() -> None:
    assert estimate_tokens("x" * 1_000_000) == 1_000_000


def test_a_text_is_clipped_between_words() -> None:
    clipped = clip_to_tokens(ENGLISH, 20)
    assert ENGLISH.startswith(clipped)
    assert ENGLISH[len(clipped)] == " "
    assert clip_to_tokens(ENGLISH, 1000) == ENGLISH


@given(MIXED | st.text(), st.integers(0, 12))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    assert estimate_tokens(clip_to_tokens(text, limit)) <= limit


def test_the_table_is_the_tokenizers() -> None:
    assert token_table.TABLE.read_text("utf-8") == token_table.table()
