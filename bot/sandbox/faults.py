"""Faults the sandbox shows on demand: rules that say which call or update goes wrong, how, and how often.

Everything is decided here and in `Telegram.call`; what only a connection can show (a hang-up, half an answer)
travels as `Reply.broken` and is acted out by `broken_answers`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .errors import Refusal, bad_request, conflict, forbidden, too_many_requests, unauthorized
from .methods import METHODS

JSON = dict[str, Any]

KINDS: dict[str, JSON] = {
    "latency": {"seconds": 0.1},
    "rate_limited": {"retry_after": 5},
    "server_error": {"status": 502, "html": False, "accepted": False},
    "unauthorized": {},
    "forbidden": {"reason": "bot was blocked by the user"},
    "not_found": {"reason": "chat not found"},
    "conflict": {},
    "hang_up_before": {},
    "hang_up_after": {},
    "half_answer": {"part": "body", "seconds": 0.0},
    "garbage": {"accepted": True},
    "stall": {"seconds": 60.0, "accepted": True},
    "duplicate": {},
    "reorder": {"across": False},
    "unreadable": {},
}
"""Every fault with the options it alone has, and what they are unless said otherwise."""

OF_UPDATES = frozenset({"duplicate", "reorder", "unreadable"})
WRITING = frozenset(
    name
    for name in METHODS
    if name.startswith(("send", "copy", "forward", "edit")) and name != "sendchataction"
)
SERVER_ERRORS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_ALWAYS_ACCEPTED = ("hang_up_after", "half_answer")
_USUAL = {"conflict": frozenset({"getupdates"}), "latency": frozenset(METHODS) - {"getupdates"}}
_ONLY_ANSWERS = ("hang_up_before", "hang_up_after", "half_answer", "garbage", "stall")


@dataclass(eq=False)
class Rule:
    """One fault: `share` (0 to 1) of the calls it is about, at most `times` of them; `hits` counts them."""

    fault: str
    methods: frozenset[str]
    share: float
    times: int | None
    chat: int | None
    options: JSON
    number: int
    random: Random = field(repr=False, default_factory=Random)
    hits: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the call is carried out all the same, and only its answer is lost."""
        return self.fault in _ALWAYS_ACCEPTED or bool(self.options.get("accepted"))

    @property
    def breaks_answer(self) -> bool:
        """Whether there is no answer a client could read."""
        return self.fault in _ONLY_ANSWERS or bool(self.options.get("html"))

    def concerns(self, method: str, params: Mapping[str, Any]) -> bool:
        """Whether this call is one the rule is about; the method in lower case."""
        if method not in self.methods:
            return False
        return self.chat is None or str(params.get("chat_id")) == str(self.chat)

    def strikes(self) -> bool:
        """Draws whether it happens now, and counts it."""
        if self.times is not None and self.hits >= self.times:
            return False
        if self.random.random() >= self.share:
            return False
        self.hits += 1
        return True

    def refusal(self) -> Refusal:
        """What the bot is told, for the faults that tell it something."""
        match self.fault:
            case "rate_limited":
                return too_many_requests(self.options["retry_after"])
            case "unauthorized":
                return unauthorized()
            case "forbidden":
                return forbidden(self.options["reason"])
            case "not_found":
                return bad_request(self.options["reason"])
            case "conflict":
                return conflict()
        status = self.options.get("status", 500)
        return Refusal(status, SERVER_ERRORS[status])

    def as_json(self) -> JSON:
        body = {name: getattr(self, name) for name in ("number", "fault", "share", "times", "chat", "hits")}
        return {**body, "methods": sorted(METHODS[name][0] for name in self.methods), **self.options}


class Faults:
    """The rules in force, tried in the order they were added. The same seed draws the same shares again."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._seed = 0
        self._added = 0

    @property
    def seed(self) -> int:
        """What the draws start from; setting it starts them afresh."""
        return self._seed

    @seed.setter
    def seed(self, seed: int) -> None:
        self._seed = seed
        for rule in self.rules:
            rule.random = self._random(rule.number)

    def add(
        self,
        fault: str,
        *,
        methods: Iterable[str] | None = None,
        share: float = 1.0,
        times: int | None = None,
        chat: int | None = None,
        **options: Any,
    ) -> Rule:
        """One rule more; raises ValueError with a sentence if there is no such fault or option.

        No `methods` means all that write a message (for `conflict` getUpdates, for `latency` all but
        getUpdates); `["*"]` is every method.
        """
        if fault not in KINDS:
            raise ValueError(f"no such fault: {fault}; there are {', '.join(KINDS)}")
        if not 0 <= share <= 1:
            raise ValueError("a share is from 0 to 1")
        if fault in OF_UPDATES and (methods is not None or chat is not None):
            raise ValueError(f"{fault} is about updates, so it takes neither methods nor chat")
        concerned, own = _methods(fault, methods), _options(fault, options)
        self._added += 1
        rule = Rule(fault, concerned, share, times, chat, own, self._added, self._random(self._added))
        self.rules.append(rule)
        return rule

    def remove(self, number: int) -> None:
        """Take one rule back; raises LookupError where there is none of that number."""
        kept = [rule for rule in self.rules if rule.number != number]
        if len(kept) == len(self.rules):
            raise LookupError(f"no such rule: {number}")
        self.rules = kept

    def clear(self) -> None:
        """From now on everything works; numbers and draws start afresh."""
        self.rules = []
        self._added = 0

    async def meet(self, method: str, params: Mapping[str, Any]) -> Rule | None:
        """What happens to this call: waits through latency, then the first other rule that strikes."""
        name = method.lower()
        for rule in list(self.rules):
            if not (rule.concerns(name, params) and rule.strikes()):
                continue
            if rule.fault != "latency":
                return rule
            await asyncio.sleep(rule.options["seconds"])
        return None

    def strike(self, fault: str) -> Rule | None:
        """The rule that makes this happen to an update or a batch of them now, if one does."""
        return next((rule for rule in self.rules if rule.fault == fault and rule.strikes()), None)

    def as_json(self) -> JSON:
        return {"seed": self._seed, "rules": [rule.as_json() for rule in self.rules]}

    def _random(self, number: int) -> Random:
        """Draws of its own for each rule, so that one rule does not disturb another."""
        return Random(f"{self._seed}/{number}")


def _methods(fault: str, methods: Iterable[str] | None) -> frozenset[str]:
    if fault in OF_UPDATES:
        return frozenset()
    if methods is None:
        return _USUAL.get(fault, WRITING)
    names = {name.lower() for name in methods}
    if "*" in names:
        return frozenset(METHODS)
    if unknown := names - set(METHODS):
        raise ValueError(f"no such method: {', '.join(sorted(unknown))}")
    return frozenset(names)


def _options(fault: str, given: JSON) -> JSON:
    defaults = KINDS[fault]
    for name, value in given.items():
        if name not in defaults:
            raise ValueError(f"{fault} has no option {name}, only {', '.join(defaults) or 'the common ones'}")
        wanted = type(defaults[name])
        if not isinstance(value, (int, float) if wanted is float else wanted):
            raise ValueError(f"{name} of {fault} is such as {defaults[name]!r}")
    options = {**defaults, **given}
    if options.get("status", 500) not in SERVER_ERRORS:
        raise ValueError(f"a server_error is one of {', '.join(map(str, SERVER_ERRORS))}")
    if options.get("part", "body") not in ("headers", "body"):
        raise ValueError("half_answer breaks off in one part: headers or body")
    return options
