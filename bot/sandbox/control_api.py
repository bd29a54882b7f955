"""What tests and benches ask of a running sandbox: faults, counts, crowds that press at once, moved groups."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import web

from .objects import JSON
from .page_api import find, telegram_of
from .people import Group, Person
from .telegram import Telegram

AT_ONCE = 50  # people of a crowd who act before calls get their turn


def add_routes(app: web.Application) -> None:
    """Put the controls into an application that has its TELEGRAM."""
    app.router.add_routes(
        [
            web.get("/sandbox/faults", read_faults),
            web.post("/sandbox/faults", add_faults),
            web.delete("/sandbox/faults", clear_faults),
            web.delete("/sandbox/faults/{number}", remove_fault),
            web.get("/sandbox/counts", counts),
            web.post("/sandbox/updates", add_updates),
            web.post("/sandbox/groups/{id}/migrate", migrate),
            web.post("/sandbox/groups/{id}/add_bot", add_bot),
            web.post("/sandbox/groups/{id}/remove_bot", remove_bot),
            web.post("/sandbox/people/press_all", press_all),
            web.get("/sandbox/presses", presses),
            web.delete("/sandbox/presses", forget_presses),
        ]
    )


# Faults


async def read_faults(request: web.Request) -> web.Response:
    """The rules in force, with how often each has struck."""
    return web.json_response(telegram_of(request).faults.as_json())


async def add_faults(request: web.Request) -> web.Response:
    """One rule, or {"seed": n, "rules": [rule]}; all of them or, if one makes no sense, none."""
    faults, body = telegram_of(request).faults, await request.json()
    rules = body.get("rules", []) if {"rules", "seed"} & set(body) else [body]
    before = list(faults.rules)
    try:
        for rule in rules:
            faults.add(str(rule.get("fault")), **{key: rule[key] for key in rule if key != "fault"})
    except (TypeError, ValueError):
        faults.rules = before
        raise
    if "seed" in body:
        faults.seed = int(body["seed"])
    return await read_faults(request)


async def clear_faults(request: web.Request) -> web.Response:
    """From now on everything works."""
    telegram_of(request).faults.clear()
    return await read_faults(request)


async def remove_fault(request: web.Request) -> web.Response:
    """Without this rule from now on."""
    telegram_of(request).faults.remove(int(request.match_info["number"]))
    return await read_faults(request)


async def counts(request: web.Request) -> web.Response:
    """What was accepted, by method too; what was refused, by status; answers lost, by fault."""
    return web.json_response(telegram_of(request).counts)


async def add_updates(request: web.Request) -> web.Response:
    """Updates as they are given, {kind: body} each, readable or not."""
    telegram, body = telegram_of(request), await request.json()
    for update in body if isinstance(body, list) else [body]:
        for kind, content in update.items():
            telegram.updates.add(kind, content)
    return web.json_response({"waiting": len(telegram.updates)})


async def migrate(request: web.Request) -> web.Response:
    """The group becomes a supergroup; answers the new chat."""
    telegram = telegram_of(request)
    group = telegram.migrate(find(telegram.groups, request.match_info["id"], "group"))
    return web.json_response(group.chat.as_json())


async def add_bot(request: web.Request) -> web.Response:
    """Somebody puts the bot into the group: {"by": id}; answers the chat."""
    by, group = await _doing(request)
    by.adds_bot(group)
    return web.json_response(group.chat.as_json())


async def remove_bot(request: web.Request) -> web.Response:
    """Somebody takes the bot out of the group: {"by": id}; answers the chat."""
    by, group = await _doing(request)
    by.removes_bot(group)
    return web.json_response(group.chat.as_json())


async def _doing(request: web.Request) -> tuple[Person, Group]:
    telegram, body = telegram_of(request), await request.json()
    by = find(telegram.people, body.get("by"), "person")
    return by, find(telegram.groups, request.match_info["id"], "group")


# Crowds


async def press_all(request: web.Request) -> web.Response:
    """Many people at once, {"people": [id] or null for all}: tap the newest {"text"}, or {"send"} a text."""
    telegram, body = telegram_of(request), await request.json()
    text, send = body.get("text"), body.get("send")
    if bool(text) == bool(send):
        raise ValueError('say what they do: {"text": of a button} or {"send": a text}')
    people = list(_people(telegram, body.get("people")))
    done = 0
    for number, person in enumerate(people):
        done += _does(telegram, person, text, send)
        if number % AT_ONCE == AT_ONCE - 1:
            await asyncio.sleep(0)
    return web.json_response({"done": done, "could_not": len(people) - done})


def _people(telegram: Telegram, ids: list[int] | None) -> Iterable[Person]:
    return telegram.people.values() if ids is None else [find(telegram.people, key, "person") for key in ids]


def _does(telegram: Telegram, person: Person, text: str | None, send: str | None) -> bool:
    """Whether this person could do it: there was such a button, and the bot is not blocked."""
    try:
        if text:
            person.taps(text)
        else:
            telegram.timing.made(person.waits_after(person.sends(str(send))))
    except (LookupError, PermissionError):
        return False
    return True


async def presses(request: web.Request) -> web.Response:
    """How long presses waited for their acknowledgement and reply; with ?raw=1 each of them too."""
    timing = telegram_of(request).timing
    body: JSON = timing.as_json()
    if request.query.get("raw", "0") != "0":
        body["presses"] = timing.raw()
    return web.json_response(body)


async def forget_presses(request: web.Request) -> web.Response:
    """Measure afresh."""
    telegram_of(request).timing.clear()
    return await presses(request)
