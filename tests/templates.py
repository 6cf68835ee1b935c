"""Templates are compiled once in a run: each application that a test makes would compile every page of its own anew."""

from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledOnce(BytecodeCache):
    """By the digest of the source, which jinja2 itself compares."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if compiled := self._compiled.get(bucket.key):
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


CACHE = CompiledOnce()


class CachingEnvironment(Environment):
    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, bytecode_cache=CACHE, **options)
