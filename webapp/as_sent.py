"""What somebody sent, in words: to be copied by whoever typed it where it could not be taken."""

import re
from collections.abc import Iterable, Mapping, Sequence

from webapp.pages import OWN_FIELDS
from webapp.whole_numbers import whole_number

Sent = Mapping[str, Sequence[str]]
# In the order in which people read a date.
_PARTS = ("day", "month", "year", "time")
_PART = re.compile(rf"(.+)-({'|'.join(_PARTS)})")


def in_words(sent: Sent) -> list[tuple[str, str]]:
    """What each field is called and what was typed there; the parts of a date together. Without what pages add to it:
    their own fields, and the numbers of the items of lists.
    """
    found: dict[str, list[str]] = {}
    parts: dict[str, dict[str, str]] = {}
    for name, values in sent.items():
        typed = [value for value in values if value.strip() and not _is_item(name, value, sent)]
        if name in OWN_FIELDS or not typed:
            continue
        if part := _PART.fullmatch(name):
            parts.setdefault(part[1], {})[part[2]] = typed[0].strip()
            found.setdefault(part[1], [])
        else:
            found.setdefault(name, []).extend(typed)
    for name, given in parts.items():
        found[name].append(" ".join(given[part] for part in _PARTS if part in given))
    return [(_label(name), value) for name, values in found.items() for value in values]


def _is_item(name: str, value: str, names: Iterable[str]) -> bool:
    """A list sends its own name once for each item, with the number of the item (webapp/fields.py)."""
    return value.isdecimal() and any(one.startswith(f"{name}.{value}.") for one in names)


def _label(name: str) -> str:
    """“children.0.given_name” reads “Children 1: given name”."""
    *path, last = [_spoken(part) for part in name.split(".")]
    return (f"{' '.join(path)}: {last}" if path else last).capitalize()


def _spoken(part: str) -> str:
    number = whole_number(part, -1)
    return str(number + 1) if number >= 0 else part.replace("_", " ")
