"""Nothing that was written, and nobody's name, leaves in a redacted pack: markers are looked for in every file."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.export import telling
from engine.export.pack import pack_of
from engine.export.stored import StoredAct, StoredCase
from engine.export.told import Who
from engine.forms.questions import Schema
from engine.process.bundle import Model
from engine.reads.case.answer_rows import LONGER, Answer, answered, disclosable, length_of
from engine.record.chain import RecordedEntry
from tests.builders import shipped_model
from tests.engine.export.packs import Opened, made, opened

MARKER = "Zqxmarker"
BORN = "1903-07-19"
PLANTED = (MARKER.lower(), BORN, "july 1903")
KEPT = frozenset({"clock", "what", "kind", "agency", "page", "subject", "met_at", "due_at", "before"})
"""What is said in payloads by the engine alone, from its own short lists."""


def planted(form: Schema, model: Model, text: str, *, wrongly: bool = False) -> dict[str, Any]:
    """An answer to every question of a form: markers wherever somebody types, the first choice wherever one chooses.

    `wrongly`: a marker even where one chooses.
    """
    return {
        name: _planted(field, model, text, wrongly=wrongly)
        for name, field in cast("dict[str, Schema]", form["properties"]).items()
    }


def _planted(field: Schema, model: Model, text: str, *, wrongly: bool) -> Any:
    items: Schema = field.get("items", {})
    if "properties" in items:
        return [planted(items, model, text, wrongly=wrongly) | {"what": text} for _ in range(2)]
    choices = [one["const"] for one in (field.get("oneOf") or items.get("oneOf") or ())]
    kind = field.get("x-ui", {}).get("kind")
    chosen = choices[0] if choices else {"yes_no": "yes", "agencies": next(iter(model.agencies))}.get(kind or "", text)
    if field.get("format") == "date" or kind == "date":
        chosen = BORN
    elif field.get("format") == "date-time" or kind == "date_time":
        chosen = f"{BORN}T10:00:00+00:00"
    elif wrongly or field.get("type") in ("integer", "number"):
        chosen = text
    return [chosen] if field.get("type") == "array" else chosen


def with_markers(case: StoredCase, text: str, *, wrongly: bool = False) -> StoredCase:
    """The case with a marker in every answer, name, address and reason that anybody gave; the way stays as it was."""
    return replace(
        case,
        reference=f"{MARKER}-1",
        child=f"{MARKER} child",
        team=f"{MARKER} team",
        acts=tuple(_act(one, case, text, wrongly=wrongly) for one in case.acts),
        acts_of_looking=tuple(
            replace(one, payload=json.dumps([{"form": "full", "reason": text}])) for one in case.acts_of_looking
        ),
        names=dict.fromkeys([*case.names, *(one.actor for one in case.entries)], f"{MARKER} name"),
        clocks=tuple(Row(row, late_reason=text) for row in case.clocks),
    )


class Row:
    """A row of a table with other values in some columns."""

    def __init__(self, row: Any, **values: Any) -> None:
        self._row, self._values = row, values

    def __getattr__(self, name: str) -> Any:
        return self._values[name] if name in self._values else getattr(self._row, name)


def _act(act: StoredAct, case: StoredCase, text: str, *, wrongly: bool) -> StoredAct:
    entries = tuple(_entry(one, case, text, wrongly=wrongly) for one in act.entries)
    return replace(act, entries=entries, payload=json.dumps([one.payload for one in entries]))


def _entry(entry: RecordedEntry, case: StoredCase, text: str, *, wrongly: bool) -> RecordedEntry:
    run = case.runs.get(entry.instance or "")
    carried = {name: value if name in KEPT else _texts(value, text) for name, value in (entry.payload or {}).items()}
    carried |= {"why": text, "reference": text, "shared_on": BORN, "by_when": BORN}
    if "answers" in carried and run:
        form = run.model.form(*telling._form_of(entry, run.process, run.model))
        carried["answers"] = planted(form, run.model, text, wrongly=wrongly) if form else {}
    return replace(entry, payload=carried)


def _texts(value: Any, text: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _texts(inner, text) for name, inner in cast("Mapping[str, Any]", value).items()}
    return text if isinstance(value, str) else value


def leaks(pack: Opened, *, but: str = "models/") -> list[str]:
    """The files, and their names, in which a marker or the planted date of birth stands."""
    found = [path for path in (pack.name, *pack.files) if MARKER.lower() in path.lower()]
    for path, content in pack.files.items():
        if not path.startswith(but) and any(planted.encode() in content.lower() for planted in PLANTED):
            found.append(path)
    return found


texts = st.builds("{}{}{}".format, st.text(max_size=20), st.just(MARKER), st.text(max_size=20))


@pytest.fixture(scope="module")
def beginning(long_case: tuple[StoredCase, datetime]) -> Callable[[], tuple[StoredCase, datetime]]:
    """Its first acts, so that many examples can be tried; a function, as hypothesis prints what a test is given."""
    stored, at = long_case
    return lambda: (replace(stored, acts=stored.acts[:8]), at)


@given(text=texts, wrongly=st.booleans())
def test_no_marker_leaves_with_a_case(
    beginning: Callable[[], tuple[StoredCase, datetime]], text: str, wrongly: bool
) -> None:
    stored, at = beginning()
    assert leaks(made(with_markers(stored, text, wrongly=wrongly), at, redacted=True)) == []


def test_no_marker_leaves_with_a_whole_case(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    whole = with_markers(stored, MARKER)
    assert leaks(made(whole, at, redacted=True)) == []
    full = leaks(made(whole, at))
    assert {"index.html", "answers.csv", "steps.csv", "clocks.csv", "case.xes", "acts.jsonl"} <= set(full)


def test_a_pack_says_of_itself_what_it_holds(long_case: tuple[StoredCase, datetime]) -> None:
    """Each id that stands in the acts is one of those that the README names, and no file is said to hold what it does
    not."""
    stored, at = long_case
    pack = made(stored, at, redacted=True)
    said = " ".join(pack.text("README.txt").split())
    assert "The ids of the case, of runs, of accounts, of teams and of organisations stand in the acts" in said
    assert '"roles":[["social_worker","' in pack.text("acts.jsonl").replace('\\"', '"')
    for withheld in ("why it was late", "and why", "every answer", "who did what"):
        assert withheld not in said
        assert withheld in " ".join(made(stored, at).text("README.txt").split())


def unchanged(given: object) -> object:
    return given


def by_name(*_: object) -> Who:
    return Who(f"{MARKER} name", "")


@pytest.mark.parametrize("fault", ["disclosable", "length_of", "who"])
def test_a_pack_that_withholds_too_little_is_found(
    long_case: tuple[StoredCase, datetime], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The planted faults."""
    stored, at = long_case
    if fault == "who":
        monkeypatch.setattr(telling.Telling, "who", by_name)
    else:
        monkeypatch.setattr(telling, fault, unchanged)
    assert leaks(made(with_markers(stored, MARKER), at, redacted=True))


