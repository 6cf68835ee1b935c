"""XML that cannot reach outside itself: no DOCTYPE, so no entities; no network, no instructions, bounded size.

An external parameter entity once put a local file into case data; so a DOCTYPE is refused before the library sees it,
whatever the library does by default.
"""

import re
from collections.abc import Iterator

from lxml import etree

from engine.base.errors import BadModel, Problem

LARGEST_FILE = 2_000_000
MOST_NODES = 20_000
MOST_ATTRIBUTES = 50  # of one element: looking one up goes through all of them
XmlElement = etree._Element  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001 (the library's only name for the type)

_FORBIDDEN = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_OTHER_ENCODING = re.compile(r"""<\?xml[^>]*\sencoding\s*=\s*["'](?!utf-?8["']|us-ascii["'])([^"']*)""", re.IGNORECASE)


def parse_xml(content: bytes, file: str) -> XmlElement:
    """The root element, without comments, so that a text is one text for whoever reads the tree.

    Raises BadModel, with the line, for XML that is malformed, unsafe, not UTF-8 or too large.
    """
    text = _plain_text(content, file)
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line = text.count("\n", 0, forbidden.start()) + 1
        raise _refused(file, line, "A DOCTYPE or entity is not allowed: take it out.")
    root = _parsed(text.encode("utf-8"), file)
    for node in _instructions(root):
        raise _refused(file, node.sourceline or 0, "A processing instruction is not allowed: take it out.")
    _refuse_bloat(root, file)
    return root


def _refuse_bloat(root: XmlElement, file: str) -> None:
    for number, node in enumerate(root.iter("{*}*")):
        if number == MOST_NODES:
            raise _refused(file, node.sourceline or 0, f"The file has more than {MOST_NODES} elements.")
        if len(node.attrib) > MOST_ATTRIBUTES:
            raise _refused(file, node.sourceline or 0, f"One element has more than {MOST_ATTRIBUTES} attributes.")


def _plain_text(content: bytes, file: str) -> str:
    if len(content) > LARGEST_FILE:
        raise _refused(file, 0, f"The file is larger than {LARGEST_FILE} bytes.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(file, 1, "The file is not UTF-8 text: save it as UTF-8.") from None
    if "\0" in text:
        raise _refused(file, 1, "The file is not UTF-8 text: save it as UTF-8.")
    if other := _OTHER_ENCODING.match(text):
        raise _refused(file, 1, f"The file says that it is written in {other[1][:40]}: save it as UTF-8.")
    return text


def _parsed(content: bytes, file: str) -> XmlElement:
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(file, error.lineno or 0, f"This is not well-formed XML: {error.msg}") from None


def _instructions(root: XmlElement) -> Iterator[XmlElement]:
    yield from root.iter(etree.ProcessingInstruction)
    for beside in (*root.itersiblings(), *root.itersiblings(preceding=True)):
        if beside.tag is etree.ProcessingInstruction:
            yield beside


def _refused(file: str, line: int, message: str) -> BadModel:
    return BadModel([Problem(file, "", line, message)])
