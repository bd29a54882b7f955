"""The fixed cast, and what they can do: they act as a person would, and the application answers at once.

Lan    secretary of cell A
Minh   her deputy
Hoa    a member of A
Dũng   a member of cell B, who must see nothing of A
Quân   an officer of the committee above both
Mai    a member of B who lives in A's area: registered at A only as a resident
"""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.actions import belonging, registration
from bot.app import App
from bot.clock import StillClock
from bot.config import ZONE
from bot.rules.words import (
    MeetingKind,
    MembershipKind,
    OrganisationKind,
    RoleName,
    Status,
)
from bot.sandbox.objects import Message
from bot.sandbox.people import Person
from bot.sandbox.telegram import Telegram
from db.models import Account, Consent, Member, Membership, Organisation, Schedule, StatusPeriod
from db.session import Session

START = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE).astimezone(UTC)
"""Monday morning, the day before cell A's third of the month."""
JOINED = date(2025, 1, 1)


@dataclass
class Actor:
    """One of the cast: a member of the register, and the person behind a telephone."""

    town: "Town"
    person: Person
    member_id: int
    tapped: Message | None = None

    async def taps(self, text: str, message: Message | None = None) -> str | None:
        """Tap a button; the words shown over the chat, if any."""
        press = self.person.taps(text, message)
        self.tapped = press.message
        await self.town.app.settle()
        answer = getattr(press, "answer", None)
        return answer["text"] if answer else None

    async def sends(self, text: str) -> str:
        """Type something; what the bot said last."""
        self.person.sends(text)
        await self.town.app.settle()
        return self.last

    async def answers(self, *words: str) -> None:
        """Answer one question after the other: by its button where there is one of these words, else typed."""
        for each in words:
            await (self.taps(each) if each in self.buttons else self.sends(each))

    async def opens(self, token: str) -> str:
        """Open an invitation link; what the bot said last."""
        self.person.opens(token)
        await self.town.app.settle()
        return self.last

    @property
    def last(self) -> str:
        """What the bot said last."""
        return self.person.last.text or ""

    @property
    def shown(self) -> str:
        """What the message says now that was tapped last."""
        assert self.tapped is not None
        return self.tapped.text or ""

    @property
    def heard(self) -> list[str]:
        """Everything the bot said, oldest first."""
        return [m.text or "" for m in self.person.messages if m.from_bot]

    @property
    def buttons(self) -> list[str]:
        """The buttons under the bot's last message."""
        return [b.text for row in self.person.last.buttons for b in row]


@dataclass
class Town:
    """The application, the local Telegram, a still clock and the cast."""

    app: App
    telegram: Telegram
    clock: StillClock
    committee: int = 0
    cell_a: int = 0
    cell_b: int = 0

    async def moves_to(self, *local: int) -> None:
        """Let time jump to a local date and time, and everything due happen."""
        moment = datetime(*local, tzinfo=ZONE).astimezone(UTC)  # type: ignore[arg-type, misc]
        self.clock.move_to(moment)
        await self.app.settle()

    async def waits(self, seconds: float) -> None:
        """Let so many seconds pass, and everything due happen."""
        self.clock.move_to(self.clock.now() + timedelta(seconds=seconds))
        await self.app.settle()

    async def passes_until(self, *local: int) -> None:
        """Let time go from event to event up to a local date and time."""
        moment = datetime(*local, tzinfo=ZONE).astimezone(UTC)  # type: ignore[arg-type, misc]
        while (event := await self.app.next_event()) is not None and event < moment:
            self.clock.move_to(event)
            await self.app.settle()
        self.clock.move_to(moment)
        await self.app.settle()

    async def add(
        self, name: str, cell_id: int, *, role: RoleName | None = None, status: Status = Status.OFFICIAL
    ) -> Actor:
        """A further member of a cell who has registered."""
        async with self.app.database.write() as session:
            return await self._settle_in(session, name, cell_id, role=role, status=status)

    def stranger(self, name: str) -> Actor:
        """Somebody nobody knows."""
        return Actor(self, self.telegram.add_person(name), 0)

    def _meet(self, name: str) -> Person:
        person = self.telegram.add_person(name)
        person.chat.shut = None  # they pressed Start long ago
        return person

    async def _settle_in(
        self,
        session: Session,
        name: str,
        cell_id: int | None,
        *,
        role: RoleName | None = None,
        role_at: int | None = None,
        status: Status = Status.OFFICIAL,
        residential: int | None = None,
    ) -> Actor:
        member = Member(name=name, code=f"M-{name}"[-64:])
        session.add(member)
        await session.flush()
        assert member.id is not None
        for cell, kind in ((cell_id, MembershipKind.RECORD), (residential, MembershipKind.RESIDENTIAL)):
            if cell is not None:
                session.add(Membership(member_id=member.id, cell_id=cell, kind=kind, since=JOINED))
        session.add(StatusPeriod(member_id=member.id, status=status, since=JOINED))
        if role is not None:
            await belonging.give_role(session, member.id, role, role_at or cell_id, since=JOINED)
        person = self._meet(name)
        account = Account(bot=self.app.house.bot, address=person.id, created_at=START)
        session.add(account)
        await session.flush()
        await registration.link(session, account, member, now=START)
        session.add(consent(account.id, member.id))
        return Actor(self, person, member.id)


