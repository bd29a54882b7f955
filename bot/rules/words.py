"""The shared vocabulary: the fixed choices that rules, tables and templates name alike.

The value of a member is what the database stores and what a template's label is looked up by;
changing one needs a migration.
"""

from enum import StrEnum


class Answer(StrEnum):
    """What a member says beforehand about one meeting."""

    COMING = "coming"
    """Will be there on time."""
    LEAVE = "leave"
    """Asks not to come; whether that is accepted is the secretary's own decision."""
    LATE = "late"
    """Will be there, after the start."""


class RollState(StrEnum):
    """What the roll of one meeting says of one member."""

    PRESENT = "present"
    """Was there."""
    LATE = "late"
    """Was there, after the start; counts as attendance."""
    EXCUSED = "excused"
    """Was not there, with a reason the secretary accepted."""
    UNEXCUSED = "unexcused"
    """Was not there, without an accepted reason; only ever set by the secretary."""
    EXEMPT = "exempt"
    """Did not have to come, by status; outside the attendance rate."""
    NOT_EXPECTED = "not_expected"
    """Does not belong to this meeting, for example transferred away for a time."""


class MeetingKind(StrEnum):
    """What sort of meeting it is; each kind is counted on its own."""

    REGULAR = "regular"
    """The cell's monthly meeting; the only kind that skipped months are counted from."""
    THEMATIC = "thematic"
    """On one subject, at least once a quarter, never instead of the regular one."""
    RESIDENTIAL = "residential"
    """Of those registered where they live; own roll, never mixed into the cell's counts."""
    EXTRAORDINARY = "extraordinary"
    """Called by hand for something that cannot wait."""
    COMMITTEE = "committee"
    """Of a committee's own members."""


class Shift(StrEnum):
    """Where a scheduled meeting goes when its day is a day off; it still counts for its own month."""

    NONE = "none"
    """It stays, whatever the day."""
    NEXT_WORKDAY = "next_workday"
    """From a weekend or holiday to the next working day."""
    PREVIOUS_WORKDAY = "previous_workday"
    """From a weekend or holiday back to the last working day before."""
    NEXT_NON_HOLIDAY = "next_non_holiday"
    """From a holiday to the next day that is none; weekends are days like others."""
    PREVIOUS_NON_HOLIDAY = "previous_non_holiday"
    """From a holiday back to the last day before that is none; weekends are days like others."""


class Status(StrEnum):
    """A member's standing in the Party during a period."""

    OFFICIAL = "official"
    """A full member."""
    PROBATIONARY = "probationary"
    """In the probation year; attends like a full member."""
    EXEMPT = "exempt"
    """Freed from work and meetings for good, on account of age or health."""
    TEMPORARILY_EXEMPT = "temporarily_exempt"
    """Freed from meetings until a date."""


class RoleName(StrEnum):
    """What a person may do, always for one organisation."""

    SECRETARY = "secretary"
    """Leads a cell: meetings, roll, leave, tasks."""
    DEPUTY = "deputy"
    """May do what the secretary may."""
    FOLLOWER = "follower"
    """The committee member who follows the cells assigned to them."""
    OFFICER = "officer"
    """Works for a committee: notices, roll-ups, changes of the organisation below it."""
    APPROVER = "approver"
    """The second pair of eyes before a large notice leaves."""
    ROLL_TAKER = "roll_taker"
    """Takes the roll of one cell, and nothing else."""
    ADMIN = "admin"
    """Keeps the program running; sees no member content."""


class OrganisationKind(StrEnum):
    """The level of an organisation in the tree; levels may be missing."""

    PROVINCE = "province"
    """A provincial committee."""
    COMMUNE = "commune"
    """A commune, ward or other committee directly under the province."""
    BASE = "base"
    """A base organisation between a committee and its cells."""
    CELL = "cell"
    """A cell, which meets, keeps a roll and has members of record."""
    GROUP = "group"
    """A Party group inside a cell."""


class MembershipKind(StrEnum):
    """How a member belongs to a cell during a period."""

    RECORD = "record"
    """The one cell that keeps the member's record and counts the member."""
    RESIDENTIAL = "residential"
    """Registered where the member lives; expected at residential meetings only."""
    TEMPORARY = "temporary"
    """Transferred in for a time; attends and gets tasks here, and is away from the cell of record."""


