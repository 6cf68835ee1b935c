"""A new decision table as a file: one row that takes whatever is answered, to which others are added above."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from engine.decision_tables.cells import kind_of_value, read_result
from engine.process.dmn_file import DMN, KINDS, TableInput

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{space}" id="{id}_definitions" name={name} '
    'namespace="https://throughline.example/tables">\n  <decision id="{id}" name={name}>\n'
    '    <decisionTable id="{id}_table" hitPolicy="FIRST">\n'
)
_TAIL = "    </decisionTable>\n  </decision>\n</definitions>\n"


def id_of(name: str) -> str:
    """“Which help is needed?” is kept as `which_help_is_needed`; empty where the words have no letter to begin with."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    return "_".join(words).lstrip("0123456789_")[:60].strip("_")


def new_table(name: str, inputs: Sequence[TableInput], result: str) -> bytes:
    """Reads these, and decides `result` as it is written in a cell. Its first result is named as the table itself.

    Raises BadCell where the result is no value.
    """
    called = id_of(name)
    kind = next(named for named, kind in KINDS.items() if kind == kind_of_value(read_result(result)))
    parts = [_HEAD.format(space=DMN[1:-1], id=called, name=quoteattr(name))]
    for number, one in enumerate(inputs, 1):
        parts.append(f'      <input id="input_{number}" label={quoteattr(one.label)}>\n')
        parts.append(f'        <inputExpression id="input_{number}_expression">\n          <text>{escape(one.path)}')
        parts.append("</text>\n        </inputExpression>\n      </input>\n")
    parts.append(f'      <output id="result" name="{called}" typeRef="{kind}" />\n      <rule id="row_1">\n')
    for number, _ in enumerate(inputs, 1):
        parts.append(f'        <inputEntry id="row_1_{number}">\n          <text>-</text>\n        </inputEntry>\n')
    parts.append(f'        <outputEntry id="row_1_result">\n          <text>{escape(result)}</text>\n')
    parts.append(f"        </outputEntry>\n      </rule>\n{_TAIL}")
    return "".join(parts).encode()
