"""Two secretaries tap one roll at the same time: every tap has its effect, and the numbers agree."""

import random
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.actions.roll import MARKS
from bot.buttons import pack
from bot.rules.words import MembershipKind, RollState, Status
from db.models import Meeting, Member, Membership, RollMark, StatusPeriod
from tests.people import JOINED, Cast, schedule

CROWD = 20
AT_ONCE = 20
"""Taps in flight together, half of each."""


@pytest.fixture
async def hall(cast: Cast) -> tuple[Cast, int, list[int]]:
    """A cell of 23 in the evening of its meeting: the cast, the meeting, and everybody's numbers."""
    async with cast.town.app.database.write() as session:
        crowd = [Member(name=f"Giàng A {n:02d}", code=f"G-{n}") for n in range(CROWD)]
        session.add_all(crowd)
        await session.flush()
        a, record = cast.town.cell_a, MembershipKind.RECORD
        for member in crowd:
            number = member.id or 0
            session.add(Membership(member_id=number, cell_id=a, kind=record, since=JOINED))
            session.add(StatusPeriod(member_id=number, status=Status.OFFICIAL, since=JOINED))
    await schedule(cast.town, cast.town.cell_a)
    await cast.town.app.settle()
    await cast.town.moves_to(2026, 3, 3, 19, 35)
    for leader in (cast.lan, cast.minh):
        await leader.sends("/diemdanh")
    async with cast.town.app.database.read() as session:
        meeting = (await session.exec(select(Meeting.id).order_by(Meeting.starts_at))).first()
    listed = [member.id or 0 for member in crowd]
    return cast, meeting or 0, [*listed, cast.lan.member_id, cast.minh.member_id, cast.hoa.member_id]


async def test_no_tap_is_lost(hall: tuple[Cast, int, list[int]], share: float) -> None:
    cast, meeting, members = hall
    chance, expected = random.Random(1000), dict[int, RollState]()
    for _ in range(round(1000 * share) // AT_ONCE or 1):
        pressed = []
        for number, member in enumerate(chance.sample(members, AT_ONCE)):
            leader, state = (cast.lan, cast.minh)[number % 2], chance.randrange(len(MARKS))
            sheet = leader.person.last
            button = replace(sheet.buttons[0][0], data=pack("mark", meeting, member, state, 0))
            pressed.append(leader.person.presses(sheet, button))
            expected[member] = MARKS[state]
        await cast.town.app.settle()
        assert [press.answer["text"] if press.answer else "?" for press in pressed] == [""] * AT_ONCE
    async with cast.town.app.database.read() as session:
        marks = (await session.exec(select(RollMark).where(RollMark.meeting_id == meeting))).all()
    assert {mark.member_id: mark.state for mark in marks} == expected
    await _screens_agree(cast, list(expected.values()))


async def _screens_agree(cast: Cast, states: list[RollState]) -> None:
    """Both screens show the same numbers, and those of the roll."""
    cast.town.clock.move_to(cast.town.clock.now().replace(second=10))
    await cast.town.app.settle()
    excused, unexcused = states.count(RollState.EXCUSED), states.count(RollState.UNEXCUSED)
    for leader in (cast.lan, cast.minh):
        assert f"Có mặt: {states.count(RollState.PRESENT)}" in leader.last
        assert f"Vắng có lý do: {excused}, ❌ không có lý do: {unexcused}" in leader.last
        assert f"Chưa điểm danh: {CROWD + 3 - len(states)}" in leader.last
