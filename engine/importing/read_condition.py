"""Conditions of other tools (FEEL, Camunda's expressions, Python) read into the language of our drawings.

Read are comparisons of a name with a text, a number, true, false or nothing, joined by and, or, not. All else is not:
better no condition, which the linter names, than one that means something else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.expressions.evaluation import BadExpression, check, names_read

_MOST_TOKENS, _DEEPEST = 200, 20
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"[^"\\\x00-\x1f]*"|'[^'"\\\x00-\x1f]*')
          |(?P<number>[0-9]{1,16}(?:\.[0-9]{1,16})?)(?![\w.])
          |(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)
          |(?P<sign>==|!=|<=|>=|&&|\|\||[=<>!()]))""",
    re.VERBOSE | re.ASCII,
)
_SAME = {
    "=": "==", "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    "&&": "and", "||": "or", "!": "not", "True": "true", "False": "false", "None": "null",
}  # fmt: skip
_COMPARED = frozenset({"==", "!=", "<", ">", "<=", ">="})
_MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WORDS = frozenset({"and", "or", "not", "true", "false", "null"})
_ANSWERS = {"true": '"yes"', "false": '"no"'}


class _Unread(ValueError):
    pass


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The question that gave another tool its variable: `task.field`, and what its choices are called here."""

    path: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ReadCondition:
    """`unknown` are the names that no question of the file asks for."""

    text: str
    unknown: frozenset[str]
    asked: frozenset[str]


def read_condition(source: str, asked: Mapping[str, AskedFor], ours: Iterable[str] = ()) -> ReadCondition | None:
    """None where it cannot be read. What is in our language already and reads only what `ours` has stays as it is."""
    if _is_ours(source, frozenset(ours)):
        return ReadCondition(source, frozenset(), frozenset())
    reading = _Reading(_tokens(_bare(source)), asked)
    try:
        text = reading.whole()
        check(text)
    except (_Unread, BadExpression):
        return None
    return ReadCondition(text, frozenset(reading.unknown), frozenset(reading.found))


def _is_ours(source: str, heads: frozenset[str]) -> bool:
    try:
        paths = names_read(source)
    except BadExpression:
        return False
    return all("." in path and path.partition(".")[0] in heads for path in paths)


def _bare(source: str) -> str:
    text = source.strip()
    if text[:2] in ("${", "#{") and text.endswith("}"):
        return text[2:-1]
    return text.removeprefix("=")


def _tokens(text: str) -> list[tuple[str, str]]:
    """Kind and text of each; an empty list where there is anything else."""
    found: list[tuple[str, str]] = []
    text, at = text.strip(), 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or len(found) == _MOST_TOKENS:
            return []
        kind, said = token.lastgroup or "", token.group(token.lastgroup or 0)
        found.append(("sign", _SAME[said]) if said in _SAME else (kind, said))
        at = token.end()
    return [("sign" if kind == "name" and said in _WORDS else kind, said) for kind, said in found]


class _Reading:
    """One condition, read from left to right."""

    def __init__(self, tokens: list[tuple[str, str]], asked: Mapping[str, AskedFor]) -> None:
        self._left, self._asked = tokens[::-1], asked
        self.unknown: set[str] = set()
        self.found: set[str] = set()

    def whole(self) -> str:
        text = self._either(0)
        if self._left:
            raise _Unread
        return text

    def _either(self, depth: int) -> str:
        parts = [self._both(depth)]
        while self._takes("or"):
            parts.append(self._both(depth))
        return " or ".join(parts)

    def _both(self, depth: int) -> str:
        parts = [self._negated(depth)]
        while self._takes("and"):
            parts.append(self._negated(depth))
        return " and ".join(parts)

    def _negated(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Unread
        if self._takes("not"):
            inner = self._negated(depth + 1)
            return f"not {inner}" if inner.startswith("(") else f"not ({inner})"
        if self._takes("("):
            inner = self._either(depth + 1)
            if not self._takes(")"):
                raise _Unread
            return f"({inner})"
        return self._comparison()

    def _comparison(self) -> str:
        left = self._next()
        if not (self._left and self._left[-1][1] in _COMPARED and self._left[-1][0] == "sign"):
            return self._compared(left, "==", ("sign", "true"))
        sign = self._next()[1]
        right = self._next()
        if left[0] != "name":
            left, right, sign = right, left, _MIRRORED.get(sign, sign)
        return self._compared(left, sign, right)

    def _compared(self, left: tuple[str, str], sign: str, right: tuple[str, str]) -> str:
        if left[0] != "name" or right[0] == "name":
            raise _Unread
        path, values = self._path(left[1])
        kind, said = right
        if said in _ANSWERS and kind == "sign" and sign in ("==", "!="):
            return f"{path} {sign} {_ANSWERS[said]}"
        if said == "null" and kind == "sign" and sign in ("==", "!="):
            return f"not has({path})" if sign == "==" else f"has({path})"
        if kind == "text":
            said = f'"{values.get(said[1:-1], said[1:-1])}"'
        elif kind != "number":
            raise _Unread
        return f"{path} {sign} {said}"

    def _path(self, name: str) -> tuple[str, Mapping[str, str]]:
        question = self._asked.get(name)
        if question is None:
            self.unknown.add(name)
            return name, {}
        self.found.add(name)
        return question.path, question.values

    def _next(self) -> tuple[str, str]:
        if not self._left:
            raise _Unread
        return self._left.pop()

    def _takes(self, said: str) -> bool:
        taken = bool(self._left) and self._left[-1] == ("sign", said)
        if taken:
            self._left.pop()
        return taken
