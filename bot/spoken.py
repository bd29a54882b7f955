"""Months, quarters and questions about absences in words, for screens, buttons and files alike."""

from bot.rules.skipping import Asked
from bot.rules.spans import Span
from bot.texts import label


def span(when: Span, language: str) -> str:
    """`tháng 9/2026`, `quý 3/2026`, `năm 2026`, or from one month to another."""
    first, last = when.since, when.last
    kind = when.kind or "other"
    ends = {"to_month": last.month, "to_year": last.year}
    return label(
        f"spans.{kind}",
        language,
        month=first.month,
        quarter=(first.month + 2) // 3,
        year=first.year,
        **ends,
    )


def asked(question: Asked, language: str) -> str:
    """What was asked about absences, as a sentence without its full stop."""
    marks = label(f"skip_marks.{question.marks}", language)
    kind = label(f"kinds.{question.kind}", language).lower()
    when = span(question.span, language) if question.span else label("spans.last", language)
    how = "row" if question.row else "times" if question.times > 1 else "once"
    return label(f"skip_asked.{how}", language, marks=marks, kind=kind, when=when, n=question.least)
