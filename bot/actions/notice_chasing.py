"""Who has not confirmed a notice is asked again, bounded; who has no channel is named to those who lead the cell.

Each run takes a step, by day only. One run twice does no harm: whom it has dealt with is noted in the database.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.actions.notice_messages import reading_buttons
from bot.actions.telling import Say, message, tell_each
from bot.buttons import tap
from bot.lanes import Lane
from bot.rules.names import given_name_key
from bot.rules.notice_reading import chase_due, chase_times
from bot.rules.permissions import SECRETARIES
from bot.rules.reminders import is_quiet
from bot.texts import LANGUAGES, Texts
from db import notice_chasing, notices, organisations, people, posting, requeue
from db.models import Notice, NoticeState, Organisation
from db.posting import When
from db.session import Session, has_one_writer

STEP = 5_000
"""Members asked in one run at most, so that no transaction is long."""
SHORT_STEP = 1_000
"""The same where a press waits for the end of the transaction."""
WATCHED = timedelta(days=30)
"""So long after its release it is watched whom a notice cannot reach."""


async def chase(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask the next who have not confirmed, where a chase is due; how many members were asked."""
    if is_quiet(now, texts.zone):
        return 0
    left = STEP if not has_one_writer(session) else SHORT_STEP
    asked = 0
    for notice in await notice_chasing.list_running(session, today=texts.day_of(now)):
        number = chase_due(notice.sent_at or now, notice.study_by, texts.zone, now=now)
        if number and left > asked:
            found = await notice_chasing.take_silent(session, notice, number, now=now, limit=left - asked)
            await _ask(session, notice, found, now=now, texts=texts)
            if found:  # with the chase also goes what may not have arrived
                await requeue.retry_unknown(session, notice.id or 0, not_before=now)
            asked += len(found)
    return asked


async def ask_again(session: Session, *, now: datetime, texts: Texts) -> int:
    """Ask those again who have put it off until now; how many wishes were dealt with."""
    if is_quiet(now, texts.zone):
        return 0
    due = await notice_chasing.list_due(session, now=now, limit=SHORT_STEP)
    running = await notice_chasing.list_running(session, today=texts.day_of(now)) if due else []
    for notice in running:
        await _ask(session, notice, due.get(notice.id or 0, ()), now=now, texts=texts, again=True)
    if due:
        await notice_chasing.forget_snoozes(session, due)
    return sum(map(len, due.values()))


async def name_unreached(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell those who lead the cells whom no chat reaches, each member once; how many members were named."""
    if is_quiet(now, texts.zone):
        return 0
    named = 0
    for notice in await notice_chasing.list_running(session, today=texts.day_of(now)):
        if notice.state is NoticeState.SENT and now - (notice.sent_at or now) < WATCHED:
            found = await notice_chasing.take_unreached(session, notice, now=now, limit=SHORT_STEP)
            await _name(session, notice, found, now=now, texts=texts)
            named += sum(len(names) for _, names in found)
    return named


async def next_due(session: Session, *, after: datetime, texts: Texts) -> datetime | None:
    """When somebody is next to be asked about a notice, by a chase or because they wanted it."""
    running = await notice_chasing.list_running(session, today=texts.day_of(after))
    chases = [
        at for n in running for at in chase_times(n.sent_at or after, n.study_by, texts.zone) if at > after
    ]
    wished = await notice_chasing.find_next(session, after=after)
    return min([*chases, *([wished] if wished else [])], default=None)


async def _ask(
    session: Session,
    notice: Notice,
    members: Sequence[int],
    *,
    now: datetime,
    texts: Texts,
    again: bool = False,
) -> None:
    """The same words to all of them, kept once in each language."""
    if not members:
        return
    say = Say(
        "notice_chase",
        {
            "notice": notice,
            "issuer": await organisations.get(session, notice.issuer_id),
            "again": again,
        },
        lambda t, language: reading_buttons(notice.id, t, language),
        about=(notices.ASKED, notice.id or 0),
        asks=True,
    )
    made = {language: message(say, language, texts=texts, when=When(now)) for language in LANGUAGES}
    session.add_all(made.values())
    await session.flush()
    said = {language: content.id or 0 for language, content in made.items()}
    chosen = notice_chasing.chats(notice, members, said, again=again)
    await posting.queue_chosen(session, chosen, lane=Lane.REMINDER, when=When(now))


async def _name(
    session: Session,
    notice: Notice,
    found: Sequence[tuple[Organisation, list[str]]],
    *,
    now: datetime,
    texts: Texts,
) -> None:
    leaders = await people.list_holders_of_cells(
        session, [cell.id or 0 for cell, _ in found], SECRETARIES, on=texts.day_of(now)
    )
    says = [(leaders[cell.id or 0], _unreached(notice, cell, names)) for cell, names in found]
    await tell_each(session, says, texts=texts, lane=Lane.REMINDER, when=When(now))


def _unreached(notice: Notice, cell: Organisation, names: list[str]) -> Say:
    values = {"notice": notice, "cell": cell, "names": sorted(names, key=given_name_key)}
    return Say(
        "notice_unreached",
        values,
        lambda t, language: [[tap(t.label("notices.to_tell", language), "notice_who", notice.id, cell.id)]],
        protect=True,
    )
