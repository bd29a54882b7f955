"""What the templates about one's own data, consent and the audit log are shown with; see `text_values`."""

from datetime import UTC, datetime

from bot.rules.words import AuditVerb, DataRequestKind, RoleName
from db.models import AuditEntry, DataRequest
from tests.bot.text_values import CELL, EVENING, HOA, NOW, TODAY, TYPED, Values

ASKED = DataRequest(
    id=7, member_id=3, kind=DataRequestKind.ERASE, asked_at=NOW, due_at=datetime(2026, 3, 4, 1, 5, tzinfo=UTC)
)
NOBODY: Values = {
    kind: []
    for kind in (
        *(
            "memberships",
            "statuses",
            "roles",
            "transfers",
            "chats",
            "consents",
            "answers",
            "snoozes",
            "rolls",
            "tasks",
        ),
        *("notices", "requests", "seen_by", "corrections", "guest_at", "led", "groups"),
        *("cares", "care_notes", "talks", "reports", "evidence", "task_changes"),
    )
}
KEPT_LITTLE = {
    "person": {"name": f"Hoa {TYPED}", "code": None, "phone": None, "fewer_reminders": False},
    **NOBODY,
}
PERIOD = {"since": TODAY, "until": None}
OVER = {"since": TODAY, "until": TODAY}
KEPT: Values = {
    "person": {"name": f"Hoa {TYPED}", "code": "M-3", "phone": "0912 345 678", "fewer_reminders": True},
    "memberships": [
        {"organisation": CELL.name, "kind": "record", **PERIOD},
        {"organisation": None, "kind": "temporary", **OVER},
    ],
    "statuses": [{"status": "official", **PERIOD}, {"status": "probationary", **OVER}],
    "roles": [
        {"organisation": CELL.name, "name": "deputy", **OVER},
        {"organisation": None, "name": "admin", **PERIOD},
    ],
    "transfers": [{"moved_on": TODAY, "place": TYPED}, {"moved_on": TODAY, "place": ""}],
    "chats": [
        {"channel": "telegram", "address": 5, "since": NOW, "until": None},
        {"channel": "telegram", "address": 6, "since": NOW, "until": EVENING},
    ],
    "groups": [{"organisation": CELL.name, "since": NOW}],
    "consents": [
        {"version": "2026-11", "given_at": NOW, "withdrawn_at": EVENING},
        {"version": "2026-11-23", "given_at": NOW, "withdrawn_at": None},
    ],
    "snoozes": [{"starts_at": NOW, "meeting": "regular", "due_at": NOW, "times": 1}],
    "answers": [
        {"starts_at": EVENING, "answer": "leave", "reason": "other", "words": f"bận {TYPED}"},
        {"starts_at": EVENING, "answer": "coming", "reason": None, "words": ""},
    ],
    "rolls": [{"starts_at": EVENING, "state": "present"}],
    "corrections": [
        {"starts_at": EVENING, "before": "unexcused", "after": "late", "reason": f"đến sau {TYPED}"},
        {"starts_at": EVENING, "before": "present", "after": "excused", "reason": ""},
    ],
    "guest_at": [{"starts_at": EVENING, "follower": follower} for follower in (True, False)],
    "led": [{"starts_at": EVENING, "chaired": chaired} for chaired in (True, False)],
    "cares": [
        {
            "organisation": CELL.name,
            "year": 2026,
            "opened_at": NOW,
            "talked_at": NOW,
            "came_back_at": EVENING,
        },
        {"organisation": CELL.name, "year": 2026, "opened_at": NOW, "talked_at": None, "came_back_at": None},
    ],
    "care_notes": [{"noted_at": NOW, "words": TYPED}],
    "talks": [{"organisation": CELL.name, "year": 2026, "talked_at": at} for at in (NOW, None)],
    "tasks": [
        {"title": f"Vận động {TYPED}", "percent": 40, "words": TYPED},
        {"title": "Đọc", "percent": None, "words": ""},
    ],
    "reports": [
        {
            "title": f"Vận động {TYPED}",
            "starts_at": EVENING,
            "percent": 40,
            "stuck": True,
            "words": TYPED,
            "evaluated": "done",
            "note": TYPED,
        },
        {
            "title": "Đọc",
            "starts_at": None,
            "percent": None,
            "stuck": False,
            "words": "",
            "evaluated": None,
            "note": "",
        },
    ],
    "evidence": [{"title": f"Vận động {TYPED}", "added_at": NOW, "name": f"{TYPED}.pdf"}],
    "task_changes": [{"title": f"Vận động {TYPED}", "changed_at": NOW, "verb": "given"}],
    "notices": [
        {"title": f"Nghị quyết {TYPED}", "confirmed_at": NOW},
        {"title": "Kế hoạch", "confirmed_at": None},
    ],
    "requests": [{"id": 7, "kind": "view", "asked_at": NOW}],
    "seen_by": [
        {"at": NOW, "verb": "read_member", "role": "officer"},
        {"at": NOW, "verb": "purged", "role": None},
    ],
}
ENTRIES = [
    (
        AuditEntry(
            id=2, at=NOW, actor_id=1, role=RoleName.OFFICER, verb=AuditVerb.READ_NAMES, member_id=3, count=20
        ),
        CELL,
    ),
    (AuditEntry(id=1, at=NOW, verb=AuditVerb.PURGED, count=0), None),
]

TRUST: dict[str, list[Values]] = {
    "audit": [{"entries": ENTRIES}, {"entries": []}],
    "consent_again": [{"member": HOA, "version": "2026-11-23"}],
    "data_answered": [{"request": ASKED}],
    "data_done": [{"request": ASKED}],
    "data_due": [{"request": ASKED, "member": HOA, "cell": c, "overdue": c is None} for c in (CELL, None)],
    "data_erase_asked": [{}],
    "data_erase_sure": [{"request": ASKED, "member": HOA}],
    "data_erase_told": [{"request": ASKED, "member": HOA, "cell": cell} for cell in (CELL, None)],
    "data_file": [{"number": 7, "file": file} for file in ("chibo-7.json", "chibo-7.html")],
    "data_gone": [{"request": ASKED}],
    "data_kept": [{"member": HOA}],
    "data_sent": [{"request": ASKED}],
    "data_view": [{"number": 7, "kept": KEPT}, {"number": 7, "kept": KEPT_LITTLE}],
    "data_withdraw_asked": [{}],
    "data_withdrawn": [{"request": ASKED}],
    "data_wrong_asked": [{"member": HOA}],
    "data_wrong_told": [
        {"request": ASKED, "member": HOA, "cell": cell, "words": f"sai tên {TYPED}"} for cell in (CELL, None)
    ],
    "member_withdrew": [{"member": HOA, "cell": cell} for cell in (CELL, None)],
    "my_data": [{"member": HOA, "waiting": []}, {"member": HOA, "waiting": [ASKED, ASKED]}],
}
