"""The digest of a committee for its officers: which numbers of the scorecard miss their targets, and since when.

On from the first officer on, monthly on the 5th: the directive wants each month looked at, by then the rolls of the
month before are closed, and where every target is reached nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.actions import scorecards
from bot.actions.authority import authorise
from bot.actions.scorecards import Line, indicator_button
from bot.actions.telling import Say, tell
from bot.buttons import Rows, tap
from bot.errors import BadInput
from bot.lanes import Lane
from bot.rules.digests import (
    LAST_DAY,
    DigestRhythm,
    disturbs,
    is_stale,
    month_told,
    next_committee_digest,
)
from bot.rules.permissions import OFFICERS, Right
from bot.rules.reminders import is_quiet
from bot.rules.scorecard import MONTHS, Reached, below_since
from bot.rules.spans import Span
from bot.rules.words import OrganisationKind
from bot.texts import Texts
from db import digests, organisations, people
from db import scorecards as stored
from db.models import CommitteeDigest, Member, Organisation
from db.posting import When
from db.session import Session

CHOOSES = Right.SEND_NOTICE
"""Who settles when it comes: officers."""
STEP = 10
"""Committees dealt with in one transaction."""


@dataclass(frozen=True)
class Missed:
    """A number that misses its target, and the month since which it does, as far as the trend goes back."""

    line: Line
    since: date


@dataclass(frozen=True)
class News:
    """What is to be told of a committee's cells in a month. `first`: the first month that was looked at."""

    organisation: Organisation
    month: date
    first: date
    missed: Sequence[Missed]

    def buttons(self, back: int, texts: Texts, language: str) -> Rows:
        """To the cells behind each number, and to the whole card, so many months back."""
        number = self.organisation.id
        return [
            *([indicator_button(each.line, number, back, texts, language)] for each in self.missed),
            [tap(texts.label("score.back", language), "score", number, back)],
            [tap(texts.label("score.when", language), "scoredigest", number)],
        ]


async def send_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell the committees whose moment has come, and begin with those that got their first officer; how many.

    What comes due in the night, because the machine was off, waits for the morning; what is days late is left out.
    """
    today = texts.day_of(now)
    begun = await digests.list_committees_without(session, on=today, limit=STEP)
    session.add_all(_usual(number, now=now, texts=texts) for number in begun)
    if is_quiet(now, texts.zone):
        return len(begun)
    due = await digests.list_due_of_committees(session, now=now, limit=STEP)
    for each in due:
        if each.next_at and not is_stale(each.next_at, now=now):
            await _tell(session, each.organisation_id, now=now, texts=texts)
        each.next_at = next_committee_digest(each.rhythm, each.day, each.at, texts.zone, after=now)
        session.add(each)
    return len(begun) + len(due)


async def get(
    session: Session, *, organisation_id: int, by: Member, now: datetime, texts: Texts
) -> CommitteeDigest:
    """When a committee gets its digest. NotAllowed unless `by` is an officer there; BadInput for a cell."""
    await _authorise(session, organisation_id, by, on=texts.day_of(now))
    found = await digests.find_of_committee(session, organisation_id)
    return found or _usual(organisation_id, now=now, texts=texts)


async def choose(
    session: Session,
    *,
    organisation_id: int,
    rhythm: DigestRhythm | None,
    day: int,
    at: time,
    by: Member,
    now: datetime,
    texts: Texts,
) -> CommitteeDigest:
    """A committee gets its digest on this weekday or day of the month (`rhythm` None: never), at this local time.

    Raises what `get` raises; BadInput for the quiet hours.
    """
    await _authorise(session, organisation_id, by, on=texts.day_of(now))
    if disturbs(at):
        raise BadInput("digest_at_night")
    found = await digests.find_of_committee(session, organisation_id, for_update=True)
    digest = found or _usual(organisation_id, now=now, texts=texts)
    digest.next_at = None
    if rhythm is not None:
        weekly = rhythm is DigestRhythm.WEEKLY
        digest.rhythm, digest.at = rhythm, at
        digest.day = day % 7 if weekly else min(max(day, 1), LAST_DAY)
        digest.next_at = next_committee_digest(rhythm, digest.day, at, texts.zone, after=now)
    session.add(digest)
    await session.flush()
    return digest


async def _authorise(session: Session, organisation_id: int, by: Member, *, on: date) -> None:
    await authorise(session, by, CHOOSES, organisation_id, on=on)
    if (await organisations.get(session, organisation_id)).kind is OrganisationKind.CELL:
        raise BadInput("digest_of_committees")


def _usual(organisation_id: int, *, now: datetime, texts: Texts) -> CommitteeDigest:
    made = CommitteeDigest(organisation_id=organisation_id)
    made.next_at = next_committee_digest(made.rhythm, made.day, made.at, texts.zone, after=now)
    return made


async def find_news(session: Session, organisation_id: int, *, now: datetime, texts: Texts) -> News | None:
    """What is to be told of a committee's cells; None when every number reaches its target."""
    months = Span.back(MONTHS, month_told(texts.day_of(now))).months
    counted = await stored.count(session, organisation_id, months=months, now=now, zone=texts.zone)
    missed = []
    for line in scorecards.lines(counted.months[-1], texts, counted.months[-2]):
        of_months = [(m, card[line.indicator]) for m, card in zip(months, counted.months, strict=True)]
        since = below_since(line.indicator, of_months, line.target)
        if since is not None:
            missed.append(Missed(line, since))
    far_first = sorted(missed, key=lambda each: each.line.reached is not Reached.FAR)
    found = News(await organisations.get(session, organisation_id), months[-1], months[0], far_first)
    return found if missed else None


async def _tell(session: Session, organisation_id: int, *, now: datetime, texts: Texts) -> None:
    today = texts.day_of(now)
    news = await find_news(session, organisation_id, now=now, texts=texts)
    if news is None:
        return
    back = int(news.month != today.replace(day=1))
    say = Say(
        "score_digest",
        {"news": news},
        lambda t, language: news.buttons(back, t, language),
        dedupe=f"scoredigest:{organisation_id}:{today}",
    )
    officers = await people.list_holders_of_cells(session, [organisation_id], OFFICERS, on=today)
    await tell(session, officers[organisation_id], say, texts=texts, lane=Lane.REMINDER, when=When(now))
