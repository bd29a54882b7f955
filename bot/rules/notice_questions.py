"""A question about a study notice, as an officer types it: the question, then its answers one per line.

Đảng viên được đánh giá việc thực hiện nhiệm vụ khi nào?
* Hằng tháng
Hằng quý
Hằng năm
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.rules.names import clean

MOST_QUESTIONS = 3
FEWEST_CHOICES, MOST_CHOICES = 2, 4
LONGEST_QUESTION, LONGEST_CHOICE = 300, 100
"""Characters."""
_MARK = re.compile(r"^(?:[-–•+]\s*)?(?:\(?[A-Da-d1-4][.)/:](?!\d)\s*)?")
"""What people put before an answer: a dash, `A.`, `b)`, `1/`."""


class Wrong(StrEnum):
    """Why a question cannot be taken."""

    CHOICES = "choices"
    """Not two to four answers on lines of their own."""
    RIGHT = "right"
    """Not exactly one of them is marked with a star."""
    SAME = "same"
    """Two answers are the same."""
    LONG = "long"
    """The question or an answer is too long."""


@dataclass(frozen=True)
class Question:
    """A question, its answers, and the index of the right one."""

    text: str
    choices: tuple[str, ...]
    right: int


def read_question(text: str) -> Question | Wrong:
    """The question that was typed, or what is wrong with it.

    - its first line is the question, every other line an answer
    - a star before or behind an answer marks the right one; numbers and letters before answers go
    """
    asked, *rest = [line for line in map(clean, text.splitlines()) if line] or [""]
    if not FEWEST_CHOICES <= len(rest) <= MOST_CHOICES:
        return Wrong.CHOICES
    starred = [at for at, line in enumerate(rest) if "*" in (line[0], line[-1]) or "*" in _begun(line)]
    if len(starred) != 1:
        return Wrong.RIGHT
    choices = tuple(map(_choice, rest))
    if "" in choices:
        return Wrong.CHOICES
    if len(set(map(str.casefold, choices))) < len(choices):
        return Wrong.SAME
    if len(asked) > LONGEST_QUESTION or max(map(len, choices)) > LONGEST_CHOICE:
        return Wrong.LONG
    return Question(asked, choices, starred[0])


def _begun(line: str) -> str:
    """What stands before the words of an answer, and the character behind it: `A. *`."""
    return line[: _MARK.match(line).end() + 1]  # type: ignore[union-attr]


def _choice(line: str) -> str:
    bare = _MARK.sub("", line.strip("* "))
    return clean(bare.strip("* "))