class LeaveDecision(StrEnum):
    """What the secretary said to a request for leave; no decision yet is the absence of one."""

    ACCEPTED = "accepted"
    """The reason counts: the absence is excused."""
    REFUSED = "refused"
    """The reason does not count; the member is still expected."""


class ReminderProfile(StrEnum):
    """How much a cell reminds its members."""

    LIGHT = "light"
    """Once, the day before."""
    STANDARD = "standard"
    """When called, then three days, one day and two hours before."""
    ACTIVE = "active"
    """The standard one, and the deputy hears who stays silent."""


class ReminderStep(StrEnum):
    """One planned message about a meeting; each leaves at most once for each member, except roll_open."""

    CALLED = "called"
    """The invitation itself."""
    THREE_DAYS = "three_days"
    """First chase, three days before."""
    ONE_DAY = "one_day"
    """Second chase, one day before."""
    TWO_HOURS = "two_hours"
    """The one short reminder to those coming, and the last chase of the silent."""
    DAY_BEFORE = "day_before"
    """The light profile's only reminder."""
    CHASE_DEPUTY = "chase_deputy"
    """Tells the deputy who is still silent, so that someone can ask in person."""
    TASKS = "tasks"
    """Asks for task progress ahead of the regular meeting."""
    ROLL_OPEN = "roll_open"
    """Asks the secretary to close a roll still open after the meeting."""
    ROLL_FOLLOWER = "roll_follower"
    """Tells the committee member who follows the cell that its roll stayed open."""
    PREPARE = "prepare"
    """Asks the secretary to confirm time, place and agenda before the invitation leaves."""
    DOCUMENTS = "documents"
    """Reminds the secretary to put the documents on the official app a day ahead."""


class Audience(StrEnum):
    """Whom a planned message is for, decided when it is due and not before."""

    EVERYONE = "everyone"
    """All who must attend."""
    SILENT = "silent"
    """Those who must attend and have not answered."""
    COMING = "coming"
    """Those who said they come, on time or late."""
    DEPUTY = "deputy"
    """The cell's deputy secretary."""
    SECRETARY = "secretary"
    """The cell's secretary."""
    FOLLOWER = "follower"
    """The committee member who follows the cell."""


class LeaveReason(StrEnum):
    """The category of a request for leave, as the buttons offer it; never a health detail."""

    ILLNESS = "illness"
    """Unwell; no more than that is asked."""
    WORK = "work"
    """Duty, work or study."""
    FAMILY = "family"
    """A matter of the family."""
    AWAY = "away"
    """Far from the place on that day."""
    OTHER = "other"
    """Anything else, in the member's own words."""


class ExemptReason(StrEnum):
    """Why somebody need not come to the meetings of the cell where they live; never a health detail."""

    AGE = "age"
    """Old age or weak health; no more than that is kept."""
    DUTY = "duty"
    """On duty or service that does not allow it."""
    FAR = "far"
    """Works or studies far from home."""
    OTHER = "other"
    """Another reason the cell has accepted."""


class TransferKind(StrEnum):
    """How a member goes to another cell."""

    OFFICIAL = "official"
    """For good: the record moves too, with a letter of introduction."""
    TEMPORARY = "temporary"
    """For a time, up to a date; the record stays."""


class DataRequestKind(StrEnum):
    """What a person may ask about their own data."""

    VIEW = "view"
    """What is kept about me, to read."""
    EXPORT = "export"
    """The same as a file."""
    CORRECT = "correct"
    """Something is wrong."""
    WITHDRAW = "withdraw"
    """I no longer consent: stop."""
    ERASE = "erase"
    """Forget me, but for the numbers of closed rolls."""


