"""The commune of the demo on a clock that stands still: the real bot, its people, and what they see.

Everything here is the same every time: the list, the days, what people do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from bot.actions.registration import Inviting, invite
from bot.app import App
from bot.clock import StillClock
from bot.demo import commune, stage
from bot.demo.cast import Month, at
from bot.demo.given import Given
from bot.demo.month import OFFICER
from bot.rules.roster import Person as Listed
from bot.rules.words import RoleName
from bot.sandbox.objects import Message
from bot.sandbox.server import serve
from bot.sandbox.telegram import Telegram
from db import organisations, people
from tests.docs.screens import Paper, Screen
from tests.people import Actor, Town

BEGIN = at(Month().eve, 8).astimezone(UTC)
"""Eight o'clock on the eve of the demo's month."""
Look = Callable[[Screen | Paper], Coroutine[Any, Any, None]]
"""What is done with a screen as soon as it is there; a camera needs it at that moment."""


async def nobody_looks(seen: Screen | Paper) -> None:
    """The screens are kept, and that is all."""


@dataclass
class Commune:
    """The town with everybody of the demo's list by name; whoever has come in can act."""

    town: Town
    listed: dict[str, Listed]
    page: str
    """The address of the sandbox's page."""
    committee: int = 0
    people: dict[str, Actor] = field(default_factory=dict)
    seen: dict[str, Screen | Paper] = field(default_factory=dict)
    """What was looked at, by its name."""
    look: Look = nobody_looks

    def __getitem__(self, name: str) -> Actor:
        return self.people[name]

    async def shows(
        self,
        name: str,
        who: str,
        *,
        last: int = 1,
        but: int = 0,
        message: Message | None = None,
        keys: bool = False,
    ) -> None:
        """Look at a message of somebody's, or at the last ones but some; with the keys below where they matter."""
        person = self[who].person
        shown = person.messages[-last : -but or None] if message is None else [message]
        await self._keep(Screen.of(name, person, shown, keys=keys))

    async def prints(self, name: str, who: str) -> None:
        """Look at the Word file that came to somebody last."""
        document = self[who].person.last.document
        assert document is not None, f"{who} was sent no paper"
        await self._keep(Paper(name, document.name, document.data))

    async def _keep(self, seen: Screen | Paper) -> None:
        assert seen.name not in self.seen, f"two pictures are called {seen.name}"
        self.seen[seen.name] = seen
        await self.look(seen)

    @staticmethod
    def button(message: Message, part: str) -> str:
        """The button of a message that has these words in it."""
        return next(b.text for row in message.buttons for b in row if part in b.text)

    async def link(self, name: str, **whom: Any) -> str:
        """The link an operator makes for somebody: their own, or that of `whom`."""
        town = self.town
        async with town.app.database.write() as session:
            if not whom:
                member = await people.find_member_by_code(session, self.listed[name].code)
                assert member is not None
                whom = {"member_id": member.id}
            return await invite(session, Inviting(**whom), now=town.clock.now())

    def enters(self, name: str) -> Actor:
        """Somebody takes their telephone in hand; the bot knows nothing of them yet."""
        listed = self.listed.get(name)
        person = self.town.telegram.add_person(name, phone=listed.phone if listed else None)
        self.people[name] = Actor(self.town, person, 0)
        return self.people[name]

    async def joins(self, *names: str, **whom: Any) -> None:
        """People open their links and agree, all at the same time."""
        for name in names:
            self.enters(name).person.opens(await self.link(name, **whom))
        await self.town.app.settle()
        await self.tap("Tôi đồng ý", *names)

    async def tap(self, button: str, *names: str) -> None:
        """People tap the same button at the same time."""
        for name in names:
            self[name].person.taps(button)
        await self.town.app.settle()


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Commune]:
    """The list taken in, the committee's officer there, everybody else still to come."""
    clock = StillClock(BEGIN)
    telegram = stage.town(clock)
    await stage.prepare(folder)
    async with serve(telegram) as page, stage.bot(page, folder, clock).opened() as app:
        yield await _found(app, telegram, clock, page, folder)


async def _found(app: App, telegram: Telegram, clock: StillClock, page: str, folder: Path) -> Commune:
    given = Given.read(folder, None, None, None)
    async with app.database.write() as session:
        done = await given.enrol(session, now=clock.now(), today=Month().eve)
        assert done.top is not None
        cells = await organisations.list_cells(session, done.top.id or 0)
    listed = {person.name: person for person in given.roster.people}
    made = Commune(Town(app, telegram, clock), listed, page, done.top.id or 0)
    made.town.cell_a = next(cell.id or 0 for cell in cells if cell.name == commune.VILLAGE)
    await made.joins(OFFICER, role=RoleName.OFFICER, organisation_id=made.committee)
    return made
