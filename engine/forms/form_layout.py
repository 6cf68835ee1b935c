"""A form's file changed as little as can be: what says the same as before keeps its layout to the byte.

Forms are laid out by hand: short parts on one line, and not all alike. So the layout does not follow from what a form
says, and is taken from the text that stands; only what is new is laid out here, as most forms are.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

from engine.forms.schema import Schema

WIDEST = 120
_STEP = "  "
_OPENED = re.compile(r"[{\[][ \t\r]*\n([ \t]*)")
_BETWEEN = re.compile(r"[\s,:]*")
_DECODER = json.JSONDecoder()


def rewritten(content: bytes, form: Schema, called_before: Mapping[str, str] = MappingProxyType({})) -> bytes:
    """The file with what the form says now. `called_before`: new keys with those in whose place they stand.

    Raises ValueError where `content` is not JSON in UTF-8.
    """
    text = content.decode()
    body = text.strip()
    before, after = text[: text.index(body)], text[text.index(body) + len(body) :]
    changed = before + _relaid(body, form, "", "", called_before) + after
    return (re.sub("(?<!\r)\n", "\r\n", changed) if "\r\n" in text else changed).encode()


def written(form: Schema) -> bytes:
    """A file of its own."""
    return f"{_laid_out(form, '', '')}\n".encode()


def _relaid(source: str, value: Any, indent: str, key: str, called_before: Mapping[str, str]) -> str:
    if _text(json.loads(source)) == _text(value):
        return source
    if isinstance(value, dict) and value and source.startswith("{"):
        deeper = _indents(source, indent)[0]
        return _joined(source, indent, _renewed_members(cast(Schema, value), source, deeper, called_before))
    if isinstance(value, list) and value and source.startswith("["):
        deeper = _indents(source, indent)[0]
        items = _renewed_items(cast(list[Any], value), _items(source), deeper, key, called_before)
        return _joined(source, indent, items)
    return _laid_out(value, indent, key)


def _renewed_members(value: Schema, source: str, deeper: str, called_before: Mapping[str, str]) -> list[str]:
    before = dict(_members(source))

    def member(name: str, part: Any) -> str:
        was = before.get(name) or before.get(called_before.get(name, ""))
        return _relaid(was, part, deeper, name, called_before) if was else _laid_out(part, deeper, name)

    return [f"{_text(name)}: {member(name, part)}" for name, part in value.items()]


def _renewed_items(
    values: Sequence[Any], before: Sequence[str], deeper: str, key: str, called_before: Mapping[str, str]
) -> list[str]:
    """Each beside the item that it was: of the same choice or the same condition."""
    was = {_name_of(json.loads(text)): text for text in before}

    def item(value: Any) -> str:
        name = earlier = _name_of(value)
        for now, then in called_before.items():
            earlier = earlier.replace(_text(now), _text(then))
        found = was.get(name) or was.get(earlier)
        return (
            _relaid(found, value, deeper, key, called_before) if found else _laid_out(value, deeper, key, is_item=True)
        )

    return [item(value) for value in values]


def _name_of(item: Any) -> str:
    if isinstance(item, dict):
        named = cast(Schema, item)
        return _text(named.get("const", named.get("if", named)))
    return _text(item)


def _joined(source: str, indent: str, parts: Sequence[str]) -> str:
    """Laid out as `source` is, as long as it fits."""
    opening, closing = source[0], source[-1]
    if "\n" not in source:
        pad = " " if source[1] == " " else ""
        line = f"{opening}{pad}{', '.join(parts)}{pad}{closing}"
        if "\n" not in line and len(indent) + len(line) <= WIDEST:
            return line
    deeper, at_end = _indents(source, indent)
    return _in_lines(opening, closing, parts, deeper, at_end)


def _in_lines(opening: str, closing: str, parts: Iterable[str], deeper: str, indent: str) -> str:
    lines = ",\n".join(deeper + part for part in parts)
    return f"{opening}\n{lines}\n{indent}{closing}"


def _indents(source: str, indent: str) -> tuple[str, str]:
    """Of what stands within, and of the end."""
    opened = _OPENED.match(source)
    return (opened[1], source[:-1].rpartition("\n")[2]) if opened else (indent + _STEP, indent)


def _members(source: str) -> list[tuple[str, str]]:
    """The keys of an object, each with the text of its value."""
    found: list[tuple[str, str]] = []
    for start, end in _values(source):
        if found and not found[-1][1]:
            found[-1] = (found[-1][0], source[start:end])
        else:
            found.append((json.loads(source[start:end]), ""))
    return found


def _items(source: str) -> list[str]:
    return [source[start:end] for start, end in _values(source)]


def _values(source: str) -> Iterable[tuple[int, int]]:
    """Where each value within begins and ends; of an object each key and each value."""
    start = _after(source, 1)
    while start < len(source) - 1:
        _, end = _DECODER.raw_decode(source, start)
        yield start, end
        start = _after(source, end)


def _after(source: str, place: int) -> int:
    between = _BETWEEN.match(source, place)
    return between.end() if between else place


def _laid_out(value: Any, indent: str, key: str, *, is_item: bool = False) -> str:
    if isinstance(value, dict) and value:
        return _object(cast(Schema, value), indent, key, is_item)
    return _list(cast(list[Any], value), indent, key) if isinstance(value, list) and value else _text(value)


def _object(value: Schema, indent: str, key: str, is_item: bool) -> str:
    line = f"{{ {_text(value)[1:-1]} }}"
    if _is_short(value, key, is_item) and len(indent) + len(line) <= WIDEST:
        return line
    parts = [f"{_text(name)}: {_laid_out(part, indent + _STEP, name)}" for name, part in value.items()]
    return _in_lines("{", "}", parts, indent + _STEP, indent)


def _list(value: Sequence[Any], indent: str, key: str) -> str:
    items = [_laid_out(each, indent + _STEP, key, is_item=True) for each in value]
    line = f"[{', '.join(items)}]"
    if not any(isinstance(each, dict) for each in value) and len(indent) + len(line) <= WIDEST:
        return line
    return _in_lines("[", "]", items, indent + _STEP, indent)


def _is_short(value: Schema, key: str, is_item: bool) -> bool:
    return key == "x-ui" or "const" in value or (not is_item and value.keys() <= {"type", "enum"})


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
