"""Guests and the committee's follower at a meeting: entered by name or by a tap, apart from the members."""

from telegram import Update

from bot.actions import guests
from bot.actions.guests import GuestBook
from bot.buttons import tap
from db import wizards
from db.models import MeetingState
from handlers.common import Context, Visit, tapped, visit

NAMES = "guest_names"
"""The wizard that waits for the names of guests."""


async def on_guests(update: Update, context: Context) -> None:
    """ "Khách mời": who was there beside the members."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        book = await guests.look(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        _show(v, book, edit=book.meeting.state is not MeetingState.CLOSED)


async def on_add(update: Update, context: Context) -> None:
    """Ask for names."""
    meeting_id = tapped(update).number(0)
    async with visit(update, context) as v:
        book = await guests.look(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        await wizards.start(v.session, v.known, NAMES, {"meeting": meeting_id}, now=v.now)
        v.edit("guest_names_asked", meeting=book.meeting, cell=book.cell)


async def on_names(v: Visit, text: str) -> None:
    """The names that were typed."""
    meeting_id = (await wizards.get(v.session, v.known, NAMES))["meeting"]
    book = await guests.add(
        v.session, meeting_id=meeting_id, text=text, by=v.member, now=v.now, texts=v.texts
    )
    await wizards.stop(v.session, v.known)
    _show(v, book)


async def on_remove(update: Update, context: Context) -> None:
    """Strike one that was entered by mistake."""
    guest_id = tapped(update).number(0)
    async with visit(update, context) as v:
        _show(v, await guests.remove(v.session, guest_id=guest_id, by=v.member, now=v.now, texts=v.texts))


async def on_follower(update: Update, context: Context) -> None:
    """Whether the follower was there. The button says which comes next, so that a tap repeated changes nothing."""
    pressed = tapped(update)
    async with visit(update, context) as v:
        book = await guests.set_follower(
            v.session,
            meeting_id=pressed.number(0),
            member_id=pressed.number(1),
            there=bool(pressed.number(2)),
            by=v.member,
            now=v.now,
            texts=v.texts,
        )
        _show(v, book)


def _show(v: Visit, book: GuestBook, *, edit: bool = True) -> None:
    """The guests with their buttons; under the summary of a closed roll as a message of its own."""
    meeting_id = book.meeting.id
    rows = [
        [
            tap(
                f"{'✅' if book.is_there(follower) else '▫️'} {follower.name}",
                "guestlead",
                meeting_id,
                follower.id,
                int(not book.is_there(follower)),
            )
        ]
        for follower in book.followers
    ]
    rows += [[tap(f"✖️ {guest.name}", "guestoff", guest.id)] for guest in book.guests if guest.name]
    rows.append([v.button("guests.add", "guestadd", meeting_id), v.button("sheet.list", "roll", meeting_id)])
    say = v.edit if edit else v.say
    say("guests", rows, protect=True, book=book)


TAPS = {
    "guests": on_guests,
    "guestadd": on_add,
    "guestoff": on_remove,
    "guestlead": on_follower,
}
WIZARDS = {NAMES: on_names}
