"""A commune to click through: the bot and the chat page in one process, with a clock that can be moved.

Everybody is registered and one cell has its schedule, so that the next event is its invitation. Two of its people
are left to whoever opens the page; the others act by themselves.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app import App
from bot.clock import Clock
from bot.demo import stage
from bot.demo.actors import Actor
from bot.demo.cast import Cast, Cell, Month, at, is_exempt
from bot.demo.given import Given
from bot.demo.month import REGULAR, invite, plan_arrivals, plan_schedule, populate
from bot.demo.script import Behaviour, part
from bot.demo.stage import Stage
from bot.rules.roster import Person as Listed
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram

NEXT = "Đến sự kiện kế tiếp"
"""The button of the page that jumps."""
BEAT = 0.4
"""Seconds between two looks of those who act by themselves."""
QUICK = timedelta(seconds=2)
"""What their delays are counted in: the slowest answers within a quarter of a minute."""
PATIENCE = 10.0
"""Seconds that a move of the clock waits at most for everything to be said."""
OTHERS = (
    *(part(Behaviour.COMING), part(Behaviour.LEAVE, words="em bận, xin vắng"), part(Behaviour.SILENT)),
    *(part(Behaviour.COMING_THEN_LEAVE, words="nhà có việc gấp, xin vắng ạ"), part(Behaviour.LATE)),
    *(part(Behaviour.AFTER_CHASE), part(Behaviour.NO_PHONE), part(Behaviour.COMING, words="co mat")),
)
"""What the others of the cell do, in turn; nobody needs the officer to see it."""


class Hands:
    """The clock bar of the page. Whoever moves the clock sees what was said meanwhile."""

    controllable = True

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.app: App | None = None

    def now(self) -> datetime:
        """The time of the demo, in UTC."""
        return self._clock.now()

    async def next_event(self) -> datetime | None:
        """When the bot has something to do next, or a meeting begins."""
        return await self.app.next_event() if self.app else None

    async def jump(self) -> None:
        """Move to the next event; LookupError where there is none."""
        event = await self.next_event()
        if event is None:
            raise LookupError("Chưa có sự kiện nào sắp tới.")
        await self._move_to(event)

    async def advance(self, seconds: float) -> None:
        """Move forward by so many seconds."""
        await self._move_to(self._clock.now() + timedelta(seconds=seconds))

    async def _move_to(self, moment: datetime) -> None:
        self._clock.move_to(moment)
        if self.app is None:
            return
        await self.app.ticking.run_all()
        for _ in range(int(PATIENCE / 0.05)):
            if await self.app.is_quiet():
                return
            await asyncio.sleep(0.05)


async def show(*, port: int, roster: Path | None = None, say: Callable[[str], None] = print) -> None:
    """Serve the demo until cancelled; where to click is said in three lines. Unusable for a list that is none."""
    with TemporaryDirectory(prefix="chibo-demo-") as name:
        folder, clock = Path(name), Clock()
        given = Given.read(folder, roster, None, None)
        clock.move_to(at(Month().eve, 8).astimezone(UTC))
        hands, telegram = Hands(clock), stage.town(clock)
        await stage.prepare(folder)
        async with _served(telegram, hands, port, say) as url:
            async with stage.bot(url, folder, clock).opened() as app:
                played = Stage(app, telegram, clock)
                leader, member = await _settle_in(played, given)
            hands.app = played.app = stage.bot(url, folder, clock)
            for line in _guide(played, url, leader, member):
                say(line)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(played.app.run_alone())
                tasks.create_task(_live(played))


async def _live(played: Stage) -> None:
    """Let those who act by themselves do so."""
    while True:
        played.beat()
        await asyncio.sleep(BEAT)


@asynccontextmanager
async def _served(
    telegram: Telegram, hands: Hands, port: int, say: Callable[[str], None]
) -> AsyncIterator[str]:
    """The page at that port, or at a free one when something else is there."""
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(serve(telegram, hands, port=port))
        except OSError:
            url = await stack.enter_async_context(serve(telegram, hands))
            say(f"Port {port} is taken, so the page is at another one.")
        yield url


async def _settle_in(played: Stage, given: Given) -> tuple[Actor, Actor]:
    """Register everybody, set the first cell's schedule and give its task; who leads it and one of its members.

    These two are left to the page from then on.
    """
    month, cast = Month(), _cast(given)
    async with played.app.database.write() as session:
        done = await given.enrol(session, now=played.clock.now(), today=month.eve)
        town = populate(played, cast, month, done.top)
        links = await invite(session, town, now=played.clock.now())
    cell = cast.cells[0]
    leader = town.leader(cell.on_duty)
    plan_arrivals(town, links)
    plan_schedule(town, leader, REGULAR, at(month.eve, 9))
    played.plan(at(month.eve, 9, 5), leader, leader.gives_task)
    await played.play_until(at(month.eve, 10).astimezone(UTC))
    shown = _shown(cell)
    member = town.actors[shown.code] if shown else town.officer
    for turn, actor in enumerate(town.actors.values()):
        actor.delay = QUICK * (1 + turn % 7)
    played.actors = [actor for actor in played.actors if actor not in (leader, member)]
    return leader, member


def _cast(given: Given) -> Cast:
    """The usual mixture; in the cell that is shown, its leaders and the member shown come, the others in turn."""
    first = Cast.of(given.roster, given.script.parts).cells[0]
    parts = {p.code: part(Behaviour.COMING) for p in first.leaders}
    others = [p for p in first.members if p.code not in parts]
    shown = _shown(first)
    for turn, person in enumerate(p for p in others if p is not shown):
        parts[person.code] = OTHERS[turn % len(OTHERS)]
    if shown:
        parts[shown.code] = part(Behaviour.COMING)
    return Cast.of(given.roster, {**given.script.parts, **parts})


def _shown(cell: Cell) -> Listed | None:
    """The member whose chat is opened beside the secretary's; None in a cell of leaders only."""
    return next((p for p in cell.members if p not in cell.leaders and not is_exempt(p)), None)


def _guide(played: Stage, url: str, leader: Actor, member: Actor) -> Iterator[str]:
    """One address, and what to click."""
    label = played.label
    yield f"Open {url}/#{leader.person.id},{member.person.id}   (Ctrl-C stops)"
    yield (
        f"  «{NEXT}» brings {member.person.name} the invitation, and then the chase: "
        f"answer with a button, or type «em bận, xin vắng»."
    )
    steps = ("menu.roll", "sheet.all_present", "sheet.close", "sheet.accept_leave", "sheet.lock")
    clicks = ", ".join(f"«{label(step)}»" for step in steps)
    yield f"  On the day of the meeting, as {leader.person.name}: {clicks}, and the summary comes."
