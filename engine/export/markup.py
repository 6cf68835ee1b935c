"""Elements of XML and HTML, escaped by the library that writes them: nothing that was typed becomes markup."""

import re
from collections.abc import Mapping

from lxml import etree

from engine.process.safe_xml import XmlElement

SVG = "http://www.w3.org/2000/svg"
# What XML 1.0 has no way to write; no form lets it in, other writers might.
_NOT_TEXT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def node(tag: str, *content: XmlElement | str, given: Mapping[str, str] | None = None, **named: str) -> XmlElement:
    """An element. In `named`, `class_` stands for `class` and `_` for `-`; `given` takes names as they are."""
    made = etree.Element(tag)
    return filled(made, content, {**(given or {}), **{_name(key): value for key, value in named.items()}})


def drawn(tag: str, *content: XmlElement | str, given: Mapping[str, str] | None = None, **named: str) -> XmlElement:
    """The same for SVG: it may stand in a page or alone."""
    made = etree.Element(f"{{{SVG}}}{tag}", nsmap={None: SVG})  # pyright: ignore[reportArgumentType]  None is the namespace without a prefix
    return filled(made, content, {**(given or {}), **{_name(key): value for key, value in named.items()}})


def filled(made: XmlElement, content: tuple[XmlElement | str, ...], attributes: Mapping[str, str]) -> XmlElement:
    for name, value in attributes.items():
        made.set(name, clean(value))
    for one in content:
        if isinstance(one, str):
            _add_text(made, clean(one))
        else:
            made.append(one)
    return made


def clean(text: str) -> str:
    return _NOT_TEXT.sub(_REPLACEMENT, text)


def as_xml(root: XmlElement) -> bytes:
    return etree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def as_html(root: XmlElement) -> bytes:
    return etree.tostring(root, encoding="utf-8", method="html", doctype="<!DOCTYPE html>") + b"\n"


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _add_text(made: XmlElement, text: str) -> None:
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text
