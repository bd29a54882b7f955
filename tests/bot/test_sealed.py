"""A sealed file gives back what went in, or says that it cannot be trusted: nothing in between."""

import io
import json
import os
import unicodedata
from collections.abc import Iterator
from hashlib import sha256

import pytest

from bot import sealed
from bot.sealed import MAGIC, Sealing, Unreadable, unseal

PASSPHRASE = "bốn từ không ai nói"
CONTENT = b"".join(b"row %d %s\n" % (n, sha256(b"%d" % n).digest()) for n in range(6))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheap keys and short frames: a small file has many of them."""
    monkeypatch.setattr(sealed, "COST", 2**10)
    monkeypatch.setattr(sealed, "FRAME", 32)


def seal(*parts: bytes, passphrase: str = PASSPHRASE) -> bytes:
    file = io.BytesIO()
    sealing = Sealing(file, passphrase)
    for part in parts:
        sealing.write(part)
    sealing.close()
    return file.getvalue()


def opened(file: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return b"".join(unseal(io.BytesIO(file), passphrase))


def frames(file: bytes) -> tuple[bytes, list[bytes]]:
    """The first line, and the frames with their lengths."""
    line, _, rest = file.partition(b"\n")
    found = []
    while rest:
        length = 4 + int.from_bytes(rest[:4], "big")
        found.append(rest[:length])
        rest = rest[length:]
    return line + b"\n", found


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 64, 5000])
def test_what_went_in_comes_out(size: int) -> None:
    content = os.urandom(size)  # cannot be compressed, so the frames are full
    assert opened(seal(content[:7], b"", content[7:])) == content


def test_what_is_well_compressed_comes_out_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PIECE", 1000)
    pieces = list(unseal(io.BytesIO(seal(bytes(100_000))), PASSPHRASE))
    assert max(map(len, pieces)) <= 1000
    assert b"".join(pieces) == bytes(100_000)


def test_nothing_of_the_content_can_be_read_and_no_two_files_are_alike() -> None:
    assert b"row" not in seal(CONTENT)
    assert frames(seal(CONTENT))[1] != frames(seal(CONTENT))[1]


@pytest.mark.parametrize("other", ["", "bon tu khong ai noi", "bốn từ không ai nói "])
def test_another_passphrase_is_said_to_be_wrong(other: str) -> None:
    with pytest.raises(Unreadable, match="passphrase is wrong"):
        opened(seal(CONTENT), other)


def test_a_passphrase_may_be_typed_with_letters_and_marks_apart() -> None:
    assert opened(seal(CONTENT), unicodedata.normalize("NFD", PASSPHRASE)) == CONTENT


def test_each_changed_byte_is_noticed() -> None:
    good = seal(CONTENT)
    for place in range(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1 << place % 8
        with pytest.raises(Unreadable):
            opened(bytes(bad))


def test_each_length_that_is_too_short_is_noticed() -> None:
    good = seal(CONTENT)
    for length in range(len(good)):
        with pytest.raises(Unreadable):
            opened(good[:length])


def _rearranged(whole: list[bytes]) -> Iterator[list[bytes]]:
    """Frames cut off at a border, swapped, repeated, left out, added."""
    for n in range(len(whole)):
        yield whole[:n]
        yield whole[:n] + whole[n + 1 :]
        yield whole[: n + 1] + whole[n:]
    for n in range(len(whole) - 1):
        yield [*whole[:n], whole[n + 1], whole[n], *whole[n + 2 :]]
    yield [*whole, whole[-1]]
    yield [*whole, *whole]


def test_frames_can_neither_be_cut_off_nor_moved() -> None:
    line, whole = frames(seal(CONTENT))
    assert len(whole) > 4
    for other in _rearranged(whole):
        with pytest.raises(Unreadable):
            opened(line + b"".join(other))


def test_frames_of_another_file_do_not_fit() -> None:
    line, whole = frames(seal(CONTENT))
    _, others = frames(seal(CONTENT))
    for n in range(len(whole)):
        with pytest.raises(Unreadable):
            opened(line + b"".join([*whole[:n], others[n], *whole[n + 1 :]]))


HEADS = [
    ({"format": 2}, "newer chibo"),
    ({"n": 2**30}, "no backup of chibo"),
    ({"n": 1023}, "no backup of chibo"),
    ({"n": "many"}, "no backup of chibo"),
    ({"cipher": "ROT13"}, "no backup of chibo"),
    ({"salt": "zz"}, "no backup of chibo"),
    ({"kdf": None}, "no backup of chibo"),
]


@pytest.mark.parametrize(("changed", "said"), HEADS)
def test_a_head_that_is_not_ours_is_refused_before_any_work(changed: dict[str, object], said: str) -> None:
    line, whole = frames(seal(CONTENT))
    head = json.loads(line.removeprefix(MAGIC)) | changed
    with pytest.raises(Unreadable, match=said):
        opened(MAGIC + json.dumps(head).encode() + b"\n" + b"".join(whole))


@pytest.mark.parametrize(
    "file", [b"", b"\n", b"PK\x03\x04", b"chibo backup \n", b"chibo backup []\n", b"x" * 9999]
)
def test_another_kind_of_file_is_refused(file: bytes) -> None:
    with pytest.raises(Unreadable, match="no backup of chibo"):
        opened(file)
