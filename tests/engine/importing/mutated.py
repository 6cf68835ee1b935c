"""Files of other tools as somebody hostile, or a broken tool, would send them."""

import re
from collections.abc import Callable, Iterator
from random import Random

_TAG = re.compile(rb"<[^<>]{1,400}>")
_VALUE = re.compile(rb'"[^"<>]{0,80}"')
_ELEMENT = re.compile(rb"<(?:\w+:)?(\w+)[^<>]*?(?:/>|>[^<>]*</(?:\w+:)?\1>)")
ODD = (
    b"", b"0", b"-1", b"1e308", b"NaN", b"inf", b"start", b"case", b"typename", b"..", b"../../etc/passwd", b"true",
    b"a" * 5_000, b"${" + b"(" * 300, b"=not(" * 60, "Prüfung 世界 \u202e".encode(), b"&#10;&#9;", b"&lt;b&gt;",
    b"&amp;quot;", b"processes", b"scenarios", b"agency", b"social_worker", b"__class__", b"a.b.c.d", b"_", b"2nd",
)  # fmt: skip
KINDS = (
    b"task", b"userTask", b"subProcess", b"startEvent", b"endEvent", b"boundaryEvent", b"exclusiveGateway",
    b"parallelGateway", b"process", b"lane", b"laneSet", b"childLaneSet", b"participant", b"definitions",
    b"intermediateCatchEvent", b"intermediateThrowEvent", b"timerEventDefinition", b"messageEventDefinition",
    b"signalEventDefinition", b"terminateEventDefinition", b"multiInstanceLoopCharacteristics", b"sequenceFlow",
    b"conditionExpression", b"documentation", b"extensionElements", b"formField", b"textAnnotation", b"association",
)  # fmt: skip
Change = Callable[[Random, bytes], bytes]


def _bytes(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes([chance.randrange(256)]) + content[at + chance.randrange(3) :]


def _value(chance: Random, content: bytes) -> bytes:
    found = chance.choice(list(_VALUE.finditer(content)) or [None])
    others = [one[0] for one in _VALUE.finditer(content)]
    put = chance.choice([*others, *(b'"' + odd + b'"' for odd in ODD)])
    return content if found is None else content[: found.start()] + put + content[found.end() :]


def _kind(chance: Random, content: bytes) -> bytes:
    found = re.findall(rb"<(?:\w+:)?(\w+)", content)
    old = chance.choice(found or [b"task"])
    return re.sub(rb"(</?(?:\w+:)?)" + re.escape(old) + rb"\b", rb"\1" + chance.choice(KINDS), content)


def _without(chance: Random, content: bytes) -> bytes:
    found = chance.choice(list(_ELEMENT.finditer(content)) or [None])
    return content if found is None else content[: found.start()] + content[found.end() :]


def _again(chance: Random, content: bytes) -> bytes:
    found = chance.choice(list(_ELEMENT.finditer(content)) or [None])
    where = chance.choice(list(_TAG.finditer(content)) or [None])
    if found is None or where is None:
        return content
    return content[: where.end()] + found[0] * chance.choice((1, 2, 50)) + content[where.end() :]


def _words(chance: Random, content: bytes) -> bytes:
    found = chance.choice(list(re.finditer(rb">[^<>]*[^<>\s][^<>]*<", content)) or [None])
    return content if found is None else content[: found.start() + 1] + chance.choice(ODD) + content[found.end() - 1 :]


def _cut(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] if chance.random() < 0.3 else content[:at] + content[at + chance.randrange(400) :]


CHANGES: tuple[Change, ...] = (_bytes, _value, _value, _value, _kind, _kind, _without, _without, _again, _words, _cut)


def mutations(chance: Random, files: list[bytes], count: int) -> Iterator[bytes]:
    """So many files, each one of these with one to six changes."""
    for _ in range(count):
        content = chance.choice(files)
        for _ in range(chance.randint(1, 6)):
            content = chance.choice(CHANGES)(chance, content or b"<")
        yield content
