"""Nothing personal is ever said in a group: neither by what goes through its whole life, nor by any template."""

import ast
from datetime import timedelta
from pathlib import Path

from sqlmodel import col, select

from bot.actions import group_news
from bot.actions.group_news import Numbers
from bot.sandbox.objects import Button, Call
from db.models import Delivery, Meeting, MeetingState, Message
from tests.bot.text_values import CELL
from tests.bot.text_values_meetings import MEETING
from tests.grouped import COMING, LEAVE, USE, brings, new_group, presses
from tests.people import Cast, schedule
from tests.trust.rows import ROWS

ROOT = Path(group_news.__file__).parents[2]
REASON = "con nhỏ sốt xuất huyết"
PLANTED = ("Vàng Thị Lan", "Lù Văn Minh", "Sùng Thị Hoa", "Hoàng A Dũng", "Lan", "Minh", "Hoa", REASON)
IN_GROUPS = {"group_change", "group_goodbye", "group_meeting", "group_uninvited", "group_welcome"}
"""The templates that may reach a group."""


def said_in(cast: Cast, chat: int) -> list[Call]:
    """Every message and edit that ever reached a chat."""
    return [call for call in cast.town.telegram.log if call.chat == chat and call.text]


async def test_from_the_first_word_to_the_last_no_name_and_no_reason_is_said_in_a_group(cast: Cast) -> None:
    town, group = cast.town, new_group(cast)
    await brings(cast.lan, group)
    await cast.lan.taps(USE)
    await schedule(town, town.cell_a)
    await town.app.settle()
    await presses(cast.minh, group, COMING)
    await presses(cast.hoa, group, LEAVE)
    await cast.hoa.sends(REASON)
    assert REASON in cast.lan.last
    await cast.lan.taps("Chưa đồng ý")
    cast.hoa.person.sends(f"tôi vắng vì {REASON}", group, reply_to=group.messages[-1])
    for command in ("/hop", "/danhsach", "/diemdanh", "/nhiemvu", "/nhom"):
        cast.lan.person.sends(command, group)
    town.clock.move_to(town.clock.now() + timedelta(seconds=10))
    await town.app.settle()
    for (
        verb,
        rows,
    ) in ROWS.items():  # what a secretary may press in her own chat shows nothing when forged here
        thing = _Things(await _meeting(cast), cast.hoa.member_id, town.cell_a)
        for row in rows:
            press = cast.lan.person.presses(group.messages[-1], Button("?", row.data(thing)))  # type: ignore[arg-type]
            assert verb in (press.data or "")
    await town.app.settle()
    await _changes(cast, place="Trường học")
    town.telegram.migrate(group)
    await town.app.settle()
    await _changes(cast, state=MeetingState.CANCELLED)
    await cast.lan.sends("/nhom")
    await cast.lan.taps("Thôi dùng nhóm")

    said = [call for chat in (group.id, group.id + 1_000_000_000_000) for call in said_in(cast, chat)]
    assert len(said) >= 6
    for call in said:
        words = f"{call.text} {call.buttons}"
        assert not [each for each in PLANTED if each in words], words
    async with town.app.database.read() as session:
        query = select(Message.text).join(Delivery).where(col(Delivery.chat) < 0)
        queued = (await session.exec(query)).all()
    assert queued and not [each for each in PLANTED for text in queued if each in text]


class _Things:
    """Numbers for any button: of the meeting, of a member, of the cell, and 1 for what else there is."""

    def __init__(self, meeting: int, member: int, cell: int) -> None:
        self.meeting, self.member, self.cell, self.organisation = meeting, member, cell, cell

    def __getattr__(self, name: str) -> int:
        return 1


async def _meeting(cast: Cast) -> int:
    async with cast.town.app.database.read() as session:
        return (await session.exec(select(Meeting.id).where(col(Meeting.live)))).one() or 0


async def _changes(cast: Cast, **values: object) -> None:
    async with cast.town.app.database.write() as session:
        meeting = await session.get_one(Meeting, await _meeting(cast))
        for name, value in values.items():
            setattr(meeting, name, value)
        session.add(meeting)
        texts = cast.town.app.house.texts
        await group_news.tell_change(session, meeting, now=cast.town.clock.now(), texts=texts)
    await cast.town.app.settle()


async def test_what_a_secretary_writes_about_a_meeting_is_not_in_what_a_group_reads(cast: Cast) -> None:
    told = dict.fromkeys(("agenda", "title", "outcome"), f"Sùng Thị Hoa, {REASON}")
    for state in MeetingState:
        meeting = MEETING.model_copy(update={**told, "state": state, "closed_by": cast.lan.member_id})
        values = {"meeting": meeting, "cell": CELL, "count": Numbers(1, 0, 1, 1)}
        for language in ("vi", "en"):
            for name in ("group_meeting", "group_change"):
                assert "Hoa" not in cast.town.app.house.texts.render(name, language, **values)


def test_only_templates_without_names_are_said_to_groups() -> None:
    """Groups are spoken to by two modules and by leaving them: whatever these name is known to this test."""
    named = set()
    for path in ("bot/actions/group_news.py", "bot/actions/groups.py"):
        named |= _templates(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    handler = ast.parse((ROOT / "handlers/groups.py").read_text(encoding="utf-8"))
    said = [
        n for n in ast.walk(handler) if isinstance(n, ast.Assign | ast.Call) and "v.leaves" in ast.unparse(n)
    ]
    for node in said:
        named |= _templates(node)
    assert named == IN_GROUPS


def _templates(tree: ast.AST) -> set[str]:
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Say"]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
