"""What the four evaluations of a task are called is a setting."""

import pytest

from bot.config import ZONE, SettingsError, load
from bot.rules.words import Evaluated
from bot.texts import Texts

FOUR = "Xuất sắc; Đạt; Không đạt; Không báo"


def test_four_names_take_the_place_of_the_usual_ones() -> None:
    given = load(_env_file=None, task_labels=FOUR)
    texts = Texts(ZONE, evaluations=given.evaluations)
    assert [texts.evaluated(each, "vi") for each in Evaluated] == [
        "Xuất sắc",
        "Đạt",
        "Không đạt",
        "Không báo",
    ]


def test_without_the_setting_each_language_has_its_own() -> None:
    texts = Texts(ZONE, evaluations=load(_env_file=None, task_labels="").evaluations)
    assert texts.evaluated(Evaluated.WELL_DONE, "vi") == "Hoàn thành tốt"
    assert texts.evaluated(Evaluated.WELL_DONE, "en") == "Well done"


@pytest.mark.parametrize(
    "wrong", ["Tốt; Khá", "Tốt; Tốt; Khá; Kém", "Tốt;; Khá; Kém", f"{'x' * 31}; b; c; d"]
)
def test_anything_but_four_different_names_is_refused_in_a_sentence(wrong: str) -> None:
    with pytest.raises(SettingsError, match="CHIBO_TASK_LABELS cannot be used"):
        load(_env_file=None, task_labels=wrong)
