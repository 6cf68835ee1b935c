"""The event log: it keeps to IEEE 1849, and every event of it can be replayed on the drawings of the same pack."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.export.net import net
from engine.export.stored import StoredCase
from engine.scenario.running import story_files
from tests.builders import ROOT, shipped_model
from tests.engine.export.packs import Opened, made, played, story_database
from tests.engine.export.replaying import XES, Event, Trace, faults, net_faults, read_net, replayed, traces

Stored = tuple[StoredCase, datetime]
# The order and the names that the schema of the standard allows below each element, and the kinds of its attributes.
ATTRIBUTES = ("string", "date", "int", "float", "boolean", "id", "list", "container")
BELOW = {
    "log": ("extension", "global", "classifier", *ATTRIBUTES, "trace", "event"),
    "global": ATTRIBUTES,
    "trace": (*ATTRIBUTES, "event"),
    "event": ATTRIBUTES,
    **dict.fromkeys((*ATTRIBUTES, "extension", "classifier"), ()),
}
NEEDED = {
    "log": {"xes.version", "xes.features"},
    "extension": {"name", "prefix", "uri"},
    "global": {"scope"},
    "classifier": {"name", "keys"},
    **{kind: {"key", "value"} for kind in ATTRIBUTES},
}
READ: dict[str, Callable[[str], object]] = {"date": datetime.fromisoformat, "int": int, "string": str}
TRANSITIONS = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort", "complete"),
    *("autoskip", "manualskip", "unknown"),
}
EVERY = [path.relative_to(ROOT / "processes").as_posix() for path in story_files([ROOT / "processes"])]
QUICK = (
    "scenarios/an_overrun_a_disagreement_and_a_second_referral.toml",
    "scenarios/a_move_between_authorities.toml",
    "scenarios/turning_18_on_a_plan.toml",
    "immediate_protection/scenarios/an_order_refused.toml",
    "assessment/scenarios/contributions_withdrawn.toml",
)


def breaches(log: bytes) -> Iterator[str]:
    """Of the schema of the standard, and of what its extensions and globals promise."""
    root = etree.fromstring(log)
    yield from _shape(root)
    prefixes = {one.get("prefix", "") for one in root.iterfind(f"{XES}extension")}
    for attribute in root.iter(*(XES + kind for kind in ATTRIBUTES)):
        yield from _attribute(attribute, prefixes)
    for scope in root.iterfind(f"{XES}global"):
        promised = {child.get("key") for child in scope}
        missing = [promised - {child.get("key") for child in one} for one in root.iter(XES + scope.get("scope", ""))]
        yield from (f"a {scope.get('scope')} lacks {keys}" for keys in missing if keys)


def _attribute(attribute: Any, prefixes: set[str]) -> Iterator[str]:
    prefix, colon, _ = attribute.get("key", "").partition(":")
    if colon and prefix not in prefixes:
        yield f"{attribute.get('key')}: no extension has this prefix"
    try:
        READ[etree.QName(attribute).localname](attribute.get("value", ""))
    except ValueError:
        yield f"{attribute.get('key')}: {attribute.get('value')} is of another kind"


def _shape(node: Any) -> Iterator[str]:
    name = etree.QName(node).localname
    if missing := NEEDED.get(name, set()) - set(node.keys()):
        yield f"{name} lacks {missing}"
    names = [etree.QName(child).localname for child in node]
    yield from (f"{inner} stands in {name}" for inner in names if inner not in BELOW[name])
    ranks = [_rank(name, inner) for inner in names if inner in BELOW[name]]
    if any(one > other for one, other in pairwise(ranks)):
        yield f"{name}: its parts stand in another order"
    keys = [child.get("key") for child in node if child.get("key")]
    if len(keys) != len(set(keys)):
        yield f"{name} has one key twice"
    for child in node:
        yield from _shape(child)


def _rank(name: str, inner: str) -> int:
    return BELOW[name].index("string" if inner in ATTRIBUTES else inner)


@pytest.mark.parametrize("redacted", [False, True])
def test_it_keeps_to_the_standard(long_case: Stored, redacted: bool) -> None:
    stored, at = long_case
    log = made(stored, at, redacted=redacted).files["case.xes"]
    assert list(breaches(log)) == []
    transitions = {event.transition for trace in traces(log) for event in trace.events}
    assert {"schedule", "complete"} <= transitions <= TRANSITIONS


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'prefix="time"', b'prefix="clock"'),
        (b'<int key="entry" value="', b'<int key="entry" value="x'),
        (b'<string key="org:resource"', b'<string key="org:role"'),
        (b"<classifier ", b"<shape "),
        (b'<date key="time:timestamp" value="2', b'<date key="time:timestamp" value="on '),
        (b"<extension name=", b"<extension called="),
    ],
)
def test_a_breach_of_the_standard_is_found(long_case: Stored, right: bytes, wrong: bytes) -> None:
    log = made(*long_case).files["case.xes"]
    assert right in log
    assert list(breaches(log.replace(right, wrong)))


def test_there_is_a_trace_for_each_run_with_every_step_of_it(long_case: Stored) -> None:
    stored, at = long_case
    found = traces(made(stored, at).files["case.xes"])
    assert [trace.process for trace in found] == [run.process for run in stored.runs.values()]
    on_shapes = [one for one in stored.entries if one.kind in ("opened", "completed", "passed", "withdrawn")]
    claims = [one for one in stored.entries if one.kind in ("taken", "given", "handed_back")]
    wanted = [one for one in (*on_shapes, *claims) if one.element]
    assert sorted(event.entry for trace in found for event in trace.events) == sorted(one.number for one in wanted)


@pytest.mark.parametrize("redacted", [False, True])
def test_a_long_case_conforms_to_its_drawings(long_case: Stored, redacted: bool) -> None:
    stored, at = long_case
    pack = made(stored, at, redacted=redacted)
    assert len(traces(pack.files["case.xes"])) > 4
    assert faults(pack) == []


def test_every_case_of_a_story_conforms_to_its_drawings(tmp_path: Path, sqlite_template: Path, long_run: bool) -> None:
    """Every story in the long run; else those that go far and those that are peculiar."""
    for number, path in enumerate(EVERY if long_run else QUICK):
        (folder := tmp_path / str(number)).mkdir()
        database = story_database(folder, sqlite_template)
        cases, at = played(database, path)
        database.dispose()
        packs = [made(case, at) for case in cases]
        assert [fault for pack in packs for fault in (*faults(pack), *net_faults(pack))] == [], path


@pytest.mark.parametrize("redacted", [False, True])
def test_the_log_runs_through_the_nets_of_the_pack(long_case: Stored, redacted: bool) -> None:
    stored, at = long_case
    assert net_faults(made(stored, at, redacted=redacted)) == []


def test_a_net_has_the_ways_of_its_drawing() -> None:
    before, after, marking = read_net(net(shipped_model().drawings["core_group"]))
    assert marking == Counter({"before the start": 1})
    choices = [name for name in before if name.startswith("first_meeting")]
    assert sorted(choices) == [
        "first_meeting: first_meeting_to_explain_plan_to_child",
        "first_meeting: first_meeting_to_explained_before",
    ]
    both = "share_the_plan: share_the_plan_to_circulate_plan share_the_plan_to_first_meeting"
    assert after[both] == Counter({"before circulate_plan": 1, "before first_meeting": 1})
    assert before["meeting_over: meeting_over_to_meeting_not_needed"] == Counter({"before hold_core_group": 1})


def without(trace: Trace, place: int) -> Trace:
    return replace(trace, events=trace.events[:place] + trace.events[place + 1 :])


def earlier(trace: Trace, place: int) -> Trace:
    events = list(trace.events)
    events.insert(0, events.pop(place))
    return replace(trace, events=tuple(events))


def elsewhere(trace: Trace, place: int) -> Trace:
    event = replace(trace.events[place], flows=("nowhere",))
    return replace(trace, events=(*trace.events[:place], event, *trace.events[place + 1 :]))


@pytest.mark.parametrize("change", [without, earlier, elsewhere])
def test_a_log_that_does_not_conform_is_found(long_case: Stored, change: Callable[[Trace, int], Trace]) -> None:
    """The planted faults: in an ended run, every event but a claim matters."""
    pack: Opened = made(*long_case)
    missed: list[Event] = []
    for trace in traces(pack.files["case.xes"]):
        for place, event in enumerate(trace.events):
            changes_nothing = change is earlier and place == 0
            matters = event.transition in ("schedule", "complete") and trace.status == "ended"
            if matters and not changes_nothing and not list(replayed(change(trace, place), pack)):
                missed.append(event)
    assert missed == []
