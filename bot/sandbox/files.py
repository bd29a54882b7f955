"""Documents, photos and voice messages: stored once, sent again by file_id, fetched by path."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from .errors import bad_request, not_found
from .objects import JSON, StoredFile, Upload
from .params import Params

if TYPE_CHECKING:
    from .telegram import Telegram

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
_PREFIXES = {"photo": "AgACAgUAAx", "document": "BQACAgUAAx", "voice": "AwACAgUAAx"}
_PATHS = {"photo": "photos", "document": "documents", "voice": "voice"}
_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


class Files:
    """Every file that ever passed one bot, by its id; no other bot knows it by that."""

    def __init__(self, bot: int) -> None:
        self._bot = bot
        self._files: dict[str, StoredFile] = {}

    def store(self, kind: str, upload: Upload) -> StoredFile:
        """Keep a file and give it an id; refuses what Telegram refuses to take."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        width, height = _photo_size(upload.data) if kind == "photo" else (0, 0)
        number = len(self._files) + 1
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        name = f"file_{number}.{'jpg' if kind == 'photo' else suffix}"
        stored = StoredFile(
            id=f"{_PREFIXES[kind]}kDsandbox{self._bot}x{number:012d}",
            kind=kind,
            name=upload.name,
            data=upload.data,
            mime=upload.mime or "application/octet-stream",
            path=f"{_PATHS[kind]}/{name}",
            width=width,
            height=height,
        )
        self._files[stored.id] = stored
        return stored

    def find(self, file_id: str) -> StoredFile | None:
        """The file of that id, None where there is none."""
        return self._files.get(file_id)

    def at(self, path: str) -> StoredFile:
        """The file at a path that getFile told; 404 where there is none."""
        for file in self._files.values():
            if file.path == path:
                return file
        raise not_found()


def read_file(telegram: Telegram, params: Params, kind: str) -> StoredFile:
    """The file of a call: uploaded now, or known by its file_id."""
    upload = params.upload(kind)
    if upload is not None:
        return telegram.files.store(kind, upload)
    file_id = params.text(kind)
    if not file_id:
        raise bad_request(f"there is no {kind} in the request")
    if file_id.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    stored = telegram.files.find(file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
    return stored


def get_file(telegram: Telegram, params: Params) -> JSON:
    """getFile: where to fetch a file, up to 20 MB of it."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = telegram.files.find(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return {
        "file_id": stored.id,
        "file_unique_id": stored.unique_id,
        "file_size": stored.size,
        "file_path": stored.path,
    }


def _photo_size(data: bytes) -> tuple[int, int]:
    """Width and height out of a PNG or JPEG; refuses what is neither, or too big."""
    size = _png_size(data) or _jpeg_size(data)
    if len(data) > LARGEST_PHOTO:
        raise bad_request("file is too big")
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > 10_000 or max(size) > 20 * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return size


def _png_size(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or len(data) < 24:
        return None
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """The first frame header says it; the segments before it are stepped over."""
    at = 2
    while data.startswith(b"\xff\xd8") and at + 9 <= len(data) and data[at] == 0xFF:
        if data[at + 1] in _JPEG_SIZES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
