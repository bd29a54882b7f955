"""What the chat page asks for and tells: people, messages, events, the clock, the limits, the log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from aiohttp import web

from .clock import Clock
from .commands import commands_for
from .errors import Refusal
from .limits import Limits
from .markup import escape
from .objects import JSON, Chat, Message, StoredFile
from .people import Group, Person, keyboard_of
from .telegram import Telegram
from .wire import TELEGRAM, file_response, read_body

CLOCK: web.AppKey[Clock] = web.AppKey("clock", Clock)
TIMEZONE: web.AppKey[str] = web.AppKey("timezone", str)
HEARTBEAT = 15  # seconds between signs of life, so that a page that left is noticed

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STATUS: dict[type[Exception], int] = {
    LookupError: 404,
    PermissionError: 409,
    Refusal: 400,
    TypeError: 400,
    ValueError: 400,
}


def add_routes(app: web.Application) -> None:
    """Put the page's side into an application that has its TELEGRAM, CLOCK and TIMEZONE."""
    app.middlewares.append(_errors_as_sentences)
    app.router.add_routes(
        [
            web.get("/sandbox/state", state),
            web.get("/sandbox/chats/{chat_id}/messages", messages),
            web.get("/sandbox/files/{file_id}", file),
            web.get("/sandbox/events", events),
            web.post("/sandbox/people", add_person),
            web.post("/sandbox/groups", add_group),
            web.post("/sandbox/people/{id}/{deed}", act),
            web.get("/sandbox/clock", read_clock),
            web.post("/sandbox/clock", move_clock),
            web.get("/sandbox/log", log),
            web.get("/sandbox/limits", read_limits),
            web.post("/sandbox/limits", set_limits),
        ]
    )


