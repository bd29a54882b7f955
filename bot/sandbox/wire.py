"""The Bot API over HTTP: a call comes in as query, form, multipart or JSON and goes to Telegram.call."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField
from yarl import URL

from .broken_answers import break_answer
from .errors import Refusal, bad_request
from .objects import Reply, StoredFile, Upload
from .telegram import Telegram

_ENCODE = json.JSONEncoder(check_circular=False).encode
TELEGRAM: web.AppKey[Telegram] = web.AppKey("telegram", Telegram)


def add_routes(app: web.Application) -> None:
    """Put the Bot API into an application that has its TELEGRAM."""
    app.router.add_route("*", "/bot{token}/{method}", answer_call)
    app.router.add_get("/file/bot{token}/{path:.+}", download)


async def answer_call(request: web.Request) -> web.StreamResponse:
    """One call of one method."""
    try:
        values, files = await read_body(request)
    except ValueError:
        return _respond(Reply.of(bad_request("can't parse the request body")))
    token, method = request.match_info["token"], request.match_info["method"]
    reply = await request.app[TELEGRAM].holding(token).call(token, method, values, files)
    return _respond(reply) if reply.broken is None else await break_answer(request, reply, reply.broken)


async def download(request: web.Request) -> web.StreamResponse:
    """A file at the path that getFile told."""
    token = request.match_info["token"]
    telegram = request.app[TELEGRAM].holding(token)
    try:
        telegram.check_token(token)
        return file_response(telegram.files.at(request.match_info["path"]))
    except Refusal as refusal:
        return _respond(Reply.of(refusal))


def file_response(file: StoredFile) -> web.Response:
    """The bytes of a file; a document is offered for download under its name."""
    response = web.Response(body=file.data, headers={"Content-Type": file.mime})
    if file.kind == "document":
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return response


async def read_body(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The parameters and the files of a request; raises ValueError if the body is not what it says.

    A form is read under GET too: some clients send one, and Telegram takes it.
    """
    values: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.content_type == "application/x-www-form-urlencoded":
        return values | _form((await request.read()).decode()), {}
    if request.content_type == "application/json":
        return values | _object(await request.read()), {}
    files: dict[str, Upload] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            values[name] = value if isinstance(value, str) else bytes(value).decode()
    return values, files


def _form(body: str) -> dict[str, str]:
    """A form reads as a query does, and yarl does that several times faster than urllib."""
    return dict(URL.build(query_string=body, encoded=True).query)


def _object(body: bytes) -> dict[str, Any]:
    found = json.loads(body or b"{}")
    if not isinstance(found, dict):
        raise ValueError("the body is JSON but no object")
    return found


def _respond(reply: Reply) -> web.Response:
    return web.Response(
        body=_ENCODE(reply.body).encode(), status=reply.status, content_type="application/json"
    )
