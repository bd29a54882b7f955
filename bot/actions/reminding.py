"""What is said about a meeting when its time comes, and to whom: decided when it is due, never before.

Chases go only to those who must attend and have not answered. Nothing is said late: a step whose meeting has
begun is dropped, and a message still queued then expires.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions import meeting_news, papers_buttons, tasks
from bot.actions.attendance import Headcount, headcount
from bot.actions.tasks import Question
from bot.actions.telling import Buttons, Say, Telling, once_each, tell_all
from bot.buttons import Rows, tap
from bot.lanes import Lane
from bot.rules.attendance import Standing, answer_deadline
from bot.rules.names import given_name_key
from bot.rules.permissions import SECRETARIES
from bot.rules.quarters import ends_in, quarter_of
from bot.rules.reminders import AFTERWARDS, IN_GROUP, audiences, is_chased
from bot.rules.snoozing import this_evening
from bot.rules.words import Answer, Audience, MeetingKind, PaperKind, ReminderStep, RoleName
from bot.texts import Texts
from db import chats, groups, organisations, preparing, reminding, told
from db import meetings as stored
from db.models import Meeting, MeetingState, Organisation
from db.posting import Address, When
from db.preparing import Document
from db.reminding import Due, Guest, Leader
from db.session import Session, has_one_writer

STEP = 150
"""Reminders dealt with in one transaction: some thousands of deliveries."""
SHORT_STEP = 12
"""The same where a press waits for the end of the transaction."""


async def remind_due(session: Session, *, now: datetime, texts: Texts) -> int:
    """Say what is due; how many planned messages were dealt with.

    What they need is looked up for all of them at once, and what they say is queued at once. A step nobody
    needs any more tells nobody.
    """
    step = min(STEP, SHORT_STEP) if has_one_writer(session) else STEP
    due = await reminding.list_due(session, now=now, limit=step)
    if not due:
        return 0
    needed = [each for each in due if _is_needed(each, now)]
    asking = [each.meeting for each in needed if each.step is ReminderStep.TASKS]
    known = await look_up(session, [each.meeting for each in needed], asking, now=now, texts=texts)
    occasions = {each.meeting.id: Occasion(each.meeting, each.cell, known) for each in needed}
    told = {each.id: occasions[each.meeting.id].speak(each) for each in needed}
    said = [telling for occasion in occasions.values() for telling in occasion.tellings]
    await tell_all(session, said, texts=texts, lane=Lane.REMINDER)
    called = [occasion.id for occasion in occasions.values() if occasion.calls]
    await reminding.note_called(session, called, now=now)
    await reminding.finish(session, {each.id: told.get(each.id, 0) for each in due}, now=now)
    return len(due)


def _is_needed(due: Due, now: datetime) -> bool:
    meeting = due.meeting
    if due.step is ReminderStep.PREPARE and (meeting.confirmed_at or meeting.called_at):
        return False
    return meeting.state == MeetingState.PLANNED and (meeting.starts_at <= now) == (due.step in AFTERWARDS)


@dataclass(frozen=True)
class Known:
    """What is known at a moment of everybody concerned.

    `guests`, `questions`, `agendas` (what is proposed) and `documents` by meeting, `leaders` by cell, `addresses` by
    member; `seen` by cell: who is reached in its group. `owing`: meetings whose cell owes the quarter a thematic one.
    """

    now: datetime
    guests: Mapping[int, Sequence[Guest]]
    questions: Mapping[int, Sequence[Question]]
    leaders: Mapping[int, Sequence[Leader]]
    addresses: Mapping[int, Sequence[Address]]
    seen: Mapping[int, Collection[int]]
    agendas: Mapping[int, str]
    documents: Mapping[int, Sequence[Document]]
    owing: Collection[int]
    texts: Texts


async def look_up(
    session: Session,
    meetings: Sequence[Meeting],
    asking: Sequence[Meeting] = (),
    *,
    now: datetime,
    texts: Texts,
) -> Known:
    """Everything about these meetings; the questions about tasks only of those that are `asking`."""
    today = texts.day_of(now)
    listed = [(meeting, texts.day_of(meeting.starts_at)) for meeting in meetings]
    guests = await reminding.list_guests(session, listed)
    cells = {meeting.cell_id for meeting in meetings}
    leaders = await reminding.list_leaders(session, cells, on=today)
    questions = await tasks.questions(session, {m.id or 0: m.cell_id for m in asking}, today=today)
    members = {
        person.member_id for each in (guests, leaders, questions) for some in each.values() for person in some
    }
    addresses: dict[int, list[Address]] = defaultdict(list)
    for address in await chats.list_addresses(session, members):
        addresses[address.member_id or 0].append(address)
    uncalled = [meeting.id or 0 for meeting in meetings if meeting.called_at is None]
    agendas = await preparing.list_agendas(session, uncalled) if uncalled else {}
    documents = (
        await preparing.list_documents(session, uncalled) if uncalled and texts.documents_in_chat else {}
    )
    seen = await groups.list_seen(session, cells)
    owing = await _list_owing(session, [meeting for meeting in meetings if meeting.called_at is None])
    return Known(now, guests, questions, leaders, addresses, seen, agendas, documents, owing, texts)


async def _list_owing(session: Session, coming: Sequence[Meeting]) -> set[int]:
    """Of coming meetings the regular ones that are a quarter's last, where it has had no thematic one."""
    last = [m for m in coming if m.kind is MeetingKind.REGULAR and ends_in(m.month)]
    by_quarter: dict[tuple[date, date], list[Meeting]] = defaultdict(list)
    for meeting in last:
        by_quarter[quarter_of(meeting.month)].append(meeting)
    owing = set()
    for quarter, theirs in by_quarter.items():
        held = await stored.list_with_thematic(session, {m.cell_id for m in theirs}, *quarter)
        owing |= {m.id or 0 for m in theirs if m.cell_id not in held}
    return owing


