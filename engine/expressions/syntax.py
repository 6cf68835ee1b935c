"""From the source of an expression to its syntax tree: bounds and tokens are checked before Python's parser sees it."""

import ast
import re
from functools import lru_cache
from itertools import pairwise

LONGEST_SOURCE = 2_000
MOST_TOKENS = 400
DEEPEST_NESTING = 40


class BadExpression(ValueError):
    """An expression that is not in the language, or that these data cannot answer; the message says which part."""


def parsed(source: str) -> ast.expr:
    """The tree of one expression, of bounded size and depth; which kinds of node it holds is not yet checked.

    Raises BadExpression.
    """
    if len(source) > LONGEST_SOURCE:
        raise BadExpression(f"The expression is longer than {LONGEST_SOURCE} characters.")
    tree = _parsed(_one_line(source))
    _refuse_depth(tree)
    return tree


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>[0-9]{1,16}(?:\.[0-9]{1,16})?)(?![0-9A-Za-z_.])
          |(?P<name>[A-Za-z][A-Za-z0-9_]*)(?!["'])
          |(?P<text>"[^"\\\x00-\x1f]*"|'[^'\\\x00-\x1f]*')(?!["'])
          |(?P<sign>==|!=|<=|>=|//|[-+*/%<>()\[\]{},.:]))""",
    re.VERBOSE,
)


def path_of(node: ast.AST) -> str | None:
    """`a.b` for a.b and a["b"]; None for what is not the path of a value."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before, member = path_of(node.value), node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        before, member = path_of(node.value), node.slice.value
    else:
        return None
    return None if before is None else f"{before}.{member}"


@lru_cache(maxsize=4096)
def paths_tested(source: str) -> frozenset[str]:
    """The paths inside `has(...)`: for these the expression says what holds when there is no answer."""
    calls = (node for node in ast.walk(parsed(source)) if isinstance(node, ast.Call))
    tested = (path_of(call.args[0]) for call in calls if path_of(call.func) == "has")
    return frozenset(path for path in tested if path is not None)


@lru_cache(maxsize=4096)
def texts_in(source: str) -> frozenset[str]:
    """The texts that stand in it."""
    constants = (node.value for node in ast.walk(parsed(source)) if isinstance(node, ast.Constant))
    return frozenset(value for value in constants if isinstance(value, str))


def _one_line(source: str) -> str:
    """The allowed tokens alone: no escapes, prefixes, powers, assignments or other alphabets get past this."""
    text = source.strip()
    tokens: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.end() == at:
            left = text[at:].strip()
            raise BadExpression(f"The expression cannot be read at {left[:20]!r}.{_instead(left, is_first=at == 0)}")
        tokens.append(found.group().strip())
        at = found.end()
        if len(tokens) > MOST_TOKENS:
            raise BadExpression(f"The expression has more than {MOST_TOKENS} parts.")
    _refuse_tokens(tokens)
    return " ".join(tokens)


def _instead(left: str, *, is_first: bool) -> str:
    """What to write in place of what other languages have there."""
    if is_first and left.startswith("="):
        return " Leave out the = before the expression."
    return next((f" {said}" for start, said in _ELSEWHERE if left.startswith(start)), "")


_QUOTED = 'Put texts in straight quotation marks: "yes".'
_ELSEWHERE = (
    ("=", "Write == where both are to be equal."),
    (("$", "#"), "Write the expression by itself, without ${ and }."),
    (("“", "”", "„", "‘", "’", "«", "»", "`"), _QUOTED),
    ("&", "Write and where both are to hold."),
    ("|", "Write or where one of them is to hold."),
    ("!", "Write not before what is not to hold."),
)
"""How an expression of FEEL, of Camunda or of a word processor goes on where this language cannot."""


def _refuse_tokens(tokens: list[str]) -> None:
    if not tokens:
        raise BadExpression("The expression is empty.")
    for token in tokens:
        if "__" in token and token[0] not in "\"'":
            raise BadExpression(f"The name {token} is not allowed: two underscores.")
    for first, second in pairwise(tokens):
        if first == second == "*":
            raise BadExpression("Powers are not allowed.")


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise BadExpression(f"The expression is not well formed: {error.msg}.") from None
    except (RecursionError, MemoryError):
        raise BadExpression("The expression is nested too deeply.") from None
    except UnicodeEncodeError:
        raise BadExpression("A text in the expression holds half a character.") from None


def _refuse_depth(tree: ast.expr) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(DEEPEST_NESTING):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise BadExpression(f"The expression is nested deeper than {DEEPEST_NESTING}.")
