"""Coming in: an invitation link, consent, and a secretary's decision about those who came by the cell's link."""

from typing import Any

from telegram import Update

from bot.actions import authority, joining, linking, registration
from bot.actions.bots import HERE
from bot.actions.telling import Buttons
from bot.buttons import Rows, tap
from bot.errors import NotFound, TooLate
from bot.rules.permissions import Right
from bot.texts import Texts
from db import chats, organisations, people, wizards
from db.models import Invite, Member
from handlers import bots, check_in, menu, my_data, snoozing
from handlers.common import Context, Visit, tapped, visit

SHOWN = 10
"""Requests shown at once."""
JOIN = "join"
"""The wizard that waits for a name."""


async def on_start(update: Update, context: Context) -> None:
    """`/start <token>`: ask for consent; `/start` alone: say who one is, or that one is not known.

    The picture shown at a meeting opens the same way, and checks in. Whoever belongs to this bot and was known at
    another one of ours goes over first.
    """
    token = (context.args or [""])[0]

    async with visit(update, context) as v:
        came = await bots.go_over(v)
        if await check_in.take_link(v, token):
            return
        if token in ("", HERE):
            await (bots.say_arrived(v) if came else bots.say_started(v))
            return
        invite = await _open(v, token)
        if await bots.point_invited(v, invite):
            return

        v.say("consent_asked", _consent_buttons(token), **await _purpose(v, invite))


async def on_consent(update: Update, context: Context) -> None:
    """The two buttons under the consent text. A refusal stores nothing at all."""
    tap = tapped(update)
    token = tap.word(1)

    async with visit(update, context) as v:
        if tap.word(0) != "yes":
            v.edit("consent_refused")
            return
        user = update.effective_user
        assert user is not None
        invite = await _open(v, token)
        shown = v.texts.render("consent_asked", v.language, **await _purpose(v, invite))
        arrival = await registration.accept(
            v.session,
            token,
            bot=v.house.bot,
            address=user.id,
            name=user.full_name,
            language=v.language,
            consent_text=shown,
            now=v.now,
            today=v.today,
        )
        v.account, v.speaker, v.consent = arrival.account, arrival.member, registration.CONSENT_VERSION

        if arrival.replaces and arrival.member is not None:
            await linking.cut_off_others(v.session, arrival.member, arrival.account, now=v.now, texts=v.texts)
        v.edit("consent_given", now=v.now, version=registration.CONSENT_VERSION)
        if arrival.member is not None:
            await welcome(v, arrival.member)
        elif arrival.cell is not None:
            await wizards.start(v.session, v.known, JOIN, {"cell": arrival.cell.id}, now=v.now)
            v.say("join_name_asked", cell=arrival.cell)


async def on_consent_again(update: Update, context: Context) -> None:
    """The two buttons under a new wording: agreeing is recorded, refusing is a withdrawal."""
    pressed = tapped(update)
    version = pressed.word(1)

    async with visit(update, context) as v:
        if pressed.word(0) != "yes":
            await my_data.leave(v)
            return
        shown = v.texts.render("consent_again", v.language, version=version, member=v.member)
        await registration.consent_again(
            v.session,
            account=v.known,
            member=v.member,
            version=version,
            consent_text=shown,
            now=v.now,
            today=v.today,
        )
        v.consent = version
        v.edit("consent_given", now=v.now, version=version)


async def on_name(v: Visit, text: str) -> None:
    """The name typed by somebody who came by the cell's link."""
    wizard = await wizards.get(v.session, v.known, JOIN)

    request = await joining.ask_to_join(
        v.session,
        account=v.known,
        cell_id=wizard["cell"],
        name=text,
        texts=v.texts,
        now=v.now,
        today=v.today,
    )
    await wizards.stop(v.session, v.known)

    cell = await organisations.get(v.session, request.cell_id)
    v.say("join_sent", request=request, cell=cell)


async def on_join_decision(update: Update, context: Context) -> None:
    """A secretary says who somebody is, or declines."""
    tap = tapped(update)
    kind, request_id = tap.word(0), tap.number(1)

    async with visit(update, context) as v:
        request, member = await joining.decide_request(
            v.session,
            request_id=request_id,
            by=v.member,
            approve=kind != "no",
            member_id=tap.number(2) if kind == "as" else None,
            texts=v.texts,
            now=v.now,
            today=v.today,
        )
        v.edit("join_decided", request=request, member=member)


