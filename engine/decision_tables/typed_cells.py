"""Cells as people type them: words without quotation marks are texts, and the words of a choice are that choice."""

import re
from collections.abc import Mapping

from engine.decision_tables.cells import BadCell, read_cell

_WORDS = re.compile(r"[a-z][a-z0-9_]*(?:[ -][a-z0-9_]+)*", re.IGNORECASE | re.ASCII)
NO_CHOICES: Mapping[str, str] = {}
_MEANT_OTHERWISE = re.compile(r"\b(?:or|and|not|in|to|null|true|false)\b", re.IGNORECASE)


def with_marks(typed: str, chosen: Mapping[str, str] = NO_CHOICES) -> str:
    """`yes, no` as `"yes", "no"`. As it was typed where it can be read as it is, or is no list of such words.

    `chosen`: what people call an answer, in small letters -> how it stands in a cell.
    """
    try:
        read_cell(typed)
    except BadCell:
        whole, parts = typed.strip(), [part.strip() for part in typed.split(",")]
        known = {part: text for part in (whole, *parts) if (text := chosen.get(part.casefold()))}
        if whole in known:
            return known[whole]
        if all(part in known or _is_text(part) for part in parts) and not _MEANT_OTHERWISE.search(typed):
            return ", ".join(known.get(part) or (part if part.startswith('"') else f'"{part}"') for part in parts)
    return typed


def _is_text(part: str) -> bool:
    return bool(_WORDS.fullmatch(part.removeprefix('"').removesuffix('"') if part.startswith('"') else part))
