"""A bundle in which one id has another name everywhere: what Python knows by that name shows at once."""

import re
from collections.abc import Mapping
from pathlib import Path

from engine.scenario.story import Story, parse


def renamed(files: Mapping[str, bytes], old: str, new: str) -> dict[str, bytes]:
    """Drawings, forms, tables, stories and their paths: wherever the id stands as a word of its own.

    A role of an answer (`x-role`) stays: it belongs to the closed vocabulary, though a question may be called the same.
    """
    return {_renamed(path, old, new): _renamed(content.decode(), old, new).encode() for path, content in files.items()}


def renamed_story(path: Path, old: str, new: str) -> Story:
    """The story of a file, told in the new name. Raises BadStory."""
    return parse(_renamed(path.read_text(encoding="utf-8"), old, new), str(path))


def _renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<![A-Za-z0-9_])(?<!\"x-role\": \"){re.escape(old)}(?![A-Za-z0-9_])", new, text)
