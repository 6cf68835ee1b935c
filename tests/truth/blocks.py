"""A page cut into what it says: each block of text once, the parts of a row together, with what it stands under."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "button", "caption", "dd", "details", "div", "dl", "dt"),
        *("fieldset", "figure", "form", "h1", "h2", "h3", "h4", "header", "label", "legend", "li", "main", "nav"),
        *("ol", "option", "p", "section", "select", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
SILENT = frozenset(("script", "style", "template", "svg", "input", "textarea"))
# A row is said as a whole: what it is, how it stands and when belong together.
WHOLE = frozenset(
    (
        *("app-task", "app-clock-row", "app-late", "app-then-clock", "app-known", "app-starts__one", "app-load"),
        *("app-facts", "app-said__row", "govuk-summary-list__row", "app-duties__place"),
    )
)
PART = " | "
# What stands apart within a line: a tag, what is muted.
APART = {"govuk-tag": ("[", "]"), "app-muted": ("‹", "›"), "hint": ("‹", "›"), "app-duties__source": ("‹", "›")}
# What a style sheet puts on a line of its own.
OWN_LINE = "app-duties__place"
INSIDE = re.compile(r"(?<=[\[‹]) | (?=[\]›.,:])")
# Of a form only what it says of what was answered before: what it asks is said of no row.
OF_A_FORM = ".//*[contains(@class, 'app-question__earlier')] | .//*[contains(@class, 'app-draft')]//p"
# Of one that narrows a list down what it says of the list.
OF_A_SEARCH = ".//*[@id='process-hint']"


@dataclass(frozen=True, slots=True)
class Block:
    """`within` are the headings above it, the nearest last; `row` is the head of the act, or of the row of a table,
    that it stands in.
    """

    text: str
    within: tuple[str, ...]
    row: str


def blocks(element: Any) -> Iterator[Block]:
    yield from _below(element, {}, "")


def _below(element: Any, headings: dict[int, str], row: str) -> Iterator[Block]:
    if element.tag in ("h1", "h2", "h3", "h4"):
        level = int(element.tag[1])
        for deeper in [one for one in headings if one >= level]:
            del headings[deeper]
        headings[level] = text_of(element)
    row = _row(element) or row
    yield from (Block(text, tuple(headings.values()), row) for text in _said_by_itself(element))
    for child in _inner(element):
        yield from _below(child, headings, row)


def _said_by_itself(element: Any) -> Iterator[str]:
    """The whole of a row, the questions and answers of a list of them, or the text beside inner blocks."""
    if _is_whole(element) or not _has_blocks(element):
        texts = [PART.join(_parts(element))]
    else:
        terms = (child for child in element if child.tag == "dt")
        texts = [_one_line(_own_text(element)), *(f"{text_of(one)}{PART}{text_of(one.getnext())}" for one in terms)]
    yield from (text for text in texts if text)


def _inner(element: Any) -> Iterator[Any]:
    """The blocks in it that are read by themselves."""
    if element.tag == "form" and element.get("id") == "form":
        yield from element.xpath(OF_A_FORM)
    elif element.get("role") == "search":
        yield from element.xpath(OF_A_SEARCH)
    elif not _is_whole(element):
        yield from (child for child in element if child.tag not in ("dt", "dd") and _is_read(child))


def _is_read(child: Any) -> bool:
    return _is_shown(child) and (child.tag in BLOCKS or _has_blocks(child))


def _is_shown(element: Any) -> bool:
    return isinstance(element.tag, str) and element.tag not in SILENT and element.get("hidden") is None


def _has_blocks(element: Any) -> bool:
    return any(one.tag in BLOCKS for one in element.iterdescendants() if isinstance(one.tag, str))


def _is_whole(element: Any) -> bool:
    """A row of a table is, but where an auditor reads the steps of a duty in it; so is a clock of a pack."""
    if element.tag == "tr":
        return not element.xpath(".//td/div[contains(@class, 'app-duties__place')]")
    classes = element.get("class", "").split()
    tagged = element.tag == "li" and bool(element.xpath("./p[contains(@class, 'app-tags')]"))
    in_a_pack = element.tag == "li" and classes[:1] in (["clock"], ["late"]) and not element.xpath(".//a")
    return tagged or in_a_pack or not WHOLE.isdisjoint(classes)


def _row(element: Any) -> str:
    """The head of an act or of a row; of a step its number."""
    is_act = "app-timeline__act" in element.get("class", "").split() or element.get("id", "").startswith("act-")
    if is_act or element.tag == "tr":
        return text_of(element[0])
    if element.tag == "li" and element.get("value"):
        return f"step {element.get('value')}"
    return "this step" if element.get("data-what") is not None else ""


def _parts(element: Any) -> Iterator[str]:
    """Of a row, block by block."""
    own = text_of(element) if not _has_blocks(element) else _one_line(_own_text(element))
    if own:
        yield own
    if _has_blocks(element):
        for child in filter(_is_read, element):
            yield from _parts(child)


def _own_text(element: Any) -> str:
    """What stands in it beside its blocks, with what is set apart within the line."""
    parts = [element.text or ""]
    for child in element:
        if _is_shown(child) and not _is_read(child):
            parts.extend(_marked(child))
        parts.append(child.tail or "")
    return "".join(parts)


def text_of(element: Any) -> str:
    return _one_line("".join(_texts(element)))


def _one_line(text: str) -> str:
    return INSIDE.sub("", " ".join(text.split()))


def _texts(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if _is_shown(child):
            yield from _marked(child)
        yield child.tail or ""


def _marked(child: Any) -> Iterator[str]:
    classes = child.get("class", "").split()
    before, after = next((APART[name] for name in classes if name in APART), ("", ""))
    yield " " if before or child.tag == "br" or OWN_LINE in classes else ""
    yield before
    yield from _texts(child)
    yield f"{after} " if after else ""
