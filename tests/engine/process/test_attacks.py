"""Hostile expressions, drawings and forms, in every place where they stand: each is refused, none runs, none hangs."""

import faulthandler
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.errors import BadModel
from engine.expressions.evaluation import BadExpression, check, evaluate, names_read
from engine.lint import lint
from engine.lint.lint_problems import LintProblem
from engine.process.drawing import read_drawing
from tests.engine.process.small_bundle import (
    CHECKS,
    START_FORM,
    TIMESCALES,
    VISIT,
    encoded,
    small_bundle,
)
from tests.engine.process.small_drawing import flow

CORPUS = Path(__file__).parent / "attacks"
WRITTEN = tuple((CORPUS / "expressions.txt").read_text().splitlines())
GROWN = {
    "parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "parentheses that fit": "(" * 190 + "1" + ")" * 190 + " +",
    "negations": "not " * 10_000 + "1",
    "negations that fit": "not " * 390 + "1",
    "minus signs": "-" * 390 + "1",
    "lists": "[" * 190 + "]" * 190,
    "members": "see_child" + ".child_seen" * 1_000,
    "members that fit": "see_child" + ".a" * 190,
    "conditions": "1 if 1 else " * 90 + "1",
    "additions": "1 + " * 190 + "1",
    "a long text": '"' + "a" * 10_000 + '"',
    "a long name": "a" * 10_000,
    "a long number": "9" * 1_900,
    "five megabytes": "1 == 1 or " * 500_000 + "1",
    "spaces": " " * 5_000_000,
    "zero bytes": "see_child\0.child_seen",
    "half a character": '"\ud800" == 1',
}
HOSTILE = [*WRITTEN, *GROWN.values()]
NEW_LINE_IN_A_TEXT = '"a\nb"'  # XML turns it into a space
PLACES = {
    "condition": (VISIT, ">see_child.child_seen == &quot;no&quot;<", ">{}<"),
    "cardinality": (VISIT, ">count(plan_visit.contributors)<", ">{}<"),
    "for_each": (VISIT, 'name="for_each" value="plan_visit.contributors"', 'name="for_each" value="{}"'),
    "automatic": (VISIT, 'value="start.urgent == &quot;no&quot;"', 'value="{}"'),
}


