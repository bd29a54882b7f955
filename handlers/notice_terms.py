"""What may be said of a study notice beside its content: a screen of it all, and a short question for each.

Every question can be left with a button: what it asks about then stays unsaid.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from telegram import Update

from bot.actions import notice_drafts
from bot.actions import notice_terms as terms
from bot.buttons import Rows
from bot.errors import BadInput, NotAllowed
from bot.rules.days import read_day
from bot.rules.names import clean
from bot.rules.notice_head import Head
from bot.rules.notice_questions import MOST_QUESTIONS, Wrong, read_question
from bot.rules.notices import BUTTON, shorten
from bot.rules.occurrence_words import read_occurrence
from db import drafting, notices
from db.models import Notice
from handlers.common import Context, Visit, tapped, visit
from handlers.notice_release import ask_title, preview
from handlers.notice_wizard import current, go, known

MORNING = time(8)
"""The hour a day without one means for leaving."""
NOTHING = ("-", "–", "—")
"""What is typed where something recognised is not so."""
OFFERED = 10
"""So many earlier notices can be replaced."""


@dataclass(frozen=True)
class Asked:
    """A question about a notice: what to do with what was typed (None: it was left out), and what comes next."""

    put: Callable[[Visit, Notice, str | None], Awaitable[None]]
    then: str | None = None


async def on_options(update: Update, context: Context) -> None:
    """All that is said of the notice."""
    async with visit(update, context) as v:
        await show(v, await current(v))


async def on_field(update: Update, context: Context) -> None:
    """Ask for something."""
    key = tapped(update).word(0)

    async with visit(update, context) as v:
        if key not in FIELDS:
            raise NotAllowed("button_unknown")
        await _ask(v, await current(v), key)


async def on_clear(update: Update, context: Context) -> None:
    """Nothing is said of what was asked."""
    key = tapped(update).word(0)

    async with visit(update, context) as v:
        if key not in FIELDS:
            raise NotAllowed("button_unknown")
        await take(v, key, None)


async def on_leave(update: Update, context: Context) -> None:
    """Back from a question without an answer: all stays as it was."""
    async with visit(update, context) as v:
        await leave(v)


async def leave(v: Visit) -> None:
    """Back to the screen a question was asked from."""
    await SCREENS[(await known(v))["home"]](v, await current(v))


async def take(v: Visit, key: str, said: str | None) -> None:
    """Note an answer, and go on to the next question or back to where it was asked."""
    notice = await current(v)
    await FIELDS[key].put(v, notice, said)
    if then := FIELDS[key].then:
        await _ask(v, notice, then)
    else:
        await leave(v)


async def on_turn(update: Update, context: Context) -> None:
    """Turn one of the ways it goes: as parts or one document, repeated to newcomers or not."""
    what = tapped(update).word(0)

    async with visit(update, context) as v:
        turn = {"parts": terms.turn_parts, "repeats": terms.turn_repeats}.get(what)
        if turn is None:
            raise NotAllowed("button_unknown")
        draft = await current(v)
        await show(v, await turn(v.session, notice_id=draft.id or 0, by=v.member))


async def on_unask(update: Update, context: Context) -> None:
    """Take the last question out."""
    async with visit(update, context) as v:
        draft = await current(v)
        await terms.drop_question(v.session, notice_id=draft.id or 0, by=v.member)
        await show(v, draft)


async def on_replace(update: Update, context: Context) -> None:
    """Which earlier notice it replaces; with a number that one, with 0 none."""
    pressed = tapped(update)

    async with visit(update, context) as v:
        draft = await current(v)
        if pressed.args:
            old_id = pressed.number(0) or None
            await terms.replace(v.session, notice_id=draft.id or 0, by=v.member, old_id=old_id)
            await show(v, draft)
            return
        earlier = await notices.list_issued(v.session, [draft.issuer_id], limit=OFFERED)
        rows = [
            [v.button("notices.earlier", "notice_replaces", each.id, title=shorten(each.title, BUTTON))]
            for each in earlier
        ]
        none = [v.button("notices.replaces_none", "notice_replaces", 0)]
        v.edit("notice_replace_asked", [*rows, none], earlier=earlier)


async def show(v: Visit, notice: Notice) -> None:
    """All that is said of the notice, and a button for each."""
    await go(v, notice, "options", home="options")
    asked = await drafting.list_questions(v.session, notice.id or 0)
    old = await notices.get(v.session, notice.replaces_id) if notice.replaces_id else None
    v.edit("notice_options", _buttons(v, notice, len(asked)), notice=notice, questions=asked, replaced=old)


def _buttons(v: Visit, notice: Notice, asked: int) -> Rows:
    more = [v.button("notices.question", "notice_field", "question")] if asked < MOST_QUESTIONS else []
    less = [v.button("notices.unask", "notice_unask")] if asked else []
    repeats = [v.button("notices.repeats", "notice_turn", "repeats")] if notice.study_by else []
    return [
        [v.button("notices.head", "notice_field", "body")],
        [v.button("notices.study_by", "notice_field", "study_by"), *repeats],
        [*more, *less],
        [v.button("notices.one" if notice.as_parts else "notices.parts", "notice_turn", "parts")],
        [v.button("notices.replaces", "notice_replaces"), v.button("notices.force", "notice_field", "force")],
        [v.button("notices.narrowed", "notice_preview", 0)],
    ]


async def _ask(v: Visit, notice: Notice, key: str) -> None:
    """Ask for it; who does not want to answer leaves it as it is, or says that there is none."""
    await go(v, notice, key)
    none = {"leaves": "notices.now", "study_by": "notices.no_day", "force": "notices.no_day"}
    row = [v.button(none.get(key, "notices.skip"), "notice_clear", key)]
    v.edit("notice_field_asked", [row, [v.button("notices.unasked", "notice_asked")]], key=key, notice=notice)


# ── what is done with an answer ─────────────────────────────────────────────────────────────────────


async def _put_body(v: Visit, notice: Notice, said: str | None) -> None:
    await _put_head(v, notice, said, lambda words: {"body": clean(words)})


async def _put_number(v: Visit, notice: Notice, said: str | None) -> None:
    await _put_head(v, notice, said, lambda words: {"number": re.sub(r"^[Ss]ố\s*:?\s*", "", clean(words))})


async def _put_issued(v: Visit, notice: Notice, said: str | None) -> None:
    await _put_head(v, notice, said, lambda words: {"issued_on": _day(v, words) if words else None})


async def _put_head(
    v: Visit, notice: Notice, said: str | None, read: Callable[[str], dict[str, Any]]
) -> None:
    """Skipped, it stays as it was recognised; a dash says that there is none."""
    if said is None:
        return
    known_so_far = Head("", notice.body, notice.number, notice.issued_on)
    head = replace(known_so_far, **read("" if said.strip() in NOTHING else said))
    await notice_drafts.set_head(v.session, notice_id=notice.id or 0, by=v.member, head=head)


async def _put_study_by(v: Visit, notice: Notice, said: str | None) -> None:
    await terms.set_study_by(
        v.session, notice_id=notice.id or 0, by=v.member, day=_day(v, said), today=v.today
    )


async def _put_force(v: Visit, notice: Notice, said: str | None) -> None:
    await terms.set_in_force_to(
        v.session, notice_id=notice.id or 0, by=v.member, day=_day(v, said), today=v.today
    )


async def _put_question(v: Visit, notice: Notice, said: str | None) -> None:
    if said is None:
        return
    question = read_question(said)
    if isinstance(question, Wrong):
        raise BadInput("notice_question_wrong", wrong=str(question))
    await terms.add_question(v.session, notice_id=notice.id or 0, by=v.member, question=question)


async def _put_leaves(v: Visit, notice: Notice, said: str | None) -> None:
    moment = None if said is None else _moment(v, said)
    await go(v, notice, "preview", leaves=moment.isoformat() if moment else None, home="preview")


def _day(v: Visit, said: str | None) -> date | None:
    """BadInput for what is no day."""
    day = read_day(said, today=v.today) if said is not None else None
    if said is not None and day is None:
        raise BadInput("form_day_unclear")
    return day


def _moment(v: Visit, said: str) -> datetime:
    """The day and hour that were typed, in the organisation's time zone; BadInput unless sure and still to come."""
    now = v.texts.local(v.now)
    planned = datetime.combine(now.date(), MORNING, now.tzinfo)
    found = read_occurrence(said, now, planned)
    if found is None or found.place is not None:
        raise BadInput("notice_moment_unclear")
    return datetime.combine(found.day, found.at, v.texts.zone)


FIELDS = {
    "body": Asked(_put_body, "number"),
    "number": Asked(_put_number, "issued"),
    "issued": Asked(_put_issued),
    "study_by": Asked(_put_study_by),
    "question": Asked(_put_question),
    "force": Asked(_put_force),
    "leaves": Asked(_put_leaves),
}
SCREENS: dict[str, Callable[[Visit, Notice], Awaitable[None]]] = {
    "title": ask_title,
    "preview": preview,
    "options": show,
}
"""Where a question may have been asked from, and is gone back to."""

TAPS = {
    "notice_options": on_options,
    "notice_field": on_field,
    "notice_clear": on_clear,
    "notice_asked": on_leave,
    "notice_turn": on_turn,
    "notice_unask": on_unask,
    "notice_replaces": on_replace,
}
