"""The kinds of tasks are a setting, and so are those of cells."""

import pytest

from bot.config import SettingsError, load
from bot.texts import LONGEST_KIND, MOST_KINDS, Texts


def test_the_kinds_are_those_of_the_labels_unless_they_are_set() -> None:
    usual = load(_env_file=None).kinds
    assert usual[0] == "Xây dựng chi bộ" and len(usual) == 6
    assert load(_env_file=None, task_kinds=" Dân vận ; Kinh  tế;;Dân vận").kinds == ("Dân vận", "Kinh tế")
    assert load(_env_file=None, language="en").kinds[0] == "Building the cell"
    assert Texts(load(_env_file=None).zone).kinds == usual


def test_the_kinds_of_cells_are_those_of_the_labels_unless_they_are_set() -> None:
    usual = load(_env_file=None).sorts
    assert "Cơ quan" in usual and Texts(load(_env_file=None).zone).cell_kinds == usual
    assert load(_env_file=None, cell_kinds=" Thôn ; Cơ  quan;;Thôn").sorts == ("Thôn", "Cơ quan")
    assert "Village or street" in load(_env_file=None, language="en").sorts


@pytest.mark.parametrize("setting", ["task_kinds", "cell_kinds"])
@pytest.mark.parametrize("text", [";".join(map(str, range(MOST_KINDS + 1))), "x" * (LONGEST_KIND + 1)])
def test_too_many_or_too_long_ones_are_refused_in_a_sentence(text: str, setting: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(_env_file=None, **{setting: text})
    assert f"CHIBO_{setting.upper()} cannot be used" in str(refused.value) and "12" in str(refused.value)
