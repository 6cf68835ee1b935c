"""What is read of the bytes of a DMN file where they stand, so that the rest of it can stay as it is."""

import re
from collections.abc import Iterator

TAG = re.compile(rb"<([^\s/>]+)(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_BLANK_BEFORE = re.compile(rb"\s*\Z")
_ID = re.compile(rb"""\sid\s*=\s*["']([^"']*)""")


def name_at(content: bytes, at: int) -> bytes:
    """Of the tag that begins there, as it is written; empty where none does."""
    found = TAG.match(content, at)
    return found[1] if found else b""


def blank_before(content: bytes, at: int) -> bytes:
    found = _BLANK_BEFORE.search(content[:at])
    return found.group() if found else b""


def new_ids(content: bytes, of: bytes) -> Iterator[bytes]:
    """Ids that nothing in the file has, each once: those of `of`, numbered."""
    taken, number = {found[1] for found in _ID.finditer(content)}, 0
    while True:
        number += 1
        if (found := of + b"_%d" % number) not in taken:
            yield found