@dataclass
class Cast:
    """Everybody who is always there."""

    town: Town
    lan: Actor
    minh: Actor
    hoa: Actor
    dung: Actor
    quan: Actor
    mai: Actor

    @classmethod
    def returning(cls, town: Town, known: "Known") -> "Cast":
        """The same people in a database in which they have settled before."""
        town.committee, town.cell_a, town.cell_b = known.places
        actors = [Actor(town, town._meet(name), number) for name, number in known.people.items()]
        return cls(town, *actors)

    @property
    def known(self) -> "Known":
        """What is to be known of them to come back."""
        actors = [getattr(self, each.name) for each in fields(self)[1:]]
        town = self.town
        places = town.committee, town.cell_a, town.cell_b
        return Known(places, {actor.person.name: actor.member_id for actor in actors})


class Known(NamedTuple):
    """The committee and its two cells, and the members by name: everybody in the order in which they came."""

    places: tuple[int, int, int]
    people: dict[str, int]


async def settle_town(town: Town) -> Cast:
    """Found the committee, its two cells and their people. Cell A meets on the 3rd at 19:30."""
    async with town.app.database.write() as session:
        town.committee = await found(session, "xa-ta-van", "Đảng bộ xã Tả Van", OrganisationKind.COMMUNE)
        town.cell_a = await found(session, "a", "Chi bộ thôn A", OrganisationKind.CELL, town.committee)
        town.cell_b = await found(session, "b", "Chi bộ thôn B", OrganisationKind.CELL, town.committee)
        a, b = town.cell_a, town.cell_b
        cast = Cast(
            town,
            lan=await town._settle_in(session, "Vàng Thị Lan", a, role=RoleName.SECRETARY),
            minh=await town._settle_in(session, "Lù Văn Minh", a, role=RoleName.DEPUTY),
            hoa=await town._settle_in(session, "Sùng Thị Hoa", a),
            dung=await town._settle_in(session, "Hoàng A Dũng", b),
            quan=await town._settle_in(
                session, "Lê Quân", None, role=RoleName.OFFICER, role_at=town.committee
            ),
            mai=await town._settle_in(session, "Đặng Thị Mai", b, residential=a),
        )
    await town.app.settle()
    return cast


async def schedule(
    town: Town, cell_id: int, *, day: int = 3, kind: MeetingKind = MeetingKind.REGULAR
) -> None:
    """Let a cell meet on a day of every month at 19:30 in its hall."""
    async with town.app.database.write() as session:
        session.add(
            Schedule(
                cell_id=cell_id,
                kind=kind,
                rule=f"FREQ=MONTHLY;BYMONTHDAY={day}",
                at=time(19, 30),
                place="Nhà văn hóa thôn",
                since=JOINED,
            )
        )


def consent(account_id: int | None, member_id: int | None, *, at: datetime = START) -> Consent:
    """A member agreed to the present wording in a chat."""
    return Consent(
        account_id=account_id or 0,
        member_id=member_id,
        version=registration.CONSENT_VERSION,
        text_sha256="0" * 64,
        given_at=at,
    )


async def found(
    session: Session, code: str, name: str, kind: OrganisationKind, parent: int | None = None
) -> int:
    """Found an organisation; its number."""
    organisation = Organisation(code=code, name=name, kind=kind, parent_id=parent)
    session.add(organisation)
    await session.flush()
    assert organisation.id is not None
    return organisation.id
