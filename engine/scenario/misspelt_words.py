"""What is said of a story whose words or values are none of those that there are."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from engine.scenario.story_words import Word


def unknown(what: str, name: object, known: Iterable[str]) -> str:
    """A sentence on a name that nobody knows, with the nearest one that somebody does."""
    by_folded = {one.casefold(): one for one in sorted(known)}
    written = str(name).casefold()
    holding = sorted((one for one in by_folded if written and written in one), key=len)
    near = holding or get_close_matches(written, by_folded, n=1, cutoff=0.0)
    return f"there is no {what} {name!r}" + (f"; the nearest is {by_folded[near[0]]!r}" if near else "")


def misspelt(table: Mapping[str, Any], words: Iterable[Word], where: str = "") -> list[str]:
    """A sentence for each key that is none of the words, and for each value of another kind than its word takes."""
    by_name = {word.name: word for word in words}
    return [sentence for key, value in table.items() if (sentence := _fault(by_name, key, value, where))]


def _fault(words: Mapping[str, Word], key: str, value: object, where: str) -> str:
    word = words.get(key)
    if word is None:
        return unknown("key", where + key, [where + name for name in words])
    # To Python a bool is a number, and a date-time a date; to the writer of a story they are not.
    wrong_bool = isinstance(value, bool) and word.kind is not bool
    wrong_time = isinstance(value, datetime) and word.kind is date
    if wrong_bool or wrong_time or not isinstance(value, word.kind):
        return f"{where}{key} is written like {word.looks}, not {shown(value)}"
    return ""


def shown(value: object) -> str:
    """A value as a story would write it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else repr(value)


def not_texts(where: str, values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if not isinstance(value, str):
            yield f"{where} lists names, not {shown(value)}"


def not_dates(where: str, values: Mapping[str, Any]) -> Iterator[str]:
    for key, value in values.items():
        if not isinstance(value, date):
            yield f"{where}.{key} is a date or a date with a time, not {shown(value)}"