@web.middleware
async def _errors_as_sentences(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What a page did wrong comes back as {"error": sentence}."""
    try:
        return await handler(request)
    except tuple(_STATUS) as error:
        if not request.path.startswith("/sandbox/"):
            raise
        status = next(code for kind, code in _STATUS.items() if isinstance(error, kind))
        return web.json_response({"error": str(error.args[0] if error.args else error)}, status=status)


def telegram_of(request: web.Request) -> Telegram:
    """The Telegram of the bot a request is about: ?bot=USERNAME, else the first."""
    return request.app[TELEGRAM].named(request.query.get("bot"))


# Reading


async def state(request: web.Request) -> web.Response:
    """Everybody, the clock, and the number of the last event."""
    telegram = telegram_of(request)
    bot = telegram.bot
    return web.json_response(
        {
            "bot": {"id": bot.id, "username": bot.username, "first_name": bot.first_name},
            "bots": [each.bot.username for each in telegram.bots],
            "people": [_person(telegram, person) for person in telegram.people.values()],
            "clock": await _clock(request.app),
            "seq": len(telegram.events),
        }
    )


async def messages(request: web.Request) -> web.Response:
    """A chat as one person sees it."""
    telegram = telegram_of(request)
    person = find(telegram.people, request.query.get("as"), "person")
    chat = _chat(person, request.match_info["chat_id"])
    keyboard = keyboard_of(chat)
    return web.json_response(
        {
            "messages": [_message(message) for message in chat.messages.values()],
            "reply_keyboard": [[key["text"] for key in row] for row in keyboard] if keyboard else None,
            "commands": commands_for(telegram, chat, person.user),
        }
    )


async def file(request: web.Request) -> web.Response:
    """A document or picture of a message."""
    for telegram in request.app[TELEGRAM].bots:
        if stored := telegram.files.find(request.match_info["file_id"]):
            return file_response(stored)
    raise LookupError("no such file")


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events from `after` on, for as long as the page listens."""
    after = int(request.query.get("after", 0))
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await stream.prepare(request)
    with suppress(ConnectionResetError):  # the page left
        while True:
            news = await _news(telegram_of(request), after)
            after += len(news)
            lines = "".join(f"data: {json.dumps(event)}\n\n" for event in news)
            await stream.write((lines or ": still here\n\n").encode())
    return stream


async def _news(telegram: Telegram, after: int) -> list[JSON]:
    try:
        async with asyncio.timeout(HEARTBEAT):
            return await telegram.changed(after)
    except TimeoutError:
        return []


async def log(request: web.Request) -> web.Response:
    """The delivery log, from line `after` on."""
    lines = telegram_of(request).log[int(request.query.get("after", 0)) :]
    return web.json_response([line.as_json() for line in lines])


# People


async def add_person(request: web.Request) -> web.Response:
    """Somebody new."""
    telegram, body = telegram_of(request), await request.json()
    first_name = str(body.get("first_name") or "").strip()
    if not first_name:
        raise ValueError("a person needs a first_name")
    person = telegram.add_person(first_name, body.get("last_name") or None)
    return web.json_response(_person(telegram, person))


async def add_group(request: web.Request) -> web.Response:
    """A group of people who are there already: {"title", "people": [id]}; with {"bot": false} without the bot."""
    telegram, body = telegram_of(request), await request.json()
    people = [find(telegram.people, key, "person") for key in body.get("people", [])]
    title, with_bot = str(body.get("title") or "Nhóm"), body.get("bot") is not False
    return web.json_response(telegram.add_group(title, people, with_bot=with_bot).chat.as_json())


async def act(request: web.Request) -> web.Response:
    """One deed of one person."""
    person = find(telegram_of(request).people, request.match_info["id"], "person")
    deed = _DEEDS.get(request.match_info["deed"])
    if deed is None:
        raise LookupError(f"a person can do no {request.match_info['deed']}, only {', '.join(_DEEDS)}")
    values, files = await read_body(request)
    return web.json_response(deed(telegram_of(request), person, {**values, **files}) or {})


def _send(telegram: Telegram, person: Person, body: JSON) -> JSON:
    """A text; where it is a key of the reply keyboard that shares the contact, the contact."""
    text, group = str(body.get("text", "")), _group(telegram, person, body)
    if not text.strip():
        raise ValueError("an empty text cannot be sent")
    key = person.key(text) if group is None else None
    sent = person.shares_contact() if key and key.get("request_contact") else person.sends(text, group)
    return _message(sent)


def _tap(telegram: Telegram, person: Person, body: JSON) -> JSON:
    message = _chat(person, body.get("chat")).messages.get(int(body.get("message_id", 0)))
    if message is None:
        raise LookupError("no such message in that chat")
    try:
        button = message.buttons[int(body["row"])][int(body["column"])]
    except LookupError as error:
        raise LookupError("no such button under that message") from error
    return {"id": person.presses(message, button).id}


def _contact(telegram: Telegram, person: Person, body: JSON) -> JSON:
    return _message(person.shares_contact(chat=_group(telegram, person, body)))


def _upload(telegram: Telegram, person: Person, body: JSON) -> JSON:
    upload = body.get("file")
    if upload is None or isinstance(upload, str):
        raise ValueError("there is no file in the upload")
    caption, group = body.get("caption") or None, _group(telegram, person, body)
    if body.get("kind") == "photo":
        return _message(person.sends_photo(upload.data, caption, group))
    if body.get("kind") == "voice":
        return _message(person.sends_voice(upload.data, caption, group))
    return _message(person.sends_document(upload.name, upload.data, upload.mime, caption, group))


def _start(telegram: Telegram, person: Person, body: JSON) -> JSON:
    return _message(person.opens(str(body.get("payload") or "")))


_DEEDS: dict[str, Callable[[Telegram, Person, JSON], JSON | None]] = {
    "send": _send,
    "tap": _tap,
    "contact": _contact,
    "upload": _upload,
    "start": _start,
    "block": lambda telegram, person, body: person.blocks(),
    "unblock": lambda telegram, person, body: person.unblocks(),
}


# The clock and the limits


async def read_clock(request: web.Request) -> web.Response:
    """The time, and when something will happen next."""
    return web.json_response(await _clock(request.app))


async def move_clock(request: web.Request) -> web.Response:
    """Forward by {"advance_seconds"}, or to the next event with {"jump": true}."""
    clock, body = request.app[CLOCK], await request.json()
    if not clock.controllable:
        raise PermissionError("this clock cannot be moved")
    if body.get("jump"):
        await clock.jump()
    elif "advance_seconds" in body:
        await clock.advance(float(body["advance_seconds"]))
    else:
        raise ValueError('the clock moves by {"advance_seconds": n} or {"jump": true}')
    telegram_of(request).events.publish("clock")
    return web.json_response(await _clock(request.app))


async def read_limits(request: web.Request) -> web.Response:
    """The limits as they are."""
    return web.json_response(asdict(telegram_of(request).limits))


async def set_limits(request: web.Request) -> web.Response:
    """Other limits from now on; those that are not named stay."""
    telegram = telegram_of(request)
    telegram.limits = Limits.from_json(await request.json(), telegram.limits)
    return await read_limits(request)


# As JSON


async def _clock(app: web.Application) -> JSON:
    clock = app[CLOCK]
    return {
        "now": clock.now().isoformat(),
        "timezone": app[TIMEZONE],
        "next_event": _iso(await clock.next_event()),
        "controllable": clock.controllable,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _person(telegram: Telegram, person: Person) -> JSON:
    return {
        "id": person.id,
        "name": person.name,
        "username": person.user.username,
        "blocked": person.blocked,
        "started": person.started,
        "chats": [
            {
                "id": chat.id,
                "type": chat.type,
                "title": telegram.bot.name if chat is person.chat else chat.title,
            }
            for chat in person.chats
        ],
    }


def _message(message: Message) -> JSON:
    sender, document, photo, voice = message.sender, message.document, message.photo, message.voice
    rows = [[{"text": b.text, "kind": b.kind, "url": b.url} for b in row] for row in message.buttons]
    return {
        "id": message.id,
        "from": {"id": sender.id, "name": sender.name, "is_bot": sender.is_bot},
        "date": message.date.isoformat(),
        "edited": message.edited is not None,
        "html": _html(message),
        "document": document and {"name": document.name, "size": document.size, "url": _url(document)},
        "photo": photo and {"url": _url(photo)},
        "voice": voice and {"seconds": voice.seconds, "url": _url(voice)},
        "buttons": rows,
    }


def _html(message: Message) -> str:
    contact = message.content.contact
    if contact is None:
        return message.html
    name = " ".join(contact[key] for key in ("first_name", "last_name") if key in contact)
    return escape(f"☎ {name} · {contact['phone_number']}")


def _url(file: StoredFile) -> str:
    return f"/sandbox/files/{file.id}"


# Finding


def find(among: dict[int, Any], key: Any, what: str) -> Any:
    """The one of that id; LookupError says that there is no such person, chat or group."""
    found = among.get(int(key)) if str(key or "").lstrip("-").isdigit() else None
    if found is None:
        raise LookupError(f"no such {what}: {key}")
    return found


def _chat(person: Person, key: Any) -> Chat:
    chat: Chat = find({chat.id: chat for chat in person.chats}, key, "chat")
    return chat


def _group(telegram: Telegram, person: Person, body: JSON) -> Group | None:
    """The group a deed is meant for, None for the private chat."""
    chat = _chat(person, body.get("chat") or person.id)
    return telegram.groups.get(chat.id)
