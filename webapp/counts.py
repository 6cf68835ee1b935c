"""What has happened since the site was started, counted: by each worker for itself, and told of all of them together.

Each keeps its counts in a file of its own, since whoever asks is answered by any one of them; of a worker that has
ended the file stays, so that no count goes back. Why not a library: docs/decisions/seen.md.
"""

import os
import secrets
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Lock

import orjson

# Of requests, in seconds: where people begin to wait.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


def begin_anew(folder: Path) -> None:
    """Called before the first worker counts."""
    for path in folder.glob("*.json"):
        path.unlink(missing_ok=True)


class Counts:
    """By the name of a series as Prometheus writes it, labels and all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.json"
        self._counted: Counter[str] = Counter()
        self._lock = Lock()

    def request(self, method: str, page: str, status: int, seconds: float, waiting: float) -> None:
        """The buckets hold all pages together; by page there are the number and the sum."""
        self._add(
            {
                f'throughline_requests_total{{method="{method}",page="{page}",status="{status}"}}': 1,
                f'throughline_page_seconds_total{{page="{page}"}}': seconds,
                "throughline_lock_seconds_total": waiting,
                "throughline_request_seconds_sum": seconds,
                "throughline_request_seconds_count": 1,
                **{
                    f'throughline_request_seconds_bucket{{le="{limit}"}}': int(seconds <= float(limit))
                    for limit in (*BUCKETS, "+Inf")
                },
            }
        )

    def failure(self, kind: str) -> None:
        """`kind`: that of the exception or, of a database, what is wrong with it."""
        self._add({f'throughline_failures_total{{kind="{kind}"}}': 1})

    def told(self) -> dict[str, float]:
        """Of all workers together, in one order."""
        total: Counter[str] = Counter(self._counted)
        for path in self._folder.glob("*.json"):
            if path != self._path:
                with suppress(OSError, orjson.JSONDecodeError):  # being written
                    total.update(orjson.loads(path.read_bytes()))
        return {name: total[name] for name in sorted(total, key=_in_order)}

    def _add(self, counted: dict[str, float]) -> None:
        with self._lock, suppress(OSError):  # a disk that is full keeps nobody from a page
            for name, number in counted.items():
                self._counted[name] += number  # pyright: ignore[reportArgumentType]
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._path.with_suffix(".new")
            draft.write_bytes(orjson.dumps(self._counted))
            draft.replace(self._path)


def _in_order(series: str) -> tuple[str, float]:
    """Buckets by their limit, the last without one."""
    name, _, limit = series.partition('le="')
    return name, float(limit.removesuffix('"}') or 0)