class Occasion:
    """One meeting at the moment something is said about it: what, and to whom. It looks nothing up itself."""

    def __init__(self, meeting: Meeting, cell: Organisation, known: Known) -> None:
        assert meeting.id is not None and cell.id is not None
        self.id = meeting.id
        self.meeting = meeting
        self.cell = cell
        self.known = known
        self.tellings: list[Telling] = []
        """What was said so far."""
        self.calls = False
        """Whether the meeting was called by that, and not before."""
        self.invited = [g for g in known.guests.get(meeting.id, ()) if g.standing is Standing.MUST_ATTEND]

    @property
    def silent(self) -> list[Guest]:
        """Those who must attend and have not answered."""
        return [guest for guest in self.invited if guest.answer is None]

    @property
    def owes(self) -> bool:
        """Whether this is the quarter's last regular meeting, and there was no thematic one in it."""
        return self.id in self.known.owing

    def speak(self, due: Due) -> int:
        """Say one step to each of its audiences; how many people it reaches, without what its leaders are told."""
        if due.step is ReminderStep.TASKS:
            return self.ask_tasks()
        told = sum(SAYING[audience](self, due) for audience in audiences(self.meeting.profile, due.step))
        if due.step in (ReminderStep.CALLED, ReminderStep.DAY_BEFORE):
            self.report_call()
        return told

    def say(self, to: Iterable[int], say: Say, *, late: bool = False) -> int:
        """Say something to members; how many it reaches. Unless `late`, it is of use until the meeting begins."""
        begins = None if late else self.meeting.starts_at
        reached = [member_id for member_id in dict.fromkeys(to) if self.known.addresses.get(member_id)]
        addresses = once_each(a for member_id in reached for a in self.known.addresses[member_id])
        self.tellings.append(
            Telling(say, addresses, When(self.known.now, deadline=begins, expires_at=begins))
        )
        return len(reached)

    def invite(self, to: Iterable[Guest], template: str, name: str, *, asks: bool = True) -> int:
        """Say a template to members of the list, asking for their answer or not."""
        said = Say(
            template,
            {"meeting": self.meeting, "cell": self.cell, "answer_by": self.answer_by},
            buttons=self._buttons(template) if asks else None,
            about=(told.ABOUT, self.id),
            asks=asks,
            dedupe=f"meeting:{self.id}:{name}:{self.meeting.sequence}",
        )
        return self.say((guest.member_id for guest in to), said)

    def ask_tasks(self) -> int:
        """Ask for task progress ahead of the meeting."""
        return len([q for q in self.known.questions[self.id] if self.say([q.member_id], q.say)])

    def to_everyone(self, due: Due) -> int:
        """The invitation; whom it reaches in the cell's group, by what they pressed there, gets no second one."""
        self._call()
        seen = self.known.seen.get(self.meeting.cell_id, ()) if self.meeting.kind in IN_GROUP else ()
        apart = [guest for guest in self.invited if guest.member_id not in seen]
        return self.call_in(apart, "called") + len(self.invited) - len(apart)

    def to_silent(self, due: Due) -> int:
        """An invitation for who has not been told, a chase for who has not answered."""
        if not self._call():
            return self.call_in(self.silent, f"{due.step}:silent")
        now = self.known.now
        chased = [
            g for g in self.silent if is_chased(due.step, fewer=g.fewer, put_off_to=g.put_off_to, now=now)
        ]
        return self.invite(chased, "meeting_chase", f"{due.step}:silent")

    def to_coming(self, due: Due) -> int:
        """The one short reminder of time and place, but for those who want fewer."""
        coming = [g for g in self.invited if g.answer in (Answer.COMING, Answer.LATE) and not g.fewer]
        return self.invite(coming, "meeting_soon", f"{due.step}:coming", asks=False)

    def to_deputy(self, due: Due) -> int:
        """Who is still silent, for somebody to ask in person."""
        silent = by_name(self.silent)
        said = meeting_news.silent(self.meeting, self.cell, silent)
        return self.say(self._leaders(RoleName.DEPUTY), said) if silent else 0

    def to_secretary(self, due: Due) -> int:
        """What is asked of the secretary, or of the deputy of a cell without one."""
        to = self._leaders(RoleName.SECRETARY) or self._leaders(RoleName.DEPUTY)
        if due.step is ReminderStep.PREPARE:
            agenda = self.known.agendas.get(self.id, "")
            said = meeting_news.prepare(self.meeting, self.cell, agenda, owes=self.owes, due_id=due.id)
        elif due.step is ReminderStep.DOCUMENTS:
            said = meeting_news.documents(self.meeting, self.cell, due_id=due.id)
        else:
            said = meeting_news.roll_open(self.meeting, self.cell, due_id=due.id)
        return self.say(to, said, late=due.step is ReminderStep.ROLL_OPEN)

    def to_follower(self, due: Due) -> int:
        """The roll stayed open although the secretary was asked for it twice."""
        said = meeting_news.roll_stays_open(self.meeting, self.cell)
        return self.say(self._leaders(RoleName.FOLLOWER), said, late=True)

    def report_call(self) -> None:
        """Tell those who lead the cell that it was called, and whom no message reaches; and who follows it."""
        self._tell_follower()
        unreached = [guest for guest in self.invited if not self.known.addresses.get(guest.member_id)]
        invited = len(self.invited)
        said = Say(
            "meeting_called_report",
            {"meeting": self.meeting, "cell": self.cell, "invited": invited, "unreached": by_name(unreached)},
            buttons=lambda t, language: leader_buttons(self.meeting, t, language),
            about=("headcount", self.id),
            protect=True,
            dedupe=f"meeting:{self.id}:call_report",
        )
        self.say(self._leaders(*SECRETARIES), said)

    @property
    def answer_by(self) -> datetime | None:
        """Until when answers are asked for; None when that has passed."""
        now = self.known.now
        deadline = answer_deadline(self.meeting.answer_by, self.meeting.called_at or now)
        return deadline if deadline and deadline > now else None

    def _buttons(self, template: str) -> Buttons:
        """The answers; with an invitation the calendar, with a chase putting it off where an evening is left."""
        if template == "meeting_called":
            return invitation_buttons(self.id)
        later = this_evening(self.known.texts.local(self.known.now)) < self.meeting.starts_at
        return put_off_buttons(self.id) if template == "meeting_chase" and later else answer_buttons(self.id)

    def _tell_follower(self) -> None:
        invited = {guest.member_id for guest in self.invited}
        others = [each for each in self._leaders(RoleName.FOLLOWER) if each not in invited]
        self.say(others, meeting_news.called(self.meeting, self.cell, invited=len(invited), owes=self.owes))

    def call_in(self, to: Iterable[Guest], name: str) -> int:
        """The invitation, with the documents that go with it."""
        called = list(to)
        told = self.invite(called, "meeting_called", name)
        for document in self.known.documents.get(self.id, ()):
            said = meeting_news.document(self.meeting, self.cell, document)
            self.say((guest.member_id for guest in called), said)
        return told

    def _call(self) -> bool:
        """Call the meeting; whether it was called before."""
        before = self.calls or self.meeting.called_at is not None
        self.calls = self.meeting.called_at is None
        return before

    def _leaders(self, *roles: RoleName) -> list[int]:
        leaders = self.known.leaders.get(self.meeting.cell_id, ())
        if self.meeting.kind is MeetingKind.COMMITTEE and RoleName.FOLLOWER not in roles:
            roles = (RoleName.OFFICER,)
        return [leader.member_id for leader in leaders if leader.role in roles]


