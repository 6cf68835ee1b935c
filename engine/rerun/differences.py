"""What is not as it was recorded, as data: one difference is one value, with the place where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

# What was written or answered about a person: that it differs is said, what it says is not.
ABOUT_A_PERSON = frozenset(
    {
        *("answers", "child", "late_reason", "why", "given_name", "family_name", "born", "expected", "address"),
        *("match_name", "person_name", "person_email", "password", "recipient", "ending_why", "how"),
    }
)
NOTHING = "nothing"
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Difference:
    """`place` is an entry or a row in words, `field` the path of the value in it.

    `recorded` is what the entry or the row says, `redone` what came of doing it again.
    """

    place: str
    field: str
    recorded: Any
    redone: Any

    def __str__(self) -> str:
        place = f"{self.place}: {self.field}" if self.field else self.place
        if not ABOUT_A_PERSON.isdisjoint(self.field.split(".")):
            return f"{place} differs (it is about a person and not printed)"
        return f"{place}: recorded {_said(self.recorded)}, re-run {_said(self.redone)}"


def differences(place: str, recorded: Any, redone: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Each value that differs, however deep it lies; equal values give none."""
    before, after = _inside(recorded), _inside(redone)
    if before is None or after is None:
        if type(recorded) is not type(redone) or recorded != redone:  # True is no 1
            yield Difference(place, ".".join(path), recorded, redone)
        return
    for name in dict.fromkeys([*before, *after]):
        yield from differences(place, before.get(name, NOTHING), after.get(name, NOTHING), (*path, name))


def _inside(value: Any) -> Mapping[str, Any] | None:
    """The values that a value holds, by name or by number; None for one that holds no others."""
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value)
    if isinstance(value, list | tuple):
        return {str(number): one for number, one in enumerate(cast("list[Any]", value), start=1)}
    return None


def _said(value: Any) -> str:
    if _inside(value) is not None:
        return "several values (not printed: they may be about a person)"
    text = str(value)
    return NOTHING if value is None else text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
