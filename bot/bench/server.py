"""A local Telegram in a process of its own, which keeps the time of everything that reaches it.

    python -m bot.bench.server [--delay SECONDS] [--overall MESSAGES_A_SECOND]

It prints its address and stays until it is ended. All moments are seconds of the machine's monotonic clock,
which every process reads alike. The people do here at once what thousands do in their chats:

    POST /bench/people   {"count"}                     so many people who started the bot
    POST /bench/invite   {"people", "text", "rows"}    a message of the bot with buttons for each of them
    POST /bench/press    {"people", "text"}            each presses that button under their newest message
    POST /bench/reset                                  forget what was noted so far
    GET  /bench/wait     ?accepted= &answered= &polled= &seconds=     until so much has happened; true or false
    GET  /bench/watch                                  what was noted
    GET  /bench/parts                                  the numbers of the parts each chat got
"""

from __future__ import annotations

import argparse
import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.limits import Limits, Rate
from bot.sandbox.objects import Content, Message, Reply
from bot.sandbox.server import make_app
from bot.sandbox.telegram import Telegram

TOKEN = "1:sandbox"
BOT = 1
LOOK = 0.01
PART = re.compile(r"Phần (\d+)/\d+")
WHOLE = "gửi thông báo học tập"
"""What a notice that is one message begins with."""


@dataclass
class Watch:
    """When what happened: polls, messages and edits accepted or refused for speed, presses and their answers."""

    polled: float | None = None
    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    pressed: dict[int, float] = field(default_factory=dict)
    acknowledged: dict[int, float] = field(default_factory=dict)
    replied: dict[int, float] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Presses that were both acknowledged and replied to."""
        return len(self.acknowledged.keys() & self.replied.keys())

    def note(self, method: str, chat: int) -> None:
        """An accepted call; an edit is the reply to the press that was made in its chat."""
        now = time.monotonic()
        if method == "answerCallbackQuery":
            self.acknowledged.setdefault(chat, now)
            return
        self.accepted.append(now)
        if method == "editMessageText" and chat in self.pressed:
            self.replied.setdefault(chat, now)


class Watched(Telegram):
    """A Telegram that answers every call but polls `delay` seconds late, as a real one far away does."""

    def __init__(self, *, delay: float, limits: Limits) -> None:
        super().__init__(TOKEN, limits=limits, keep_log=False)
        self.delay = delay
        self.watch = Watch()

    async def call(
        self,
        token: str,
        method: str,
        params: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Reply:
        """As Telegram, a little later, and noted."""
        if method == "getUpdates":
            self.watch.polled = self.watch.polled or time.monotonic()
        elif self.delay:
            await asyncio.sleep(self.delay)
        reply = await super().call(token, method, params, files)
        if reply.status == 429:
            self.watch.refused.append(time.monotonic())
        return reply

    def note(self, method: str, message: Message, *args: Any, **more: Any) -> None:
        """The accepted call, counted and with its moment."""
        super().note(method, message, *args, **more)
        self.watch.note(method, message.chat.id)


HERE: web.AppKey[Watched] = web.AppKey("watched", Watched)


async def add_people(request: web.Request) -> web.Response:
    """People who pressed Start long ago."""
    people = request.app[HERE].add_people((await request.json())["count"])
    return web.json_response(people[0].id)


async def invite(request: web.Request) -> web.Response:
    """A message with buttons from the bot, in each chat."""
    telegram, body = request.app[HERE], await request.json()
    markup = {"inline_keyboard": body["rows"]}
    for person in map(telegram.people.__getitem__, body["people"]):
        telegram.add_message(person.chat, telegram.bot, Content(body["text"]), markup=markup)
    return web.json_response(len(body["people"]))


async def press(request: web.Request) -> web.Response:
    """All of them press before the bot can hear of the first; the moment is that of the last press."""
    telegram, body = request.app[HERE], await request.json()
    for person in map(telegram.people.__getitem__, body["people"]):
        person.taps(body["text"])
    now = time.monotonic()
    telegram.watch.pressed.update(dict.fromkeys(body["people"], now))
    return web.json_response(None)


async def reset(request: web.Request) -> web.Response:
    """Note everything afresh."""
    request.app[HERE].watch = Watch()
    return web.json_response(None)


async def wait(request: web.Request) -> web.Response:
    """Whether so much has happened within `seconds`."""
    telegram = request.app[HERE]
    accepted, answered = (int(request.query.get(key, 0)) for key in ("accepted", "answered"))
    end = time.monotonic() + float(request.query["seconds"])
    while time.monotonic() < end:
        watch = telegram.watch
        polled = "polled" not in request.query or watch.polled is not None
        if polled and len(watch.accepted) >= accepted and watch.answered >= answered:
            return web.json_response(True)
        await asyncio.sleep(LOOK)
    return web.json_response(False)


async def watch(request: web.Request) -> web.Response:
    """What was noted since the last reset."""
    return web.json_response(asdict(request.app[HERE].watch))


async def parts(request: web.Request) -> web.Response:
    """Which parts of a long text came to each chat, by the numbers in them; without one it is the first."""
    found = {
        person.id: [number for message in person.chat.messages.values() if (number := _part(message))]
        for person in request.app[HERE].people.values()
    }
    return web.json_response(found)


def _part(message: Message) -> int:
    """Which part of a notice a message is; 0 for anything else that is said."""
    text = message.text or ""
    if not message.from_bot:
        return 0
    return int(number[1]) if (number := PART.search(text)) else int(WHOLE in text)


async def serve(telegram: Watched) -> None:
    """Listen on a free port until the process ends."""
    app = make_app(telegram)
    app[HERE] = telegram
    app.router.add_post("/bench/people", add_people)
    app.router.add_post("/bench/invite", invite)
    app.router.add_post("/bench/press", press)
    app.router.add_post("/bench/reset", reset)
    app.router.add_get("/bench/wait", wait)
    app.router.add_get("/bench/watch", watch)
    app.router.add_get("/bench/parts", parts)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


def main() -> None:
    """Serve with the limits of the command line; no `--overall` means no limits at all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--overall", type=int, default=0)
    asked = parser.parse_args()
    unlimited = Limits(None, None, None, None)
    limits = Limits(overall=Rate(asked.overall, 1), answer_within=None) if asked.overall else unlimited
    asyncio.run(serve(Watched(delay=asked.delay, limits=limits)))


if __name__ == "__main__":
    main()
