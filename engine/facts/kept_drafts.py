"""Until when something is kept that nobody sent: drafts of tasks and forms end, and are gone with the next tick."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, select

from engine.facts.child_names import NOT_KNOWN
from engine.forms.questions import Schema
from engine.tables import Authority, Draft

DRAFT_DAYS = 28
"""Where the authority has said nothing else: a task that nobody goes on with for four weeks is begun anew."""
MOST_DRAFT_DAYS = 365
KEEP_DRAFTS: Schema = {
    "title": "How long drafts are kept",
    "properties": {
        "days": {
            "type": "integer",
            "title": "Number of days",
            "description": "What somebody typed and did not send is gone so many days after it was last saved.",
            "minimum": 1,
            "maximum": MOST_DRAFT_DAYS,
        }
    },
    "required": ["days"],
}


def draft_days(connection: Connection, authority: str) -> int:
    return connection.scalar(select(Authority.draft_days).where(Authority.id == authority)) or DRAFT_DAYS


def kept_until(saved_at: datetime, days: int) -> datetime:
    return saved_at + timedelta(days=days)


def has_ended(now: datetime, days: int) -> ColumnElement[bool]:
    """The condition on `draft`."""
    return Draft.saved_at <= now - timedelta(days=days)


def words_in(answers: Mapping[str, Any]) -> str:
    """All that is in a draft, line by line: it may be of any form, and half of a sentence."""
    return "\n".join(text for text in _texts(answers) if text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in cast("Mapping[str, Any]", value).values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in cast("list[Any]", value):
            yield from _texts(each)
    elif value is not None:
        yield str(value).strip()


def is_about(answers: Mapping[str, Any], given_name: str, family_name: str) -> bool:
    """Whether what was typed of no case names this child, by every name that is known; nothing names one without."""
    names = [name for each in (given_name, family_name) if (name := each.strip().casefold()) not in ("", NOT_KNOWN)]
    words = words_in(answers).casefold()
    return bool(names) and all(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) for name in names)