async def on_requests(update: Update, context: Context) -> None:
    """Everybody who waits to be let into a cell: each with the buttons of their own, and one for all."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        await authority.authorise(v.session, v.member, Right.KEEP_MEMBERS, cell_id, on=v.today)
        cell = await organisations.get(v.session, cell_id)
        waiting = await chats.list_requests(v.session, cell_id)
        for request in waiting[:SHOWN]:
            alike = await joining.list_alike(v.session, request, today=v.today)
            buttons = joining.join_buttons(request, alike, v.texts, v.language)
            v.say("join_asked", buttons, request=request, cell=cell, alike=alike)
        all_ = [[v.button("join.all", "joinall", cell_id, count=len(waiting))]]
        v.say("join_requests", all_ if waiting else None, cell=cell, waiting=waiting)


async def on_join_all(update: Update, context: Context) -> None:
    """A secretary lets in everybody who waits."""
    cell_id = tapped(update).number(0)

    async with visit(update, context) as v:
        decided = await joining.decide_all(
            v.session, cell_id=cell_id, by=v.member, texts=v.texts, now=v.now, today=v.today
        )
        left = await chats.count_requests(v.session, cell_id)
        v.edit("join_all_decided", protect=True, decided=decided, left=left)


async def on_me(update: Update, context: Context) -> None:
    """What is known about the person who asks."""
    async with visit(update, context) as v:
        member = v.member
        assert member.id is not None
        v.say(
            "me",
            [[v.button("summaries.mine", "mine", v.today.year)], [snoozing.wish_button(v)]],
            member=member,
            cell=await people.find_cell(v.session, member.id, on=v.today),
            residential=await people.find_residential_cell(v.session, member.id, on=v.today),
            status=await people.find_status(v.session, member.id, on=v.today),
            roles=sorted(await authority.list_role_names(v.session, member, on=v.today)),
            skipped=await people.count_skipped(v.session, member.id, year=v.today.year),
        )


async def on_help(update: Update, context: Context) -> None:
    """What one can do here, by role."""
    async with visit(update, context) as v:
        leads = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
        sends = await authority.list_places(v.session, v.member, Right.SEND_NOTICE, on=v.today)
        v.say("help", keyboard=await menu.keyboard(v), leads=bool(leads), sends_notices=bool(sends))


async def on_cancel(update: Update, context: Context) -> None:
    """`/huy`: leave whatever the chat is in the middle of."""
    async with visit(update, context) as v:
        await wizards.stop(v.session, v.known)
        v.say("cancelled", keyboard=await menu.keyboard(v))


async def welcome(v: Visit, member: Member) -> None:
    """Say welcome, with the buttons and commands that fit the person's roles."""
    assert member.id is not None
    await menu.publish_to(v)
    v.say(
        "welcome",
        keyboard=await menu.keyboard(v),
        member=member,
        cell=await people.find_cell(v.session, member.id, on=v.today),
        roles=sorted(await authority.list_role_names(v.session, member, on=v.today)),
    )


async def _open(v: Visit, token: str) -> Invite:
    """The invitation behind a link; who has opened too many wrong ones is not listened to for a while."""
    guesses, address = v.house.guesses, v.address.chat
    if guesses.is_shut(address, v.now):
        raise TooLate("too_many_guesses")
    try:
        return await registration.get_invite(v.session, token, now=v.now, today=v.today)
    except NotFound:
        guesses.wrong(address, v.now)
        raise


async def _purpose(v: Visit, invite: Invite) -> dict[str, Any]:
    """Whom an invitation is for, as the consent text shows it."""
    member = await people.get_member(v.session, invite.member_id) if invite.member_id else None
    cell = await organisations.get(v.session, invite.cell_id) if invite.cell_id else None
    return {"member": member, "cell": cell, "role": invite.role}


def _consent_buttons(token: str) -> Buttons:
    def buttons(texts: Texts, language: str) -> Rows:
        return [
            [tap(texts.label("consent.agree", language), "consent", "yes", token)],
            [tap(texts.label("consent.refuse", language), "consent", "no", token)],
        ]

    return buttons
