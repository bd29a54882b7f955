"""Our several bots, as people meet them: going over to the one of their committee, and links to the right one."""

from bot.actions import moving
from bot.actions.bots import HERE, button, link
from bot.actions.moving import TheirBot
from db import bots, chats
from db.models import Invite
from handlers import common, menu
from handlers.common import Visit, typed


async def go_over(v: Visit) -> bool:
    """Whoever has just started the bot of their committee is known there at once; whether somebody went over."""
    came = await moving.arrive(
        v.session, bot=v.house.bot, home=v.house.home, address=v.address.chat, now=v.now, texts=v.texts
    )
    if came:
        await common.recognise(v)
    return bool(came)


async def say_arrived(v: Visit) -> None:
    """Say that from now on everything comes here."""
    await menu.publish_to(v)
    v.say("bot_arrived", keyboard=await menu.keyboard(v), member=v.member)


async def say_started(v: Visit) -> None:
    """The answer to who was here before: how it goes on here, or which bot is theirs."""
    right = await find_right(v, v.member_id)
    if v.known.bot != v.house.bot:  # they had gone over from here
        _point(v, right)
        return
    v.say("already_registered", keyboard=await menu.keyboard(v), member=v.member)
    if right.number != v.house.bot and right.username:
        v.say("bot_go_over", button(right.username), username=right.username)


async def point_elsewhere(v: Visit) -> bool:
    """Tell who is known at another of our bots which one is theirs; False for whom nobody knows."""
    found = await chats.find_speaking_elsewhere(v.session, bot=v.house.bot, address=v.address.chat)
    if found is None or found.member is None:
        return False
    return _point(v, await find_right(v, found.member.id or 0))


async def point_invited(v: Visit, invite: Invite) -> bool:
    """Tell who was invited to another of our bots which one it is; False where it is taken up here.

    Whoever is known already takes up a role where they are: they stay one person, in one chat.
    """
    if invite.role is not None and v.speaker is not None:
        at = v.known.bot
        return at != v.house.bot and _point(v, TheirBot(at, await bots.find_username(v.session, at)))
    if invite.role is not None and await point_elsewhere(v):
        return True
    if invite.member_id is not None:
        right = await find_right(v, invite.member_id)
    else:
        right = await find_right_above(v, invite.organisation_id or invite.cell_id)
    return right.number != v.house.bot and _point(v, right)


def _point(v: Visit, right: TheirBot) -> bool:
    """Say which bot is the right one, where that is known; what somebody came with goes on there."""
    if not right.username:
        return False
    command, _, start = typed(v.update).partition(" ")
    where = button(right.username, start.strip() if command == "/start" and start.strip() else HERE)
    v.say("bot_other", where, username=right.username)
    return True


async def find_right(v: Visit, member_id: int) -> TheirBot:
    """The bot a member belongs to."""
    return await moving.find_right(v.session, member_id, home=v.house.home, on=v.today)


async def find_right_above(v: Visit, organisation_id: int | None) -> TheirBot:
    """The bot people of an organisation belong to; that of the settings for None."""
    return await moving.find_right_above(v.session, organisation_id, home=v.house.home)


async def link_above(v: Visit, start: str, organisation_id: int | None) -> str:
    """A link for people of an organisation, to the bot they belong to."""
    return link(await username_above(v, organisation_id), start)


async def username_above(v: Visit, organisation_id: int | None) -> str:
    """What the bot of an organisation's people is called."""
    return (await find_right_above(v, organisation_id)).username or v.house.username