def every_form() -> list[str]:
    return sorted(shipped_model().forms)


@pytest.mark.parametrize("path", every_form())
@pytest.mark.parametrize("wrongly", [False, True])
def test_of_every_form_only_choices_that_it_prints_are_disclosed(path: str, wrongly: bool) -> None:
    model = shipped_model()
    form = model.forms[path]
    given = planted(form, model, MARKER, wrongly=wrongly)
    names = {MARKER: f"{MARKER} name"}
    told = answered(model, form, given, names)
    assert {one.field.split(".")[0] for one in told} == {
        name for name, field in form["properties"].items() if field.get("x-ui", {}).get("kind") != "nothing"
    }
    kept = disclosable(told)
    assert MARKER not in repr([(one.value, one.words) for one in kept])
    assert "1903" not in repr(kept)
    assert all(one.decision or one.reason for one in kept)


def test_a_decision_and_the_length_of_its_reason_stay() -> None:
    model = shipped_model()
    form = model.form("referral", "decide_response") or {}
    given = {"response": "assessment", "reason": "Because of the bruises"}
    kept = disclosable(answered(model, form, given, {}))
    assert [(one.value, one.words) for one in kept] == [
        ("assessment", "An assessment by a social worker"),
        ("", "given, short: up to 15 words"),
    ]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (None, "none given"),
        (" ", "none given"),
        ("word " * 15, "given, short: up to 15 words"),
        ("word " * 16, "given, medium: 16 to 60 words"),
        ("word " * 61, f"given, {LONGER}"),
    ],
)
def test_how_long_a_reason_is(reason: str | None, said: str) -> None:
    assert length_of(reason) == said


def test_a_person_of_the_case_is_no_decision() -> None:
    model = shipped_model()
    form = model.form("initial_conference", "appoint_chair") or {}
    (chair, *_) = answered(model, form, {"chair": "some.account"}, {"some.account": "Grace Chair"})
    assert (chair.words, chair.decision, disclosable([chair])) == ("Grace Chair", True, ())


def test_people_are_told_apart_by_role_and_number(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    rows = opened(pack_of(stored, at, {}, redacted=True)).text("steps.csv").splitlines()
    people = {tuple(row.split(",")[3:5]) for row in rows[1:] if ",person " in row}
    assert len({name for name, _ in people}) > 2
    assert all(role for _, role in people)


def test_a_clock_counted_from_the_birthday_tells_no_date(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    clock = next(row for row in stored.clocks)
    born = Row(clock, clock="eighteenth_birthday_review", title="Review the plan before the eighteenth birthday")
    pack = made(replace(stored, clocks=(born,)), at, redacted=True)
    (row,) = csv.DictReader(io.StringIO(pack.text("clocks.csv")))
    assert (row["counted_from"], row["due_at"], row["days_over"], row["dates_withheld"]) == ("", "", "", "yes")
    assert "they would tell when the child was born" in pack.text("index.html")


def test_answers_are_counted_though_withheld(long_case: tuple[StoredCase, datetime]) -> None:
    stored, at = long_case
    assert "answers are withheld." in made(stored, at, redacted=True).text("index.html")
    assert "withheld." not in made(stored, at).text("index.html")


def test_every_answer_is_told_in_the_full_pack() -> None:
    """So that what is missing in a redacted one was withheld, and not forgotten."""
    model = shipped_model()
    for path in every_form():
        form = model.forms[path]
        told: tuple[Answer, ...] = answered(model, form, planted(form, model, MARKER), {})
        asked = {name for name, field in form["properties"].items() if field.get("x-ui", {}).get("kind") != "statement"}
        assert {one.field.split(".")[0] for one in told} >= asked
