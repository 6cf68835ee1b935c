"""What people call the kinds of things in a drawing, within a sentence: those that it may hold, and all others."""

import re
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "userTask": "task",
    "businessRuleTask": "decision by a table",
    "startEvent": "start",
    "endEvent": "end",
    "boundaryEvent": "event on a task",
    "intermediateCatchEvent": "wait",
    "intermediateThrowEvent": "sending of a message or signal",
    "exclusiveGateway": "decision",
    "parallelGateway": "place where all ways are taken",
    "eventBasedGateway": "wait for whichever comes first",
    "messageEventDefinition": "message",
    "signalEventDefinition": "signal",
    "timerEventDefinition": "time limit",
    "subProcess": "sub-process",
    "standardLoopCharacteristics": "loop",
}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_in_plain_words(kind: str) -> str:
    """“decision” for `exclusiveGateway`; “service task” for `serviceTask`, which nobody can draw here."""
    return _WORDS.get(kind) or _WORD.sub(" ", kind.removesuffix("EventDefinition")).lower()


def with_article(words: str) -> str:
    return f"{'an' if words[:1] in 'aeio' else 'a'} {words}"
