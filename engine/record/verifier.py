"""Checks a record by itself. This one file needs Python 3.11 and nothing else of the product (docs/record.md).

    python verifier.py throughline.db [CHECKPOINTS]    a SQLite database, and the folder outside it with the checkpoints
    python verifier.py PACK.zip                        an audit pack

Every fault is printed with its place, then what was checked. It ends with 0 where nothing is wrong, with 1 where
something is. Signatures need the package `cryptography`; without it they are left, and it says how to check them.
"""

import base64
import json
import re
import sqlite3
import sys
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, cast

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
except ImportError:
    InvalidSignature, UnsupportedAlgorithm, load_pem_public_key = ValueError, ValueError, None

Row = tuple[Any, ...]
Query = Callable[[str], Iterable[Row]]
PAYLOAD = b"throughline-payload/2\n"
CHECKPOINT = "throughline-checkpoint/1"
HEADS = b"throughline-heads/1\n"
FIRST = b"0" * 64
KIND, BUNDLE, SPOILED = b'"kind":"', b'"bundle":"', "\ufffd"
TOLD = ("published", "checkpoint", "restored", "erased")
# An act has one form of bytes only, so that its fields are read faster than by a parser.
ACT = re.compile(
    rb'throughline-act/2\n\{"actor":"([^"]*)","at":"([^"T]*)T([^"+]*)\+00:00","chain":"([^"]*)",'
    rb'"entries":\[(\{.*\})\],"number":([0-9]+)(?:,"payload":("[^"]*"))?,"previous":"([^"]*)"'
    rb'(?:,"roles":\[\[[^{}]*\]\])?(?:,"saw":[0-9]+)?(?:,"shown":"([^"]*)")?\}'
)
ACTS = (
    "SELECT e.chain, e.number, e.hash, e.body, {}, e.kind, p.salt, p.body FROM act e LEFT JOIN payload p "
    "ON p.chain = e.chain AND p.number = e.number ORDER BY e.chain, e.number"
)
STRAYS = (
    "SELECT p.chain, p.number FROM payload p LEFT JOIN act e "
    "ON e.chain = p.chain AND e.number = p.number WHERE e.chain IS NULL"
)
# What stands again where it was erased.
BACK = (
    "SELECT p.chain, p.number FROM payload p JOIN erased_span s ON s.chain = p.chain "
    "AND p.number BETWEEN s.first_number AND s.last_number"
)
SPANS = "SELECT chain, first_number, last_number FROM erased_span"
SHOWN = (
    "SELECT c.name, p.name, s.number FROM shown s LEFT JOIN chain c ON c.id = s.case_id "
    "LEFT JOIN chain p ON p.id = s.chain_id"
)
CHAINS = "SELECT name FROM chain"
NUMBERED, LOG = re.compile(r"(?:checkpoints/)?[0-9]{6,}\.json"), re.compile(r"(?:checkpoints/)?heads/[^/]+\.log")
LOGGED = re.compile(rb"([^ ]+) ([^ ]+) ([1-9][0-9]{0,17}) ([0-9a-f]{64})")
SEALED = re.compile(rb"([^ ]+) signed ([0-9a-f]{64}) ([1-9][0-9]{0,8}) ([0-9a-f]{64}) ([0-9a-f]{128})")
CUT = re.compile(
    rb"[0-9T:+-]*|[0-9T:+-]{25} (?:[^ ]*|[^ ]+ (?:[0-9]*|[1-9][0-9]* [0-9a-f]{0,63})|signed (?:[0-9a-f]{0,64}|"
    rb"[0-9a-f]{64} (?:[0-9]*|[0-9]+ (?:[0-9a-f]{0,64}|[0-9a-f]{64} [0-9a-f]{0,127}))))"
)
# A checkpoint that was made when a backup was put back says so in its statement, which is a text in its file.
RESTORED = b'\\"restored\\":'
PUBLISHED = (
    "SELECT authority_id, number, bundle_hash, {}, {}, published_by, reason, shipped, change_id, approved_by"
    " FROM publication"
)
FILES = "SELECT bundle_hash, path, content FROM bundle_file"
BUNDLES = "SELECT hash FROM bundle"
CHECKPOINTS = "SELECT number, content, {} FROM checkpoint"
DECIDED_LOG, DECIDED_FORM = "decided.log", b"throughline-decided/1\n"
# What must outlive a backup that is put back, so that it stands outside as well.
DECIDED = frozenset(
    {
        *("barred", "bar_ended", "case_restricted", "restriction_changed", "restriction_ended"),
        *("role_ended", "account_disabled", "account_enabled", "legal_hold_set", "legal_hold_lifted", "erased"),
        *("cover_ended", "password_set", "password_taken_away", "second_factor_taken_away", "provider_unlinked"),
    }
)
DECIDED_LINE = re.compile(rb"(\{[^ ]*\}) ([0-9a-f]{64}) ([0-9a-f]{128})")
# Of a longer row of checkpoints that are missing, the first ones.
GAP = 1000
# What reading a value may raise that is not what it should be, lists in lists without end among them.
AMISS = (ValueError, TypeError, LookupError, AttributeError, RecursionError, zlib.error)
COUNTED = {"entries": "entry", "chains": "chain", "bundles": "bundle", "checkpoints": "checkpoint", "heads": "head"}
NOTHING_OUTSIDE = (
    "nothing outside the database was checked: whoever owns it may have written all of it anew, or cut its end off"
)
UNSIGNED = """The signatures of {} checkpoints were not checked: the package “cryptography” is not installed here.
openssl checks them as well, with the key of that name beside the file:
  python3 -c "import json; c = json.load(open('NUMBER.json')); open('text', 'w').write(c['statement']); \\
    open('signature', 'wb').write(bytes.fromhex(c['signature'])); print(c['key'])"
  openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in text -sigfile signature"""


