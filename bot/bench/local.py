"""The local Telegram as a bench sees it: what the people do there, and what its clock says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from math import ceil
from typing import Any

import aiohttp

from bot.bench.programs import Broken, Program, program
from bot.bench.server import Watch

PATIENCE = 600.0
LOOK_AFTER = 1.0
"""Seconds after which a program that is waited for is looked after."""


class Local:
    """A local Telegram in another process. People have the ids `first`, `first` + 1, …"""

    def __init__(self, url: str, program: Program, session: aiohttp.ClientSession) -> None:
        self.url = url
        self.first = 0
        self._program = program
        self._session = session

    async def add_people(self, count: int) -> None:
        """So many people who started the bot long ago."""
        self.first = await self._post("people", count=count)

    async def invite(self, people: Sequence[int], text: str, rows: Any) -> None:
        """Put a message of the bot, with buttons, into these chats."""
        await self._post("invite", people=list(people), text=text, rows=rows)

    async def press(self, people: Sequence[int], text: str) -> None:
        """Let them all press a button at once."""
        await self._post("press", people=list(people), text=text)

    async def fail(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """From now on calls fail by these rules of the sandbox, and by no others."""
        url = f"{self.url}/sandbox/faults"
        async with self._session.delete(url) as response:
            response.raise_for_status()
        if rules:
            async with self._session.post(url, json={"rules": list(rules)}) as response:
                response.raise_for_status()

    async def reset(self) -> None:
        """Forget what was noted so far."""
        await self._post("reset")

    async def wait(self, running: Program, *, seconds: float = PATIENCE, **until: int) -> None:
        """Wait until so much was `accepted`, `answered` or `polled`; Broken when it does not come to that."""
        query = {**until, "seconds": LOOK_AFTER}
        for _ in range(ceil(seconds / LOOK_AFTER)):
            async with self._session.get(f"{self.url}/bench/wait", params=query) as response:
                if await response.json():
                    return
            running.check()
        raise Broken(f"not within {seconds:.0f} seconds: {until}")

    async def watch(self) -> Watch:
        """What was noted since the last reset."""
        async with self._session.get(f"{self.url}/bench/watch") as response:
            noted = await response.json()
        for key in ("pressed", "acknowledged", "replied"):
            noted[key] = {int(chat): moment for chat, moment in noted[key].items()}
        return Watch(**noted)

    async def parts(self) -> dict[int, list[int]]:
        """The numbers of the parts that came to each chat, in their order; a message without a number is part 1."""
        async with self._session.get(f"{self.url}/bench/parts") as response:
            return {int(chat): numbers for chat, numbers in (await response.json()).items()}

    async def _post(self, path: str, **body: Any) -> Any:
        async with self._session.post(f"{self.url}/bench/{path}", json=body) as response:
            response.raise_for_status()
            return await response.json()


@asynccontextmanager
async def telegram(*, people: int, delay: float = 0.0, overall: int = 0) -> AsyncIterator[Local]:
    """A local Telegram with so many people; `overall` messages a second and the usual limits, or none at all."""
    args = ("-m", "bot.bench.server", "--delay", str(delay), "--overall", str(overall))
    timeout = aiohttp.ClientTimeout(total=None)
    async with program(*args) as running, aiohttp.ClientSession(timeout=timeout) as session:
        local = Local(await running.line(), running, session)
        await local.add_people(people)
        yield local
