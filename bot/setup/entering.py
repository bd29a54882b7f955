"""What goes into the database: the committee's permission, and the organisation with its people."""

from datetime import date, datetime
from pathlib import Path

from bot import config
from bot.actions import beginning, permitting
from bot.actions.organising import NAME_LENGTH
from bot.actions.permitting import LONGEST_NAME, LONGEST_NUMBER
from bot.clock import Clock
from bot.errors import Refusal
from bot.listing import take_over
from bot.roster_written import FileKind, write_template
from bot.rules.names import fold
from bot.setup.asking import Asking, Unusable
from bot.setup.places import Given, list_places, today
from bot.terminal import Stop, with_database
from db.models import CommitteePermission
from db.permitting import find_permission
from db.session import Database

DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d")
SAMPLE_WORDS = {"mau", "sample"}


def find_recorded() -> CommitteePermission | None:
    """The permission that is recorded; None also while there is no database to look into."""
    if "database_url" not in config.load().model_fields_set:
        return None
    try:
        return with_database(_permission)
    except Stop:
        return None


async def _permission(database: Database) -> CommitteePermission | None:
    async with database.read() as session:
        return await find_permission(session)


def permit(asking: Asking, given: Given) -> None:
    """Record who permitted it, by which paper."""
    found = with_database(_permission)
    if found is None:
        asking.screen("setup_permission")
        found = with_database(lambda database: _record(database, *_ask_permission(asking, given)))
    paper = {"by": found.given_by, "number": found.number, "day": f"{found.given_on:%d/%m/%Y}"}
    asking.done(asking.words("setup.permitted", **paper))


def _ask_permission(asking: Asking, given: Given) -> tuple[str, str, date]:
    by = asking.ask(
        asking.words("setup.permission_by"),
        lambda typed: permitting.words_of(typed, most=LONGEST_NAME),
        given=given.permission_by,
    )
    number = asking.ask(
        asking.words("setup.permission_number"),
        lambda typed: permitting.words_of(typed, most=LONGEST_NUMBER),
        given=given.permission_number,
    )
    day = asking.ask(
        asking.words("setup.permission_date"),
        lambda typed: permitting.day_of_paper(_day(asking, typed), today=today()),
        given=given.permission_date,
    )
    return by, number, day


async def _record(database: Database, by: str, number: str, day: date) -> CommitteePermission:
    async with database.write() as session:
        paper = {"given_by": by, "number": number}
        return await permitting.record(session, **paper, given_on=day, now=Clock().now(), today=today())


def _day(asking: Asking, typed: str) -> date:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(typed, form).date()
        except ValueError:
            continue
    raise Unusable(asking.words("setup.day_unclear"))


def organise(asking: Asking, given: Given) -> None:
    """The organisation and its people: from a list, or one cell by hand."""
    if not with_database(list_places).cells:
        asking.screen("setup_organisation")
        asked = given.file if given.file is not None or given.cell is None else ""
        while not _organised(asking, given, asking.ask(asking.words("setup.file"), str, given=asked)):
            asked = None
    asking.done(asking.words("setup.organised", count=len(with_database(list_places).cells)))


def _organised(asking: Asking, given: Given, typed: str) -> bool:
    """Whether it is done, after the path of a list, the word for a sample, or nothing."""
    if not typed:
        return _by_hand(asking, given)
    if fold(typed) in SAMPLE_WORDS:
        return _write_sample(asking)
    try:
        return _take(asking, Path(typed).expanduser(), agreed=typed == given.file)
    except (Stop, Refusal) as trouble:
        asking.refused(trouble)
    except OSError:
        asking.wrong(asking.words("setup.no_file", file=typed))
    return False


def _take(asking: Asking, file: Path, *, agreed: bool) -> bool:
    settings = config.load()
    if not take_over(file, settings, dry=True).good:
        asking.wrong(asking.words("setup.nobody_listed"))
        return False
    if not agreed and not asking.agrees(asking.words("setup.take")):
        return False
    take_over(file, settings, dry=False)
    return True


def _write_sample(asking: Asking) -> bool:
    file = Path(asking.words("lists.template_file")).with_suffix(".xlsx")
    write_template(file, FileKind.XLSX, asking.language)
    asking.done(asking.words("setup.sample_written", file=str(file.absolute())))
    return False


def _by_hand(asking: Asking, given: Given) -> bool:
    def name(question: str, typed: str | None) -> str:
        return asking.ask(
            asking.words(question), lambda text: permitting.words_of(text, most=NAME_LENGTH), given=typed
        )

    names = {
        "committee": name("setup.committee", given.committee),
        "cell": name("setup.cell", given.cell),
        "secretary": name("setup.secretary", given.secretary),
    }

    async def work(database: Database) -> None:
        async with database.write() as session:
            await beginning.begin(session, **names, now=Clock().now(), today=today())

    with_database(work)
    return True
