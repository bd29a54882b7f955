"""All tables in one place: what the queries, the migrations and the tests import."""

from sqlmodel import SQLModel

from db.models_chats import Account, Consent, Invite, JoinRequest, Link
from db.models_meetings import Meeting, MeetingState, Reminder, Reply, RollMark, Schedule
from db.models_organisations import Organisation, OrganisationPeriod, Succession, SuccessionKind
from db.models_people import Member, Membership, Role, StatusPeriod, Transfer
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
from db.models_trust import AuditEntry, DataRequest
from db.models_work import Assignment, Media, MediaCopy, Notice, NoticeState, Recipient, Task

__all__ = [
    "WAITING",
    "Account",
    "Assignment",
    "AuditEntry",
    "BotState",
    "Consent",
    "DataRequest",
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
    "OrganisationPeriod",
    "Recipient",
    "Reminder",
    "Reply",
    "Role",
    "RollMark",
    "SQLModel",
    "Schedule",
    "StatusPeriod",
    "Succession",
    "SuccessionKind",
    "Task",
    "Transfer",
    "Update",
    "UpdateState",
    "Wizard",
]
