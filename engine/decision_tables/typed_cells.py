"""Cells as people type them: words without quotation marks are texts."""

import re

from engine.decision_tables.cells import BadCell, read_cell

_WORDS = re.compile(r"[a-z][a-z0-9_]*(?:[ -][a-z0-9_]+)*", re.IGNORECASE | re.ASCII)
_MEANT_OTHERWISE = re.compile(r"\b(?:or|and|not|in|to|null|true|false)\b", re.IGNORECASE)


def with_marks(typed: str) -> str:
    """`yes, no` as `"yes", "no"`. As it was typed where it can be read as it is, or is no list of such words."""
    try:
        read_cell(typed)
    except BadCell:
        parts = [part.strip() for part in typed.split(",")]
        if all(_is_text(part) for part in parts) and not _MEANT_OTHERWISE.search(typed):
            return ", ".join(part if part.startswith('"') else f'"{part}"' for part in parts)
    return typed


def _is_text(part: str) -> bool:
    return bool(_WORDS.fullmatch(part.removeprefix('"').removesuffix('"') if part.startswith('"') else part))
