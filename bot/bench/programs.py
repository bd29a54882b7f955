"""Programs in processes of their own, and what each of them costs: processor time and memory."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")
GIVE_UP = 10.0
PR_SET_PDEATHSIG = 1


class Broken(Exception):
    """A program under measurement ended or did not do what it should; the text says what it said last."""


class Program:
    """A running process."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Any) -> None:
        self._process = process
        self._errors = errors

    @property
    def cpu(self) -> float:
        """Seconds of processor time used so far, in user mode and in the kernel."""
        after_name = self._read("stat").rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS

    @property
    def memory(self) -> float:
        """Resident memory now, in MB."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """The most resident memory so far, in MB."""
        return self._status("VmHWM")

    def _status(self, key: str) -> float:
        found = next(line for line in self._read("status").splitlines() if line.startswith(key))
        return int(found.split()[1]) / 1024

    def _read(self, name: str) -> str:
        self.check()
        return Path(f"/proc/{self._process.pid}/{name}").read_text()

    def check(self) -> None:
        """Raise Broken when the process has ended."""
        if self._process.returncode is not None:
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace")[-2000:]
            raise Broken(f"a measured program ended with {self._process.returncode}: {said}")

    async def line(self) -> str:
        """The next line it prints."""
        assert self._process.stdout is not None
        found = (await self._process.stdout.readline()).decode().strip()
        if not found:
            await self._process.wait()
            self.check()
        return found

    async def go(self) -> None:
        """Tell it to go on."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()

    async def lives(self, seconds: float) -> None:
        """Wait so long; Broken when it has ended meanwhile."""
        await asyncio.sleep(seconds)
        self.check()

    async def kill(self) -> None:
        """End it in the middle of whatever it does, as a power cut would."""
        self._process.kill()
        await self._process.wait()

    async def end(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            async with asyncio.timeout(GIVE_UP):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


def _die_with_parent() -> None:
    """A bench that is killed leaves nothing running behind (Linux)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@asynccontextmanager
async def program(*args: str, settings: Mapping[str, str] | None = None) -> AsyncIterator[Program]:
    """Python with these arguments; `settings` are the only CHIBO_ variables it sees."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("CHIBO_")}
    with TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *args,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            env={**outside, **(settings or {})},
            preexec_fn=_die_with_parent,
        )
        running = Program(process, errors)
        try:
            yield running
        finally:
            await running.end()
            if process.stdin is not None:
                process.stdin.close()
