"""The only source of time. Everything else takes `now` as an argument."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def moment_in_words(moment: datetime) -> str:
    """“2 March 2026 at 10:00”, in London."""
    there = moment.astimezone(LONDON)
    return f"{there.day} {there:%B %Y} at {there:%H:%M}"


class Uptime(NamedTuple):
    """For how many seconds a machine has been up since the start of this name: asleep too, and whatever its clock says.

    The name is empty where the machine gives none; then nothing can be said from one start of the program to the next.
    """

    boot: str
    seconds: float


def uptime() -> Uptime:
    """Of this machine, now."""
    counter = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Uptime(_BOOT.read_text().strip() if _BOOT.exists() else "", time.clock_gettime(counter))


_BOOT = Path("/proc/sys/kernel/random/boot_id")
