"""How the installation is, for programs that watch it: nothing about anybody. docs/running.md says what to do about it.

`/health` asks whether this process answers, `/ready` whether people can work, `/metrics` is for Prometheus.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, make_response

from engine.base.database_faults import DatabaseUnavailable
from engine.reads.authority.figures import Figures, figures
from webapp.pages import Answer, PageRight, Site, Visit, page
from webapp.request_log import counts

blueprint = Blueprint("watching", __name__)
UNAVAILABLE = 503
LONGEST_UNTICKED = timedelta(seconds=60)
KEPT = timedelta(seconds=10)
"""However often it is asked, the database is asked no oftener."""
LEAST_ROOM = 32 * 1024 * 1024


@blueprint.get("/health")
@page(may=PageRight.ANYONE, look=None)
def health(_visit: Visit) -> Answer:
    return jsonify(alive=True)


@blueprint.get("/ready")
@page(may=PageRight.WATCHES, look=None)
def ready(visit: Visit) -> Answer:
    stands = _stands(visit.site)
    return make_response(jsonify(ready=not stands.failed, failed=stands.failed), UNAVAILABLE if stands.failed else 200)


@blueprint.get("/metrics")
@page(may=PageRight.WATCHES, look=None)
def metrics(visit: Visit) -> Answer:
    stands = _stands(visit.site)
    series = {**counts().told(), **dict(_gauges(visit.site, stands))}
    return Response("".join(_lines(series)), content_type="text/plain; version=0.0.4; charset=utf-8")


def _lines(series: Mapping[str, float]) -> Iterator[str]:
    """In the text format of Prometheus: what kind each name is stands before the first of it."""
    before = ""
    for name, number in series.items():
        family = name.partition("{")[0]
        is_request = family.startswith("throughline_request_seconds")
        family = "throughline_request_seconds" if is_request else family
        if family != before:
            kind = "histogram" if is_request else "counter" if family.endswith("_total") else "gauge"
            yield f"# TYPE {family} {kind}\n"
        before = family
        yield f"{name} {number}\n"


@dataclass(frozen=True, slots=True)
class Stands:
    """`failed`: which checks did, by name. `figures`: None where the database did not say."""

    at: datetime
    failed: tuple[str, ...]
    figures: Figures | None


def _stands(site: Site) -> Stands:
    """As it was at most ten seconds ago."""
    kept: Stands | None = current_app.extensions.get("stands")
    now = site.clock()
    if kept is None or abs(now - kept.at) >= KEPT:
        kept = current_app.extensions["stands"] = _asked(site, now)
    return kept


def _asked(site: Site, now: datetime) -> Stands:
    try:
        with site.database.read() as connection:
            found = figures(connection, now)
    except DatabaseUnavailable:
        return Stands(now, ("database", *([] if _has_room(site) else ["disk"])), None)
    checks: Mapping[str, Callable[[], bool]] = {
        "tables": site.database.is_upgraded,
        "writable": lambda: site.read_only.stands() is None and site.database.takes_writes(),
        "clock": lambda: found.ticked_at is not None and now - found.ticked_at <= LONGEST_UNTICKED,
        "disk": lambda: _has_room(site),
    }
    return Stands(now, tuple(name for name, check in checks.items() if not _holds(check)), found)


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseUnavailable:
        return False


def _has_room(site: Site) -> bool:
    return all(shutil.disk_usage(place).free >= LEAST_ROOM for place in _places(site).values())


def _places(site: Site) -> dict[str, Path]:
    """The folders that are written into, by what they hold; of a database only where it is a file."""
    url = site.database.url
    places = {"var": site.settings.var, "checkpoints": site.settings.checkpoints}
    if url.get_backend_name() == "sqlite":
        places["database"] = Path(url.database or "").absolute().parent
    return {name: place for name, place in places.items() if place.is_dir()}


def _gauges(site: Site, stands: Stands) -> list[tuple[str, float]]:
    """What the database says is left out where it did not answer: a number that is not known is none."""
    told: list[tuple[str, Any]] = [
        ("throughline_ready", 0 if stands.failed else 1),
        ("throughline_read_only", 1 if site.read_only.stands() else 0),
        ("throughline_looks_kept", site.looks.waiting()),
    ]
    disks = {name: shutil.disk_usage(place) for name, place in _places(site).items()}
    told += [(f'throughline_disk_free_bytes{{of="{name}"}}', disk.free) for name, disk in disks.items()]
    told += [(f'throughline_disk_bytes{{of="{name}"}}', disk.total) for name, disk in disks.items()]
    if found := stands.figures:
        told.append(("throughline_clocks_overdue", found.overdue))
        told.append(("throughline_processes_set_aside", found.set_aside))
        told += [(f'throughline_letters{{state="{state}"}}', number) for state, number in found.letters.items()]
        ages = {
            "tick": found.ticked_at,
            "checkpoint": found.checkpoint_at,
            "oldest_letter_waiting": found.waiting_since,
        }
        told += [
            (f"throughline_{name}_age_seconds", (stands.at - moment).total_seconds())
            for name, moment in ages.items()
            if moment
        ]
    return told