def by_name(guests: Iterable[Guest]) -> list[Guest]:
    """In Vietnamese name order, for a list that is shown."""
    return sorted(guests, key=lambda guest: given_name_key(guest.name))


SAYING: dict[Audience, Callable[[Occasion, Due], int]] = {
    Audience.EVERYONE: Occasion.to_everyone,
    Audience.SILENT: Occasion.to_silent,
    Audience.COMING: Occasion.to_coming,
    Audience.DEPUTY: Occasion.to_deputy,
    Audience.SECRETARY: Occasion.to_secretary,
    Audience.FOLLOWER: Occasion.to_follower,
}


def answer_buttons(meeting_id: int) -> Buttons:
    """The three answers to an invitation."""
    return lambda texts, language: [
        [tap(texts.label(f"answers.{Answer.COMING}", language), "answer", meeting_id, Answer.COMING)],
        [
            tap(texts.label(f"answers.{answer}", language), "answer", meeting_id, answer)
            for answer in (Answer.LEAVE, Answer.LATE)
        ],
    ]


def invitation_buttons(meeting_id: int) -> Buttons:
    """The three answers, and the entry for the telephone's own calendar."""
    answers = answer_buttons(meeting_id)
    return lambda texts, language: [*answers(texts, language), *calendar_button(meeting_id)(texts, language)]


