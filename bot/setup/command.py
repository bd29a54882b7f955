"""`chibo setup`: the steps, one after the other."""

from typing import Annotated

import typer

from bot import config
from bot.setup import connecting, entering, starting, timetable
from bot.setup.asking import Asking, Unusable, stopped
from bot.setup.kept import keep
from bot.setup.places import Given
from bot.texts import LANGUAGES

Text = Annotated[str | None, typer.Option(help="Asked for where it is not given.")]


def setup(
    language: Annotated[str | None, typer.Option(help="vi or en.")] = None,
    understood: Annotated[
        bool, typer.Option("--understood", help="You know what Telegram's state and data abroad mean.")
    ] = False,
    permission_by: Text = None,
    permission_number: Text = None,
    permission_date: Text = None,
    file: Annotated[str | None, typer.Option(help="A membership list, .xlsx or .csv.")] = None,
    committee: Annotated[str | None, typer.Option(help="Without a list: the committee's name.")] = None,
    cell: Annotated[str | None, typer.Option(help="Without a list: the cell's name.")] = None,
    secretary: Annotated[str | None, typer.Option(help="Without a list: the secretary's name.")] = None,
    schedule: Annotated[
        str | None, typer.Option(help="When cells meet, in one line, as /lich takes it; empty: later.")
    ] = None,
    start: Annotated[
        bool, typer.Option("--start/--no-start", help="Run the bot until it has answered its admin.")
    ] = True,
) -> None:
    """Guide through the first start, and end with the bot answering; what is done is seen and skipped.

    Settings (token, server, proxy, database, time zone) are taken from the environment or `.env` where they
    are there, else asked for and kept in `.env`.
    """
    paper = (permission_by, permission_number, permission_date)
    given = Given(understood, *paper, file, committee, cell, secretary, schedule, start)
    asking = Asking(config.load().language)
    try:
        _choose_language(asking, language)
        _guide(asking, given)
    except (KeyboardInterrupt, EOFError):
        raise stopped(asking.language) from None


def _choose_language(asking: Asking, given: str | None) -> None:
    """Both for the questions and for who has not chosen one in chat."""
    if "language" in config.load().model_fields_set:
        return

    def read(typed: str) -> str:
        if typed not in LANGUAGES:
            raise Unusable(asking.words("setup.language_unknown"))
        return typed

    asking.language = asking.ask(asking.words("setup.language"), read, given=given, usual=LANGUAGES[0])
    keep(asking, "language", asking.language)


def _guide(asking: Asking, given: Given) -> None:
    if entering.find_recorded() is None:
        asking.screen("setup_reach")
        if not (given.understood or asking.agrees(asking.words("setup.understood"))):
            raise EOFError
    connecting.connect(asking)
    connecting.settle(asking)
    entering.permit(asking, given)
    entering.organise(asking, given)
    timetable.schedule(asking, given)
    answered = starting.start(asking, given)
    if given.start and not answered:
        raise EOFError
    asking.screen("setup_done", answered=answered)
