"""The edge "people": what came in from chat.

`register` is one ordered list. The order matters in four places only:

- what is tapped in a group comes before what is tapped elsewhere: there only a few buttons do anything;
- commands come before everything typed, so that a wizard never takes `/huy` for an answer;
- the menu's buttons come before typed words: they are sent as text, and leave any wizard;
- typed words are last: a wizard's answer, an answer to the newest question, or not understood.
"""

from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from bot.texts import Texts
from handlers import (
    attendance,
    audit,
    caring,
    check_in,
    digests,
    evaluating,
    groups,
    guests,
    leave,
    lists,
    meeting_changes,
    meetings,
    menu,
    minutes,
    my_data,
    notice_library,
    notices,
    organisations,
    papers,
    people,
    pictures,
    preparing,
    registration,
    reminder_settings,
    reports,
    roles,
    roll,
    roll_changes,
    schedules,
    scorecards,
    sheets,
    skipping,
    snoozing,
    summaries,
    task_committee,
    task_years,
    tasks,
    typed,
)
from handlers.errors import on_error
from handlers.menu import publish as publish_commands

__all__ = ["publish_commands", "register"]

COMMANDS = {
    "start": registration.on_start,
    "huy": registration.on_cancel,
    "cancel": registration.on_cancel,
    "hop": meetings.on_meetings,
    "lich": schedules.on_schedules,
    "vang": attendance.on_leave_command,
    "nhiemvu": tasks.on_tasks,
    "tonghop": summaries.on_summary,
    "baocao": reports.on_pending,
    "diemdanh": roll.on_roll,
    "thongbao": notices.on_notices,
    "giayto": papers.on_papers,
    "vanban": notice_library.on_library,
    "danhsach": people.on_people,
    "nhom": groups.on_group,
    "tochuc": organisations.on_tree,
    "bangdiem": scorecards.on_scorecard,
    "doinguoi": roles.on_as,
    "toi": registration.on_me,
    "dulieu": my_data.on_my_data,
    "nhatky": audit.on_audit,
    "trogiup": registration.on_help,
}

MENU = {
    "meetings": meetings.on_meetings,
    "report": reports.on_pending,
    "me": registration.on_me,
    "help": registration.on_help,
    "roll": roll.on_roll,
    "tasks": tasks.on_tasks,
    "summary": summaries.on_summary,
    "skipped": caring.on_skipped,
    "notices": notices.on_notices,
    "people": people.on_people,
    "organisation": organisations.on_tree,
}

TAPS = {
    "consent": registration.on_consent,
    "reconsent": registration.on_consent_again,
    "join": registration.on_join_decision,
    "requests": registration.on_requests,
    "joinall": registration.on_join_all,
    **meetings.TAPS,
    **meeting_changes.TAPS,
    **schedules.TAPS,
    **attendance.TAPS,
    **leave.TAPS,
    **preparing.TAPS,
    **reminder_settings.TAPS,
    **snoozing.TAPS,
    **roll.TAPS,
    **roll_changes.TAPS,
    **check_in.TAPS,
    **guests.TAPS,
    **minutes.TAPS,
    **papers.TAPS,
    **caring.TAPS,
    **summaries.TAPS,
    **skipping.TAPS,
    **sheets.TAPS,
    **tasks.TAPS,
    **evaluating.TAPS,
    **digests.TAPS,
    **task_years.TAPS,
    **task_committee.TAPS,
    **scorecards.TAPS,
    **pictures.TAPS,
    **notices.TAPS,
    **notice_library.TAPS,
    **people.TAPS,
    **organisations.TAPS,
    **roles.TAPS,
    **my_data.TAPS,
    **audit.TAPS,
    **lists.TAPS,
    **groups.TAPS,
}
"""The verb of a button and who handles it."""

WIZARDS: dict[str, typed.Answering] = {
    registration.JOIN: registration.on_name,
    **schedules.WIZARDS,
    **attendance.WIZARDS,
    **guests.WIZARDS,
    **minutes.WIZARDS,
    **papers.WIZARDS,
    **preparing.WIZARDS,
    **tasks.WIZARDS,
    **notices.WIZARDS,
    **notice_library.WIZARDS,
    **people.WIZARDS,
    **my_data.WIZARDS,
    **lists.WIZARDS,
    **groups.WIZARDS,
}
"""What a chat may be in the middle of, and who takes the next thing typed or sent."""


class TappedInGroup(CallbackQueryHandler[Any, Any]):
    """Takes what is tapped where a whole group sees it."""

    def check_update(self, update: object) -> Any:
        chat = update.effective_chat if isinstance(update, Update) else None
        return None if chat is None or chat.type == ChatType.PRIVATE else super().check_update(update)


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Put every handler into the application, in the order above."""
    texts: Texts = application.bot_data["house"].texts
    for name, handler in COMMANDS.items():
        names = [name, menu.COMMANDS[name]] if name in menu.COMMANDS else [name]
        application.add_handler(CommandHandler(names, handler, filters.ChatType.PRIVATE))
    there = CommandHandler(["nhom", menu.COMMANDS["nhom"]], groups.on_group_there, filters.ChatType.GROUPS)
    application.add_handler(there)
    application.add_handler(ChatMemberHandler(groups.on_standing, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, groups.on_migrated))
    for verb, handler in groups.IN_GROUP.items():
        application.add_handler(TappedInGroup(handler, pattern=rf"^{verb}(:|$)"))
    application.add_handler(TappedInGroup(typed.on_unknown_tap))
    for verb, handler in TAPS.items():
        application.add_handler(CallbackQueryHandler(handler, pattern=rf"^{verb}(:|$)"))
    application.add_handler(CallbackQueryHandler(typed.on_unknown_tap))
    for key, handler in MENU.items():
        application.add_handler(
            MessageHandler(filters.ChatType.PRIVATE & filters.Text(menu.words(texts, key)), handler)
        )
    application.bot_data["wizards"] = WIZARDS
    application.add_handler(MessageHandler(filters.ChatType.PRIVATE, typed.on_typed))
    application.add_error_handler(on_error)
