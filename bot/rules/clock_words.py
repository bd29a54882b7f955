"""Times of day and lengths in a typed line: `19h30`, `7 giờ rưỡi tối`, `từ 19h đến 21h`, `90 phút`."""

import re
from dataclasses import dataclass
from datetime import time

from bot.rules.number_words import NUMBER_WORD, number
from bot.rules.typed_line import Line

PARTS = {"sang": (4, 11), "trua": (10, 14), "chieu": (12, 19), "toi": (17, 23), "dem": (18, 23)}
"""The hours each part of the day can have."""
PART = "sang|trua|chieu|toi|dem"
SHORTEST, LONGEST = 15, 600
"""Minutes a meeting can last."""
EARLIEST = 6
"""An hour before this one may be of the morning or of the afternoon, if nothing else is said."""
TENS = {
    "muoi": 10,
    "muoi lam": 15,
    "hai muoi": 20,
    "hai lam": 25,
    "ba muoi": 30,
    "bon muoi": 40,
    "bon lam": 45,
}

_A_MINUTE = r"(?: ?(?:p|ph|phut)\b| ?['’])?"
CLOCK = re.compile(
    rf"(?<![\d/.])(?:\b(?:khoang|tam) )?(?:\b(?P<hour>\d{{1,2}})(?: ?(?:gio\b|[hg](?![a-z])|:(?=\d\d))|(?= ruoi\b))"
    rf"|(?<!thu )\b(?P<word>{NUMBER_WORD}) gio\b)"
    rf"(?: ?(?P<minute>[0-5]\d)(?![\d/]){_A_MINUTE}| ?(?P<half>ruoi)\b"
    rf"| (?P<tens>{'|'.join(sorted(TENS, key=len, reverse=True))})\b(?! tieng){_A_MINUTE})?"
    rf"(?: dung)?(?: kem (?P<less>[1-5]?\d){_A_MINUTE})?"
    rf"(?:,? (?:buoi )?(?P<part>{PART})\b(?! ?\d{{1,2}} ?(?:gio|[hg:])))?"
)
_MORE = r"(?: (?P<half>ruoi)| (?P<more>[1-5]\d) ?(?:p|phut))?"
LENGTH = re.compile(
    rf"(?:\b(?:trong(?: vong)?|keo dai|thoi luong|thoi gian|hop|khoang|du kien)\b:? )*\b(?:"
    rf"(?P<minutes>\d{{2,3}}) ?(?:phut|ph|p|['’])(?!\w)|(?P<hours>\d|{NUMBER_WORD}) tieng(?: dong ho)?{_MORE}\b"
    rf"|(?P<whole>\d|{NUMBER_WORD}) gio dong ho)"
)
SPAN = re.compile(
    r"(?:\b(?P<intro>trong(?: vong)?|keo dai|thoi luong)\b:? )(?P<hours>\d)(?: gio| ?h)\b(?: (?P<half>ruoi))?"
)
"""A length that without its first word would be a time of day."""
UNTIL = re.compile(r"\s*(?:[-–]|->|den|toi)\s*(?:khoang )?")


@dataclass(frozen=True)
class Hours:
    """When a meeting begins and how long it lasts, as far as a line says; `clear` is False where it is in doubt."""

    at: time | None = None
    minutes: int | None = None
    clear: bool = True
    bare: bool = False
    """Whether the hour may as well be of the evening: no more than `8h` or `8 giờ` was typed."""


UNCLEAR = Hours(clear=False)


@dataclass(frozen=True)
class Clocks:
    """What a line says about hours, before one knows which part of the day stands beside the day."""

    found: list[re.Match[str]]
    parts: list[str | None]
    is_span: bool
    lengths: list[int]

    def hours(self, part: str | None) -> Hours:
        """The hours, where a time without a part of the day takes `part`; unclear where they cannot be."""
        lengths, times = self.lengths, self._times(part)
        if len(times) > 1 + self.is_span or None in times or len(lengths) > 1 or (lengths and self.is_span):
            return UNCLEAR
        starts = [at for at in times if at]
        if self.is_span:
            lengths = [_between(*starts)]
        if not all(SHORTEST <= minutes <= LONGEST for minutes in lengths):
            return UNCLEAR
        bare = bool(self.found) and not (self.parts[0] or part) and _is_bare(self.found[0])
        return Hours(starts[0] if starts else None, lengths[0] if lengths else None, bare=bare)

    def _times(self, part: str | None) -> list[time | None]:
        times = [_time(match, own or part) for match, own in zip(self.found, self.parts, strict=True)]
        if self.is_span and self.parts[1] and not self.parts[0] and times[1]:
            # `từ 2h đến 4h chiều`: the part is said once for both
            alike = _time(self.found[0], self.parts[1])
            times[0] = alike if alike and alike < times[1] else times[0]
        return times


def take_clocks(line: Line) -> Clocks:
    """Take times of day and lengths out of a line."""
    lengths = [_length(match) for match in line.take(SPAN)]
    whole = line.plain
    found = line.take(CLOCK)
    between = whole[found[0].end() : found[1].start()] if len(found) == 2 else ""
    is_span = bool(UNTIL.fullmatch(between))
    if is_span:
        line.drop(found[0].end(), found[1].start())
    lengths += [_length(match) for match in line.take(LENGTH)]
    return Clocks(found, [line.part(match) for match in found], is_span, lengths)


def suits(at: time, part: str | None) -> bool:
    """Whether a time can be called by that part of the day."""
    least, most = PARTS.get(part or "", (0, 23))
    return least <= at.hour <= most


def _time(clock: re.Match[str], part: str | None) -> time | None:
    """The time of day; None where it is none, or small and without a word for morning or afternoon."""
    hour = number(clock["hour"] or clock["word"])
    minute = 30 if clock["half"] else TENS.get(clock["tens"] or "", int(clock["minute"] or 0))
    if part and hour < 12 and not suits(time(hour), part):
        hour += 12
    if hour > 23 or (not part and hour < EARLIEST) or not suits(time(hour), part):
        return None
    minutes = hour * 60 + minute - int(clock["less"] or 0)
    return time(minutes // 60, minutes % 60)


def _is_bare(clock: re.Match[str]) -> bool:
    return bool(clock["word"] or re.match(r"\d ?[hg]", clock.string[clock.start("hour") :]))


def _length(match: re.Match[str]) -> int:
    said = {name: found for name, found in match.groupdict().items() if found}
    if "minutes" in said:
        return int(said["minutes"])
    whole = number(said.get("hours") or said["whole"]) * 60
    return whole + 30 if "half" in said else whole + int(said.get("more", 0))


def _between(start: time, end: time) -> int:
    return (end.hour - start.hour) * 60 + end.minute - start.minute
