"""The first links, and the first start: the bot runs until it has answered its technical admin."""

import asyncio
import signal
from contextlib import suppress

import segno
from sqlalchemy.exc import SQLAlchemyError

from bot import config, doctor, logs, loop
from bot.actions import registration
from bot.actions.registration import Inviting
from bot.clock import Clock
from bot.config import Settings, SettingsError
from bot.errors import TokenRefused
from bot.rules.words import RoleName
from bot.setup.asking import Asking
from bot.setup.places import Given, list_places, today
from bot.terminal import Stop, console, reaching_telegram, with_database
from db import chats, first_steps, people
from db.session import Database

LOOK = 0.3
"""Seconds between two looks at whether the bot has answered."""


def start(asking: Asking, given: Given) -> bool:
    """Give the links out and run the bot until its admin has heard from it; whether they have."""
    settings = config.load()
    if with_database(_answered):
        asking.done(asking.words("setup.answered"))
        return True
    with reaching_telegram(settings):
        username = asyncio.run(doctor.ask_username(settings))
    if (leader := with_database(_leader)) is not None:
        asking.screen("setup_leader_link", role=leader.role, member=leader.member_id is not None)
        _show_link(username, with_database(lambda database: _invite(database, leader)))
    asking.screen("setup_admin_link")
    admin = Inviting(role=RoleName.ADMIN)
    _show_link(username, with_database(lambda database: _invite(database, admin)))
    if not given.start:
        return False
    logs.set_up(settings.log, "ERROR")
    try:
        with reaching_telegram(settings):
            answered = loop.run(_serve(settings, asking.words("setup.waiting")))
    except SettingsError:
        raise Stop(asking.words("setup.no_web", place=settings.web)) from None
    if answered:
        asking.done(asking.words("setup.answered"))
    return answered


def _show_link(username: str, token: str) -> None:
    link = f"https://t.me/{username}?start={token}"
    console.print(link, highlight=False, soft_wrap=True)
    segno.make(link).terminal(compact=True)


async def _answered(database: Database) -> bool:
    async with database.read() as session:
        return await first_steps.has_admin_heard(session, on=today())


async def _leader(database: Database) -> Inviting | None:
    """Who goes on in chat: of one cell its secretary, else an officer of the committee; None: they are in already."""
    places = await list_places(database)
    async with database.read() as session:
        if (cell := places.only_cell) is not None:
            found = await people.list_holders(session, cell.id, {RoleName.SECRETARY}, on=today())
            if found:
                is_in = await chats.list_links(session, found[0].id or 0)
                return None if is_in else Inviting(member_id=found[0].id)
        if places.top is None:
            return None
        officers = await people.list_holders(session, places.top.id, {RoleName.OFFICER}, on=today())
        return None if officers else Inviting(role=RoleName.OFFICER, organisation_id=places.top.id)


async def _invite(database: Database, whom: Inviting) -> str:
    async with database.write() as session:
        return await registration.invite(session, whom, now=Clock().now())


async def _serve(settings: Settings, waiting: str) -> bool:
    """Run the bot until it has answered, or the operator has had enough; which of the two it was.

    That it is waited for is said when Ctrl-C ends it in order.
    """
    from bot import process  # everything there is: no other command should wait for it

    built = process.build(settings)
    for sign in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sign, built.stop)
    console.print(waiting, highlight=False, soft_wrap=True)
    over, trouble = asyncio.Event(), None
    async with asyncio.TaskGroup() as both:
        watching = both.create_task(_watch(settings, over))
        watching.add_done_callback(lambda _: built.stop())
        try:
            await built.run()
        except (TokenRefused, SettingsError) as error:  # raised again below: a group of tasks would wrap it
            trouble = error
        over.set()
    if trouble is not None:
        raise trouble
    return watching.result()


async def _watch(settings: Settings, over: asyncio.Event) -> bool:
    """Look until the bot has answered, or all is over; whether it has."""
    database = Database(settings.database_url)
    try:
        while not over.is_set():
            if await _has_answered(database):
                return True
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await over.wait()
        return False
    finally:
        await database.dispose()


async def _has_answered(database: Database) -> bool:
    """As `_answered`, and no while the database is away, which the bot waits for, too."""
    try:
        return await _answered(database)
    except (OSError, SQLAlchemyError):
        return False
