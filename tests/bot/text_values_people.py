"""What the templates about people and organisations are shown with; see `text_values`."""

from datetime import date

from bot.actions.transferring import Going
from bot.rules.words import ExemptReason, MembershipKind, OrganisationKind, RoleName, Status, TransferKind
from db.models import Membership, OrganisationPeriod, Role, StatusPeriod, Transfer
from db.people import Listed, SubtreeCounts
from tests.bot.text_values import CELL, COMMITTEE, HOA, MAI, OTHER, QUAN, REQUEST, TODAY, TYPED, Values

LATER = date(2026, 9, 1)


def _going(kind: TransferKind, **more: object) -> Going:
    transfer = Transfer(
        id=1, member_id=3, kind=kind, from_cell_id=2, place=f"Trường {TYPED}", moved_on=TODAY, opened_by=1
    )
    for name, value in more.items():
        setattr(transfer, name, value)
    return Going(transfer, QUAN, CELL, OTHER if transfer.to_cell_id else None, LATER)


OFFICIAL = _going(TransferKind.OFFICIAL, to_cell_id=3)
WITH_LETTER = _going(TransferKind.OFFICIAL, letter_on=TODAY)
FOR_A_TIME = _going(TransferKind.TEMPORARY, until=LATER)
OVER = [
    _going(kind, ended_on=LATER, until=LATER, received=received)
    for kind in TransferKind
    for received in (True, False)
]
GOINGS = [OFFICIAL, WITH_LETTER, FOR_A_TIME]
LISTED = [Listed(HOA, MembershipKind.RECORD, Status.OFFICIAL, joined=True)]
ROLE = Role(id=1, member_id=3, organisation_id=2, name=RoleName.ROLL_TAKER, since=TODAY)
FOR_A_TERM = ROLE.model_copy(update={"until": LATER})
RESIDENT = Membership(member_id=3, cell_id=3, kind=MembershipKind.RESIDENTIAL, since=TODAY)
SPARED = RESIDENT.model_copy(update={"exempt": True, "exempt_reason": ExemptReason.AGE})
STANDING = StatusPeriod(member_id=3, status=Status.TEMPORARILY_EXEMPT, since=TODAY, until=LATER)
CLOSED = OTHER.model_copy(update={"closed_on": LATER, "official_code": f"01.{TYPED}"})
PERIODS = [
    OrganisationPeriod(
        organisation_id=3, name=OTHER.name, kind=OrganisationKind.CELL, parent_id=None, since=d, until=u
    )
    for d, u in ((date.min, TODAY), (TODAY, None))
]

PEOPLE: dict[str, list[Values]] = {
    "chat_cut_off": [{}],
    "form_asked": [{"text": f"Họ tên của {TYPED}?"}],
    "invitation_sheet": [
        {"cell": CELL, "made": [(HOA, "token")], "joined": [MAI.name]},
        {"cell": CELL, "made": [], "joined": [MAI.name]},
    ],
    "join_all_decided": [{"decided": [(REQUEST, QUAN)], "left": left} for left in (0, 2)],
    "join_requests": [{"cell": CELL, "waiting": waiting} for waiting in ([REQUEST], [])],
    "organisation": [
        {
            "organisation": COMMITTEE,
            "below": [CELL, OTHER],
            "counts": SubtreeCounts(2, 82, 40),
            "kinds": {OrganisationKind.CELL: 2},
        },
        {"organisation": CLOSED, "below": [], "counts": SubtreeCounts(1, 0, 0), "kinds": {}},
    ],
    "organisation_done": [
        {"what": what, "organisation": CLOSED, "count": 3}
        for what in ("found", "retitle", "move", "merge", "split", "close")
    ],
    "organisation_history": [
        {"organisation": OTHER, "periods": PERIODS, "above": {}},
        {"organisation": OTHER, "periods": [], "above": {}},
    ],
    "people": [{"cell": CELL, "listed": LISTED, "requests": n, "going": GOINGS[:n]} for n in (0, 2)],
    "person": [
        {
            "member": QUAN,
            "cell": CELL,
            "counted_in": OTHER,
            "residential": (SPARED, OTHER),
            "status": STANDING,
            "roles": [ROLE, FOR_A_TERM],
            "chats": 2,
        },
        {
            "member": HOA,
            "cell": CELL,
            "counted_in": CELL,
            "residential": None,
            "status": None,
            "roles": [],
            "chats": 0,
        },
        {
            "member": HOA,
            "cell": CELL,
            "counted_in": None,
            "residential": (RESIDENT, OTHER),
            "status": STANDING.model_copy(update={"until": None}),
            "roles": [ROLE],
            "chats": 1,
        },
    ],
    "person_done": [
        {"what": what, "member": QUAN, "link": "https://t.me/chibo_bot?start=a"}
        for what in ("left", "relinked", "added", "corrected")
    ],
    "role_link": [
        {"link": "https://t.me/chibo_bot?start=a", "role": RoleName.OFFICER, "organisation": COMMITTEE}
    ],
    "role_news": [
        {"role": role, "organisation": CELL, "event": event}
        for role in (ROLE, FOR_A_TERM)
        for event in ("given", "ended")
    ],
    "roles": [
        {"organisation": CELL, "holders": [(ROLE, QUAN), (FOR_A_TERM, HOA)]},
        {"organisation": CELL, "holders": []},
    ],
    "speaking_as": [{"member": QUAN, "sharing": sharing} for sharing in ([QUAN], [QUAN, HOA])],
    "transfer_mine": [{"going": going, "event": event} for going in OVER for event in ("received", "ended")],
    "transfer_news": [
        *({"going": going, "event": event} for going in GOINGS for event in ("opened", "due")),
        {"going": WITH_LETTER, "event": "letter"},
        *({"going": going, "event": event} for going in OVER for event in ("received", "ended")),
    ],
    "which_place": [{}],
    "transfers": [{"cell": CELL, "going": going} for going in (GOINGS, [])],
}
