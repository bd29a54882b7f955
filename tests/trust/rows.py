"""The table: each verb and command with who may use it, and on what."""

from bot.rules.permissions import Right
from bot.rules.words import RoleName
from tests.trust.ways import (
    APPROVE,
    CHANGE,
    DATA,
    KEEP,
    LEAD,
    LOOKS_UP,
    MODELS,
    NAMES,
    ROLL,
    SCHEDULES,
    SEND,
    TOTALS,
    May,
    Row,
    any_of,
    anybody,
    gives,
    in_a_cell,
    is_officer,
    leads_somewhere,
    nobody,
    of_a_cell,
    on_the_list,
    right,
    sees_totals,
)

ROWS: dict[str, list[Row]] = {
    "answer": [Row(lambda t: f"answer:{t.meeting}:coming", on_the_list)],
    "reason": [Row(lambda t: f"reason:{t.meeting}:work", on_the_list)],
    "for": [
        Row(lambda t: f"for:{t.meeting}:{t.member}:coming", LEAD),
        Row(lambda t: f"for:{t.meeting}:{t.member}", LEAD),
    ],
    "behalf": [Row(lambda t: f"behalf:{t.meeting}", LEAD)],
    "headcount": [Row(lambda t: f"headcount:{t.meeting}", LEAD)],
    "remind": [Row(lambda t: f"remind:{t.meeting}", LEAD)],
    "leaves": [Row(lambda t: f"leaves:{t.meeting}", LEAD)],
    "leaveof": [Row(lambda t: f"leaveof:{t.meeting}:{t.member}:accepted", LEAD)],
    "leaveall": [Row(lambda t: f"leaveall:{t.meeting}:1", LEAD)],
    "snooze": [Row(lambda t: f"snooze:{t.meeting}", on_the_list)],
    "fewer": [Row(lambda t: "fewer:1", anybody)],
    "confirm": [Row(lambda t: f"confirm:{t.meeting}", LEAD)],
    "papers": [Row(lambda t: f"papers:{t.meeting}", LEAD)],
    "paperdrop": [Row(lambda t: f"paperdrop:{t.document}", LEAD)],
    "files": [Row(lambda t: f"files:{t.meeting}", any_of(on_the_list, LEAD))],
    "settings": [Row(lambda t: f"settings:{t.cell}", LEAD)],
    "setting": [
        Row(lambda t, what=what: f"setting:{what}:{t.cell}", LEAD)  # type: ignore[misc]
        for what in ("profile", "prepare", "deadline", "agenda")
    ],
    "papermenu": [Row(lambda t: f"papermenu:{t.cell}", LEAD)],
    "paper": [
        Row(lambda t, kind=kind: f"paper:{kind}:{t.meeting}", LEAD)  # type: ignore[misc]
        for kind in ("invitation", "attendance", "roll", "minutes", "resolution")
    ],
    "paperof": [
        Row(lambda t, kind=kind: f"paperof:{kind.format(t.cell)}", LEAD)  # type: ignore[misc]
        for kind in ("month:{}:2026:3", "study:{}:2026:1", "study:{}:2026:0", "year:{}:2026:0")
    ],
    "paperform": [Row(lambda t: f"paperform:{t.cell}", LEAD)],
    "papermodels": [Row(lambda t: f"papermodels:{t.organisation}", MODELS)],
    **{
        verb: [Row(lambda t, verb=verb: f"{verb}:minutes:{t.organisation}", MODELS)]  # type: ignore[misc]
        for verb in (
            *("papermodel", "papermodelget", "papermodelfields", "papermodelsend", "papermodeldrop"),
        )
    },
    "leave": [Row(lambda t: f"leave:{t.meeting}:{t.member}:accepted", LEAD)],
    "roll": [Row(lambda t: f"roll:{t.meeting}", ROLL)],
    "rollpage": [Row(lambda t: f"rollpage:{t.meeting}:0", ROLL)],
    "mark": [Row(lambda t: f"mark:{t.meeting}:{t.member}:1:0", ROLL)],
    "rollall": [Row(lambda t: f"rollall:{t.meeting}", ROLL)],
    "rollmore": [Row(lambda t: f"rollmore:{t.meeting}", ROLL)],
    "rollhelp": [Row(lambda t: f"rollhelp:{t.meeting}", LEAD)],
    "rollhelper": [Row(lambda t: f"rollhelper:{t.meeting}:{t.joined}", LEAD)],
    "rollfix": [Row(lambda t: f"rollfix:{t.closed}", LEAD)],
    "rollmend": [Row(lambda t: f"rollmend:{t.mark}", LEAD)],
    "nomeet": [Row(lambda t: f"nomeet:{t.begun}", LEAD)],
    "didmeet": [Row(lambda t: f"didmeet:{t.not_held}", LEAD)],
    "code": [Row(lambda t: f"code:{t.begun}", ROLL)],
    "codeqr": [Row(lambda t: f"codeqr:{t.begun}", ROLL)],
    "codeend": [Row(lambda t: f"codeend:{t.begun}", ROLL)],
    "guests": [Row(lambda t: f"guests:{t.meeting}", ROLL)],
    "guestadd": [Row(lambda t: f"guestadd:{t.meeting}", ROLL)],
    "guestoff": [Row(lambda t: f"guestoff:{t.guest}", ROLL)],
    "guestlead": [Row(lambda t: f"guestlead:{t.meeting}:{t.follower}:1", ROLL)],
    "minutes": [Row(lambda t: f"minutes:{t.meeting}", LEAD)],
    "minutesform": [Row(lambda t: f"minutesform:{t.meeting}", LEAD)],
    "minutesadd": [Row(lambda t: f"minutesadd:{t.meeting}", LEAD)],
    "minutesdrop": [Row(lambda t: f"minutesdrop:{t.meeting}", LEAD)],
    "minutesdone": [Row(lambda t: f"minutesdone:{t.meeting}", LEAD)],
    "rollend": [Row(lambda t: f"rollend:{t.meeting}", ROLL)],
    "rollrest": [Row(lambda t: f"rollrest:{t.meeting}:unexcused", ROLL)],
    "rollclose": [Row(lambda t: f"rollclose:{t.meeting}", ROLL)],
    "schedule": [
        Row(lambda t: "schedule:regular", leads_somewhere),
        Row(lambda t: f"schedule:regular:{t.organisation}", SCHEDULES),
    ],
    "schedules": [Row(lambda t: f"schedules:{t.organisation}", SCHEDULES)],
    "schedulesteps": [Row(lambda t: f"schedulesteps:thematic:{t.organisation}", SCHEDULES)],
    "follow": [Row(lambda t: f"follow:regular:{t.cell}", nobody)],
    "enddefault": [Row(lambda t: f"enddefault:regular:{t.organisation}", nobody)],
    "change": [Row(lambda t: f"change:{t.meeting}", LEAD)],
    "changing": [
        Row(lambda t, what=what: f"changing:{what}:{t.meeting}", LEAD)  # type: ignore[misc]
        for what in ("move", "cancel", "agenda", "length")
    ],
    "call": [
        Row(lambda t: f"call:extraordinary:{t.organisation}", LEAD),
        Row(lambda t: f"call:committee:{t.organisation}", right(Right.CALL_COMMITTEE)),
    ],
    "ics": [Row(lambda t: f"ics:{t.meeting}", any_of(on_the_list, LEAD))],
    "combine": [Row(lambda t: f"combine:{t.meeting}:1", LEAD)],
    "skipped": [Row(lambda t: f"skipped:{t.organisation}", TOTALS)],
    "skippednames": [Row(lambda t: f"skippednames:{t.cell}", NAMES)],
    "care": [Row(lambda t: f"care:{t.member}", LEAD)],
    "careback": [Row(lambda t: f"careback:{t.member}:1", LEAD)],
    "sum": [Row(lambda t: f"sum:{t.organisation}:quarter:202604:0", TOTALS)],
    "mine": [Row(lambda t: "mine:2026", anybody)],
    "rollfile": [Row(lambda t: f"rollfile:{t.closed}", LEAD)],
    "sumfile": [Row(lambda t: f"sumfile:{t.organisation}:year:202601", TOTALS)],
    "yearfile": [Row(lambda t: f"yearfile:{t.organisation}:2026", NAMES)],
    "skip": [Row(lambda t: f"skip:{t.organisation}:202601-12.1.3.u.reg:0", TOTALS)],
    "skipset": [
        Row(lambda t, what=what: f"skipset:{t.organisation}:0.1.0.a.reg:{what}", TOTALS)  # type: ignore[misc]
        for what in ("when", "how", "marks", "kind")
    ],
    "skipwho": [Row(lambda t: f"skipwho:{t.cell}:202601-12.1.0.a.reg", of_a_cell(NAMES))],
    "skipfile": [Row(lambda t: f"skipfile:{t.organisation}:202601-12.1.0.a.reg", NAMES)],
    "talked": [Row(lambda t: f"talked:{t.care}", nobody)],
    "task": [Row(lambda t: f"task:{t.assignment}", nobody)],
    "progress": [Row(lambda t: f"progress:{t.assignment}:50", LEAD)],
    "evidence": [Row(lambda t: f"evidence:{t.assignment}", LEAD)],
    "mytasks": [Row(lambda t: "mytasks", anybody)],
    "taskboard": [Row(lambda t: f"taskboard:{t.cell}", LEAD)],
    "tasknames": [Row(lambda t: f"tasknames:{t.cell}", LEAD)],
    "taskchase": [Row(lambda t: f"taskchase:{t.cell}", LEAD)],
    "taskwho": [Row(lambda t: f"taskwho:{t.cell}:0", LEAD)],
    "taskof": [Row(lambda t: f"taskof:{t.cell}:{t.member}", LEAD)],
    "taskdigest": [Row(lambda t: f"taskdigest:{t.cell}", LEAD)],
    "taskdigestset": [Row(lambda t: f"taskdigestset:{t.cell}:2:1900", LEAD)],
    "taskdigestto": [Row(lambda t: f"taskdigestto:{t.cell}:secretary", LEAD)],
    "scoredigest": [Row(lambda t: f"scoredigest:{t.organisation}", SEND)],
    "scoredigestset": [Row(lambda t: f"scoredigestset:{t.organisation}:monthly:5:0800", SEND)],
    "evaluate": [Row(lambda t: f"evaluate:{t.meeting}", LEAD)],
    "evalof": [Row(lambda t: f"evalof:{t.meeting}:{t.member}", LEAD)],
    "eval": [Row(lambda t: f"eval:{t.meeting}:{t.assignment}:done", LEAD)],
    "evalall": [
        Row(lambda t: f"evalall:{t.meeting}", LEAD),
        Row(lambda t: f"evalall:{t.meeting}:well_done", LEAD),
    ],
    "mytaskyear": [Row(lambda t: "mytaskyear:2026", anybody)],
    "taskyears": [Row(lambda t: f"taskyears:{t.cell}", LEAD)],
    "taskyearof": [Row(lambda t: f"taskyearof:{t.cell}:{t.member}:2026", LEAD)],
    "taskyearfile": [Row(lambda t: f"taskyearfile:{t.cell}:2026", LEAD)],
    "taskcells": [Row(lambda t: f"taskcells:{t.organisation}", TOTALS)],
    "tasktrend": [Row(lambda t: f"tasktrend:{t.organisation}", TOTALS)],
    "taskpush": [Row(lambda t: f"taskpush:{t.organisation}", SEND)],
    "score": [Row(lambda t: f"score:{t.organisation}", TOTALS)],
    "scoreof": [Row(lambda t: f"scoreof:{t.organisation}:met:0", TOTALS)],
    "scorepush": [Row(lambda t: f"scorepush:{t.organisation}:met:0", SEND)],
    "pic": [
        Row(lambda t, what=what: f"pic:{what}:{t.organisation}", TOTALS)  # type: ignore[misc]
        for what in ("score", "attendance", "progress")
    ],
    "picgrid": [Row(lambda t: f"picgrid:{t.cell}", in_a_cell(NAMES))],
    "taskgive": [Row(lambda t: f"taskgive:{t.cell}", LEAD)],
    "taskplan": [Row(lambda t: f"taskplan:{t.cell}", LEAD)],
    "tasklist": [Row(lambda t: f"tasklist:{t.cell}:0", LEAD)],
    "tasksee": [Row(lambda t: f"tasksee:{t.task}", LEAD)],
    "taskpast": [Row(lambda t: f"taskpast:{t.task}:0", LEAD)],
    "taskdo": [
        Row(lambda t, form=form: f"taskdo:{form}:{t.task}", LEAD)  # type: ignore[misc]
        for form in (
            *("task_title", "task_kind", "task_measure", "task_deadline", "task_rhythm", "task_more"),
            *("task_drop", "task_pass", "task_close", "task_reopen"),
        )
    ],
    "notice": [Row(lambda t: f"notice:{t.notice}", SEND)],
    "notice_who": [Row(lambda t: f"notice_who:{t.notice}:{t.cell}", LEAD)],
    "notice_told": [Row(lambda t: f"notice_told:{t.notice}:{t.member}", LEAD)],
    "notice_all": [Row(lambda t: f"notice_all:{t.notice}:{t.cell}", LEAD)],
    "notice_part": [Row(lambda t: f"notice_part:{t.notice}:{t.cell}", TOTALS)],
    "notice_low": [Row(lambda t: f"notice_low:{t.notice}:{t.cell}", TOTALS)],
    "notice_push": [Row(lambda t: f"notice_push:{t.notice}:{t.cell}", SEND)],
    "notice_report": [Row(lambda t: f"notice_report:{t.notice}:{t.cell}", TOTALS)],
    "notice_file": [Row(lambda t: f"notice_file:{t.notice}:{t.cell}:xlsx", TOTALS)],
    "notice_later": [Row(lambda t: f"notice_later:{t.notice}", nobody)],
    "notice_wait": [Row(lambda t: f"notice_wait:{t.notice}:morning", nobody)],
    "notice_quiz": [Row(lambda t: f"notice_quiz:{t.question}:0", nobody)],
    "studied": [Row(lambda t: f"studied:{t.begun}", LEAD)],
    "study": [Row(lambda t: f"study:{t.begun}:{t.notice}:1", LEAD)],
    "library": [Row(lambda t: "library:0", anybody)],
    "libfind": [Row(lambda t: "libfind", anybody)],
    "libcard": [Row(lambda t: f"libcard:{t.notice}", LOOKS_UP)],
    "libsend": [Row(lambda t: f"libsend:{t.notice}", LOOKS_UP)],
    "libend": [Row(lambda t: f"libend:{t.notice}:1", SEND), Row(lambda t: f"libend:{t.notice}:0", SEND)],
    "libby": [Row(lambda t: f"libby:{t.notice}", SEND)],
    "libnew": [Row(lambda t: f"libnew:{t.notice}:{t.newer}", SEND)],
    **{
        verb: [Row(lambda t, verb=verb: f"{verb}:{t.notice}", SEND)]  # type: ignore[misc]
        for verb in (
            "notice_way",
            "notice_pause",
            "notice_resume",
            "notice_cancel",
            "notice_gone",
            "notice_fix",
        )
    },
    "notice_undo": [Row(lambda t: f"notice_undo:{t.awaiting}", SEND)],
    "notice_ok": [Row(lambda t: f"notice_ok:{t.awaiting}:x", APPROVE)],
    "notice_open": [Row(lambda t: f"notice_open:{t.draft}", nobody)],
    "notice_drafts": [Row(lambda t: "notice_drafts", anybody)],
    "notice_tried": [Row(lambda t: "notice_tried", anybody)],
    "notice_new": [Row(lambda t: f"notice_new:{t.organisation}", SEND)],
    "read": [Row(lambda t: f"read:{t.notice}", nobody)],
    "join": [
        Row(lambda t: f"join:new:{t.request}", KEEP),
        Row(lambda t: f"join:no:{t.request}", KEEP),
        Row(lambda t: f"join:as:{t.request}:{t.member}", KEEP),
    ],
    "requests": [Row(lambda t: f"requests:{t.cell}", KEEP)],
    "joinall": [Row(lambda t: f"joinall:{t.cell}", KEEP)],
    "people": [Row(lambda t: f"people:{t.cell}", KEEP)],
    "person": [Row(lambda t: f"person:{t.member}", KEEP)],
    "do": [
        *(
            Row(lambda t, form=form: f"do:{form}:{t.member}", KEEP)  # type: ignore[misc]
            for form in ("rename", "phone", "status", "residence", "transfer", "leave", "relink")
        ),
        Row(lambda t: f"do:add:{t.cell}", KEEP),
        Row(lambda t: f"do:care_talker:{t.member}", LEAD),
        Row(lambda t: f"do:care_note:{t.member}", LEAD),
        Row(lambda t: f"do:care_talked:{t.care}", nobody),
        Row(lambda t: f"do:notice_return:{t.awaiting}", APPROVE),
        Row(lambda t: f"do:task_note:{t.assignment}", LEAD),
    ],
    "qr": [Row(lambda t: f"qr:{t.cell}", KEEP)],
    "transfers": [Row(lambda t: f"transfers:{t.cell}", KEEP)],
    "transfer": [
        *(
            Row(lambda t, form=form: f"transfer:{form}:{t.transfer}", KEEP)  # type: ignore[misc]
            for form in ("letter", "receive", "come_back")
        )
    ],
    "list": [
        Row(lambda t: f"list:import:{t.organisation}", KEEP),
        Row(lambda t: f"list:export:{t.organisation}:csv", KEEP),
        Row(lambda t: "list:template:csv", anybody),
    ],
    "org": [Row(lambda t: f"org:{t.organisation}", TOTALS)],
    "orgpast": [Row(lambda t: f"orgpast:{t.organisation}", TOTALS)],
    "orgdo": [
        *(
            Row(lambda t, form=form: f"orgdo:{form}:{t.organisation}", CHANGE)  # type: ignore[misc]
            for form in ("found", "retitle", "sort", "move", "merge", "split", "close")
        )
    ],
    "roles": [Row(lambda t: f"roles:{t.organisation}", gives(None))],
    "rolegive": [Row(lambda t: f"rolegive:{t.organisation}", gives(None))],
    "roleend": [Row(lambda t: f"roleend:{t.role}", gives(RoleName.ROLL_TAKER))],
    "groupend": [Row(lambda t: f"groupend:{t.cell}", LEAD)],
    "as": [Row(lambda t: f"as:{t.member}", nobody)],
    "audit": [Row(lambda t: "audit:999", is_officer)],
    "data": [Row(lambda t: "data:view", anybody)],
    "datakeep": [Row(lambda t: "datakeep", anybody)],
    "dataok": [
        Row(lambda t: f"dataok:{t.mistake}", KEEP),
        Row(lambda t: f"dataok:{t.erasure}", DATA),
        Row(lambda t: f"dataok:{t.erasure}:yes", DATA),
    ],
}
"""Each verb with its rows. In a place that lacks an object its number is 0, which nobody may reach."""

