"""Checking in: the code on the secretary's telephone, and the members who type it or scan the picture."""

from telegram import Update

from bot.actions import check_ins, living
from bot.actions.check_ins import CheckedIn
from bot.errors import BadInput, NotFound, TooLate
from bot.reports.qr import qr_picture
from bot.rules import check_in as rules
from db import media, meetings, wizards
from db.models import LiveKind, Media
from handlers import bots
from handlers.attendance import REASON
from handlers.common import Context, Visit, tapped, visit

ABOUT = media.CHECK_IN


async def on_open(update: Update, context: Context) -> None:
    """ "Mã điểm danh": let members check in, and show the code of the moment in a message of its own."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await check_ins.open_(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        check_in = await check_ins.find_open(v.session, sheet.meeting, now=v.now)
        say = check_ins.screen(sheet, check_in, now=v.now)
        until = v.now + living.KEPT
        shown = v.show(say, LiveKind.CHECK_IN, meeting_id, until=until, edit=False)
        shown.changed_at = rules.code_until(v.now)
        await living.start(v.session, sheet.meeting, shown)


async def on_picture(update: Update, context: Context) -> None:
    """The QR picture, made anew each time: its link is soon worth nothing."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await check_ins.open_(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        check_in = await check_ins.find_open(v.session, sheet.meeting, now=v.now)
        if check_in is None:
            raise TooLate("check_in_over")
        start = rules.link(check_in.secret, meeting_id, v.now)
        picture = qr_picture(await bots.link_above(v, start, sheet.meeting.cell_id))
        file = Media(kind="photo", name="qr.png", mime="image/png", content=picture, created_at=v.now)
        v.say(
            "check_in_qr",
            [[v.button("check_in.qr_again", "codeqr", meeting_id)]],
            media_id=await media.keep(v.session, file),
            about=(ABOUT, meeting_id),
            protect=True,
            meeting=sheet.meeting,
            until=rules.link_until(v.now),
        )


async def on_end(update: Update, context: Context) -> None:
    """No more check-ins; the message with the code says so."""
    meeting_id = tapped(update).number(0)

    async with visit(update, context) as v:
        sheet = await check_ins.close(v.session, meeting_id=meeting_id, by=v.member, now=v.now, texts=v.texts)
        v.put(check_ins.screen(sheet, None, now=v.now))


async def take_code(v: Visit, text: str, wizard: str | None) -> bool:
    """Check in with typed digits; False when they are none, or no meeting of theirs takes any now.

    In the middle of something wrong digits are its answer, and are counted all the same. A reason for leave is
    no number: who is asked for one and types digits has come.
    """
    code = rules.read_code(text)
    if code is None or v.speaker is None:
        return False
    open_ = await check_ins.list_open(v.session, v.member, now=v.now, texts=v.texts)
    codes, chat, busy = v.house.codes, v.address.chat, wizard not in (None, REASON)
    if not open_ or (busy and codes.is_shut(chat, v.now)):
        return False
    _check_not_shut(v)
    found = next((each for each in open_ if rules.fits(each.secret, code, v.now)), None)
    if found is None:
        codes.wrong(chat, v.now)
        if busy:
            return False
        raise BadInput("check_in_wrong")
    if not busy:
        await wizards.stop(v.session, v.known)
    await _check_in(v, found.meeting_id)
    return True


async def take_link(v: Visit, start: str) -> bool:
    """Check in with the link of the picture; False when `/start` carries something else."""
    read = rules.LINK.fullmatch(start)
    if read is None:
        return False
    _ = v.member
    _check_not_shut(v)
    meeting = await meetings.get(v.session, int(read[1]))
    check_in = await check_ins.find_open(v.session, meeting, now=v.now)
    if check_in is None or not rules.link_fits(check_in.secret, read[2], v.now):
        v.house.codes.wrong(v.address.chat, v.now)
        raise NotFound("check_in_old_picture")
    await _check_in(v, check_in.meeting_id)
    return True


def _check_not_shut(v: Visit) -> None:
    """Whoever typed too many wrong codes is marked by hand."""
    if v.house.codes.is_shut(v.address.chat, v.now):
        raise TooLate("too_many_codes")


async def _check_in(v: Visit, meeting_id: int) -> None:
    done: CheckedIn = await check_ins.check_in(
        v.session, meeting_id=meeting_id, member=v.member, now=v.now, texts=v.texts
    )
    v.say("checked_in", meeting=done.sheet.meeting, cell=done.sheet.cell, state=done.state, now=v.now)


TAPS = {"code": on_open, "codeqr": on_picture, "codeend": on_end}
