"""Ways to change what lies outside the database, and values that are none of what they should be."""

import hashlib
import json
from typing import Any

from engine.record.chain import canonical
from tests.engine.record.hand import ACT, CHECKPOINT, FILE, PAYLOAD, Hand, place


def flip_checkpoint(hand: Hand) -> str:
    row = hand.one(CHECKPOINT)
    hand.set(CHECKPOINT, row, content=hand.flipped(row.content))
    return f"checkpoint {row.number}"


def delete_checkpoint(hand: Hand) -> str:
    row = hand.one(CHECKPOINT)
    hand.remove(CHECKPOINT, row)
    return f"checkpoint {row.number}"


def numbered(hand: Hand) -> list[str]:
    return sorted(name for name in hand.outside if name.endswith(".json"))


def flip_file(hand: Hand) -> str:
    name = hand.random.choice(numbered(hand))
    hand.outside[name] = hand.flipped(hand.outside[name])
    return f"checkpoint {int(name[:6])}"


def delete_file(hand: Hand) -> str:
    name = hand.random.choice(numbered(hand))
    del hand.outside[name]
    return f"checkpoint {int(name[:6])}"


def exchange_files(hand: Hand) -> str:
    one, other = hand.random.sample(numbered(hand), 2)
    hand.outside[one], hand.outside[other] = hand.outside[other], hand.outside[one]
    return f"checkpoint {int(one[:6])}"


def flip_key(hand: Hand) -> str:
    name = next(name for name in hand.outside if name.endswith(".pem"))
    content = hand.outside[name]
    inner = content.index(b"\n") + 5
    hand.outside[name] = content[:inner] + (b"B" if content[inner : inner + 1] != b"B" else b"C") + content[inner + 1 :]
    return name.removesuffix(".pem")


def log_lines(hand: Hand) -> tuple[str, list[bytes]]:
    name = next(name for name in hand.outside if name.endswith(".log"))
    return name, hand.outside[name].splitlines()


def change_log(hand: Hand) -> str:
    """Another hash in one line of the heads that were noted."""
    name, lines = log_lines(hand)
    number = hand.random.choice([number for number, line in enumerate(lines) if b" signed " not in line])
    start, _, digest = lines[number].rpartition(b" ")
    lines[number] = start + b" " + hashlib.sha256(digest).hexdigest().encode()
    hand.outside[name] = b"\n".join([*lines, b""])
    return start.split(b" ")[1].decode()


def flip_signature_of_log(hand: Hand) -> str:
    name, lines = log_lines(hand)
    number = hand.random.choice([number for number, line in enumerate(lines) if b" signed " in line])
    last = lines[number][-1:]
    lines[number] = lines[number][:-1] + (b"0" if last != b"0" else b"1")
    hand.outside[name] = b"\n".join([*lines, b""])
    return f"{name} line {number + 1}: the lines before it are not those that were signed"


def cut_log(hand: Hand) -> str:
    """What was noted in one minute is taken away with its signature, and what is noted later stays."""
    name, lines = log_lines(hand)
    ends = [number for number, line in enumerate(lines) if b" signed " in line]
    which = hand.random.randrange(1, len(ends) - 1)
    hand.outside[name] = b"\n".join([*lines[: ends[which - 1] + 1], *lines[ends[which] + 1 :], b""])
    return "what was noted and signed before it is gone"


def unsign_log(hand: Hand) -> str:
    """Without its signatures nobody can say who wrote it."""
    name, lines = log_lines(hand)
    hand.outside[name] = b"\n".join([*(line for line in lines if b" signed " not in line), b""])
    return f"{name} line 1: it and what follows to line "


def spoil_seal(hand: Hand) -> str:
    return hand.random.choice((flip_signature_of_log, cut_log, unsign_log))(hand)


def flip_both(hand: Hand) -> str:
    """A checkpoint changed alike in the database and in the folder: only its signature tells."""
    row = hand.one(CHECKPOINT)
    changed = hand.flipped(row.content)
    hand.set(CHECKPOINT, row, content=changed)
    hand.outside[f"{row.number:06}.json"] = changed
    return f"checkpoint {row.number}"


def empty_folder(hand: Hand) -> str:
    hand.outside.clear()
    return "checkpoints: the database has "


def change_checkpoint_time(hand: Hand) -> str:
    row = hand.one(CHECKPOINT)
    hand.set(CHECKPOINT, row, at=row.at.replace(microsecond=row.at.microsecond ^ 1))
    return f"checkpoint {row.number}"


DEEP = b"[" * 100_000
"""Nothing that reads JSON by calling itself comes to its end."""


def spoil_told(hand: Hand) -> str:
    """What other tables are held to is none of what it should be, and a model was changed as well."""
    told = hand.random.choice([row for row in hand.rows(ACT) if row.kind in ("published", "checkpoint")])
    misshapen: list[dict[str, Any]] = [{"number": [], "digest": {}, "files": ["a"]}]
    values = (canonical(misshapen), canonical([[7]]), b"7", b"", DEEP)
    (row,) = (row for row in hand.rows(PAYLOAD) if place(row) == place(told))
    hand.set(PAYLOAD, row, body=hand.random.choice(values))
    model = hand.one(FILE)
    hand.set(FILE, model, content=hand.flipped(model.content))
    return place(told)


def spoil_file(hand: Hand) -> str:
    name = hand.random.choice(numbered(hand))
    file = json.loads(hand.outside[name])
    odd = canonical({**file, "heads": [[["case:a"], "1", 2]]})
    hand.outside[name] = hand.random.choice((DEEP, b"7", b"\xff", odd, canonical({**file, "statement": 7})))
    return f"checkpoint {int(name[:6])}"


def spoil_key(hand: Hand) -> str:
    """A key of another kind, and one of none."""
    name = next(name for name in hand.outside if name.endswith(".pem"))
    short = b"MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE"
    frame = b"-----BEGIN PUBLIC KEY-----\n%b\n-----END PUBLIC KEY-----\n"
    unknown = b"MCowBQYDK2VxAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="
    hand.outside[name] = hand.random.choice((frame % short, frame % unknown, b"no key"))
    return name.removesuffix(".pem")


def lengthen_log(hand: Hand) -> str:
    name = next(name for name in hand.outside if name.endswith(".log"))
    hand.outside[name] += b"2026-03-02T10:00:00+00:00 case:x " + b"9" * 5000 + b" " + b"0" * 64 + b"\n"
    return f"{name} line "


def add_far_file(hand: Hand) -> str:
    hand.outside["999999999999.json"] = b"{}"
    return "checkpoint 999999999999"
