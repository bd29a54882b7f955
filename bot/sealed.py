"""A file sealed with a passphrase: compressed, encrypted in numbered frames, written and read as a stream.

    chibo backup {"format":1,"kdf":"scrypt","n":131072,"r":8,"p":1,"salt":"…","cipher":"AES-256-GCM"}⏎
    frame, frame, …, last frame          each: its length (4 bytes, big-endian), then so many bytes

The key is derived by scrypt from the passphrase (NFC, UTF-8) and a salt of its own for each file. A frame is
AES-256-GCM over a piece of a zlib stream, with the first line as associated data and as nonce its number (11 bytes)
and whether it is the last (1 byte): frames that are cut off, swapped, repeated, added or changed are noticed. The
first frame is empty, so that a wrong passphrase is known at once.
"""

import json
import os
import unicodedata
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"chibo backup "
FORMAT = 1
COST = 2**17
"""scrypt's n: 128 MB of memory and about half a second for each guess."""
DEAREST = 2**20
FRAME = 2**20
"""Bytes of the compressed stream in one frame."""
TAG = 16
LONGEST_HEAD = 1000
PIECE = 2**22
"""Bytes that are given out at a time at most, however well they were compressed."""
CHANGED = "The file was changed or damaged: it cannot be trusted. Take another copy of it, or another backup."
CUT = "The file ends too early. Take another copy of it, or another backup."


class Unreadable(Exception):
    """The file is no backup, of a newer form, changed, cut off, or sealed with another passphrase: a sentence."""


class Sealing:
    """Writes a sealed file. Nothing of it is valid before `close()`."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        head = {"format": FORMAT, "kdf": "scrypt", "n": COST, "r": 8, "p": 1}
        head |= {"salt": os.urandom(16).hex(), "cipher": "AES-256-GCM"}
        self._file = file
        self._line = MAGIC + json.dumps(head, separators=(",", ":")).encode() + b"\n"
        self._cipher = AESGCM(_key(passphrase, head))
        self._compressing = zlib.compressobj()
        self._waiting = bytearray()
        self._number = 0
        file.write(self._line)
        self._frame(b"", last=False)

    def write(self, data: bytes) -> None:
        """Add to the content."""
        self._add(self._compressing.compress(data))

    def close(self) -> None:
        """Write what is left, and the last frame. The file itself stays open."""
        self._add(self._compressing.flush())
        self._frame(bytes(self._waiting), last=True)

    def _add(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > FRAME:
            self._frame(bytes(self._waiting[:FRAME]), last=False)
            del self._waiting[:FRAME]

    def _frame(self, data: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), data, self._line)
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


def unseal(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The content of a sealed file in pieces; Unreadable as soon as something is wrong with it."""
    line, head = _read_head(file)
    cipher = AESGCM(_key(passphrase, head))
    if not (first := _read_frame(file)) or _open(cipher, first, 0, line) is None:
        raise Unreadable("The passphrase is wrong, or the beginning of the file was changed.")
    decompressing, number, last = zlib.decompressobj(), 0, False
    while not last:
        number += 1
        opened = _open(cipher, _read_frame(file), number, line)
        if opened is None:
            raise Unreadable(CHANGED)
        data, last = opened
        while data:
            yield decompressing.decompress(data, PIECE)
            data = decompressing.unconsumed_tail
    if file.read(1) or not decompressing.eof or decompressing.unused_data:
        raise Unreadable(CHANGED)


def _read_head(file: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    """The first line, as it is and as it is meant."""
    line = file.readline(LONGEST_HEAD)
    try:
        if not line.startswith(MAGIC) or not line.endswith(b"\n"):
            raise ValueError
        head = json.loads(line.removeprefix(MAGIC))
        if head["format"] > FORMAT:
            raise Unreadable("The backup was made by a newer chibo. Install that one, and restore with it.")
        if not (2**10 <= head["n"] <= DEAREST and head["n"].bit_count() == 1 and head["format"] == FORMAT):
            raise ValueError
        if (head["kdf"], head["r"], head["p"], head["cipher"]) != ("scrypt", 8, 1, "AES-256-GCM"):
            raise ValueError
        bytes.fromhex(head["salt"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unreadable("This is no backup of chibo, or its beginning was changed.") from None
    return line, head


def _read_frame(file: BinaryIO) -> bytes:
    """The next frame as it stands in the file."""
    size = file.read(4)
    if len(size) < 4:
        raise Unreadable(CUT)
    length = int.from_bytes(size, "big")
    if not TAG <= length <= FRAME + TAG:
        raise Unreadable(CHANGED)
    sealed = file.read(length)
    if len(sealed) < length:
        raise Unreadable(CUT)
    return sealed


def _open(cipher: AESGCM, sealed: bytes, number: int, line: bytes) -> tuple[bytes, bool] | None:
    """What a frame holds and whether it is the last; None when it is not the frame of this number."""
    for last in (False, True):
        try:
            return cipher.decrypt(_nonce(number, last=last), sealed, line), last
        except InvalidTag:
            continue
    return None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _key(passphrase: str, head: dict[str, Any]) -> bytes:
    salt = bytes.fromhex(head["salt"])
    kdf = Scrypt(salt=salt, length=32, n=head["n"], r=head["r"], p=head["p"])
    return kdf.derive(unicodedata.normalize("NFC", passphrase).encode())
