"""Looking after who has been missing: who it is, who talks to them, what came of it, whether they came back.

Names and notes are for those who lead the cell; the one who is asked to talk hears a name and nothing more.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions.authority import authorise
from bot.actions.telling import Buttons, Say, tell
from bot.buttons import Rows, tap
from bot.errors import BadInput, NotAllowed, NotFound
from bot.lanes import Lane
from bot.rules.attendance import band, skipped_months
from bot.rules.caring import Following, following, is_new, streaks
from bot.rules.names import given_name_key, is_called
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet
from bot.rules.words import RollState
from bot.texts import Texts
from db import caring, outbox, people
from db.caring import ABOUT, REPORTED, Absence, Branch
from db.models import Care, CareNote, Member, Organisation
from db.posting import When
from db.session import Session

LONGEST = 500
"""Characters of a note."""
TIME_FOR_A_NOTE = timedelta(minutes=3)
"""A report of a talk waits this long for a note before those who lead the cell hear of it."""
YEARS_BACK = 1
"""A streak is followed back to the first month of so many years before this one."""


@dataclass(frozen=True)
class Skipping:
    """A member who missed regular meetings without an accepted reason: in how many months of the year, how many in
    a row up to the last one, and how the follow-up stands. `new`: the roll just closed brought them here."""

    member: Member
    months: int
    band: str
    streak: int = 0
    following: Following = Following.NOBODY
    new: bool = False


@dataclass(frozen=True)
class Card:
    """What those who lead a cell see of a member they may want to look after."""

    cell: Organisation
    skipping: Skipping
    absences: Sequence[Absence]
    care: Care | None
    talker: Member | None
    notes: Sequence[tuple[CareNote, Member]]

    @property
    def member(self) -> Member:
        """Whom it is about."""
        return self.skipping.member


@dataclass(frozen=True)
class AfterRoll:
    """Whom the summary of a regular meeting proposes to the cell to consider, and who may be back."""

    cell_id: int
    skipping: Sequence[Skipping] = ()
    returned: Sequence[Member] = ()

    def buttons(self, texts: Texts, language: str) -> Rows:
        """One for each who may be back, and one to the whole list."""
        rows = [
            [tap(texts.label("caring.is_back", language, name=member.name), "careback", member.id, 1)]
            for member in self.returned
        ]
        if self.skipping:
            rows.append([tap(texts.label("menu.skipped", language), "skipped", self.cell_id)])
        return rows


async def list_skipping(session: Session, cell_id: int, *, on: date) -> list[Skipping]:
    """Whom of those it counts on a day a cell has been missing this year, most months first. One statement."""
    since = date(on.year - YEARS_BACK, 1, 1)
    found: dict[int, Member] = {}
    states: dict[int, dict[datetime, RollState]] = defaultdict(dict)
    months: dict[int, list[tuple[date, RollState]]] = defaultdict(list)
    cares: dict[int, Care | None] = {}
    for member, month, starts_at, state, care in await caring.list_marks(
        session, cell_id, since=since, on=on
    ):
        number = member.id or 0
        found[number], cares[number] = member, care
        states[number][starts_at] = state
        if month.year == on.year:
            months[number].append((month, state))
    skipping = [
        _skipping(found[number], n, states[number], cares[number])
        for number, each in months.items()
        if (n := skipped_months(each))
    ]
    return sorted(skipping, key=lambda s: (-s.months, -s.streak, given_name_key(s.member.name)))


def _skipping(
    member: Member, months: int, states: Mapping[datetime, RollState], care: Care | None
) -> Skipping:
    missed = max(at for at, state in states.items() if state is RollState.UNEXCUSED)
    stands = following(care.opened_at if care else None, care.came_back_at if care else None, missed)
    return Skipping(member, months, band(months), streaks(states.values()).current, stands)


async def list_concerning(session: Session, cell_id: int, *, on: date) -> list[Skipping]:
    """Those the cell may want to talk about: two months and more."""
    return [s for s in await list_skipping(session, cell_id, on=on) if s.band != "none"]


def numbers(cell_id: int, skipping: Sequence[Skipping]) -> Branch:
    """A cell's numbers: what `db.caring.count_branches` says of it, which looks through all absences there are."""

    def count(name: str, value: str) -> int:
        return sum(getattr(each, name) == value for each in skipping)

    followed = (count("following", state) for state in (Following.LOOKED_AFTER, Following.BACK))
    return Branch(cell_id, count("band", "amber"), count("band", "red"), *followed)


