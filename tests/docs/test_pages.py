"""What the pages for people tell to tap and to type is on the screens beside it, and every picture is on a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.texts import labels
from handlers.menu import COMMANDS
from tests.docs.__main__ import PICTURES
from tests.docs.commune import Commune

DOCS = PICTURES.parent
PAGES = [*sorted((DOCS / "secretaries").glob("*.md")), DOCS / "officers.md"]
READMES = [DOCS.parent / name for name in ("README.md", "README.vi.md")]
MOST_PICTURES = 6

pytestmark = pytest.mark.xdist_group("pictures")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def pictures(page: Path) -> list[str]:
    """The names of the pictures on a page; each says in words what it shows."""
    markdown, html = r"!\[(.*?)\]\(([\w/.-]+\.png)\)", r"<img alt=\"(.*?)\" src=\"([\w/.-]+\.png)\""
    found = [*re.findall(markdown, read(page)), *re.findall(html, read(page))]
    assert len(found) == read(page).count(".png")
    assert all(words and (page.parent / link).exists() for words, link in found)
    return [Path(link).stem for _, link in found]


def quoted(text: str) -> list[str]:
    """What is to be tapped or typed: it stands in a frame."""
    return re.findall(r"`([^`]+)`", text)


def typed(told: Commune) -> set[str]:
    """What people wrote in the story."""
    people = told.town.telegram.people.values()
    return {message.text or "" for each in people for message in each.messages if not message.from_bot}


def fixed_labels() -> set[str]:
    """The labels that are the same for everybody."""
    texts = {text for section in labels("vi").values() for text in section.values()}
    return {text for text in texts if "{" not in text}


def known(told: Commune, page: Path) -> set[str]:
    """What may be quoted on a page: the buttons of its pictures, all fixed labels, commands, what was typed."""
    shown = {button for name in pictures(page) for button in told.seen[name].buttons}
    return shown | fixed_labels() | {f"/{name}" for name in COMMANDS} | typed(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_quoted_can_be_tapped_or_typed(told: Commune, page: Path) -> None:
    assert set(quoted(read(page))) - known(told, page) == set()


def test_a_button_that_is_gone_would_be_seen(told: Commune) -> None:
    for gone in ("✅ Có mặt rồi", "/nhay", "em bận quá, xin vắng"):
        assert quoted(f"Bấm `{gone}`.") == [gone]
        assert gone not in known(told, PAGES[0])


def test_every_picture_is_on_a_page_and_there_are_not_too_many(told: Commune) -> None:
    on_pages = {page: pictures(page) for page in [*PAGES, *READMES]}
    assert {name for names in on_pages.values() for name in names} == set(told.seen)
    assert max(len(names) for names in on_pages.values()) <= MOST_PICTURES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_page_is_linked_from_what_leads_to_it(page: Path) -> None:
    index = DOCS / "secretaries" / "README.md"
    leads = [index] if page.parent == index.parent and page != index else READMES
    for lead in leads:
        assert f"]({page.relative_to(lead.parent).as_posix()})" in read(lead), lead


def sayings(readme: Path) -> Iterator[str]:
    """What is said in the chat at the top of a README: each line and button, without who says it and remarks."""
    block = re.findall(r"^```\n(.*?)^```", read(readme), re.MULTILINE | re.DOTALL)[0]
    for line in block.splitlines():
        said = re.sub(r"^\S+ → \S+", "", line).strip()
        for piece in re.split(r" → | … .*| {2,}", said):
            yield piece.strip("[]")


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_the_chat_in_the_readme_is_one_the_bot_has(told: Commune, readme: Path) -> None:
    screens = "\n".join(seen.text for seen in told.seen.values())
    lines = typed(told) | set(screens.splitlines()) | fixed_labels()
    said = [each for each in sayings(readme) if each]
    assert len(said) > 10 and [each for each in said if not any(each in line for line in lines)] == []