class AuditVerb(StrEnum):
    """What was done or looked at, in the audit log."""

    READ_NAMES = "read_names"
    """Names of a cell's people were shown to somebody who does not lead it."""
    READ_MEMBER = "read_member"
    """One person's card was shown."""
    EXPORTED = "exported"
    """People were written into a file."""
    IMPORTED = "imported"
    """A list was taken over."""
    MEMBER_ADDED = "member_added"
    """A person was entered."""
    MEMBER_CORRECTED = "member_corrected"
    """Name, code or telephone were changed."""
    STATUS_SET = "status_set"
    """A standing began."""
    MOVED = "moved"
    """A person went to another cell, for good or for a time, or came back."""
    RESIDENCE_SET = "residence_set"
    """A registration where somebody lives began, changed or ended."""
    LEFT = "left"
    """A person's membership ended."""
    JOINED = "joined"
    """A chat was let in as a person's."""
    CUT_OFF = "cut_off"
    """A chat speaks no more for a person."""
    INVITED = "invited"
    """A link was made."""
    ROLE_GIVEN = "role_given"
    """A role began."""
    ROLE_ENDED = "role_ended"
    """A role ended."""
    ORGANISATION_CHANGED = "organisation_changed"
    """An organisation was made, renamed, moved, merged, split or closed."""
    ANSWERED_FOR = "answered_for"
    """An answer was given on behalf of a person."""
    ROLL_CORRECTED = "roll_corrected"
    """A closed roll was corrected."""
    CONSENTED = "consented"
    """A person agreed to the text."""
    WITHDREW = "withdrew"
    """A person took their consent back."""
    ERASED = "erased"
    """A person was erased."""
    PURGED = "purged"
    """Data whose time had come was deleted."""
    NOTICE_RELEASED = "notice_released"
    """A study notice left, to so many; its author asked for it."""
    NOTICE_CORRECTED = "notice_corrected"
    """A correction of a study notice left, to so many."""
    NOTICE_APPROVED = "notice_approved"
    """A study notice for many was let go by an approver."""
    NOTICE_PAUSED = "notice_paused"
    """A study notice was held up."""
    NOTICE_RESUMED = "notice_resumed"
    """A study notice that was held up goes on."""
    NOTICE_STOPPED = "notice_stopped"
    """A study notice was stopped for good."""
    NOTICE_DELETED = "notice_deleted"
    """A study notice was to be deleted from the chats it reached."""
    READ_AUDIT = "read_audit"
    """The audit log itself was read."""


class Rhythm(StrEnum):
    """How often a member is asked how far a task is."""

    MONTHLY = "monthly"
    """Before every regular meeting."""
    QUARTERLY = "quarterly"
    """Before the regular meeting of a quarter's last month."""
    AT_DEADLINE = "at_deadline"
    """In the month of its deadline, and from then on until it is done."""


class Evaluated(StrEnum):
    """How a meeting evaluates what a member did of a task; what each is called is a setting."""

    WELL_DONE = "well_done"
    DONE = "done"
    NOT_DONE = "not_done"
    NOT_REPORTED = "not_reported"


class TaskVerb(StrEnum):
    """What was done with a task."""

    GIVEN = "given"
    TAKEN_BACK = "taken_back"
    HANDED_OVER = "handed_over"
    """From one member (`before`, their number) to another."""
    RENAMED = "renamed"
    KIND = "kind"
    MEASURE = "measure"
    DEADLINE = "deadline"
    RHYTHM = "rhythm"
    CLOSED = "closed"
    REOPENED = "reopened"


class PaperKind(StrEnum):
    """A paper that is drafted for a cell."""

    INVITATION = "invitation"
    """To one meeting, for all of its members together."""
    ATTENDANCE = "attendance"
    """To be signed at a meeting without telephones."""
    ROLL = "roll"
    """Who was there, of a closed roll."""
    MINUTES = "minutes"
    """What happened at a meeting."""
    RESOLUTION = "resolution"
    """What a meeting concluded."""
    MONTH = "month"
    """The report on a month of a cell."""
    STUDY = "study"
    """The report on what was studied in a quarter or a year."""
    YEAR = "year"
    """The table of a year, for the yearly review."""


class PaperSigner(StrEnum):
    """Who signs the papers of a cell; minutes are always signed by who led and who wrote."""

    SECRETARY = "secretary"
    """The secretary, on behalf of the cell."""
    DEPUTY = "deputy"
    """The deputy, in the secretary's place."""
    CHAIR = "chair"
    """Who led the meeting; the secretary where there is none."""