class Fault(NamedTuple):
    """What is wrong, and where: an entry's chain and number, a bundle, a checkpoint."""

    where: str
    what: str


class StatedRow(NamedTuple):
    """An entry that says what another table must hold."""

    kind: str
    where: str
    at: str
    actor: str
    bundle: str
    payload: dict[str, Any]


class DecidedLine(NamedTuple):
    """A line of the log of what was decided: the place and hash of its entry, and ids from what it carries."""

    chain: str
    number: int
    hash: str
    kind: str
    at: str
    said: dict[str, Any]

    @property
    def place(self) -> tuple[str, int, str]:
        return self.chain, self.number, self.hash

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


@dataclass
class Source:
    """What is to be checked. `outside`: files by name, None where no folder was named. `query` is None for a pack,
    which holds a selection: `named` are the heads (chain, number, hash) of those that it says it holds.
    """

    acts: Iterable[Row]
    files: Iterable[Row]
    outside: Mapping[str, bytes] | None
    query: Query | None = None
    moment: str = "{}"
    named: Iterable[Row] = ()


Span = tuple[str, int, int]
"""A chain, from one number to another."""
Place = int | tuple[str, int]
"""Where something is said outside: the number of a checkpoint, or a file of the log and how many bytes into it."""


@dataclass(frozen=True)
class Restoration:
    """That a backup was put back, as checkpoint `number` says. `since` is the newest checkpoint in the backup, `heads`
    how long each chain was in it, `log` how long each file of the log was then.
    """

    number: int
    at: str
    since: int
    heads: Mapping[str, int]
    log: Mapping[str, int]

    def follows(self, place: Place) -> bool:
        """Whether what stands there had been said when the backup was put back."""
        if isinstance(place, int):
            return place < self.number
        name, begin = place
        return begin < self.log.get(name, 0)

    def leaves_out(self, number: int) -> bool:
        """Whether this checkpoint was made after the backup and before it was put back."""
        return self.since < number < self.number


@dataclass
class Found:
    """`stated`: what is said outside the chains, by chain, number and hash: who says it. `told`: entries that say what
    other tables must hold. `shown`: by chain and number, the digest of the cases that an act showed. `made`: by the
    number of a checkpoint, the time beside it. `missing`: where a payload is not there. `decided`: of entries that must
    stand in the log of what was decided, the kind; `listed`: those that do; `furthest`: how far a chain had come, as is
    said outside. `restorations`: those that the record goes back to; `undone`: those that a later one took back.
    """

    faults: list[Fault] = field(default_factory=list[Fault])
    counts: Counter[str] = field(default_factory=Counter[str])
    keys: set[str] = field(default_factory=set[str])
    checkpoints: dict[int, str] = field(default_factory=dict[int, str])
    made: dict[int, str] = field(default_factory=dict[int, str])
    stated: dict[str, dict[int, tuple[str, str]]] = field(
        default_factory=lambda: defaultdict(dict[int, tuple[str, str]])
    )
    bundles: dict[bytes, str] = field(default_factory=dict[bytes, str])
    shown: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    chains: set[str] = field(default_factory=set[str])
    told: list[StatedRow] = field(default_factory=list[StatedRow])
    exchanged: list[tuple[str, bytes, bytes]] = field(default_factory=list[tuple[str, bytes, bytes]])
    missing: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    decided: dict[tuple[str, int, str], str] = field(default_factory=dict[tuple[str, int, str], str])
    listed: set[tuple[str, int, str]] = field(default_factory=set[tuple[str, int, str]])
    furthest: dict[str, int] = field(default_factory=dict[str, int])
    restorations: list[Restoration] = field(default_factory=list[Restoration])
    undone: list[Restoration] = field(default_factory=list[Restoration])

    def add(self, where: object, *what: str) -> None:
        """What is said can always be printed, whatever stands in the record."""
        self.faults += [Fault(printable(where), printable(one)) for one in what]

    def state(self, chain: str, number: int, digest: str, who: str, place: Place) -> None:
        """What was said of entries that a backup did not bring back is counted, and held to nothing."""
        if self.restorations and self.is_lost(chain, number, place):
            self.counts["lost"] += 1
            return
        self.furthest[chain] = max(number, self.furthest.get(chain, 0))
        first, earlier = self.stated[chain].setdefault(number, (digest, who))
        if first != digest:
            self.add(f"{chain} {number}", f"{who} says that its hash is {digest}, {earlier} that it is {first}")

    def is_lost(self, chain: str, number: int, place: Place) -> bool:
        """Whether it was said of what came after a backup, or of what a later restoration took back."""
        return any(
            number > later.heads.get(chain, 0)
            or any(later.leaves_out(other.number) and not other.follows(place) for other in self.undone)
            for later in self.restorations
            if later.follows(place)
        )


class FollowedChain:
    """How far a chain has been followed. `links`: what the next entry may name, two hashes after one that is changed,
    which is `doubted` until that entry tells. `met`: the stated numbers at which an act did end."""

    def __init__(self, name: Any, stated: Mapping[int, tuple[str, str]]) -> None:
        self.name, self.bytes, self.stated = name, str(name).encode(), stated
        self.number, self.entries, self.doubted = 0, 0, ""
        self.links: tuple[bytes, ...] = (FIRST,)
        self.met: set[int] = set()


