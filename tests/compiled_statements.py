"""Statements are compiled once in a run: each database that a test makes would compile every one of its own anew."""

from typing import Any

from engine.base.compiled_statements import CompiledStatements, Key


class CompiledOnce(CompiledStatements):
    """By the kind of the database, and not by the database itself: those of a kind are set up alike."""

    def get(self, key: Key, default: Any = None) -> Any:
        return super().get(_by_kind(key), default)

    def __setitem__(self, key: Key, compiled: Any) -> None:
        super().__setitem__(_by_kind(key), compiled)


def _by_kind(key: Key) -> Key:
    return (key[0].name, *key[1:])


COMPILED = CompiledOnce()
