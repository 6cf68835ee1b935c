"""A kind of step is called the same in the editor, and wherever steps are listed without it."""

import re

from engine.reads.studio.library import KINDS, kind_in_words
from tests.builders import ROOT, shipped_model

EDITOR = ROOT / "webapp/assets/drawing/kinds.js"
TYPES = {"CATCHES": "IntermediateCatchEvent", "THROWS": "IntermediateThrowEvent", "EDGE": "BoundaryEvent"}
DEFINITIONS = {"''": "", "MESSAGE": "message", "SIGNAL": "signal", "CLOCK": "clock", "TERMINATE": "ends all"}
ROW = re.compile(r"\['\w+', ('\w+'|\w+), (''|[A-Z]+), '([^']+)',")


def test_the_editor_and_the_lists_have_the_same_words() -> None:
    of_editor: dict[tuple[str, str], str] = {}
    rows: list[tuple[str, str, str]] = ROW.findall(EDITOR.read_text())
    for kind, definition, words in rows:
        name = TYPES.get(kind, kind.strip("'"))
        of_editor[name[:1].lower() + name[1:], DEFINITIONS[definition]] = words
    assert of_editor == dict(KINDS)


def test_every_step_of_the_drawings_has_a_kind_in_words() -> None:
    steps = [one for drawing in shipped_model().drawings.values() for one in drawing.elements.values()]
    assert [one.id for one in steps if not kind_in_words(one)] == []
