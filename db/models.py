"""All tables in one place: what the queries, the migrations and the tests import."""

from sqlmodel import SQLModel

from db.models_bots import OwnBot
from db.models_care import Care, CareNote
from db.models_chats import Account, Consent, Invite, JoinRequest, Link
from db.models_digests import CommitteeDigest
from db.models_groups import CellGroup, LiveKind, LiveMessage, SeenInGroup
from db.models_media import Media, MediaCopy
from db.models_meetings import (
    DefaultSchedule,
    Invitee,
    Meeting,
    MeetingDocument,
    MeetingState,
    Reminder,
    Reply,
    Schedule,
    Snooze,
)
from db.models_notices import (
    Notice,
    NoticeAnswer,
    NoticeFile,
    NoticeQuestion,
    NoticeSession,
    NoticeState,
    Recipient,
)
from db.models_organisations import Organisation, OrganisationPeriod, Succession, SuccessionKind
from db.models_papers import Paper, PaperSetting, PaperTemplate
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
from db.models_rolls import CheckIn, MeetingGuest, MeetingMinutes, RollCorrection, RollMark, RollTally
from db.models_tasks import Assignment, Digest, Evidence, Progress, Task, TaskChange
from db.models_trust import AuditEntry, CommitteePermission, DataRequest

__all__ = [
    "WAITING",
    "Account",
    "Assignment",
    "AuditEntry",
    "BotState",
    "Care",
    "CareNote",
    "CellGroup",
    "CheckIn",
    "CommitteeDigest",
    "CommitteePermission",
    "Consent",
    "DataRequest",
    "DefaultSchedule",
    "Delivery",
    "DeliveryState",
    "Digest",
    "Evidence",
    "Invite",
    "Invitee",
    "JoinRequest",
    "Link",
    "LiveKind",
    "LiveMessage",
    "Media",
    "MediaCopy",
    "Meeting",
    "MeetingDocument",
    "MeetingGuest",
    "MeetingMinutes",
    "MeetingState",
    "Member",
    "Membership",
    "Message",
    "Notice",
    "NoticeAnswer",
    "NoticeFile",
    "NoticeQuestion",
    "NoticeSession",
    "NoticeState",
    "Organisation",
    "OrganisationPeriod",
    "OwnBot",
    "Paper",
    "PaperSetting",
    "PaperTemplate",
    "Progress",
    "Recipient",
    "Reminder",
    "Reply",
    "Role",
    "RollCorrection",
    "RollMark",
    "RollTally",
    "SQLModel",
    "Schedule",
    "SeenInGroup",
    "Snooze",
    "StatusPeriod",
    "Succession",
    "SuccessionKind",
    "Task",
    "TaskChange",
    "Transfer",
    "Update",
    "UpdateState",
    "Wizard",
]
