"""Photos, documents and voice messages that members send with what they report, and looking at them.

One that is sent goes with the task the chat was asked about last; where it may be several, the member is asked.
The words under it are the report. The pictures of an album are one answer: they follow the first of them.
"""

from collections.abc import Sequence

from telegram import Update

from bot.actions import evidence as acting
from bot.actions import tasks as reporting
from bot.actions.task_buttons import about, progress_buttons, task_buttons
from bot.actions.task_meant import meant_by_file, meant_in_words
from bot.actions.telling import Say
from bot.buttons import Rows
from bot.errors import Refusal
from bot.rules.progress_words import read_progress
from bot.rules.tasks import chosen_number
from db import evidence, questions, tasks, wizards
from db.posting import name_in
from db.tasks import Given
from handlers import files
from handlers.common import Context, Visit, house_of, tapped, visit
from handlers.files import Sent
from handlers.speaking import find_speaking

WHICH = "evidence_which"
"""The wizard that waits for which task files are about."""
GIVES_WAY = (WHICH, "task_which")
"""What a chat may be in the middle of when a file is sent that goes with a task."""


async def on_file(update: Update, context: Context) -> bool:
    """A file sent by somebody who has tasks; False when it is for something else.

    It is fetched before the transaction begins. Where that fails the report is not lost: the id of the file is
    enough to show it.
    """
    sent = files.sent_evidence(update)
    if sent is None or not await _has_tasks(update, context):
        return False
    acting.refuse_mark(files.name_of(sent), _caption(update))
    content = await _fetch(sent, context)

    async with visit(update, context) as v:
        kept = files.media_of(sent, content, now=v.now)
        kept.unique_id = sent.file_unique_id
        number = await acting.keep(v.session, kept, file_id=sent.file_id, bot=v.house.bot)
        await _take(v, number, _caption(update))
    return True


async def on_meant(update: Update, context: Context) -> None:
    """Which task the files are about, tapped."""
    assignment_id = tapped(update).number(0)

    async with visit(update, context) as v:
        waiting = await wizards.get(v.session, v.known, WHICH)
        await wizards.stop(v.session, v.known)
        given = await tasks.get_given(v.session, assignment_id)
        await _put(v, given, waiting["media"], waiting["words"], waiting["album"])


async def on_meant_typed(v: Visit, text: str) -> None:
    """Which task the files are about, typed: its number, or how far it is, which may say it too."""
    waiting = await wizards.get(v.session, v.known, WHICH)
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    offered = [given for given in mine if given.id in waiting["ids"]]
    number = chosen_number(text, len(offered))
    if number is not None:
        meant, words = [offered[number - 1]], waiting["words"]
    else:
        meant, words = meant_in_words(offered, 0, text)
    if len(meant) == 1:
        await wizards.stop(v.session, v.known)
        await _put(v, meant[0], waiting["media"], words, waiting["album"])
    else:
        await _ask_which(v, meant or offered, waiting["media"], words, waiting["album"])


async def on_show(update: Update, context: Context) -> None:
    """The files that go with a report, for the member and for who leads the cell."""
    assignment_id = tapped(update).number(0)

    async with visit(update, context) as v:
        given, shown = await acting.show(
            v.session, assignment_id=assignment_id, by=v.member, bot=v.house.bot, today=v.today
        )
        for each in shown:
            if each.here:
                at, media_id = each.evidence.added_at, each.evidence.media_id
                v.say("evidence_item", protect=True, media_id=media_id, given=given, added_at=at)
        if elsewhere := sum(not each.here for each in shown):
            v.say("evidence_elsewhere", count=elsewhere)
        if not shown:
            v.toast("no_evidence", alert=True)


async def rows(v: Visit, mine: Sequence[Given]) -> Rows:
    """A button for each task whose report has evidence."""
    open_ones = {given.progress.id: given.id for given in mine if given.progress and given.progress.id}
    found = await evidence.count(v.session, open_ones.keys())
    place = {given.id: f"{n}. " if len(mine) > 1 else "" for n, given in enumerate(mine, 1)}
    return [
        [v.button("tasks.evidence", "evidence", its_id, number=place[its_id], count=found[progress_id])]
        for progress_id, its_id in open_ones.items()
        if progress_id in found
    ]