def verify(source: Source) -> Found:
    """Everything that is wrong. What is said outside comes first, and is then looked for in the chains."""
    found, outside = Found(), source.outside or {}
    for chain, number, digest in source.named:
        found.state(chain, number, digest, "pack.json", 0)
        found.counts["outside"] += 1
    keys = public_keys(outside, found)
    parts: dict[str, Callable[[], None]] = {
        "checkpoints": lambda: check_checkpoints(source, keys, found),
        "heads": lambda: check_log(outside, keys, found),
        DECIDED_LOG: lambda: check_decided(outside.get(DECIDED_LOG, b""), keys, found),
        "chains": lambda: check_chains(source, found),
        "what was decided": lambda: check_listed(found) if source.query and source.outside else None,
        "bundles": lambda: check_bundles(source, found),
        "tables": lambda: check_tables(source.query, source.moment, found) if source.query else None,
    }
    for name, check in parts.items():
        try:
            check()
        except Exception as error:  # noqa: BLE001 (what nobody thought of is told, and the rest is checked)
            found.add(name, f"could not be checked to the end: {type(error).__name__}: {error}")
    numbered = sum(NUMBERED.fullmatch(name) is not None for name in outside)
    found.counts["outside"] += numbered + found.counts["heads"]
    return found


def plain(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def text(value: bytes) -> str:
    return value.decode(errors="replace")


def printable(value: object) -> str:
    return str(value).encode(errors="replace").decode()


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def check_chains(source: Source, found: Found) -> None:
    chain = FollowedChain("", {})
    for row in readable(source.acts, "act", found):
        if row[0] != chain.name:
            end(chain, found)
            chain = FollowedChain(row[0], found.stated.pop(row[0], {}))
            found.counts["chains"] += 1
            found.chains.add(str(row[0]))
        if not follow(chain, row, found):
            explain(chain, row, found)
        if chain.number in chain.stated:
            chain.met.add(chain.number)
            compare(chain, found)
    end(chain, found)
    expected = found.stated.keys() if source.query else {chain for chain, *_ in source.named}
    for name, stated in ((name, stated) for name, stated in found.stated.items() if name in expected):
        found.add(name, f"is gone: {said_by(stated)}")
    name_exchanged(found)
    name_missing(found, whole_record=source.query is not None)


def name_exchanged(found: Found) -> None:
    """A payload that is another entry's is told apart from one that was changed."""
    places = {expected: where for where, expected, _ in found.exchanged}
    for where, _, digest in found.exchanged:
        found.add(where, f"holds the payload of {places[digest]}" if digest in places else "its payload was changed")


def name_missing(found: Found, *, whole_record: bool) -> None:
    """Of a whole record a payload is missing only where an entry says that it was erased; a pack may withhold them."""
    erased = Spans(erased_spans(found))
    for chain, number in found.missing:
        if (chain, number) in erased:
            found.counts["erased"] += 1
        elif whole_record:
            found.add(f"{chain} {number}", "its payload is missing")
        else:
            found.counts["withheld"] += 1


def erased_spans(found: Found) -> dict[Span, str]:
    """Of which acts of which chain the payloads were erased, and the entry that says so."""
    spans: dict[Span, str] = {}
    for told in (told for told in found.told if told.kind == "erased"):
        try:
            said = [(str(chain), int(first), int(last)) for chain, first, last in told.payload["spans"]]
        except AMISS:
            found.add(told.where, "does not say what was erased")
            continue
        own = told.where.rpartition(" ")[0]
        if own.startswith("authority:"):
            spans |= {span: told.where for span in said if span[0] == own or span[0].startswith("case:")}
    return spans


class Spans:
    """Of each chain, which numbers."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._of: dict[str, list[tuple[int, int]]] = defaultdict(list[tuple[int, int]])
        for chain, first, last in spans:
            self._of[chain].append((first, last))

    def __contains__(self, place: tuple[str, Any]) -> bool:
        chain, number = place
        return isinstance(number, int) and any(first <= number <= last for first, last in self._of.get(chain, ()))


def readable(rows: Iterable[Row], table: str, found: Found) -> Iterator[Row]:
    """The rows of a table but for those that are spoiled: each is a fault, named by what stands first in it."""
    last, iterator = "its beginning", iter(rows)
    while True:
        try:
            row = next(iterator)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 (a driver has errors of its own for a page that is spoiled)
            found.add(f"{table} after {last}", f"cannot be read, nor what follows there: {error}")
            return
        last = " ".join(str(part) for part in row[:2])
        if any(isinstance(value, str) and SPOILED in value for value in row):
            found.add(f"{table} {last}", "cannot be read: it was changed, or its page is spoiled")
        else:
            yield row


def follow(chain: FollowedChain, row: Row, found: Found) -> bool:
    """Whether the act is whole and the next of its chain; then it is taken in. Most are, so this is quick."""
    _, number, stored, kept, at, kind, salt, carried = row
    try:
        body = unpacked(kept)
        digest = sha256(body)
        match: Any = ACT.fullmatch(body)
        _, day, time, its_chain, entries, its_number, payload, previous, shown = match.groups()
        count = entries.count(KIND)
        if b"\\" in body or not (
            digest.digest() == stored
            and chain.links == (previous,)
            and number == chain.number + count
            and its_number == b"%d" % number
            and its_chain == chain.bytes
            and first_kind(entries) == kind.encode()
            and day + b" " + time == at.encode()
            and payload == (None if salt is None else payload_digest(salt, carried))
        ):
            return False
    except (TypeError, ValueError, AttributeError, zlib.error):
        return False
    chain.number, chain.links = number, (digest.hexdigest().encode(),)
    chain.entries += count
    if shown or BUNDLE in entries or kind in TOLD or kind in DECIDED:
        gather(row, match.groups(), found)
    return True


def first_kind(entries: bytes) -> bytes:
    return entries.partition(KIND)[2].partition(b'"')[0]


def payload_digest(salt: bytes | None, carried: bytes | None) -> bytes | None:
    """As an act names it; of what cannot be unpacked none that any act names."""
    if salt is None or carried is None:
        return None
    try:
        return b'"%b"' % sha256(PAYLOAD + salt + unpacked(carried)).hexdigest().encode()
    except zlib.error:
        return b"changed"


def unpacked(kept: bytes) -> bytes:
    """What is compressed begins with an x, what is not never does. Raises zlib.error."""
    if not kept.startswith(b"x"):
        return kept
    stream = zlib.decompressobj()
    content = stream.decompress(kept)
    if not stream.eof or stream.unused_data:
        raise zlib.error("it was cut short, or something was added")
    return content


def opened(kept: Any) -> bytes:
    """Of what cannot be unpacked the bytes as they are, which no hash fits."""
    try:
        return unpacked(plain(kept))
    except zlib.error:
        return plain(kept)


def gather(row: Row, said: tuple[bytes, ...], found: Found) -> None:
    """What other tables are held to."""
    chain, number, stored, _, at, kind, _, carried = row
    actor, entries, shown = said[0], said[4], said[8]
    bundles = [rest.partition(b'"')[0] for rest in entries.split(BUNDLE)[1:]]
    for bundle in bundles:
        found.bundles.setdefault(bundle, f"{chain} {number}")
    if shown:
        found.shown[str(chain), str(number)] = text(shown)
    if kind in DECIDED and str(chain).startswith("authority:") and isinstance(number, int):
        found.decided[str(chain), number, plain(stored).hex()] = kind
    if kind in TOLD:
        try:
            payload = {**json.loads(unpacked(carried))[0]}
        except AMISS:
            payload = {}
        bundle = text(bundles[0]) if bundles else ""
        found.told.append(StatedRow(kind, f"{chain} {number}", str(at), text(actor), bundle, payload))


def explain(chain: FollowedChain, row: Row, found: Found) -> None:
    """Everything that is wrong with an act, told apart as far as it can be."""
    _, number, stored, kept, _, _, salt, carried = row
    body = opened(kept)
    where, before = f"{chain.name} {number}", (len(found.faults), len(found.exchanged), len(found.missing))
    digest, match = sha256(body).digest(), ACT.fullmatch(body)
    said = match.groups() if match and b"\\" not in match[0] else ()
    count = said[4].count(KIND) if said else 1
    found.add(where, *out_of_order(chain, number, count if said else None))
    resolved = settle(chain, said[7] if said else b"", found)
    links = chain.links if number == chain.number + count else said[7:8]
    chain.links = (digest.hex().encode(),)
    if not said or plain(stored) != digest:
        chain.doubted, chain.links = where, (*chain.links, plain(stored).hex().encode())
    else:
        found.add(where, *misplaced(row, said, links))
    if said:
        check_payload((str(chain.name), number), said[6], salt, carried, found)
        gather(row, said, found)
    chain.number = number if isinstance(number, int) else chain.number + count
    chain.entries += count
    after = (len(found.faults), len(found.exchanged), len(found.missing))
    if after == before and not (chain.doubted or resolved):
        found.add(where, "is not stored in the form in which it was written")


def out_of_order(chain: FollowedChain, number: Any, count: int | None) -> Iterator[str]:
    """`count` is how many entries the act holds, None where that cannot be read."""
    if not isinstance(number, int) or number <= chain.number:
        yield f"stands after entry {chain.number}: this number was used before"
    elif count is not None and number != chain.number + count:
        first, last = chain.number + 1, number - count
        if last < first:
            yield f"stands after entry {chain.number} and begins before it"
        elif last == first:
            yield f"entry {first}, which was before it, is missing"
        else:
            yield f"entries {first} to {last}, which were before it, are missing"


def settle(chain: FollowedChain, right: bytes, found: Found) -> bool:
    """What was wrong with the entry before, now that the next one, or a head outside, tells which hash it had."""
    if not chain.doubted:
        return False
    changed = dict(zip(chain.links, ("hash", "body"), strict=True)).get(right, "body or its hash")
    found.add(chain.doubted, f"its {changed} was changed")
    chain.doubted = ""
    return True


def misplaced(row: Row, said: tuple[bytes, ...], links: tuple[bytes, ...]) -> Iterator[str]:
    """Of an act that has its own hash: whether it stands where it was written, as its columns say."""
    chain, number, at, kind = row[0], row[1], row[4], row[5]
    _, day, time, its_chain, entries, its_number, _, previous, _ = said
    if (its_chain, its_number) != (plain(chain), plain(number)):
        yield f"holds what was written as {text(its_chain)} {text(its_number)}"
    if previous not in links:
        yield "does not follow the act before it: one of the two was written anew, moved or inserted"
    for name, copy, its in (("kind", kind, first_kind(entries)), ("time", at, b"%b %b" % (day, time))):
        if plain(copy) != its:
            yield f"its {name} is {text(its)}, and the copy beside it says {copy}"


def check_payload(place: tuple[str, int], named: bytes | None, salt: Any, carried: Any, found: Found) -> None:
    where = f"{place[0]} {place[1]}"
    if salt is None and named is not None:
        found.missing.append(place)
    elif salt is not None and named is None:
        found.add(where, "has a payload that it does not name: it was added")
    elif named is not None and (digest := payload_digest(plain(salt), plain(carried))) != named:
        found.exchanged.append((where, named, digest or b""))


def said_by(stated: Mapping[int, tuple[str, str]]) -> str:
    return f"{stated[max(stated)][1]} says that it has {max(stated)} entries"


def compare(chain: FollowedChain, found: Found) -> None:
    """The entry with what was said of it elsewhere: of all differences in a chain, the first and the last."""
    digest, who = chain.stated[chain.number]
    if digest.encode() not in chain.links:
        found.add(f"{chain.name} {chain.number}", f"is not the entry that {who} saw: it or one before it was changed")
        newest = max(chain.stated)
        chain.stated = {newest: chain.stated[newest]}


def end(chain: FollowedChain, found: Found) -> None:
    found.counts["entries"] += chain.entries
    settle(chain, chain.stated.get(chain.number, ("",))[0].encode(), found)
    if chain.stated and max(chain.stated) > chain.number:
        found.add(f"{chain.name} {chain.number}", f"nothing stands after it: {said_by(chain.stated)}")
    passed_over(chain, found)


def passed_over(chain: FollowedChain, found: Found) -> None:
    """Several acts written anew as one end where none of them did, so that no hash is there to compare. Of all such
    numbers in a chain the first and the last."""
    unmet = sorted(number for number in chain.stated if number <= chain.number and number not in chain.met)
    for number in dict.fromkeys((*unmet[:1], *unmet[-1:])):
        who = chain.stated[number][1]
        what = f"no act ends here, and {who} says that one did: it or one before it was written anew or removed"
        found.add(f"{chain.name} {number}", what)


def check_checkpoints(source: Source, keys: Mapping[str, bytes], found: Found) -> None:
    """Each by itself, after the one before it, and against the copy in the database."""
    files = source.outside or {}
    outside = {int(Path(name).stem): content for name, content in files.items() if NUMBERED.fullmatch(name)}
    rows = checkpoint_rows(source, found)
    if rows and source.outside is not None and not outside:
        found.add("checkpoints", f"the database has {len(rows)}, and none of them is in the folder")
    every = {**rows, **outside}
    find_restorations(every, keys, found)
    for number in in_order(every) if source.query else sorted(every):
        where, copies = f"checkpoint {number}", (rows.get(number), outside.get(number))
        left_out = copies[0] is None and any(one.leaves_out(number) for one in found.restorations)
        if source.query and outside and copies[0] != copies[1] and not left_out:
            found.add(where, differs(*copies))
        if number in every:
            found.add(where, *wrong_with(plain(every[number]), number, keys, found))
            found.checkpoints[number] = sha256(plain(every[number])).hexdigest()
        elif not outside and not left_out:
            found.add(where, "is missing")
    found.counts["checkpoints"] = len(every)


def find_restorations(every: Mapping[int, Any], keys: Mapping[str, bytes], found: Found) -> None:
    """Only what is soundly signed is believed; what is not is a fault when its turn comes."""
    told = [(number, plain(content)) for number, content in sorted(every.items()) if RESTORED in plain(content)]
    sound = [one for one in told if not [*wrong_with(one[1], one[0], keys, Found())]]
    ever = [one for number, content in sound if (one := restoration(number, content))]
    for one in ever:
        taken_back = any(later.leaves_out(one.number) for later in ever)
        (found.undone if taken_back else found.restorations).append(one)


def restoration(number: int, content: bytes) -> Restoration | None:
    try:
        file = json.loads(content)
        said = json.loads(file["statement"].partition("\n")[2])
        restored, heads = said["restored"], {str(chain): int(last) for chain, last, _ in file["heads"]}
        log = {log_name(name): int(size) for name, size in restored["log"].items()}
        return Restoration(number, str(said["at"]), int(restored["since"]), heads, log) if said["complete"] else None
    except AMISS:
        return None


def log_name(name: str) -> str:
    return name if name == DECIDED_LOG else f"heads/{name}"


def checkpoint_rows(source: Source, found: Found) -> dict[int, bytes]:
    """What the database has of each, by number."""
    rows: dict[int, bytes] = {}
    statement = CHECKPOINTS.format(source.moment.format("at"))
    for number, content, at in readable(source.query(statement), "checkpoint", found) if source.query else ():
        rows[number], found.made[number] = content, str(at)
    return rows


def in_order(numbers: Iterable[int]) -> Iterator[int]:
    """Also those that are missing between two."""
    before = 0
    for number in sorted(numbers):
        yield from range(before + 1, min(number, before + 1 + GAP))
        yield number
        before = number


def differs(row: object, file: object) -> str:
    if row is None or file is None:
        places = [place for place, copy in (("database", row), ("folder", file)) if copy is None]
        return f"is missing in the {' and in the '.join(places)}"
    return "says one thing in the database and another in the folder"


def wrong_with(content: bytes, number: int, keys: Mapping[str, bytes], found: Found) -> Iterator[str]:
    """What it says of the chains is taken in only where it is sound."""
    try:
        file = json.loads(content)
        heads, key, signature, statement = (file[name] for name in ("heads", "key", "signature", "statement"))
        form, _, inner = statement.partition("\n")
        said = json.loads(inner)
        whole = (canonical(file), canonical(said), form, said["number"]) == (
            content,
            inner.encode(),
            CHECKPOINT,
            number,
        )
        if not all((type(one), type(last), type(digest)) == (str, int, str) for one, last, digest in heads):
            raise ValueError("a head is a chain, a number and a hash")
        root = (merkle_root(heads), len(heads), sum(last for _, last, _ in heads))
        sealed = said["heads"] == sha256(canonical(heads)).hexdigest()
        complete = not said["complete"] or root == (said["merkle_root"], said["chains"], said["entries"])
        follows = said["previous"] == found.checkpoints.get(number - 1, said["previous"])
        who = f"checkpoint {number} of {said['at']}"
    except AMISS:
        yield "cannot be read: it was changed"
        return
    problems = {
        "is not written as a checkpoint is: it was changed": whole and len(file) == 4,
        "its heads are not those that were signed": sealed and complete,
        f"does not follow checkpoint {number - 1}: one of the two was changed": follows,
        "its key is not here, or its signature is not of this key": signed(
            statement.encode(), signature, str(key), keys, found
        ),
    }
    yield from (problem for problem, absent in problems.items() if not absent)
    if all(problems.values()):
        for chain, last, digest in heads:
            found.state(chain, last, digest, who, number)


def merkle_root(heads: Iterable[Row]) -> str:
    """Of (chain, number, hash), in order. A leaf is hashed behind a 0, two nodes behind a 1; an odd one rises."""
    level = [sha256(b"\0" + canonical(list(head))).digest() for head in sorted(heads)]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + level[len(level) & ~1 :]
    return level[0].hex() if level else FIRST.decode()


def public_keys(outside: Mapping[str, bytes], found: Found) -> dict[str, bytes]:
    """By their names: the SHA-256 of the key itself."""
    keys = {Path(name).stem: content for name, content in outside.items() if name.endswith(".pem")}
    for name, content in keys.items():
        if key_name(content) != name:
            found.add(f"key {name}", "is not the key of this name: it was changed")
    return keys


def key_name(pem: bytes) -> str:
    inner = b"".join(line for line in pem.splitlines() if b"-----" not in line)
    try:
        return sha256(base64.b64decode(inner, validate=True)).hexdigest()
    except ValueError:
        return ""


def signed(statement: bytes, signature: Any, key: str, keys: Mapping[str, bytes], found: Found) -> bool:
    """Where there is nothing to check a signature with, that is counted, and said at the end."""
    if load_pem_public_key is None or not keys:
        found.counts["unsigned" if keys else "keyless"] += 1
        return True
    try:
        public: Any = load_pem_public_key(keys[key])
        public.verify(bytes.fromhex(signature), statement)
    except (InvalidSignature, UnsupportedAlgorithm, *AMISS):
        return False
    found.keys.add(key)
    return True


def check_log(outside: Mapping[str, bytes], keys: Mapping[str, bytes], found: Found) -> None:
    """The heads that were noted minute by minute: `<time> <chain> <number> <hash>` in each line, and what signs them.

    Every batch names the one that the same process wrote before it, so that none can be taken from between two.
    """
    batches = {FIRST.decode()}
    follow_on: list[tuple[str, str]] = []
    for name in sorted(name for name in outside if LOG.fullmatch(name)):
        for where, before, signature in check_file(name, outside[name], keys, found):
            batches.add(sha256(signature).hexdigest())
            follow_on.append((where, before))
    for where, before in follow_on:
        if before not in batches:
            found.add(where, "what was noted and signed before it is gone: lines were removed")


def check_file(name: str, content: bytes, keys: Mapping[str, bytes], found: Found) -> Iterator[tuple[str, str, bytes]]:
    """A file of the log line by line. Gives each signature: where it stands, what it follows on, and itself."""
    unsealed: list[tuple[int, bytes]] = []
    begin = 0
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        where, place, begin = f"{name} line {number}", (name, begin), begin + len(line) + 1
        if said := LOGGED.fullmatch(line):
            found.state(text(said[2]), int(said[3]), text(said[4]), where, place)
            found.counts["heads"] += 1
            unsealed.append((number, line))
        elif seal := SEALED.fullmatch(line):
            count = int(seal[3])
            check_seal(where, seal, [one for _, one in unsealed[-count:]], keys, found)
            check_unsealed(name, unsealed[:-count], found)
            unsealed = []
            yield where, text(seal[2]), seal[5]
        else:
            found.add(where, *unreadable(line))
            found.counts["cut"] += is_cut(line)
            check_unsealed(name, unsealed, found)
            unsealed = []
    check_unsealed(name, unsealed, found)


def check_seal(where: str, seal: re.Match[bytes], lines: list[bytes], keys: Mapping[str, bytes], found: Found) -> None:
    _, before, count, key, signature = (text(part) for part in seal.groups())
    statement = HEADS + before.encode() + b"\n" + b"".join(line + b"\n" for line in lines)
    if len(lines) != int(count):
        found.add(where, f"{count} lines were signed here, and {len(lines)} are left")
    elif not signed(statement, signature, key, keys, found):
        found.add(where, "the lines before it are not those that were signed, or its key is not here")


def check_unsealed(name: str, lines: list[tuple[int, bytes]], found: Found) -> None:
    """A batch that was cut short has no signature. Of several it was taken away."""
    found.counts["unsealed"] += len(lines)
    if len({line.partition(b" ")[0] for _, line in lines}) > 1:
        found.add(f"{name} line {lines[0][0]}", f"it and what follows to line {lines[-1][0]} is not signed")


def is_cut(line: bytes) -> bool:
    """Whether a whole line may begin so: a power cut or a full disk leaves it, and what follows is on a new line."""
    return CUT.fullmatch(line) is not None


def unreadable(line: bytes) -> Iterator[str]:
    if not is_cut(line):
        yield "cannot be read: it was changed"


def check_decided(content: bytes, keys: Mapping[str, bytes], found: Found) -> None:
    """Each line of what was decided: whether a key signed it, and then what it says of its entry."""
    lines = content.split(b"\n")
    for begin, (number, line) in zip(beginnings(lines), enumerate(lines, 1), strict=True):
        where, said = f"{DECIDED_LOG} line {number}", decided_line(line)
        if said is None:
            found.add(where, *unwritten(line, lines))
            continue
        one, body, key, signature = said
        if not signed(DECIDED_FORM + body, signature, key, keys, found):
            found.add(where, "was put there by nobody: it is not signed, or its key is not here")
            continue
        found.state(one.chain, one.number, one.hash, where, (DECIDED_LOG, begin))
        found.listed.add(one.place)


def beginnings(lines: Iterable[bytes]) -> Iterator[int]:
    begin = 0
    for line in lines:
        yield begin
        begin += len(line) + 1


def unwritten(line: bytes, lines: list[bytes]) -> Iterator[str]:
    """What a power cut left half written stands whole behind it, or is written yet."""
    if line and line is not lines[-1] and sum(one.startswith(line) for one in lines) < 2:
        yield "cannot be read: it was changed"


def decided_lines(content: bytes) -> Iterator[tuple[int, tuple[DecidedLine, bytes, str, str] | None]]:
    for number, line in enumerate(content.split(b"\n"), 1):
        yield number, decided_line(line)


def decided_line(line: bytes) -> tuple[DecidedLine, bytes, str, str] | None:
    """With the bytes that were signed, the name of the key and the signature."""
    if not (match := DECIDED_LINE.fullmatch(line)):
        return None
    try:
        said = json.loads(match[1])
        one = DecidedLine(**said)
        ids = one.chain, one.hash, one.kind, one.at
        fits = canonical(said) == match[1] and type(one.number) is int and {type(each) for each in ids} == {str}
    except AMISS:
        return None
    return (one, match[1], text(match[2]), text(match[3])) if fits else None


def check_listed(found: Found) -> None:
    """What was decided stands outside before anything there says that its chain has come so far."""
    for (chain, number, digest), kind in sorted(found.decided.items()):
        if (chain, number, digest) not in found.listed and number <= found.furthest.get(chain, 0):
            found.add(
                f"{chain} {number}", f"says {kind}, and {DECIDED_LOG} outside does not have it: a line is missing"
            )


def check_bundles(source: Source, found: Found) -> None:
    """Each set of models by its hash: drawings, forms and tables that an entry names."""
    files: dict[str, dict[str, str]] = defaultdict(dict)
    for bundle, path, content in readable(source.files, "bundle_file", found):
        files[str(bundle)][str(path)] = sha256(plain(content)).hexdigest()
    found.counts["bundles"] = len(files)
    check_bundle_rows(source.query, files.keys(), found)
    published = {told.bundle: told.payload.get("files") for told in found.told if told.kind == "published"}
    named = {text(bundle): where for bundle, where in found.bundles.items()}
    for bundle, digests in files.items():
        said: Any = published.get(bundle)
        listed: dict[str, str] = cast("dict[str, str]", said) if isinstance(said, dict) else {}
        found.add(f"bundle {bundle}", *changed_files(bundle, digests, listed))
    for bundle in sorted(files.keys() - named.keys()):
        found.add(f"bundle {bundle}", "no entry names it: it was added")
    for bundle in sorted(named.keys() - files.keys()):
        found.add(named[bundle], f"names the bundle {bundle}, which is not there")


def check_bundle_rows(query: Query | None, bundles: Iterable[str], found: Found) -> None:
    rows = {str(row[0]) for row in readable(query(BUNDLES), "bundle", found)} if query else {*bundles}
    for bundle in sorted(rows ^ {*bundles}):
        found.add(f"bundle {bundle}", "is in one of the tables bundle and bundle_file alone: it was added or removed")


def changed_files(bundle: str, digests: Mapping[str, str], listed: Mapping[str, str]) -> Iterator[str]:
    """`listed` is what the entry of its publication says of each file."""
    listing = "".join(f"{path}\0{digests[path]}\n" for path in sorted(digests))
    if sha256(listing.encode()).hexdigest() == bundle:
        return
    changed = sorted(path for path in {**listed, **digests} if listed.get(path) != digests.get(path))
    named = ", ".join(changed) if listed else "one of its files"
    yield f"is not what was published: {named} was changed, removed or added"


def check_tables(query: Query, moment: str, found: Found) -> None:
    """What repeats the record for searching, and what no entry carries."""
    check_shown(query, found)
    for name in sorted(found.chains ^ {str(row[0]) for row in readable(query(CHAINS), "chain", found)}):
        found.add(f"chain {name}", "is in one of the tables chain and act alone: it was changed, added or removed")
    for chain, number in readable(query(STRAYS), "payload", found):
        found.add(f"{chain} {number}", "there is a payload and no act")
    check_erasures(query, found)
    check_publications(query, moment, found)
    check_restorations(found)
    for told in (told for told in found.told if told.kind == "checkpoint"):
        number, digest = told.payload.get("number"), told.payload.get("digest")
        if not isinstance(number, int) or found.checkpoints.get(number) != digest:
            found.add(told.where, f"checkpoint {number} is not the one that was made then")
        elif found.made.get(number, told.at) != told.at:
            found.add(f"checkpoint {number}", f"the time beside it is {found.made[number]}, and it was made {told.at}")


def check_restorations(found: Found) -> None:
    """Each stands in an entry and in the checkpoint that was made then."""
    entries = {str(told.payload.get("checkpoint")): told.where for told in found.told if told.kind == "restored"}
    declared = {str(one.number) for one in found.restorations}
    for number in sorted(entries.keys() - declared):
        found.add(entries[number], f"a backup was put back, and checkpoint {number} does not say so")
    for number in sorted(declared - entries.keys()):
        found.add(f"checkpoint {number}", "says that a backup was put back, and no entry says so")


def check_erasures(query: Query, found: Found) -> None:
    """What the database lets go is what entries say was erased, and it has not come back."""
    said = erased_spans(Found(told=found.told))
    rows = {(str(chain), first, last) for chain, first, last in readable(query(SPANS), "erased_span", found)}
    for chain, first, last in sorted(rows - said.keys(), key=str):
        found.add(f"{chain} {first} to {last}", "may be erased as a row says, and no entry says so: it was added")
    for span in sorted(said.keys() - rows):
        found.add(said[span], f"says that {span[0]} {span[1]} to {span[2]} was erased, and its row is not there")
    for chain, number in readable(query(BACK), "payload", found):
        found.add(f"{chain} {number}", "its payload was erased, and is there again")


def check_shown(query: Query, found: Found) -> None:
    shown: dict[tuple[str, str], list[str]] = defaultdict(list[str])
    for case, chain, number in readable(query(SHOWN), "shown", found):
        shown[str(chain), str(number)].append(str(case).removeprefix("case:"))
    digests = {place: sha256("\n".join(sorted(cases)).encode()).hexdigest() for place, cases in shown.items()}
    for place in sorted(found.shown.keys() | digests.keys()):
        if found.shown.get(place) != digests.get(place):
            found.add(" ".join(place), "the cases that it showed are not those that it names: one was added or removed")


def check_publications(query: Query, moment: str, found: Found) -> None:
    """An authority's publications are numbered in the order of its chain."""
    published: dict[tuple[str, int], StatedRow] = {}
    for told in (told for told in found.told if told.kind == "published"):
        chain = told.where.rpartition(" ")[0]
        published[chain, 1 + sum(named == chain for named, _ in published)] = told
    moments = (moment.format("published_at"), moment.format("in_force_from"))
    table = readable(query(PUBLISHED.format(*moments)), "publication", found)
    rows = {(f"authority:{row[0]}", row[1]): row[2:] for row in table}
    for (chain, number), (bundle, at, since, by, reason, shipped, change, approved_by) in rows.items():
        told = published.get((chain, number))
        said: dict[str, Any] = {"number": number, "reason": reason, "shipped": bool(shipped)}
        of_draft = {"change_id": change, "approved_by": approved_by}
        said |= {name: value for name, value in of_draft.items() if value or (told and name in told.payload)}
        row = (bundle, at, since, by, {**told.payload, **said} if told else {})
        if told is None or row != (told.bundle, told.at, told.at, told.actor, told.payload or said):
            found.add(f"publication {number} of {chain}", "its row says something else than the record")
    for chain, number in sorted(published.keys() - rows.keys()):
        found.add(published[chain, number].where, f"publication {number} is not there")


def of_database(query: Query, outside: Mapping[str, bytes] | None, moment: str = "{}") -> Source:
    """`query` gives the rows of a statement, all as of one moment; `moment` writes a column as SQLite keeps times."""
    return Source(query(ACTS.format(moment.format("e.at"))), query(FILES), outside, query, moment)


def of_sqlite(database: sqlite3.Connection, outside: Mapping[str, bytes] | None) -> Source:
    """A text that is spoiled is marked and not raised, so that it is one fault and the rest is read."""

    def query(statement: str) -> Iterator[Row]:
        cursor = database.execute(statement)
        while True:
            database.text_factory = marked
            try:
                row = cursor.fetchone()
            finally:
                database.text_factory = str
            if row is None:
                return
            yield row

    return of_database(query, outside)


def marked(content: bytes) -> str:
    return content.decode(errors="replace")


def of_pack(path: Path) -> Source:
    with zipfile.ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist() if not name.endswith("/")}
    if missing := {"acts.jsonl", "pack.json"} - files.keys():
        raise ValueError(f"This is no audit pack, or not a whole one: it has no {' and no '.join(sorted(missing))}.")
    models = [(*name.split("/", 2)[1:], content) for name, content in files.items() if name.startswith("models/")]
    return Source(map(packed, files["acts.jsonl"].splitlines()), models, files, named=heads_named(files["pack.json"]))


