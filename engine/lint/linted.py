"""What the linter says of a set of files, looked at once: a draft is asked for its checks again and again."""

from collections.abc import Mapping

from engine.base.errors import Problem
from engine.lint import lint
from engine.process.bundle import bundle_hash

KEPT = 32
_said: dict[str, tuple[Problem, ...]] = {}


def linted(files: Mapping[str, bytes], known_checks: frozenset[str]) -> tuple[Problem, ...]:
    """As `lint`. `known_checks` are those of the program, and the same at each call."""
    name = bundle_hash(files)
    found = _said.get(name)
    if found is None:
        found = lint(files, known_checks=known_checks)
        while len(_said) >= KEPT:
            _said.pop(next(iter(_said)), None)
        _said[name] = found
    return found
