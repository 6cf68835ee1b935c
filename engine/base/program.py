"""Which program this is, for what holds only as long as it is the same."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

ENGINE = Path(__file__).parent.parent


@cache
def program() -> str:
    """Its version, and the beginning of a digest of the engine's modules: a checkout changes between two versions."""
    digest = sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        digest.update(f"{path.relative_to(ENGINE)}\0".encode() + sha256(path.read_bytes()).digest())
    return f"{version('throughline')} {digest.hexdigest()[:12]}"