async def after_roll(
    session: Session,
    cell_id: int,
    states: Mapping[int, RollState | None],
    *,
    starts_at: datetime,
    on: date,
) -> AfterRoll:
    """What the roll of a regular meeting, just closed, means for the cell's care; `on` is its local date.

    Those it brought to amber or red are marked new and come first. Those looked after since before it who were there
    may be back.
    """
    listed = [
        replace(s, new=is_new(s.months, states.get(s.member.id or 0)))
        for s in await list_concerning(session, cell_id, on=on)
    ]
    there = (RollState.PRESENT, RollState.LATE)
    going_on = await caring.list_going_on(session, cell_id, before=starts_at)
    return AfterRoll(
        cell_id,
        sorted(listed, key=lambda s: not s.new),
        [member for care, member in going_on if states.get(care.member_id) in there],
    )


async def card(session: Session, *, member_id: int, by: Member, on: date) -> Card:
    """A member's absences of the year and the follow-up. NotAllowed unless `by` leads the cell that counts them.

    Reasons are those given to this cell; another cell's stay there.
    """
    member, cell = await get_led(session, member_id=member_id, by=by, on=on)
    listed = await list_skipping(session, cell.id or 0, on=on)
    absences = await caring.list_absences(session, member_id, since=date(on.year, 1, 1))
    care = await _find_current(session, cell.id or 0, member_id, on=on)
    return Card(
        cell,
        next((s for s in listed if s.member.id == member_id), Skipping(member, 0, band(0))),
        [a if a.cell_id == cell.id else replace(a, reason=None, words=None) for a in absences],
        care,
        await people.get_member(session, care.talker_id) if care and care.talker_id else None,
        await caring.list_notes(session, care.id or 0) if care else [],
    )


async def get_led(session: Session, *, member_id: int, by: Member, on: date) -> tuple[Member, Organisation]:
    """A member and the cell that counts them; NotAllowed unless `by` leads it."""
    member = await people.get_member(session, member_id)
    cell = await people.find_cell(session, member_id, on=on)
    await authorise(session, by, Right.LEAD, cell.id or 0 if cell else 0, on=on)
    if cell is None:
        raise NotFound
    return member, cell


async def list_talkers(session: Session, *, member_id: int, by: Member, on: date) -> list[Member]:
    """Who may be asked to talk to a member: the cell's leaders first, then its other members, by name."""
    _, cell = await get_led(session, member_id=member_id, by=by, on=on)
    leaders = await people.list_leaders(session, cell.id or 0, on=on)
    counted = await people.list_counted(session, cell.id or 0, on=on)
    able = {m.id: m for m in [*counted, *[await people.get_member(session, n) for n in leaders]]}
    able.pop(member_id, None)
    return sorted(able.values(), key=lambda m: (m.id not in leaders, given_name_key(m.name)))


async def choose_talker(
    session: Session, *, member_id: int, talker_id: int, by: Member, now: datetime, texts: Texts
) -> bool:
    """Let somebody of the cell talk to a member, and ask them to; whether a message of ours reaches them.

    NotAllowed unless `by` leads the cell; NotFound for who is not of it. Who was asked before is no longer.
    """
    on = texts.day_of(now)
    able = await list_talkers(session, member_id=member_id, by=by, on=on)
    if talker_id not in {talker.id for talker in able}:
        raise NotFound
    member, cell = await get_led(session, member_id=member_id, by=by, on=on)
    care = await _keep(session, cell.id or 0, member_id, now=now, on=on)
    if care.came_back_at is not None:  # missing again: it begins anew
        care.came_back_at = care.talker_id = None
    elif care.talker_id == talker_id and care.talked_at is None:
        return True
    care.talker_id, care.talked_at = talker_id, None
    session.add(care)
    await outbox.withdraw(session, about=(ABOUT, care.id or 0), now=now)
    return talker_id == by.id or await _ask(session, care, member, cell, now=now, texts=texts)


async def add_note(
    session: Session, *, member_id: int, words: str, by: Member, now: datetime, on: date
) -> None:
    """Write something down about a member. NotAllowed unless `by` leads their cell; BadInput when too long."""
    _, cell = await get_led(session, member_id=member_id, by=by, on=on)
    await _note(session, await _keep(session, cell.id or 0, member_id, now=now, on=on), words, by=by, now=now)


