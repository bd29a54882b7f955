"""A QR picture to be shown on a telephone."""

import io

import segno


def qr_picture(link: str) -> bytes:
    """The .png of a link, large enough to be read from across a table."""
    made = io.BytesIO()
    segno.make(link, error="m").save(made, kind="png", scale=12, border=4)
    return made.getvalue()
