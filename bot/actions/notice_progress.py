"""How far a study notice is, from the asking to the last message settled: one message that edits itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.actions.authority import authorise
from bot.actions.living import EVERY
from bot.actions.notice_releasing import list_approvers
from bot.actions.telling import Buttons, Say
from bot.buttons import Rows, tap
from bot.rules.notice_stages import Move, Stage, may, stage
from bot.rules.permissions import Right
from bot.rules.reminders import after_quiet, is_quiet
from bot.texts import Texts
from db import notice_progress, notices, people
from db.models import DeliveryState, LiveKind, LiveMessage, Member, Notice
from db.notice_progress import LATELY, Deletion, Progress
from db.session import Session

VERBS = {
    Move.WRITE: ("notice_open", "notice_control.write"),
    Move.TAKE_BACK: ("notice_undo", "notice_control.take_back"),
    Move.PAUSE: ("notice_pause", "notice_control.pause"),
    Move.RESUME: ("notice_resume", "notice_control.resume"),
    Move.CANCEL: ("notice_cancel", "notice_control.cancel"),
    Move.DELETE: ("notice_gone", "notice_control.delete"),
    Move.CORRECT: ("notice_fix", "notice_control.correct"),
}
"""The buttons under it by what they do: verb and words."""


@dataclass(frozen=True)
class Seen:
    """A notice and its numbers at a moment; `deletion` once that was asked for."""

    notice: Notice
    stage: Stage
    progress: Progress
    deletion: Deletion | None
    now: datetime

    @property
    def per_minute(self) -> int:
        """Messages of the last minute; of a younger notice, those a minute would come to."""
        since = self.notice.sent_at or self.now
        return round(self.progress.lately * LATELY / min(LATELY, max(self.now - since, timedelta(seconds=1))))

    @property
    def minutes_left(self) -> int | None:
        """Minutes until the last message leaves at this rate; None while nothing leaves."""
        goes_on = self.stage in (Stage.SENDING, Stage.SENT) and self.progress.open
        return -(-self.progress.open // self.per_minute) if goes_on and self.per_minute else None

    @property
    def too_old(self) -> int:
        """Messages whose deletion was not even asked of Telegram."""
        found = self.deletion
        return self.progress.got - found.open - found.gone - found.refused if found else 0

    def moves(self) -> list[Move]:
        """What its officers can do now and makes a difference."""
        useless = set()
        if not self.progress.open and self.stage is Stage.SENT:
            useless |= {Move.PAUSE, Move.CANCEL}
        if self.progress.open and self.stage is Stage.SENT:
            useless |= {Move.DELETE, Move.CORRECT}
        if self.deletion is not None or not self.progress.got:
            useless.add(Move.DELETE)
        if not self.progress.got:
            useless.add(Move.CORRECT)
        return [move for move in VERBS if may(self.notice, move) and move not in useless]


async def look(session: Session, notice: Notice, *, now: datetime) -> Seen:
    """The notice as it stands at a moment; whether somebody may see it is not asked here."""
    its_id = notice.id or 0
    deletion = (
        await notice_progress.count_deletion(session, its_id) if notice.deleted_to is not None else None
    )
    progress = await notice_progress.count(session, its_id, now=now)
    return Seen(notice, stage(notice), progress, deletion, now)


async def show(session: Session, live: LiveMessage, *, now: datetime, texts: Texts) -> Say | None:
    """How far it is, for whom that is kept up to date; it changes again when `changed_at` says."""
    if live.member_id is None:
        return None
    notice = await notices.get(session, live.about_id)
    by = await people.get_member(session, live.member_id)
    said, live.changed_at = await say(session, notice, by=by, now=now, texts=texts)
    return said


async def say(
    session: Session, notice: Notice, *, by: Member, now: datetime, texts: Texts
) -> tuple[Say, datetime | None]:
    """How far it is, and when that will have changed by itself; NotAllowed for who is no officer of its issuer."""
    today = texts.day_of(now)
    await authorise(session, by, Right.SEND_NOTICE, notice.issuer_id, on=today)
    seen = await look(session, notice, now=now)
    names = []
    if seen.stage is Stage.AWAITING:
        names = [approver.name for approver in await list_approvers(session, notice, on=today)]
    values = {"seen": seen, "notice": notice, "approvers": names, "quiet": is_quiet(now, texts.zone)}
    return Say("notice_progress", values, _buttons(seen)), _changes_at(seen, texts)


def _changes_at(seen: Seen, texts: Texts) -> datetime | None:
    """When it will look different: at its moment, soon, or in the morning where it waits for that."""
    now, messages = seen.now, seen.progress.messages
    moving = messages.get(DeliveryState.SENDING, 0) + messages.get(DeliveryState.RETRY, 0)
    soon = now + EVERY[LiveKind.NOTICE]
    deleting = seen.deletion is not None and seen.deletion.open > 0
    match seen.stage:
        case Stage.WAITING:
            return seen.notice.leaves_at
        case Stage.SENDING:
            return soon
        case Stage.SENT if seen.progress.open:
            return soon if moving or seen.progress.lately else max(soon, after_quiet(now, texts.zone))
        case Stage.PAUSED if messages.get(DeliveryState.SENDING):
            return soon
        case Stage.CANCELLED if seen.progress.open or deleting:
            return soon
    return None


def _buttons(seen: Seen) -> Buttons:
    def rows(texts: Texts, language: str) -> Rows:
        chosen = [VERBS[move] for move in seen.moves()]
        return [[tap(texts.label(words, language), verb, seen.notice.id)] for verb, words in chosen]

    return rows