def heads_named(about: bytes) -> tuple[Row, ...]:
    """Those of the case and of the cases that were joined to it, as the pack says of itself."""
    said = json.loads(about)
    every = (said, *said["joined"])
    return tuple((one["chain"], one["head"]["number"], one["head"]["hash"]) for one in every)


def packed(line: bytes) -> Row:
    """A line of a pack as a row of the database; what has no copy there agrees with itself."""
    one = json.loads(line)
    body, payload = one["body"].encode(), one["payload"]
    salt, carried = (bytes.fromhex(payload["salt"]), payload["body"].encode()) if payload else (None, None)
    said = json.loads(body.partition(b"\n")[2])
    at = said["at"][:26].replace("T", " ")
    kind = said["entries"][0]["kind"]
    return one["chain"], one["number"], bytes.fromhex(one["hash"]), body, at, kind, salt, carried


def folder(path: Path) -> dict[str, bytes]:
    """The files of the folder with the checkpoints, by name. What is being written (`.name`) may be gone when read."""
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("[!.]*") if file.is_file()}


def report(found: Found) -> str:
    """Every fault in a line of its own, then what was checked."""
    counts = found.counts
    said = [f"{fault.where}: {fault.what}" for fault in found.faults]
    said += [f"signed with the key {key}: compare it with the one that you were given" for key in sorted(found.keys)]
    said += [UNSIGNED.format(counts["unsigned"])] if counts["unsigned"] else []
    said += [f"{counts['keyless']} signatures were not checked: their keys are not here"] if counts["keyless"] else []
    said += [f"{counts['cut']} lines of the heads were cut short in the writing"] if counts["cut"] else []
    said += [f"{counts['unsealed']} lines of the heads are not signed"] if counts["unsealed"] else []
    said += [told_of(one) for one in found.restorations]
    said += [f"{counts['lost']} heads that were stated outside are of what is no more"] if counts["lost"] else []
    said += [f"{counts['erased']} payloads were erased, as entries say"] if counts["erased"] else []
    said += [f"{counts['withheld']} payloads are not in this pack"] if counts["withheld"] else []
    said += [] if counts["outside"] else [NOTHING_OUTSIDE]
    checked = ", ".join(f"{counts[many]} {one if counts[many] == 1 else many}" for many, one in COUNTED.items())
    number = len(found.faults)
    return "\n".join([*said, f"Checked {checked}: {number or 'no'} fault{'' if number == 1 else 's'}."])


def told_of(one: Restoration) -> str:
    """A gap that is declared is no fault, and is said every time."""
    first, last = one.since + 1, one.number - 1
    gone = f"checkpoints {first} to {last} tell" if last > first else f"checkpoint {first} tells"
    what = f"{gone} of what is no more" if last >= first else "no checkpoint was made in between"
    return f"checkpoint {one.number} of {one.at}: a backup was put back, and {what}"


def main(path: str, checkpoints: str = "") -> int:
    try:
        if zipfile.is_zipfile(path):
            found = verify(of_pack(Path(path)))
        else:
            outside = folder(Path(checkpoints)) if checkpoints else None
            address = f"{Path(path).absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
                database.execute("BEGIN")  # so that every statement sees the same moment
                found = verify(of_sqlite(database, outside))
    except Exception as error:  # noqa: BLE001 (a file that is spoiled fails in many ways, and none is a fault here)
        print(f"{path} cannot be read: {error}")
        return 1
    print(report(found))
    return 1 if found.faults or not found.counts["outside"] else 0


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
