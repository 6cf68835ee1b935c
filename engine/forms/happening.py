"""When something happened, as its form says: the same for what is dated by it and for what was known when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.forms.schema import Schema
from engine.timescales.rules import DateRule

DATING = frozenset({"happened_at", "received_at", "order_made_at"})
"""The roles whose answers say when it happened. What is planned has none: it lies ahead."""


def happened_at(form: Schema, answers: Mapping[str, Any], recorded_at: datetime) -> datetime | None:
    """The first answer in the order of the form that dates what happened and lies not after the recording.

    None where the form does not say when. Raises ValueError for an answer that is no time.
    """
    dating = (field for field, schema in form.get("properties", {}).items() if schema.get("x-role") in DATING)
    moments = (DateRule(field).instant(answers, recorded_at) for field in dating if answers.get(field))
    return next((moment for moment in moments if moment <= recorded_at), None)
