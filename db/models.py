"""All tables in one place: what the queries, the migrations and the tests import."""

from sqlmodel import SQLModel

from db.models_meetings import Meeting, MeetingState, Reminder, Reply, RollMark, Schedule
from db.models_people import (
    Account,
    Consent,
    Invite,
    JoinRequest,
    Link,
    Member,
    Membership,
    Organisation,
    Role,
    StatusPeriod,
)
from db.models_queue import (
    WAITING,
    BotState,
    Delivery,
    DeliveryState,
    Message,
    Update,
    UpdateState,
    Wizard,
)
from db.models_work import Assignment, Media, MediaCopy, Notice, NoticeState, Recipient, Task

__all__ = [
    "WAITING",
    "Account",
    "Assignment",
    "BotState",
    "Consent",
    "Delivery",
    "DeliveryState",
    "Invite",
    "JoinRequest",
    "Link",
    "Media",
    "MediaCopy",
    "Meeting",
    "MeetingState",
    "Member",
    "Membership",
    "Message",
    "Notice",
    "NoticeState",
    "Organisation",
    "Recipient",
    "Reminder",
    "Reply",
    "Role",
    "RollMark",
    "SQLModel",
    "Schedule",
    "StatusPeriod",
    "Task",
    "Update",
    "UpdateState",
    "Wizard",
]
