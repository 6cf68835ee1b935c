"""How a statement that was compiled is found again."""

from typing import Any

from sqlalchemy.util import LRUCache

MOST = 1000
Key = tuple[Any, ...]


class CompiledStatements(LRUCache[Key, Any]):
    """For SQLAlchemy, whose keys hold after the dialect all that a statement is made of: to hash that takes as long as
    a small statement itself. One that is made once gives the very same each time, and is found by that.
    """

    __slots__ = ("_made_once",)

    def __init__(self) -> None:
        super().__init__(MOST)
        self._made_once: LRUCache[Key, tuple[Key, Any]] = LRUCache(MOST)

    def get(self, key: Key, default: Any = None) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        dialect, made_of, *more = key
        identity = (dialect, id(made_of), *more)
        if found := self._made_once.get(identity):
            return found[1]
        compiled = super().get(key, default)
        if compiled is not None:
            self._made_once[identity] = (key, compiled)  # with the key, so that nothing else has its id meanwhile
        return compiled
