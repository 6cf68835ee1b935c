"""The checkpoint that goes with a pack: the newest that states how far the case had come, and the keys to check it.

One is enough: each act holds the hash of the one before it. It states the heads of other chains as well, since what was
signed cannot be made shorter: by ids that are random and name nobody, and those of authorities by theirs, which are
words.
"""

from pathlib import Path

import orjson


def checkpoint_naming(chain: str, place: Path) -> dict[str, bytes]:
    """Files of the folder of checkpoints, by name; none where none names this chain yet.

    Read before the case is: a checkpoint that is newer than the pack would name entries that it does not hold.
    """
    for path in sorted(place.glob("[0-9]*.json"), reverse=True):
        content = path.read_bytes()
        if any(named == chain for named, *_ in orjson.loads(content)["heads"]):
            return {path.name: content} | {key.name: key.read_bytes() for key in sorted(place.glob("*.pem"))}
    return {}
