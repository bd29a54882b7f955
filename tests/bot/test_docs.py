"""What the docs tell an operator to type and to set is there; the Vietnamese README says what the English does."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from bot.cli import app
from bot.config import Settings

ROOT = Path(__file__).parents[2]
DOCS = [ROOT / "README.md", ROOT / "README.vi.md", *sorted((ROOT / "docs").rglob("*.md"))]
ELSEWHERE = {"CHIBO_DATABASE_PASSWORD", "CHIBO_OWN_BOT_TOKEN"}
"""Of compose.yaml, and where `chibo bot add` may take a token from: no settings of ours."""
SETTINGS = {f"CHIBO_{name.upper()}" for name in Settings.model_fields}


def command_lines(text: str) -> Iterator[str]:
    """Every `chibo …` of a code span, and of a line of a code block."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for line in "\n".join(blocks).splitlines():
        if found := re.search(r"(?:^|chibo )chibo ((?:[a-z-]).*?)(?:\s+#.*)?$", line.strip()):
            yield found[1]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"`chibo ([^`]+)`", prose)


def check_command(line: str) -> None:
    """That a command line names a command there is, with options it has; values are not looked at."""
    words = shlex.split(
        line.replace("…", "").replace("[", "").replace("]", "").replace("&&", ";").split(";")[0]
    )
    command: click.Command = typer.main.get_command(app)
    while words and (inner := getattr(command, "commands", None)) and not words[0].startswith("-"):
        several = words.pop(0).split("|")
        assert set(several) <= set(inner), f"chibo {line}: there is no {several}"
        command = inner[several[0]]
    known = {name for each in command.params for name in (*each.opts, *each.secondary_opts)} | {"--help"}
    asked = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert asked <= known, f"chibo {line}: there is no {asked - known}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_command_that_is_shown_can_be_typed(path: Path) -> None:
    for line in command_lines(path.read_text(encoding="utf-8")):
        check_command(line)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_every_test_and_file_that_is_named_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for named in re.findall(r"`((?:bot|db|docs|handlers|scheduler|templates|tests)/[\w/.]+)`", text):
        assert (ROOT / named).exists(), named
    for linked in re.findall(r"\]\(([\w/.-]+\.\w+)\)", text):
        assert (path.parent / linked).exists(), linked


def test_a_stale_command_would_be_seen() -> None:
    assert list(command_lines("```\nsudo -u chibo chibo run\nchibo check  # all\n```\n`chibo org list`")) == [
        "run",
        "check",
        "org list",
    ]
    for stale in ("dance", "org dance", "run --faster", "bench send|dance"):
        with pytest.raises(AssertionError, match="there is no"):
            check_command(stale)


@pytest.mark.parametrize(
    "path", [*DOCS, ROOT / "Dockerfile", ROOT / "compose.yaml"], ids=lambda path: path.name
)
def test_every_setting_that_is_named_is_there(path: Path) -> None:
    named = set(re.findall(r"CHIBO_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
    assert named - SETTINGS - ELSEWHERE == set()


def test_both_readmes_say_the_same() -> None:
    english, vietnamese = (
        (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.vi.md")
    )
    patterns = {
        "headings": r"^(#+) ",
        "tables": r"^\|-",
        "settings": r"^\| `(CHIBO_[A-Z_]+)`",
        "links": r"\]\((docs/[^)]+)\)",
    }
    for what, pattern in patterns.items():
        first, second = (re.findall(pattern, text, re.MULTILINE) for text in (english, vietnamese))
        assert (first, what) == (second, what)
    for what, found in (("in chat", chat_commands), ("commands", command_lines)):
        first, second = (set(found(text)) for text in (english, vietnamese))
        assert (first ^ second, what) == (set(), what)


def chat_commands(text: str) -> list[str]:
    return re.findall(r"`(/[a-z]+)", text)
