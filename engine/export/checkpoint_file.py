"""The checkpoint that goes with a pack: the newest that states how far the case had come, and the keys to check it.

One is enough for a chain: each act holds the hash of the one before it. It states the heads of other chains as well,
since what was signed cannot be made shorter: by ids that are random and name nobody, and those of authorities by
theirs, which are words.
"""

from collections.abc import Iterable
from pathlib import Path

import orjson


def checkpoints_naming(chains: Iterable[str], place: Path) -> dict[str, bytes]:
    """Files of the folder of checkpoints, by name: for each of these chains the newest that names it, if any does.

    Read before the case is: a checkpoint that is newer than the pack would name entries that it does not hold.
    """
    left, found = set(chains), dict[str, bytes]()
    for path in sorted(place.glob("[0-9]*.json"), reverse=True):
        if not left:
            break
        content = path.read_bytes()
        named = {chain for chain, *_ in orjson.loads(content)["heads"]}
        if left & named:
            found[path.name] = content
            left -= named
    return found | {key.name: key.read_bytes() for key in sorted(place.glob("*.pem"))} if found else {}
