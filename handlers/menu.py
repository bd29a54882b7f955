"""The buttons that are always at hand, by role, and the commands Telegram offers."""

from collections.abc import Collection

from telegram import BotCommand
from telegram.ext import ExtBot

from bot.actions import authority
from bot.lanes import LaneArgs
from bot.rules.permissions import Right
from bot.texts import LANGUAGES, Texts
from handlers.common import Visit

COMMANDS = {
    "hop": "meeting",
    "lich": "schedule",
    "vang": "leave",
    "nhiemvu": "tasks",
    "baocao": "report",
    "tonghop": "summary",
    "diemdanh": "roll",
    "giayto": "papers",
    "thongbao": "notices",
    "vanban": "documents",
    "danhsach": "people",
    "nhom": "group",
    "tochuc": "organisation",
    "bangdiem": "scorecard",
    "toi": "me",
    "doinguoi": "switch",
    "dulieu": "mydata",
    "nhatky": "audit",
    "trogiup": "help",
}
"""Commands in Vietnamese and their English aliases, in the order Telegram lists them."""

FOR_EVERYONE = ("hop", "vang", "nhiemvu", "baocao", "vanban", "toi", "dulieu", "trogiup")
FOR_LEADERS = ("lich", "diemdanh", "tonghop", "giayto", "bangdiem", "danhsach", "nhom")
FOR_OFFICERS = ("lich", "tonghop", "bangdiem", "giayto", "thongbao", "tochuc", "nhatky")


async def keyboard(v: Visit) -> list[list[str]]:
    """The reply keyboard for the person's roles, two buttons in a row. Showing a button allows nothing."""
    keys = ["meetings", "report"]
    if v.speaker is not None:
        if await authority.list_places(v.session, v.speaker, Right.LEAD, on=v.today):
            keys += ["roll", "tasks", "summary", "skipped", "people"]
        elif await authority.list_places(v.session, v.speaker, Right.SEE_TOTALS, on=v.today):
            keys += ["tasks", "summary", "skipped"]
        if await authority.list_places(v.session, v.speaker, Right.SEND_NOTICE, on=v.today):
            keys += ["notices", "organisation"]
    keys += ["me", "help"]
    labels = [v.texts.label(f"menu.{key}", v.language) for key in keys]
    return [labels[i : i + 2] for i in range(0, len(labels), 2)]


def words(texts: Texts, key: str) -> list[str]:
    """A menu button's text in every language, for recognising it when it is pressed."""
    return [texts.label(f"menu.{key}", language) for language in LANGUAGES]


async def publish(bot: ExtBot[LaneArgs], texts: Texts) -> None:
    """Tell Telegram the commands everybody has, in each language."""
    for language in LANGUAGES:
        commands = _commands(texts, language, FOR_EVERYONE)
        await bot.set_my_commands(commands, language_code=None if language == "vi" else language)


async def publish_to(v: Visit) -> None:
    """Tell Telegram the commands of one chat, when its person has a role that needs more than everybody's."""
    leads = await authority.list_places(v.session, v.member, Right.LEAD, on=v.today)
    sends = await authority.list_places(v.session, v.member, Right.SEND_NOTICE, on=v.today)
    shown = {*FOR_EVERYONE, *(FOR_LEADERS if leads else ()), *(FOR_OFFICERS if sends else ())}
    names = [name for name in COMMANDS if name in shown]
    if leads or sends:
        v.publish = _commands(v.texts, v.language, names)


def _commands(texts: Texts, language: str, names: Collection[str]) -> list[BotCommand]:
    return [
        BotCommand(name if language == "vi" else COMMANDS[name], texts.label(f"commands.{name}", language))
        for name in names
    ]
