"""The bot in the group of a cell: coming in and going out, the link to the cell, and answers pressed there.

What is said to one person is said in their own chat, whatever they did in the group; there a press is
acknowledged by a short word over the chat, which only who pressed sees. Nothing typed in a group is read but
`/nhom`.
"""

from typing import Any

from telegram import ChatMember, ChatMemberRestricted, Update
from telegram.constants import ChatType

from bot.actions import authority, groups, reaching
from bot.actions.telling import Say
from bot.buttons import Rows
from bot.errors import BadInput, NotAllowed
from bot.rules.names import fold
from bot.rules.permissions import Right
from bot.rules.words import Answer
from db import groups as stored
from db import organisations, wizards
from db.models import CellGroup, Organisation
from db.posting import Address
from handlers import attendance, bots
from handlers.common import Context, Visit, tapped, visit

LINK = "group"
"""The wizard that waits for which cell a group is to serve."""
YES, NO = ("co", "dung", "dong y", "yes", "ok"), ("khong", "no")
IN = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.OWNER)


async def on_standing(update: Update, context: Context) -> None:
    """The bot was put into a group, or is out of it. Only who leads a cell may bring it into one."""
    change = update.my_chat_member
    if change is None or change.chat.type == ChatType.PRIVATE:
        return
    was_in, is_in = _is_in(change.old_chat_member), _is_in(change.new_chat_member)
    if was_in == is_in:
        return
    async with visit(update, context) as v:
        if not is_in:
            where = {"bot": v.house.bot, "chat": change.chat.id}
            await reaching.lose_group(v.session, **where, now=v.now, texts=v.texts)
        elif led := await _led(v):
            await _offer(v, change.chat.id, change.chat.title, led)
        else:
            v.leaves[change.chat.id] = Say("group_uninvited")


async def on_migrated(update: Update, context: Context) -> None:
    """The group became a supergroup: told in the old chat and in the new one."""
    message = update.effective_message
    assert message is not None
    old, new = message.migrate_from_chat_id or message.chat_id, message.migrate_to_chat_id or message.chat_id
    async with visit(update, context) as v:
        await reaching.move_chat(v.session, bot=v.house.bot, old=old, new=new, now=v.now)


async def on_group(update: Update, context: Context) -> None:
    """`/nhom` in one's own chat: which group the cell has, and how it gets one."""
    async with visit(update, context) as v:
        led = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
        if not led:
            raise NotAllowed("only_secretary")
        for cell in led:
            await _say_state(v, cell)


async def on_group_there(update: Update, context: Context) -> None:
    """`/nhom` in a group: who leads a cell is asked in private whether it is to serve it; others hear nothing."""
    chat = update.effective_chat
    assert chat is not None
    async with visit(update, context) as v:
        if led := await _led(v):
            await _offer(v, chat.id, chat.title, led)


async def on_link(update: Update, context: Context) -> None:
    """Which cell the group is to serve, or none."""
    pressed = tapped(update)
    cell_id = None if pressed.word(0) == "no" else pressed.number(0)
    async with visit(update, context) as v:
        await _link(v, cell_id)


async def on_link_typed(v: Visit, text: str) -> None:
    """The same in words: yes where there is one cell, the cell's name, or no."""
    said, led = fold(text), await _led(v)
    named = [cell for cell in led if fold(cell.name) == said or (said in YES and len(led) == 1)]
    if len(named) != 1 and said not in NO:
        raise BadInput("form_press_button")
    await _link(v, named[0].id if named else None)


async def on_unlink(update: Update, context: Context) -> None:
    """The cell is to have no group any more: the bot leaves it."""
    cell_id = tapped(update).number(0)
    async with visit(update, context) as v:
        ended = await groups.unlink(v.session, cell_id, by=v.member, now=v.now, texts=v.texts)
        _leave(v, ended)
        v.edit("group_ended")


async def on_answer(update: Update, context: Context) -> None:
    """An answer pressed in the group: it is that of who pressed. Others see the number only."""
    pressed, chat = tapped(update), update.effective_chat
    assert chat is not None
    meeting_id, said = pressed.number(0), pressed.choice(1, Answer)

    async with visit(update, context, brief=meeting_id) as v:
        where = {"bot": v.house.bot, "chat": chat.id, "meeting_id": meeting_id}
        group = await groups.get_answered_in(v.session, **where)
        if v.speaker is None:
            raise NotAllowed("group_stranger")
        answered = await attendance.answer_for_oneself(v, meeting_id, said)
        await stored.note_seen(v.session, group, v.member_id)

        asks = await attendance.ask_reason(v, answered)
        v.toast("noted_ask" if asks else "noted", answer=v.texts.label(f"answered.{said}", v.language))


def _is_in(member: ChatMember) -> bool:
    return member.status in IN or (isinstance(member, ChatMemberRestricted) and member.is_member)


async def _led(v: Visit) -> list[Organisation]:
    if v.speaker is None:
        return []
    return await authority.list_places(v.session, v.speaker, Right.LEAD, on=v.today)


async def _offer(v: Visit, chat: int, title: str | None, led: list[Organisation]) -> None:
    """Ask in private whether the group is to serve a cell. The group is remembered here, never in the button."""
    serving = await stored.find(v.session, bot=v.house.bot, chat=chat)
    if serving is not None and serving.cell_id not in {cell.id for cell in led}:
        raise NotAllowed("group_taken")
    await wizards.start(v.session, v.known, LINK, {"chat": chat, "bot": v.house.bot}, now=v.now)
    taken = [cell for cell in led if await stored.list_of_cell(v.session, cell.id or 0)]
    v.say("group_offer", _offers(v, led), title=title or "", led=led, taken=taken if serving is None else [])


def _offers(v: Visit, led: list[Organisation]) -> Rows:
    rows = [[v.button("groups.use", "grouplink", cell.id, name=cell.name)] for cell in led]
    return [*rows, [v.button("groups.no", "grouplink", "no")]]


async def _link(v: Visit, cell_id: int | None) -> None:
    waiting: dict[str, Any] = await wizards.get(v.session, v.known, LINK)
    await wizards.stop(v.session, v.known)
    chat, bot = int(waiting["chat"]), int(waiting.get("bot", v.house.bot))  # it may be with another of ours
    if cell_id is None:
        if bot == v.house.bot and await stored.find(v.session, bot=bot, chat=chat) is None:
            v.leaves[chat] = Say("group_goodbye")
        v.edit("group_declined")
        return
    to = Address(bot, chat, v.language)
    replaced = await groups.link(v.session, to, cell_id=cell_id, by=v.member, now=v.now, texts=v.texts)
    _leave(v, replaced)
    v.edit("group_linked", cell=await organisations.get(v.session, cell_id))


def _leave(v: Visit, ended: list[CellGroup]) -> None:
    v.leaves.update({group.chat: Say("group_goodbye") for group in ended if group.bot == v.house.bot})


async def _say_state(v: Visit, cell: Organisation) -> None:
    linked = await stored.list_of_cell(v.session, cell.id or 0)
    rows = [[v.button("groups.end", "groupend", cell.id)]] if linked else []
    bot = await bots.username_above(v, cell.id)
    v.say("group_state", rows, cell=cell, group=linked[0] if linked else None, bot=bot)


TAPS = {"grouplink": on_link, "groupend": on_unlink}
IN_GROUP = {"answer": on_answer}
"""What can be tapped where a whole group sees it."""
WIZARDS = {LINK: on_link_typed}
