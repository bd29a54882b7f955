"""A question about a notice, as it is typed."""

import pytest

from bot.rules.notice_questions import Question, Wrong, read_question

ASKED = "Đánh giá khi nào?"
TAKEN = [
    (f"{ASKED}\n* Hằng tháng\nHằng năm", Question(ASKED, ("Hằng tháng", "Hằng năm"), 0)),
    (f"{ASKED}\nHằng tháng\n\nHằng năm*", Question(ASKED, ("Hằng tháng", "Hằng năm"), 1)),
    (
        f"{ASKED}\nA. Hằng tháng\nB. *Hằng năm\nC) Không",
        Question(ASKED, ("Hằng tháng", "Hằng năm", "Không"), 1),
    ),
    (f"{ASKED}\n*a) Hằng tháng\nb) Hằng năm", Question(ASKED, ("Hằng tháng", "Hằng năm"), 0)),
    (f"{ASKED}\n- 1/ Một\n- 2/ Hai *", Question(ASKED, ("Một", "Hai"), 1)),
    ("Mấy phần?\n*1/3 số hộ\n2.500 hộ", Question("Mấy phần?", ("1/3 số hộ", "2.500 hộ"), 0)),  # numbers stay
]
REFUSED = [
    ("", Wrong.CHOICES),
    (ASKED, Wrong.CHOICES),
    (f"{ASKED}\n* Một", Wrong.CHOICES),
    (f"{ASKED}\n*1\n2\n3\n4\n5", Wrong.CHOICES),
    (f"{ASKED}\nMột\n*", Wrong.CHOICES),  # a star and nothing behind it
    (f"{ASKED}\nMột\nHai", Wrong.RIGHT),
    (f"{ASKED}\n*Một\n*Hai", Wrong.RIGHT),
    (f"{ASKED}\n*Một\nmột", Wrong.SAME),
    (f"{'x' * 301}\n*Một\nHai", Wrong.LONG),
    (f"{ASKED}\n*{'x' * 101}\nHai", Wrong.LONG),
]


@pytest.mark.parametrize(("text", "expected"), [*TAKEN, *REFUSED])
def test_a_question_is_taken_as_it_is_meant_or_the_reason_is_named(
    text: str, expected: Question | Wrong
) -> None:
    assert read_question(text) == expected
