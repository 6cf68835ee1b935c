"""How the modeler writes XML, so that what the product writes of a drawing is, byte for byte, what a save leaves."""

import re
from collections.abc import Mapping

from lxml import etree

from engine.process.safe_xml import XmlElement

_TAG = re.compile(r"<[^?][^>]*>")
# In an attribute the modeler writes all of these by number.
_BY_NUMBER: Mapping[str, str] = {"&quot;": "&#34;", "&lt;": "&#60;", "&gt;": "&#62;", "&amp;": "&#38;", "'": "&#39;"}
_ESCAPED = re.compile("|".join(_BY_NUMBER))


def in_normal_form(root: XmlElement) -> bytes:
    """Two spaces for each level, a space before />, what must be escaped in an attribute by number."""
    etree.indent(root)
    text = _TAG.sub(_as_a_tag, etree.tostring(root, encoding="unicode"))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _as_a_tag(found: re.Match[str]) -> str:
    tag = _ESCAPED.sub(lambda one: _BY_NUMBER[one[0]], found[0])
    return f"{tag[:-2]} />" if tag.endswith("/>") else tag