async def _has_tasks(update: Update, context: Context) -> bool:
    """Whether who sends it has an open task, and the chat waits for nothing else."""
    house = house_of(context)
    async with house.database.read() as session:
        account, speaker, _ = await find_speaking(session, update, bot=house.bot)
        if account is None or speaker is None or speaker.id is None:
            return False
        wizard = await wizards.find(session, account, now=house.clock.now())
        mine = await tasks.list_of_member(session, speaker.id, on=house.today)
    return bool(mine) and (wizard is None or wizard.name in GIVES_WAY)


async def _fetch(sent: Sent, context: Context) -> bytes:
    """The bytes, where they are to be kept and are not yet; empty otherwise, or when they do not come."""
    house = house_of(context)
    if not 0 < (sent.file_size or 0) <= house.evidence_bytes:
        return b""
    async with house.database.read() as session:
        if await evidence.has_content(session, sent.file_unique_id):
            return b""
    return await files.try_to_fetch(sent)


async def _take(v: Visit, number: int, caption: str) -> None:
    """Put a file that came where it belongs, or ask."""
    album = v.update.message.media_group_id if v.update.message else None
    told = await evidence.find_told(v.session, name_in(_name(album), v.address)) if album else None
    waiting = await wizards.find(v.session, v.known, now=v.now)
    if told:
        await _attach(v, told, [number], album)
    elif album and waiting is not None and waiting.name == WHICH and waiting.data["album"] == album:
        data = {**waiting.data, "media": [*waiting.data["media"], number]}
        await wizards.start(v.session, v.known, WHICH, data, now=v.now)
    else:
        await _begin(v, number, caption, album)


async def _begin(v: Visit, number: int, caption: str, album: str | None) -> None:
    assert v.known.id is not None
    mine = await tasks.list_of_member(v.session, v.member_id, on=v.today)
    asked = await questions.list_newest(v.session, v.known.id, limit=1)
    about_id = asked[0].about_id if asked and asked[0].about == "task" else 0
    meant, words = meant_by_file(mine, about_id, caption)
    if len(meant) == 1:
        await _put(v, meant[0], [number], words, album)
    else:
        await _ask_which(v, meant, [number], words, album)


async def _put(v: Visit, given: Given, media_ids: Sequence[int], words: str, album: str | None) -> None:
    """Put files to a task, record the words under them where they are a report, and show it back."""
    if not await _attach(v, given.id, media_ids, album):
        return
    reading = read_progress(words, given.task.target)
    if reading.sure:
        asked = {"assignment_id": given.id, "by": v.member, "now": v.now, "today": v.today}
        await reporting.report_as_read(v.session, words=words, reading=reading, **asked)  # type: ignore[arg-type]
    given = await tasks.get_given(v.session, given.id)
    unclear = "" if reading.sure else words
    values = {"given": given, "unclear": unclear, "today": v.today}
    name = _name(album) if album else None
    buttons = progress_buttons([given])
    v.put(Say("evidence_taken", values, buttons, about=about([given]), asks=True, dedupe=name))


async def _attach(v: Visit, assignment_id: int, media_ids: Sequence[int], album: str | None) -> bool:
    """Whether the files are with the task now; of an album a refusal is told once."""
    try:
        await acting.attach(
            v.session, assignment_id=assignment_id, by=v.member, media_ids=media_ids, now=v.now, today=v.today
        )
    except Refusal as refusal:
        if album is None:
            raise
        text = v.texts.label(f"refusals.{refusal.key}", v.language, **refusal.values)
        v.put(Say("refusal", {"text": text}, dedupe=f"{_name(album)}:{refusal.key}"))
        return False
    return True


async def _ask_which(
    v: Visit, meant: Sequence[Given], media_ids: Sequence[int], words: str, album: str | None
) -> None:
    data = {"media": [*media_ids], "ids": [given.id for given in meant], "words": words, "album": album}
    await wizards.start(v.session, v.known, WHICH, data, now=v.now)
    v.say("evidence_which", task_buttons(meant, "evidencefor"), meant=meant)


def _caption(update: Update) -> str:
    return ((update.message.caption if update.message else None) or "").strip()


def _name(album: str | None) -> str:
    """What the answer to an album is called, so that it is given once and its later pictures find its task."""
    return f"album:{album}"


TAPS = {"evidence": on_show, "evidencefor": on_meant}
WIZARDS = {WHICH: on_meant_typed}