@pytest.fixture(autouse=True)
def watch() -> Iterator[None]:
    """What hangs, even inside a single operation of the interpreter, ends the run with its trace."""
    faulthandler.dump_traceback_later(120, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def found_in(bundle: dict[str, bytes]) -> tuple[LintProblem, ...]:
    return lint(bundle, known_checks=CHECKS)


@pytest.mark.parametrize("source", [*HOSTILE, NEW_LINE_IN_A_TEXT], ids=[*WRITTEN, *GROWN, "new line"])
def test_a_hostile_expression_is_refused_before_it_is_evaluated(source: str) -> None:
    for ask in (check, names_read):
        with pytest.raises(BadExpression):
            ask(source)
    with pytest.raises(BadExpression):
        evaluate(source, {"see_child": {"child_seen": "yes"}}, frozenset())


@pytest.mark.parametrize("place", PLACES)
def test_a_hostile_expression_is_found_wherever_it_stands(place: str) -> None:
    path, old, new = PLACES[place]
    bundle = small_bundle()
    assert old in bundle[path]
    for source in HOSTILE:
        written = bundle[path].replace(old, new.format(escaped(source)))
        found = found_in(encoded(bundle) | {path: written.encode("utf-8", "surrogatepass")})
        assert {finding.rule for finding in found} & {"bad-expression", "unreadable-file"}, source[:80]


def test_a_hostile_expression_is_found_in_the_table_of_clocks() -> None:
    bundle = small_bundle()
    for source in HOSTILE:
        row = bundle[TIMESCALES].replace('child_seen == ""yes""', source.replace('"', '""'))
        found = found_in(encoded(bundle) | {TIMESCALES: row.encode("utf-8", "surrogatepass")})
        assert "unreadable-file" in {finding.rule for finding in found}, source[:80]


def test_a_hostile_expression_is_found_in_a_form() -> None:
    bundle = encoded(small_bundle())
    for source in HOSTILE:
        start = json.loads(bundle[START_FORM])
        start["properties"]["urgent"]["x-when"] = source
        found = found_in(bundle | {START_FORM: json.dumps(start).encode()})
        assert {finding.rule for finding in found} & {"bad-expression", "form-language", "unreadable-file"}, source[:80]


def test_nothing_runs(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    bundle = small_bundle()
    for path, old, new in PLACES.values():
        for source in (f"__import__('pathlib').Path('{ran}').touch()", f"open('{ran}', 'w')"):
            found = found_in(encoded(bundle) | {path: bundle[path].replace(old, new.format(source)).encode()})
            assert "bad-expression" in {finding.rule for finding in found}
    assert not ran.exists()


def escaped(source: str) -> str:
    return source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


@pytest.mark.parametrize("file", sorted((CORPUS / "drawings").iterdir()), ids=lambda file: file.stem)
def test_a_hostile_drawing_is_refused(file: Path) -> None:
    found = found_in(encoded(small_bundle()) | {VISIT: file.read_bytes()})
    refusals = {
        "unreadable-file",
        "unsupported-element",
        "unsupported-attribute",
        "other-expression-language",
        "reserved-id",
    }
    assert {finding.rule for finding in found} & refusals
    assert not any("root:" in finding.message for finding in found)


@pytest.mark.parametrize("file", sorted((CORPUS / "drawings").glob("*entity*")), ids=lambda file: file.stem)
def test_a_drawing_with_entities_is_not_read(file: Path) -> None:
    with pytest.raises(BadModel):
        read_drawing(file.read_bytes(), VISIT)


@pytest.mark.parametrize(
    "content",
    [
        b"<definitions>" + b"<a>" * 100_000,
        b"<a " + b" ".join(b'x%d="1"' % number for number in range(100_000)) + b"/>",
        b"<a>" + b"<b/>" * 400_000 + b"</a>",
        b"<a>" + b"x" * 1_900_000 + b"</a>",
        b"<a" + b"a" * 1_000_000 + b"/>",
        b"<" * 1_000_000,
        b"&amp;" * 300_000,
        bytes(range(256)) * 100,
    ],
    ids=["deep", "attributes", "elements", "text", "name", "brackets", "references", "noise"],
)
def test_a_bloated_drawing_is_refused(content: bytes) -> None:
    found = found_in(encoded(small_bundle()) | {VISIT: content})
    assert "unreadable-file" in {finding.rule for finding in found}


@pytest.mark.parametrize("file", sorted((CORPUS / "forms").iterdir()), ids=lambda file: file.stem)
def test_a_hostile_form_is_refused(file: Path) -> None:
    found = found_in(encoded(small_bundle()) | {START_FORM: file.read_bytes()})
    refusals = {"unreadable-file", "form-language", "typename-key", "bad-expression"}
    assert {finding.rule for finding in found if finding.file == START_FORM} & refusals


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b'{"title": ' + b"9" * 150_000 + b"}",
        b'"' + b"\\" * 150_000,
        b'{"title": "' + b"x" * 150_000 + b'"}',
        b"\xff\xfe{}",
        b" " * 5_000_000,
    ],
    ids=["lists", "objects", "number", "escapes", "text", "encoding", "spaces"],
)
def test_a_bloated_form_is_refused(content: bytes) -> None:
    found = found_in(encoded(small_bundle()) | {START_FORM: content})
    assert {finding.rule for finding in found} & {"unreadable-file", "form-language"}


@pytest.mark.parametrize(
    "path", ["processes/roles.toml", "processes/edition.toml", TIMESCALES, "processes/messages.csv"]
)
@pytest.mark.parametrize("content", [b"\xff", b"a = " + b"[" * 100_000, b'"' * 99_999, b"\0", b"x" * 1_000_000])
def test_a_hostile_table_is_refused(path: str, content: bytes) -> None:
    found = found_in(encoded(small_bundle()) | {path: content})
    assert {(finding.rule, finding.file) for finding in found} == {("unreadable-file", path)}


def test_a_drawing_full_of_loops_is_read_at_once() -> None:
    """As many ways as are allowed, and each element leads to two others that lead back."""
    names = [f"g{number}" for number in range(360)]
    ways = [(name, names[(number + step) % 360]) for number, name in enumerate(names) for step in (7, 359)]
    shapes = "".join(f'<bpmn:parallelGateway id="{name}" />' for name in names)
    flows = "".join(flow(source, target) for source, target in ways)
    bundle = small_bundle()
    bundle[VISIT] = bundle[VISIT].replace("</bpmn:process>", f"{shapes}{flows}</bpmn:process>")
    found = [finding.rule for finding in found_in(encoded(bundle))]
    assert found.count("loop-without-wait") == 1
    assert found.count("join-in-loop") == len(names)
