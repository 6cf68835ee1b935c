"""What every bundle has, as small as it can be: a process that opens cases, and one that closes them."""

import json

from tests.engine.lint.small_drawing import chain, drawing, event, lane, properties, task

OPENING = "processes/opening/opening.bpmn"
CLOSING = "processes/closing/closing.bpmn"
OPENING_FORM = "forms/opening/start.json"
CLOSING_FORM = "forms/closing/close.json"
BEGINS = properties(begins_when_idle="yes", started_by="team_manager", offered="90")


def _opening() -> str:
    body = f"""
{event("startEvent", "begin", name="A child is referred", inner=properties(started_by="social_worker", offered="10"))}
{task("allocate", "Allocate", effect="allocates", blocks_closure="nobody leads")}
<bpmn:endEvent id="allocated" name="Allocated" />
{chain("begin", "allocate", "allocated")}"""
    lanes = lane("social_worker", "Social worker", "begin", "allocate")
    return drawing(process="opening", declared="", lanes=lanes, body=body)


def _closing() -> str:
    body = f"""
{event("startEvent", "begin", name="Nothing else runs", inner=BEGINS)}
<bpmn:parallelGateway id="both" />
{task("tell", "Tell the family")}
<bpmn:endEvent id="told" name="Told" />
{task("close", "Close the case", effect="closes_case")}
<bpmn:endEvent id="closed" name="Closed" />
{chain("begin", "both", "tell", "told")}
{chain("both", "close", "closed")}"""
    lanes = lane("team_manager", "Team manager", "begin", "tell", "close")
    return drawing(process="closing", declared="", lanes=lanes, body=body)


def _asked(title: str, **more: object) -> dict[str, object]:
    return {"type": "string", "title": title, **more}


def _form(required: list[str], **fields: object) -> str:
    return json.dumps({"title": "A form", "type": "object", "properties": fields, "required": required}, indent=1)


def small_pathway() -> dict[str, str]:
    child = {
        "given_name": _asked("First name", **{"x-role": "given_name"}),
        "family_name": _asked("Last name", **{"x-role": "family_name"}),
        "born": _asked("Date of birth", format="date", **{"x-role": "born"}),
    }
    items = {"type": "object", "properties": child, "required": ["given_name", "family_name"]}
    children = {"type": "array", "title": "Who?", "items": items, "x-ui": {"kind": "list"}, "x-role": "children"}
    lead = _asked("Who leads?", **{"x-ui": {"kind": "person"}, "x-choices": "colleagues", "x-role": "lead"})
    return {
        OPENING: _opening(),
        CLOSING: _closing(),
        OPENING_FORM: _form(["children"], children=children),
        "forms/opening/allocate.json": _form(["lead"], lead=lead),
        "forms/closing/start.json": _form([], why=_asked("Why?")),
        "forms/closing/tell.json": _form([], how=_asked("How?")),
        CLOSING_FORM: _form([], note=_asked("Anything else?")),
    }