OF_A_CHAT = {
    *("consent", "evidencefor", "form", "grouplink", "reconsent", "scheduled"),
    *("paperdone", "papermodelno", "papermodelyes"),
    *("plan", "taskall", "taskdone", "taskkind", "taskmeant", "taskpage", "taskpick", "taskrhythm"),
    *(
        "notice_asked",
        "notice_at",
        "notice_back",
        "notice_clear",
        "notice_done",
        "notice_field",
        "notice_filters",
    ),
    *("notice_more", "notice_only", "notice_options", "notice_preview", "notice_replaces", "notice_retitle"),
    *("notice_save", "notice_send", "notice_stop", "notice_titled", "notice_to", "notice_try", "notice_turn"),
    "notice_unask",
}
"""Verbs about what one's own chat is in the middle of, or about a secret link: without it they reach nothing."""

LOOKING_ON = (RoleName.FOLLOWER, RoleName.APPROVER)
"""Roles that see numbers and change nothing."""

COMMANDS: dict[str, May] = {
    **dict.fromkeys(("start", "huy", "cancel", "toi", "dulieu", "doinguoi", "trogiup"), anybody),
    "tonghop": sees_totals,
    **dict.fromkeys(("hop", "vang", "nhiemvu", "baocao", "thongbao", "vanban"), anybody),
    "diemdanh": any_of(leads_somewhere, lambda w, role, p: role == RoleName.ROLL_TAKER),
    "danhsach": leads_somewhere,
    "lich": any_of(leads_somewhere, is_officer),
    "nhom": leads_somewhere,
    "giayto": any_of(leads_somewhere, is_officer),
    "bangdiem": any_of(leads_somewhere, is_officer, lambda w, role, p: role in LOOKING_ON),
    "tochuc": is_officer,
    "nhatky": is_officer,
}
