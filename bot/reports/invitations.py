"""The sheet of personal invitations that a secretary prints and cuts: a QR code and a name for each."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import segno

from bot.texts import TEMPLATES

QR_MM = 45
"""How wide a code is printed: a cheap camera reads it from a hand's distance."""


@dataclass(frozen=True)
class Invited:
    """Somebody who has not joined, and the link that is theirs."""

    name: str
    link: str


def invitation_sheet(
    invited: Sequence[Invited],
    joined: Sequence[str],
    *,
    cell: str,
    day: date,
    until: date,
    language: str,
) -> bytes:
    """The .docx of a cell's sheet: who is invited, with codes, and who has joined, by name."""
    from docxtpl import DocxTemplate  # here, because it takes a third of a second and is seldom wanted

    template = DocxTemplate(TEMPLATES / language / "papers" / "invitations.docx")
    cards = [_card(template, each) for each in invited]
    cards += [{"qr": "", "name": ""}] * (len(cards) % 2)
    template.render(
        {
            "cell": cell,
            "day": f"{day:%d/%m/%Y}",
            "until": f"{until:%d/%m/%Y}",
            "rows": [
                {"left": left, "right": right} for left, right in zip(cards[::2], cards[1::2], strict=True)
            ],
            "joined": list(joined),
            "invited": list(invited),
        },
        autoescape=True,
    )
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def _card(template: Any, invited: Invited) -> dict[str, Any]:
    from docx.shared import Mm
    from docxtpl import InlineImage

    picture = io.BytesIO()
    segno.make(invited.link, error="m").save(picture, kind="png", scale=6, border=2, light=None)
    picture.seek(0)
    return {"qr": InlineImage(template, picture, width=Mm(QR_MM)), "name": invited.name}
