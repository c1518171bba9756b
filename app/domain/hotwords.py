"""Hotwords as people write them: one a line, with an optional weight after a tab."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.hotword_rules import HotwordRules
from app.domain.request import Hotword, WordSet

LIGHTEST, HEAVIEST = 1, 5
"""Weights from a hint to nearly always."""

_WEIGHT = re.compile(r"(?:\t\s*|\s{2,})(\S+)\s*$")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class HotwordProblem:
    """A line that can't be taken, or not as it stands.

    Attributes:
        line: number of the line, from 0.
        problem: one plain sentence.
    """

    line: int
    problem: str


def read_hotwords(
    text: str, rules: HotwordRules | None = None
) -> tuple[tuple[Hotword, ...], tuple[HotwordProblem, ...]]:
    """Read one hotword a line; a weight follows a tab, or two blanks and more.

    A line whose weight is wrong still gives its word, without weight. Empty lines are skipped, and of
    a word written twice the first counts. Words that `rules` refuse are among the words: another
    recognizer may take them.
    """
    rules = rules or HotwordRules()
    words: dict[str, Hotword] = {}
    problems: list[HotwordProblem] = []
    for number, line in enumerate(text.splitlines()):
        word, problem = _read_line(line)
        if problem:
            problems.append(HotwordProblem(number, problem))
        if not word.text:
            continue
        if word.text in words:
            problem = f"“{word.text}” is here twice. The first one counts."
        else:
            words[word.text] = word
            problem = _refusal(word, len(words), rules)
        if problem:
            problems.append(HotwordProblem(number, problem))
    return tuple(words.values()), tuple(problems)


def write_hotwords(words: Iterable[Hotword]) -> str:
    """Write hotwords so that `read_hotwords` gives them back."""
    return "\n".join(word.text if word.weight is None else f"{word.text}\t{word.weight}" for word in words)


def read_set(name: str, text: str, context: str) -> WordSet:
    """The set that the hotwords in `text` make, which keeps what is wrong in it for its writer to mend."""
    words, _ = read_hotwords(text)
    return WordSet(name, words, context, "" if text == write_hotwords(words) else text)


def written(words: WordSet) -> str:
    """The hotwords of a set as its writer left them."""
    # Somebody may have changed one and not the other, in a file that people can read.
    as_left = words.written and read_hotwords(words.written)[0] == words.hotwords
    return words.written if as_left else write_hotwords(words.hotwords)


def _refusal(word: Hotword, count: int, rules: HotwordRules) -> str:
    """Why the `count`-th word is left out; of those beyond the limit only the first says so."""
    if rules.most is None or count <= rules.most:
        return rules.problem(word)
    return (
        f"From here on hotwords are left out: this recognizer takes {rules.most}."
        if count == rules.most + 1
        else ""
    )


def _read_line(line: str) -> tuple[Hotword, str]:
    """The hotword of a line, and what is wrong with it, if anything."""
    found = _WEIGHT.search(line)
    if found is None or not ("\t" in found.group() or _NUMBER.fullmatch(found.group(1))):
        return Hotword(" ".join(line.split())), ""
    word = " ".join(line[: found.start()].split())
    if not word:
        return Hotword(""), "A weight stands here without a word before it."
    weight = found.group(1)
    if weight.isascii() and weight.isdigit() and LIGHTEST <= int(weight) <= HEAVIEST:
        return Hotword(word, int(weight)), ""
    return Hotword(word), f"A weight is a whole number from {LIGHTEST} to {HEAVIEST}, not {weight}."
