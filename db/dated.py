"""Dated periods in queries."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, or_
from sqlmodel import col


def holds(period: Any, on: date | BindParameter[date] | ColumnElement[date]) -> ColumnElement[bool]:
    """That a dated period holds on a day."""
    return and_(col(period.since) <= on, or_(col(period.until).is_(None), col(period.until) > on))
