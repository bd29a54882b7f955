"""A task in one line, and what a report amounts to."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.rhythm import is_asked
from bot.rules.tasks import (
    TaskLine,
    is_finished,
    is_overdue,
    percent_of,
    read_task,
    speaks_of,
    split_number,
)
from bot.rules.words import Rhythm
from db.models import Assignment, Member, Progress, Task
from db.tasks import Given

TODAY = date(2026, 3, 2)
LINES = [
    # everything there is
    (
        "Vận động 5 hộ dân tham gia vệ sinh, hạn 30/12",
        TaskLine("Vận động 5 hộ dân tham gia vệ sinh", 5, "hộ", date(2026, 12, 30)),
    ),
    # without accents
    ("Van dong 3 ho, han 15/4", TaskLine("Van dong 3 ho", 3, "hộ", date(2026, 4, 15))),
    # a day of this year that has passed is next year's
    ("Dự 2 buổi, hạn 1/3", TaskLine("Dự 2 buổi", 2, "buổi", date(2027, 3, 1))),
    # today is not over
    ("Dự 2 buổi, hạn 2/3", TaskLine("Dự 2 buổi", 2, "buổi", date(2026, 3, 2))),
    # a year, in two digits or four, and other signs
    ("Dự 2 buổi trước ngày 31/3/26", TaskLine("Dự 2 buổi", 2, "buổi", date(2026, 3, 31))),
    ("Tuyên truyền. Hạn chót: 15-04-2026", TaskLine("Tuyên truyền", None, "", date(2026, 4, 15))),
    (
        "Nuôi 2 con lợn, xong trước 15 tháng 5 năm 2026",
        TaskLine("Nuôi 2 con lợn", 2, "con", date(2026, 5, 15)),
    ),
    # a month or a year ends on its last day
    ("Giúp một hộ nghèo, hạn hết tháng 6", TaskLine("Giúp một hộ nghèo", 1, "hộ", date(2026, 6, 30))),
    ("Trồng 100 cây hạn cuối năm", TaskLine("Trồng 100 cây", 100, "cây", date(2026, 12, 31))),
    # the deadline first
    ("Hạn 20/5: quét vôi nhà văn hóa", TaskLine("quét vôi nhà văn hóa", None, "", date(2026, 5, 20))),
    # numbers that are no measure, and days that are no deadline
    ("Học tập Chỉ thị 05 về đạo đức", TaskLine("Học tập Chỉ thị 05 về đạo đức")),
    ("Quyên góp 5.000.000 đồng", TaskLine("Quyên góp 5.000.000 đồng")),
    ("Trực Tết 29/12 tại thôn", TaskLine("Trực Tết 29/12 tại thôn")),
    ("Hạn chế rác thải nhựa", TaskLine("Hạn chế rác thải nhựa")),
    ("Trong năm tổ chức tuyên truyền", TaskLine("Trong năm tổ chức tuyên truyền")),
]


@pytest.mark.parametrize(("typed", "meant"), LINES)
def test_a_task_is_read_from_one_line(typed: str, meant: TaskLine) -> None:
    assert read_task(typed, today=TODAY) == meant


@pytest.mark.parametrize("typed", ["", "   ", "30/12", "hạn 30/12", "…!"])
def test_a_line_without_words_is_no_task(typed: str) -> None:
    assert read_task(typed, today=TODAY) is None


@pytest.mark.parametrize("typed", ["Họp, hạn 31/02", "Họp, hạn 5/13", "Họp, hạn 31/2/2027"])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_task(typed, today=TODAY)


@given(st.text(max_size=200))
def test_any_line_is_a_task_or_is_refused(typed: str) -> None:
    try:
        line = read_task(typed, today=TODAY)
    except ValueError:
        return
    assert line is None or (line.title and (line.deadline is None or line.target is None or line.target > 0))


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_all_of_a_measure_is_complete(done: int, target: int) -> None:
    percent = percent_of(done, target)
    assert 0 <= percent <= 100
    assert (percent == 100) == (done >= target)


def test_a_task_is_overdue_from_the_day_after_its_deadline_unless_finished() -> None:
    assert not is_overdue(50, TODAY, today=TODAY)
    assert is_overdue(50, date(2026, 3, 1), today=TODAY)
    assert not is_overdue(100, date(2026, 3, 1), today=TODAY)
    assert not is_overdue(None, None, today=TODAY)


@given(st.none() | st.integers(0, 100), st.none() | st.dates(), st.dates())
def test_what_is_overdue_has_a_deadline_behind_it_and_is_no_longer_so_when_finished(
    percent: int | None, deadline: date | None, today: date
) -> None:
    overdue = is_overdue(percent, deadline, today=today)
    assert overdue == (percent != 100 and deadline is not None and deadline < today)
    assert not (overdue and is_finished(percent))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_more_done_is_never_less_of_the_measure(one: int, other: int, target: int) -> None:
    less, more = sorted((one, other))
    assert percent_of(less, target) <= percent_of(more, target)


@given(
    *(st.sampled_from(Rhythm), st.none() | st.dates(date(2020, 1, 1), date(2040, 12, 31))),
    *(st.none() | st.integers(0, 100), st.booleans(), st.integers(1, 12)),
)
def test_silent_is_who_is_asked_and_has_neither_finished_nor_reported(
    rhythm: Rhythm, deadline: date | None, percent: int | None, reported: bool, month: int
) -> None:
    when, first = datetime(2026, 1, 1, tzinfo=UTC), date(2026, month, 1)
    task = Task(
        cell_id=1, title="x", rhythm=rhythm, deadline=deadline, year=2026, created_by=1, created_at=when
    )
    assignment = Assignment(id=1, task_id=1, member_id=1, since=date(2026, 1, 1), percent=percent)
    progress = Progress(assignment_id=1, reported_at=when if reported else None)
    silent = Given(task, assignment, Member(id=1, name="Hoa"), None, progress).is_silent(first)
    assert silent == (is_asked(rhythm, deadline, month=first) and percent != 100 and not reported)


@pytest.mark.parametrize(
    ("typed", "number", "rest"),
    [
        ("2: xong 70%", 2, "xong 70%"),
        ("việc 1. được 3 hộ", 1, "được 3 hộ"),
        ("NV 3) chưa làm", 3, "chưa làm"),
        ("xong 70%", None, "xong 70%"),
        ("2", None, "2"),
        ("19:30 họp", None, "19:30 họp"),
    ],
)
def test_a_number_in_front_names_the_task(typed: str, number: int | None, rest: str) -> None:
    assert split_number(typed) == (number, rest)


def test_a_unit_is_recognised_without_its_marks() -> None:
    assert speaks_of("da van dong dc 2 ho", "hộ")
    assert not speaks_of("đã đi 2 buổi", "hộ")
    assert not speaks_of("xong hết", "")
