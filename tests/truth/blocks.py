"""A page cut into what it says: each block of text once, the parts of a row together, with what it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BLOCKS = frozenset(
    "address article aside blockquote caption dd details div dl dt fieldset figure form h1 h2 h3 h4 header legend li main "
    "nav ol p section summary table tbody td th thead tr ul label option select button".split()
)
SILENT = frozenset("script style template svg input textarea".split())
# A row is said as a whole: what it is, how it stands and when belong together.
WHOLE = (
    *("app-task", "app-clock-row", "app-late", "app-then-clock", "app-known", "app-starts__one", "app-load"),
    *("app-facts", "app-said__row", "govuk-summary-list__row", "app-duties__place"),
)
PART = " | "
# What stands apart within a line: a tag, what is muted.
APART = {"govuk-tag": ("[", "]"), "app-muted": ("‹", "›"), "hint": ("‹", "›"), "app-duties__source": ("‹", "›")}
# What a style sheet puts on a line of its own.
OWN_LINE = "app-duties__place"
INSIDE = re.compile(r"(?<=[\[‹]) | (?=[\]›.,:])")


@dataclass(frozen=True, slots=True)
class Block:
    """What a form asks is said of no row, and is left out. `within` are the headings above it, the nearest last; `row` is the head of the act or of the row of a table that
    it stands in.
    """

    text: str
    within: tuple[str, ...]
    row: str


def blocks(element: Any) -> Iterator[Block]:
    headings: dict[int, str] = {}
    yield from _below(element, headings, "")


def _below(element: Any, headings: dict[int, str], row: str) -> Iterator[Block]:
    if not isinstance(element.tag, str) or element.tag in SILENT or element.get("hidden") is not None:
        return
    if element.tag in ("h1", "h2", "h3", "h4"):
        level = int(element.tag[1])
        for deeper in [one for one in headings if one >= level]:
            del headings[deeper]
        headings[level] = text_of(element)
    row = _row(element) or row
    if element.tag == "form" and element.get("role") == "search":
        return
    if element.tag == "form" and element.get("id") == "form":
        told = element.xpath(".//*[contains(@class, 'app-question__earlier')] | .//*[contains(@class, 'app-draft')]//p")
        yield from (Block(text_of(one), tuple(headings.values()), row) for one in told)
        return
    if _is_whole(element) or not _has_blocks(element):
        if text := _joined(element):
            yield Block(text, tuple(headings.values()), row)
        return
    if said := _one_line(_own_text(element)):
        yield Block(said, tuple(headings.values()), row)
    for child in element:
        if child.tag == "dd":
            continue
        if child.tag == "dt":
            pair = PART.join((text_of(child), text_of(child.getnext())))
            yield Block(pair, tuple(headings.values()), row)
        elif _is_block(child) or _has_blocks(child):
            yield from _below(child, headings, row)


def _is_block(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag in BLOCKS


def _has_blocks(element: Any) -> bool:
    return any(_is_block(one) for one in element.iterdescendants())


def _is_whole(element: Any) -> bool:
    classes = element.get("class", "").split()
    if element.tag == "tr":
        return not element.xpath(".//td/div[contains(@class, 'app-duties__place')]")
    if element.tag == "li" and element.xpath("./p[contains(@class, 'app-tags')]"):
        return True
    in_a_pack = element.tag == "li" and classes[:1] in (["clock"], ["late"]) and not element.xpath(".//a")
    return in_a_pack or any(one in WHOLE for one in classes)


def _row(element: Any) -> str:
    """The head of an act: when, and who."""
    if "app-timeline__act" in element.get("class", "").split():
        return text_of(element[0])
    if element.tag == "li" and element.get("id", "").startswith("act-"):
        return text_of(element[0])
    if element.tag == "tr":
        return text_of(element[0])
    if element.tag == "li" and element.get("value"):
        return f"step {element.get('value')}"
    return "this step" if element.get("data-what") is not None else ""


def _own_text(element: Any) -> str:
    """What stands in it beside its blocks, with what is set apart within the line."""
    parts = [element.text or ""]
    for child in element:
        if not _is_block(child) and isinstance(child.tag, str) and not _has_blocks(child):
            parts.extend(_marked(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _joined(element: Any) -> str:
    return PART.join(_parts(element))


def _parts(element: Any) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in SILENT or element.get("hidden") is not None:
        return
    if not _has_blocks(element):
        if text := text_of(element):
            yield text
        return
    if said := _one_line(_own_text(element)):
        yield said
    for child in element:
        if _is_block(child) or _has_blocks(child):
            yield from _parts(child)


def text_of(element: Any) -> str:
    return _one_line("".join(_texts(element)))


def _one_line(text: str) -> str:
    return INSIDE.sub("", " ".join(text.split()))


def _texts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _marked(child)
        yield child.tail or ""


def _marked(child: Any) -> Iterator[str]:
    if child.tag == "br":
        yield " "
    if not isinstance(child.tag, str) or child.tag in SILENT or child.get("hidden") is not None:
        return
    marks = next((APART[name] for name in child.get("class", "").split() if name in APART), None)
    yield f" {marks[0]}" if marks else " " if OWN_LINE in child.get("class", "") else ""
    yield from _texts(child)
    yield f"{marks[1]} " if marks else ""
