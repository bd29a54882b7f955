"""The weekly digest of a cell's tasks for those who lead it: what is overdue, who is stuck, who is silent before a
meeting. Where there is nothing to tell nothing is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bot.actions.authority import authorise
from bot.actions.task_buttons import BESIDE
from bot.actions.tasks import list_workers_of_cells
from bot.actions.telling import Say, tell_each
from bot.buttons import Rows, tap
from bot.errors import BadInput
from bot.lanes import Lane
from bot.rules.digests import WEEK, DigestReaders, disturbs, is_stale, next_digest
from bot.rules.permissions import SECRETARIES, Right
from bot.rules.reminders import is_quiet
from bot.rules.words import RoleName
from bot.texts import Texts
from db import digests, organisations, people, tasks
from db.models import Digest, Meeting, Member, Organisation
from db.posting import When
from db.session import Session
from db.tasks import Given

STEP = 50
"""Cells dealt with in one transaction."""
ONLY_SECRETARY, FOLLOWER = frozenset({RoleName.SECRETARY}), frozenset({RoleName.FOLLOWER})
NAMED = 10
"""So many stuck tasks have a button of their own; the others stand on the board."""


@dataclass(frozen=True)
class News:
    """What is to be told of a cell's tasks. `silent` are those without a report for the `meeting` of this week."""

    cell: Organisation
    overdue: Sequence[Given]
    stuck: Sequence[Given]
    silent: Sequence[Member]
    meeting: Meeting | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.overdue or self.stuck or self.silent)

    def buttons(self, texts: Texts, language: str) -> Rows:
        """To what can be done: the tasks of who is stuck, asking the silent, the board."""
        number = self.cell.id
        members = {given.member.id: given.member for given in self.stuck}
        rows = [
            [tap(texts.label("tasks.stuck_of", language, name=m.name), "taskof", number, m.id, BESIDE)]
            for m in list(members.values())[:NAMED]
        ]
        if self.silent:
            rows.append([tap(texts.label("tasks.chase", language), "taskchase", number)])
        return [*rows, [tap(texts.label("tasks.back", language), "taskboard", number)]]

    def link(self, texts: Texts, language: str) -> Rows:
        """For who follows the cell: to its numbers."""
        return [[tap(texts.label("task_cells.back", language), "taskcells", self.cell.id)]]


async def send_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Tell those whose moment has come, and begin with cells that got their first task; how many cells it were.

    What comes due in the night, because the machine was off, waits for the morning; what is days late is left out.
    """
    begun = await digests.list_cells_without(session, limit=STEP)
    session.add_all(_usual(cell_id, now=now, texts=texts) for cell_id in begun)
    if is_quiet(now, texts.zone):
        return len(begun)
    due = await digests.list_due(session, now=now, limit=STEP)
    fresh = {each.cell_id: each for each in due if each.next_at and not is_stale(each.next_at, now=now)}
    news = await _list_news(session, list(fresh), now=now, texts=texts)
    await _tell(session, [(each, fresh[each.cell.id or 0].readers) for each in news], now=now, texts=texts)
    for each in due:
        each.next_at = next_digest(each.weekday, each.at, texts.zone, after=now)
        session.add(each)
    return len(begun) + len(due)


async def get(session: Session, *, cell_id: int, by: Member, now: datetime, texts: Texts) -> Digest:
    """When a cell gets its digest. NotAllowed unless `by` leads it."""
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    return await digests.find(session, cell_id) or _usual(cell_id, now=now, texts=texts)


async def choose(
    session: Session, *, cell_id: int, weekday: int | None, at: time, by: Member, now: datetime, texts: Texts
) -> Digest:
    """A cell gets its digest on this local weekday (Monday 0; None: never) and time.

    NotAllowed unless `by` leads it; BadInput for the quiet hours.
    """
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    if disturbs(at):
        raise BadInput("digest_at_night")
    digest = await digests.find(session, cell_id, for_update=True) or _usual(cell_id, now=now, texts=texts)
    digest.next_at = None
    if weekday is not None:
        digest.weekday, digest.at = weekday % 7, at
        digest.next_at = next_digest(digest.weekday, at, texts.zone, after=now)
    session.add(digest)
    await session.flush()
    return digest


async def choose_readers(
    session: Session, *, cell_id: int, readers: DigestReaders, by: Member, now: datetime, texts: Texts
) -> Digest:
    """Who gets a cell's digest. NotAllowed unless `by` leads it."""
    await authorise(session, by, Right.LEAD, cell_id, on=texts.day_of(now))
    digest = await digests.find(session, cell_id, for_update=True) or _usual(cell_id, now=now, texts=texts)
    digest.readers = readers
    session.add(digest)
    await session.flush()
    return digest


def _usual(cell_id: int, *, now: datetime, texts: Texts) -> Digest:
    """Monday morning, until something else is chosen."""
    weekday, at = 0, time(7, 30)
    due = next_digest(weekday, at, texts.zone, after=now)
    return Digest(cell_id=cell_id, weekday=weekday, at=at, next_at=due)


async def _list_news(session: Session, cell_ids: Sequence[int], *, now: datetime, texts: Texts) -> list[News]:
    """Of these cells those with something to tell; the same few statements for any number."""
    if not cell_ids:
        return []
    today = texts.day_of(now)
    workers = await list_workers_of_cells(session, cell_ids, today=today)
    months = await tasks.find_months(session, cell_ids, on=today)
    coming = await digests.list_meetings(session, cell_ids, since=now, until=now + WEEK)
    cells = await organisations.list_by_id(session, cell_ids)
    news = []
    for cell_id in cell_ids:
        given = [each for _, mine in workers[cell_id] for each in mine]
        silent = [m for m, mine in workers[cell_id] if any(g.is_silent(months[cell_id]) for g in mine)]
        news.append(
            News(
                cells[cell_id],
                overdue=[each for each in given if each.is_overdue(today)],
                stuck=[each for each in given if each.assignment.stuck],
                silent=silent if cell_id in coming else (),
                meeting=coming.get(cell_id),
            )
        )
    return [each for each in news if each]


async def _tell(
    session: Session, news: Sequence[tuple[News, DigestReaders]], *, now: datetime, texts: Texts
) -> None:
    """To those who lead each cell by name, to who follows it in numbers; few statements for any number of cells."""
    today = texts.day_of(now)
    cells = [each.cell.id or 0 for each, _ in news]
    holders = {
        names: await people.list_holders_of_cells(session, cells, names, on=today)
        for names in (ONLY_SECRETARY, SECRETARIES, FOLLOWER)
    }
    says: list[tuple[set[int], Say]] = []
    for each, readers in news:
        number, name = each.cell.id or 0, f"digest:{each.cell.id}:{today}"
        leaders = holders[SECRETARIES][number]
        if readers is DigestReaders.SECRETARY:
            leaders = holders[ONLY_SECRETARY][number] or leaders
        says.append((leaders, Say("task_digest", {"news": each}, each.buttons, protect=True, dedupe=name)))
        if readers is DigestReaders.FOLLOWERS:
            followers = holders[FOLLOWER][number] - leaders
            says.append((followers, Say("task_digest_numbers", {"news": each}, each.link, dedupe=name)))
    await tell_each(session, says, texts=texts, lane=Lane.REMINDER, when=When(now))