def calendar_button(meeting_id: int, key: str = "meetings.calendar") -> Buttons:
    """The entry for the telephone's own calendar, as a file: sent only to who asks, for the sake of slow networks."""
    return lambda texts, language: [[tap(texts.label(key, language), "ics", meeting_id)]]


def put_off_buttons(meeting_id: int) -> Buttons:
    """The three answers, and to be asked again this evening."""
    answers = answer_buttons(meeting_id)
    return lambda texts, language: [
        *answers(texts, language),
        [tap(texts.label("meetings.tonight", language), "snooze", meeting_id)],
    ]


def leader_buttons(meeting: Meeting, texts: Texts, language: str, *, undecided: int = 0) -> Rows:
    """What those who lead a cell can do about a coming meeting; `undecided` requests for leave wait for them."""
    meeting_id = meeting.id
    leave = texts.label("leave_list.open", language, count=undecided)
    return [
        *([[tap(leave, "leaves", meeting_id)]] if undecided else []),
        [tap(texts.label("meetings.headcount", language), "headcount", meeting_id)],
        [
            tap(texts.label("meetings.remind", language), "remind", meeting_id),
            tap(texts.label("meetings.behalf", language), "behalf", meeting_id),
        ],
        [tap(texts.label("meetings.change", language), "change", meeting_id)],
        *papers_buttons.rows(meeting, (PaperKind.INVITATION, PaperKind.ATTENDANCE), texts, language),
    ]


async def look(
    session: Session, meeting: Meeting, cell: Organisation, *, now: datetime, texts: Texts
) -> Occasion:
    """A meeting at this moment, with everybody concerned."""
    return Occasion(meeting, cell, await look_up(session, [meeting], now=now, texts=texts))


async def remind_silent(
    session: Session, meeting: Meeting, *, now: datetime, texts: Texts
) -> tuple[int, Headcount]:
    """Chase those who have not answered now, because the secretary asked for it; how many it reaches."""
    cell = await organisations.get(session, meeting.cell_id)
    there = await look(session, meeting, cell, now=now, texts=texts)
    told = there.invite(there.silent, "meeting_chase", f"by_hand:{now:%Y%m%d%H}")
    await tell_all(session, there.tellings, texts=texts, lane=Lane.REMINDER)
    return told, await headcount(session, meeting, on=texts.day_of(meeting.starts_at))
