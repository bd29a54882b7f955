"""`chibo migrate`: the tables brought to the present form, or back, after saying what that loses."""

from typing import Annotated

import typer

from bot.terminal import Stop, console, with_database
from db import migrate as history
from db.session import Database


def migrate(
    to: Annotated[
        str | None,
        typer.Option(help="Go to this revision, such as 0010, also back; says first what is lost."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before going back.")] = False,
) -> None:
    """Bring the database to the present form of its tables."""
    if to is not None and to not in history.revisions():
        raise Stop(f"There is no revision {to}. They go from {history.revisions()[0]} to {history.newest()}.")
    present = with_database(history.find_revision, migrated=False)
    if present is not None and present > history.newest():
        raise Stop(history.NEWER.format(revision=present, newest=history.newest()))
    if to is not None and present is not None and to < present:
        _go_back(present, to, yes=yes)
        return
    with_database(lambda database: history.upgrade(database, to or "head"), migrated=False)
    console.print("[green]✓[/] The database is up to date." if to is None else f"[green]✓[/] Now at {to}.")


def _go_back(present: str, to: str, *, yes: bool) -> None:
    for revision in history.revisions():
        if to < revision <= present:
            console.print(
                f"{revision}: {history.what_going_back_loses(revision)}", highlight=False, soft_wrap=True
            )
    if yes or typer.confirm("No process of chibo may run meanwhile. Go back?"):

        async def work(database: Database) -> None:
            await history.downgrade(database, to)

        with_database(work, migrated=False)
        console.print(f"[green]✓[/] Now at {to}.", highlight=False)
