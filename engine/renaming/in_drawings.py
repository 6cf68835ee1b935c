"""A drawing under a new name. Whatever does not name what is renamed stays as it is written, to the byte."""

import re
from collections.abc import Mapping

from engine.process.drawing import Drawing
from engine.renaming.renaming import Reads, Renaming

_MARKUP = re.compile(
    r"<!--.*?-->|<[?!/][^>]*>|(?P<open><(?:[\w.-]+:)?(?P<tag>[\w.-]+)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""(?P<name>[\w.:-]+)(?P<is>\s*=\s*)(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL)
_ID = re.compile(r"""\sid\s*=\s*["']([^"']*)["']""")
_REFERS = frozenset({"id", "sourceRef", "targetRef", "attachedToRef", "bpmnElement", "default"})
_HOLDS_ID = frozenset({"flowNodeRef", "incoming", "outgoing"})
_EXPRESSIONS = frozenset({"conditionExpression", "loopCardinality"})
_NO_IDS: Mapping[str, str] = {}
_NAMED_AFTER = ("_message", "_signal", "_clock", "_terminate", "_di")
"""What the editor calls after a shape: what happens in it, and its place in the picture."""


def drawing_renamed(text: str, drawing: Drawing, renaming: Renaming) -> str:
    """`drawing` is what `text` says."""
    here = drawing.process == renaming.process
    ids = _ids(text, drawing, renaming) if here and renaming.what == "task" else _NO_IDS
    tag = ""

    def part(found: re.Match[str]) -> str:
        nonlocal tag
        if found["open"]:
            tag = found["tag"]
            return _ATTRIBUTE.sub(lambda one: _attribute(one, ids), _with_property(found["open"], tag, renaming, here))
        words = found["text"]
        if not words:
            return found[0]
        if tag in _HOLDS_ID:
            return words.replace(words.strip(), ids.get(words.strip(), words.strip()))
        return renaming.expression(words, Reads(here=here)) if tag in _EXPRESSIONS else words

    return _MARKUP.sub(part, text)


def ids_in(text: str) -> frozenset[str]:
    """All ids of a drawing: its shapes, ways and lanes, its messages, and their places in the picture."""
    return frozenset(_ID.findall(text))


def _attribute(found: re.Match[str], ids: Mapping[str, str]) -> str:
    if found["name"] not in _REFERS or found["value"] not in ids:
        return found[0]
    return f"{found['name']}{found['is']}{found['quote']}{ids[found['value']]}{found['quote']}"


def _with_property(written: str, tag: str, renaming: Renaming, here: bool) -> str:
    """The property of a shape: `not_by` names a step, the others are words or expressions."""
    if tag != "property":
        return written
    attributes = {one["name"]: one for one in _ATTRIBUTE.finditer(written)}
    if "name" not in attributes or "value" not in attributes:
        return written
    value = attributes["value"]["value"]
    if attributes["name"]["value"] != "not_by":
        changed = renaming.expression(value, Reads(here=here))
    elif "." in value:
        changed = renaming.place(value)
    else:
        changed = renaming.renamed(value) if here and renaming.what == "task" else value
    start, end = attributes["value"].span("value")
    return f"{written[:start]}{changed}{written[end:]}"


def _ids(text: str, drawing: Drawing, renaming: Renaming) -> Mapping[str, str]:
    """The step and what is called after it: old id -> new one. What would be called as something else is stays."""
    there = ids_in(text)
    ids = {renaming.old: renaming.new}
    for flow in drawing.flows:
        called = f"{flow.source}_to_{flow.target}"
        if renaming.old in (flow.source, flow.target) and flow.id.startswith(called):
            ends = f"{renaming.renamed(flow.source)}_to_{renaming.renamed(flow.target)}"
            ids[flow.id] = f"{ends}{flow.id.removeprefix(called)}"
    after = {f"{old}{ending}": f"{new}{ending}" for old, new in ids.items() for ending in _NAMED_AFTER}
    return {
        old: new for old, new in {**ids, **after}.items() if old in there and (old == renaming.old or new not in there)
    }
