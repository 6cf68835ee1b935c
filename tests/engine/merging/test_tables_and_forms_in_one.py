"""Two who changed one table or one form: row by row and question by question, and every other byte as it was."""

import json
from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest

from engine.merging.forms_in_one import form_in_one
from engine.merging.tables_in_one import table_in_one
from engine.merging.three_way import CannotMerge, InOne, Keep, Sides
from tests.builders import shipped

LIMITS, ROLES, RENAMES = "processes/timescales.csv", "processes/roles.toml", "processes/renames.toml"
FORM = "forms/referral/decide_response.json"
FILES = {path: content for path, content in shipped().items() if path.endswith((".csv", ".toml", ".json"))}
NOTHING: Keep = {}


def in_one(path: str, mine: bytes, theirs: bytes, base: bytes | None = None, keep: Keep = NOTHING) -> InOne:
    made_one = form_in_one if path.endswith(".json") else table_in_one
    return made_one(Sides(shipped()[path] if base is None else base, mine, theirs), path, keep)


def test_every_file_that_is_shipped_can_be_made_one_and_stays_itself() -> None:
    for path, content in FILES.items():
        assert in_one(path, content, content) == InOne(content, ()), path


def with_line(content: bytes, begins: bytes, change: Callable[[bytes], bytes]) -> bytes:
    return b"".join(change(one) if one.startswith(begins) else one for one in content.splitlines(keepends=True))


def test_rows_of_a_table_are_made_one_and_a_row_that_both_changed_is_asked_for() -> None:
    base = shipped()[LIMITS]
    mine = with_line(base, b"acknowledgement,", lambda line: line.replace(b"Acknowledge the", b"Answer the"))
    theirs = with_line(base, b"urgent_response,", lambda line: line + b"another" + line[15:])
    both = with_line(theirs, b"acknowledgement,", lambda line: line.replace(b"Acknowledge the", b"Answer the"))
    assert in_one(LIMITS, mine, theirs) == InOne(both, ())
    gone = with_line(base, b"acknowledgement,", lambda _: b"")
    assert in_one(LIMITS, mine, gone).asked == ("acknowledgement",)
    assert in_one(LIMITS, mine, gone, keep={"acknowledgement": True}).content == mine
    assert in_one(LIMITS, mine, gone, keep={"acknowledgement": False}).content == gone


def test_roles_are_made_one_role_by_role_and_what_was_renamed_line_by_line() -> None:
    base = shipped()[ROLES]
    mine = base.replace(b'name = "Team manager"', b'name = "Manager of the team"')
    theirs = base.replace(b'name = "Social worker"', b'name = "Worker"')
    assert in_one(ROLES, mine, theirs).content == theirs.replace(b'"Team manager"', b'"Manager of the team"')
    other = base.replace(b'name = "Team manager"', b'name = "Head"')
    assert in_one(ROLES, mine, other).asked == ("[role.team_manager]",)
    one, two, three = (b'"a.%d" = "b"\n' % number for number in range(3))
    assert in_one(RENAMES, b"[task]\n" + one + two, b"[task]\n" + one + three, b"[task]\n" + one) == InOne(
        b"[task]\n" + one + three + two, ()
    )


def form_with(**questions: Mapping[str, str] | None) -> bytes:
    form = json.loads(shipped()[FORM])
    form["properties"] = {key: one for key, one in (form["properties"] | questions).items() if one is not None}
    form["required"] = [one for one in form["required"] if one in form["properties"]]
    return json.dumps(form).encode()


def test_questions_are_made_one_and_a_question_that_both_changed_is_asked_for() -> None:
    first, second = [*json.loads(shipped()[FORM])["properties"]][:2]
    mine = form_with(**{first: {"type": "string", "title": "Ours"}})
    theirs = form_with(**{second: {"type": "string", "title": "Theirs"}, "extra": {"type": "string", "title": "New"}})
    made = in_one(FORM, mine, theirs)
    assert made.asked == ()
    read = json.loads(made.content)["properties"]
    assert [read[one]["title"] for one in (first, second, "extra")] == ["Ours", "Theirs", "New"]
    assert in_one(FORM, mine, form_with(**{first: None})).asked == (f"question {first}",)


def test_that_a_question_must_be_answered_is_part_of_it() -> None:
    form = json.loads(shipped()[FORM])
    needed = form["required"][0]
    mine = json.dumps({**form, "required": form["required"][1:]}).encode()
    theirs = form_with(extra={"type": "string", "title": "New"})
    read = json.loads(in_one(FORM, mine, theirs).content)
    assert (needed in read["required"], "extra" in read["properties"]) == (False, True)
    changed = form_with(**{needed: {"type": "string", "title": "Theirs"}})
    assert in_one(FORM, mine, changed).asked == (f"question {needed}",)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (LIMITS, b"id,title\na,b,c\n"),
        (LIMITS, b'id,title\na,"two\nlines"\n'),
        (LIMITS, b"id,title\na,b\na,c\n"),
        (LIMITS, b"id,title\na,b"),
        (LIMITS, b""),
        (LIMITS, b"\xff\n"),
        (ROLES, b"[[role]]\n"),
        (ROLES, b"[a]\n[a]\n"),
        (FORM, b"{"),
        (FORM, b"[]"),
        (FORM, b"{}"),
        (FORM, b'{"properties": {}, "required": ["a"]}'),
        (FORM, b'{"properties": {}, "required": [{}]}'),
        (FORM, b"[" * 100_000),
        (FORM, b"\0"),
    ],
)
def test_what_cannot_be_taken_apart_surely_is_left_as_it_is(path: str, content: bytes) -> None:
    good = shipped()[path]
    for base, mine, theirs in ((content, good, good + b"\n"), (good, content, good), (good, good, content)):
        with pytest.raises(CannotMerge):
            in_one(path, mine, theirs, base)


def test_the_order_of_what_is_new_is_that_of_its_side() -> None:
    rows = [b"id,title\n", *(b"%s,x\n" % one for one in (b"a", b"b", b"c", b"d"))]
    for before, after in pairwise(rows):
        mine, theirs = (b"".join(rows).replace(before + after, before + new + after) for new in (b"m,x\n", b"t,x\n"))
        made = in_one(LIMITS, mine, theirs, b"".join(rows)).content
        assert made == b"".join(rows).replace(before + after, before + b"t,x\n" + b"m,x\n" + after)