async def set_back(
    session: Session, *, member_id: int, back: bool, by: Member, now: datetime, on: date
) -> None:
    """A member came back, or did not after all. NotAllowed unless `by` leads their cell."""
    _, cell = await get_led(session, member_id=member_id, by=by, on=on)
    care = await _keep(session, cell.id or 0, member_id, now=now, on=on)
    care.came_back_at = now if back else None
    session.add(care)
    if back:  # whoever was to be asked to talk to them need not be any more
        await outbox.withdraw(session, about=(ABOUT, care.id or 0), now=now)


async def note_talked(session: Session, *, care_id: int, by: Member, now: datetime, texts: Texts) -> Member:
    """Who was asked to has talked to a member: those who lead the cell hear of it, once; the member talked to.

    NotAllowed for everybody else, and for who is no longer asked.
    """
    care = await get_asked(session, care_id=care_id, by=by)
    member = await people.get_member(session, care.member_id)
    if care.talked_at is None:
        care.talked_at = now
        session.add(care)
        await _report(session, care, member, by=by, with_note=False, now=now, texts=texts)
    return member


async def add_talk_note(
    session: Session, *, care_id: int, words: str, by: Member, now: datetime, texts: Texts
) -> None:
    """What whoever talked to a member writes down, for those who lead the cell. NotAllowed for everybody else."""
    care = await get_asked(session, care_id=care_id, by=by)
    member = await people.get_member(session, care.member_id)
    await _note(session, care, words, by=by, now=now)
    await outbox.withdraw(session, about=(REPORTED, care_id), now=now)
    await _report(session, care, member, by=by, with_note=True, now=now, texts=texts)


async def get_asked(session: Session, *, care_id: int, by: Member) -> Care:
    """A follow-up in which `by` was asked to talk to the member; NotAllowed for everybody else."""
    care = await caring.get(session, care_id)
    if care.talker_id is None or care.talker_id != by.id:
        raise NotAllowed("care_not_yours")
    return care


async def _find_current(session: Session, cell_id: int, member_id: int, *, on: date) -> Care | None:
    """The follow-up of the year, or one that still goes on."""
    care = await caring.find_newest(session, cell_id, member_id)
    over = care is not None and care.year < on.year and care.came_back_at is not None
    return None if over else care


async def _keep(session: Session, cell_id: int, member_id: int, *, now: datetime, on: date) -> Care:
    """The follow-up of a member: the one there is, or a new one. Two who begin at once begin the same one."""
    current = await _find_current(session, cell_id, member_id, on=on)
    if current is None:
        await caring.begin(session, cell_id, member_id, year=on.year, now=now)
        current = await caring.find_newest(session, cell_id, member_id)
    assert current is not None
    return current


async def _note(session: Session, care: Care, words: str, *, by: Member, now: datetime) -> None:
    if len(words) > LONGEST:
        raise BadInput("form_too_long", most=LONGEST)
    session.add(CareNote(care_id=care.id or 0, by_id=by.id or 0, words=words, noted_at=now))


async def _ask(
    session: Session, care: Care, member: Member, cell: Organisation, *, now: datetime, texts: Texts
) -> bool:
    """Ask the one who was chosen, kindly and without a reason; in the night it waits for the morning."""
    say = Say(
        "care_asked",
        {"member": member, "cell": cell},
        buttons=_button("caring.talked", "talked", care.id or 0),
        about=(ABOUT, care.id or 0),
        protect=True,
    )
    when = When(now, not_before=after_quiet(now, texts.zone))
    return bool(await tell(session, [care.talker_id or 0], say, texts=texts, lane=Lane.REMINDER, when=when))


async def _report(
    session: Session, care: Care, member: Member, *, by: Member, with_note: bool, now: datetime, texts: Texts
) -> None:
    leaders = await people.list_leaders(session, care.cell_id, on=texts.day_of(now))
    say = Say(
        "care_talked",
        {"member": member, "talker": by, "with_note": with_note},
        buttons=_button("caring.open", "care", care.member_id),
        about=(REPORTED, care.id or 0),
        protect=True,
    )
    ready = now if with_note else now + TIME_FOR_A_NOTE
    when = When(now, not_before=after_quiet(ready, texts.zone))
    await tell(session, leaders - {by.id or 0}, say, texts=texts, lane=Lane.REMINDER, when=when)


def _button(key: str, verb: str, number: int) -> Buttons:
    return lambda texts, language: [[tap(texts.label(key, language), verb, number)]]


def find_talkers(able: Sequence[Member], text: str) -> list[Member]:
    """Those who are called so: by the whole name, or the given one."""
    return [member for member in able if is_called(member.name, text)]
