"""One file for an auditor, a court or an inquiry: a zip that is read without us, by people and by machines."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from engine.export import pack_tables, pack_words, xes
from engine.export.markup import as_xml
from engine.export.net import net
from engine.export.pack_page import page
from engine.export.picture import picture, taken_path
from engine.export.stored import StoredAct, StoredCase
from engine.export.telling import Telling
from engine.export.told import NarratedLook, Narrative
from engine.record import verifier

FORMAT = "throughline-pack/1"
# Ordinary files, readable by their owner alone.
MODE = 0o100600 << 16
VERIFIER = Path(verifier.__file__)


@dataclass(frozen=True, slots=True)
class Pack:
    """`name` names no child."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def pack_of(case: StoredCase, made_at: datetime, checkpoints: Mapping[str, bytes], *, redacted: bool) -> Pack:
    """The same record at the same time gives the same bytes. `checkpoints` are files by name."""
    told = Telling(case, made_at, redacted=redacted).told()
    drawn = [one for stage in told.stages for one in stage.on_each]
    pictures = {one.picture: picture(one, taken_path(one, told.steps)) for one in drawn}
    heads = [head.hash.hex() for head in case.heads]
    files = {
        "pack.json": _about(told, case),
        "acts.jsonl": _lines(_act(act, redacted=redacted) for act in case.acts),
        "looks.jsonl": _lines(_redacted(one) for one in told.looks)
        if redacted
        else _lines(_act(look, redacted=False) for look in case.acts_of_looking),
        "steps.csv": pack_tables.steps(told),
        "answers.csv": pack_tables.answers(told),
        "clocks.csv": pack_tables.clocks(told),
        "duties.csv": pack_tables.duties(told),
        "case.xes": xes.log(told),
        **{f"pictures/{name}.svg": as_xml(one) for name, one in pictures.items()},
        **{f"nets/{one.bundle}/{one.process}.pnml": net(one.drawing) for one in drawn},
        **{f"models/{name}/{path}": content for name, files in case.files.items() for path, content in files.items()},
        **{f"checkpoints/{name}": content for name, content in checkpoints.items()},
        "verify.py": VERIFIER.read_bytes(),
    }
    files["index.html"] = page(told, pictures, pack_words.checks(told, files, heads))
    files["README.txt"] = pack_words.read_me(told, files, heads)
    form = "throughline-redacted" if redacted else "throughline"
    return Pack(f"{form}-{told.number}-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip", zipped(files, made_at))


def _about(told: Narrative, case: StoredCase) -> bytes:
    said = {
        "format": FORMAT,
        "case": told.number,
        "redacted": told.redacted,
        "made_at": pack_tables.instant(told.made_at),
        "chain": case.head.chain,
        "head": {"number": case.head.number, "hash": case.head.hash.hex()},
        "joined": [
            {"case": number, "chain": head.chain, "head": {"number": head.number, "hash": head.hash.hex()}}
            for number, head in zip(told.joined, case.heads, strict=False)
        ],
        "goes_on_elsewhere": told.is_joined,
        "models": sorted(case.files),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n"


def _act(act: StoredAct, *, redacted: bool) -> dict[str, object]:
    payload = None
    if act.payload is not None and act.salt is not None and not redacted:
        payload = {"salt": act.salt.hex(), "body": act.payload}
    return {
        "chain": act.chain,
        "number": act.number,
        "hash": act.hash.hex(),
        "body": act.body,
        "payload": payload,
    }


def _redacted(look: NarratedLook) -> dict[str, str]:
    """An act of looking says who looked, so it stays where it is."""
    return {
        "at": pack_tables.instant(look.at),
        "by": look.by.name,
        "role": look.by.role,
        "kind": look.kind,
        "page": look.page,
    }


def _lines(values: Iterable[Mapping[str, object]]) -> bytes:
    return b"".join(orjson.dumps(value) + b"\n" for value in values)


def zipped(files: Mapping[str, bytes], made_at: datetime) -> bytes:
    """Everything that a zip says beside the contents is fixed, so that the same contents give the same file."""
    moment = made_at.astimezone(UTC)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            place = zipfile.ZipInfo(path, (moment.year, moment.month, moment.day, moment.hour, moment.minute, 0))
            place.external_attr, place.create_system, place.compress_type = MODE, 3, zipfile.ZIP_DEFLATED
            archive.writestr(place, files[path])
    return content.getvalue()
