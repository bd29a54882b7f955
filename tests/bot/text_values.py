"""What each template is shown with: values made of the fixed cast, with markup in everything somebody typed.

A row per template, a dictionary per way it can come out. A template without a row fails `test_texts`. Here is the
cast and what belongs to no topic; meetings, tasks, notices, people, lists and trust have modules of their own.
"""

from datetime import UTC, date, datetime
from typing import Any

from bot.rules.words import OrganisationKind, RoleName, Status
from db.models import JoinRequest, Member, Organisation

TYPED = "<b>Lý</b> & Sùng"
"""Stands in every name and every word that people typed: it must be shown as it is, and never obeyed."""

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
EVENING = datetime(2026, 3, 3, 12, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
Values = dict[str, Any]


def _member(number: int, name: str) -> Member:
    return Member(id=number, code=f"M-{number}", name=f"{name} {TYPED}")


LAN = _member(1, "Vàng Thị Lan")
MINH = _member(2, "Lù Văn Minh")
HOA = _member(3, "Sùng Thị Hoa")
DUNG = _member(4, "Hoàng A Dũng")
QUAN = Member(id=5, name=f"Lê Quân {TYPED}")
MAI = _member(6, "Đặng Thị Mai")
CROWD = [Member(id=100 + n, name="Nguyễn Thị Phương Thảo") for n in range(60)]
"""A cell as large as they come, of names as long as they come."""

COMMITTEE = Organisation(id=1, code="xa", name=f"Đảng bộ xã {TYPED}", kind=OrganisationKind.COMMUNE)
CELL = Organisation(id=2, code="a", name=f"Chi bộ thôn A {TYPED}", kind=OrganisationKind.CELL)
OTHER = Organisation(id=3, code="b", name=f"Chi bộ thôn B {TYPED}", kind=OrganisationKind.CELL)

REQUEST = JoinRequest(id=1, account_id=1, cell_id=2, name=f"Giàng A Chính {TYPED}", asked_at=NOW)

VALUES: dict[str, list[Values]] = {
    "alert_conflict": [{"since": NOW, "username": "chibo_bot", "number": 7000000001}],
    "alert_database_back": [{"since": NOW, "until": EVENING}],
    "alert_disk_full": [{"since": NOW}],
    "alert_polling_back": [{"since": NOW, "until": EVENING, "username": "chibo_bot"}],
    "alert_polling_died": [{"since": NOW, "username": "chibo_bot"}],
    "alert_unreachable": [{"count": 12, "usual": usual} for usual in (0, 1, 4)],
    "alert_queue_old": [{"count": count, "minutes": 15, "number": 7000000001} for count in (1, 120)],
    "already_registered": [{"member": HOA}],
    "cancelled": [{}],
    "consent_asked": [
        {"member": HOA, "cell": None, "role": None},
        {"member": None, "cell": CELL, "role": None},
        {"member": None, "cell": None, "role": RoleName.OFFICER},
    ],
    "consent_given": [{"now": NOW, "version": "2026-11"}],
    "consent_refused": [{}],
    "help": [{"leads": leads, "sends_notices": sends} for leads in (True, False) for sends in (True, False)],
    "join_approved": [{"cell": CELL, "request": REQUEST}],
    "join_asked": [
        {"request": REQUEST, "cell": CELL, "alike": []},
        {"request": REQUEST, "cell": CELL, "alike": [HOA]},
        {"request": REQUEST, "cell": CELL, "alike": [HOA, MAI]},
    ],
    "join_decided": [{"request": REQUEST, "member": HOA}, {"request": REQUEST, "member": None}],
    "join_declined": [{"cell": CELL, "request": REQUEST}],
    "join_name_asked": [{"cell": CELL}],
    "join_sent": [{"cell": CELL, "request": REQUEST}],
    "me": [
        {
            "member": MAI,
            "cell": OTHER,
            "residential": CELL,
            "status": Status.OFFICIAL,
            "roles": [RoleName.DEPUTY, RoleName.FOLLOWER],
            "skipped": 2,
        },
        {"member": QUAN, "cell": None, "residential": None, "status": None, "roles": [], "skipped": 0},
        {
            "member": HOA,
            "cell": CELL,
            "residential": None,
            "status": Status.PROBATIONARY,
            "roles": [],
            "skipped": 1,
        },
    ],
    "member_unreachable": [{"member": HOA, "cell": CELL}],
    "refusal": [{"text": f"Không có tổ chức nào mang mã «{TYPED}»."}],
    "report_nothing": [{}],
    "report_summary": [
        {"notices": 1, "tasks": 2, "meetings": 3},
        {"notices": 0, "tasks": 0, "meetings": 1},
        {"notices": 2, "tasks": 1, "meetings": 0},
    ],
    "sorry": [{}],
    "welcome": [
        {"member": LAN, "cell": CELL, "roles": [RoleName.SECRETARY]},
        {"member": QUAN, "cell": None, "roles": [RoleName.OFFICER, RoleName.APPROVER]},
        {"member": HOA, "cell": CELL, "roles": []},
    ],
}
