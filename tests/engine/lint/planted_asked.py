"""Faults of the names of questions, and of what is asked once for several children of a family."""

from tests.engine.lint.planted import Fault

SEE_CHILD, SEEN_AT = "forms/visit/see_child.json", '"format": "date-time"'
CONTRIBUTE = "forms/visit/contribute.json"
LIST = """{"title": "A form", "type": "object", "properties": {"contribution": {
  "type": "array", "title": "What?", "x-ui": {"kind": "list"}, "items": {"type": "object", "properties": {
    "what": {"type": "string", "title": "What?", "x-asked": "together"}}}}}}"""

ASKED_FAULTS = [
    Fault("form-language", CONTRIBUTE, '"contribution"', '"Contribution"'),
    Fault("form-language", SEE_CHILD, SEEN_AT, f'{SEEN_AT}, "x-asked": "all"', "seen_at.x-asked"),
    Fault("asked-together", SEE_CHILD, SEEN_AT, f'{SEEN_AT}, "x-asked": "together"', "seen_at"),
    Fault("asked-together", CONTRIBUTE, "", LIST, ""),
]
