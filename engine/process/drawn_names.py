"""The names that people read on a drawing, of its process and of its tasks, changed in the file: the rest stays as it
was to the byte.
"""

import re
from collections.abc import Mapping
from functools import partial
from xml.sax.saxutils import quoteattr

from engine.process.drawing import read_drawing

LONGEST_NAME = 200
"""Of a process, a step or a way, in characters."""
_TAG = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>"""
    r"""|<(?:[\w.-]+:)?(?P<kind>userTask|process|participant)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s(?P<name>[\w:.-]+)\s*=\s*(?P<value>"[^"<]*"|'[^'<]*')""")
_NAMED_BY = {"userTask": "id", "process": "id", "participant": "processRef"}
"""The attribute that says whose name stands there; the pool bears that of its process."""


def with_names(content: bytes, names: Mapping[str, str]) -> bytes:
    """`names` by the ids of tasks, and of the process. Raises BadModel where no drawing can be made of the file."""
    read_drawing(content, "")
    return _TAG.sub(partial(_renamed, names), content.decode()).encode()


def _renamed(names: Mapping[str, str], found: re.Match[str]) -> str:
    if found["kind"] is None:
        return found[0]
    attributes = {one["name"]: one for one in _ATTRIBUTE.finditer(found[0])}
    whose = attributes.get(_NAMED_BY[found["kind"]])
    name = names.get(whose["value"][1:-1]) if whose else None
    if whose is None or name is None:
        return found[0]
    if "name" not in attributes:
        return f"{found[0][: whose.end()]} name={quoteattr(name)}{found[0][whose.end() :]}"
    start, end = attributes["name"].span("value")
    return f"{found[0][:start]}{quoteattr(name)}{found[0][end:]}"
