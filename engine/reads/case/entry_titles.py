"""What people read for the ids in an entry: the titles of the models that it happened on."""

from engine.process.bundle import Model
from engine.reads.case.case_facts import ProcessRun
from engine.reads.case.passed_shapes import passed
from engine.record.alarm_words import WHOM
from engine.record.chain import RecordedEntry
from engine.record.entry_words import EntryTitles
from engine.record.kinds import sentence


def without_account(model: Model) -> dict[str, str]:
    """How whoever acts without an account is named, by the signature in the record."""
    named = {role.id: role.name for role in model.roles.values() if not role.account}
    return {"system": "the system", **{role: _one(name) for role, name in named.items()}}


def _one(name: str) -> str:
    article = "" if name.lower().startswith("another ") else "a "
    return f"{article}{name[:1].lower()}{name[1:]}"


def words(entry: RecordedEntry, run: ProcessRun | None, newest: Model, *, redacted: bool = False) -> str:
    """The one sentence that says the entry. `run` is its process, `newest` the models for what belongs to none."""
    return sentence(entry.kind, entry.payload or {}, titles(entry, run, newest), redacted=redacted)


def titles(entry: RecordedEntry, run: ProcessRun | None, newest: Model) -> EntryTitles:
    said, its_model = entry.payload or {}, run.model if run else newest
    rule = its_model.rules.get(said.get("clock", ""))
    return EntryTitles(
        run=run.name if run else "",
        element=_element(entry, run),
        passed=_passed(entry, run),
        agency=_agency(entry, newest),
        clock=rule.title if rule else str(said.get("clock", "")).replace("_", " ").capitalize(),
        asked=_asked(said.get("what"), newest),
        recipient=_recipient(said.get("recipient"), newest),
    )


def _passed(entry: RecordedEntry, run: ProcessRun | None) -> str:
    if run is None or not entry.element or entry.kind != "passed":
        return ""
    return passed(run, entry.element, entry.flows, entry.payload or {})


def _element(entry: RecordedEntry, run: ProcessRun | None) -> str:
    if not entry.element or run is None:
        return entry.element or ""
    shape = run.model.drawings[run.process].elements.get(entry.element)
    name = shape.name if shape else ""
    return name if name or entry.kind == "ended" else entry.element


def _agency(entry: RecordedEntry, newest: Model) -> str:
    """Whose task it is stands in the sentence where it is not of the agency that has the case."""
    agency = (entry.payload or {}).get("agency") or ""
    if entry.kind not in ("part", "part_ended") and agency == newest.leading_agency:
        return ""
    return newest.agencies[agency].name if agency in newest.agencies else agency


def _asked(what: object, newest: Model) -> str:
    """“started assessment”: the process that came of a message."""
    drawing = newest.drawings.get(what.partition(" ")[2]) if isinstance(what, str) else None
    return drawing.name if drawing else ""


def _recipient(recipient: object, newest: Model) -> str:
    """`team:…`, `duty:…`, `managers:…`, `role:<role>:…` and `account:…` say whom something is for; nobody is named."""
    kind, _, rest = recipient.partition(":") if isinstance(recipient, str) else ("", "", "")
    if kind == "team":
        return "The duty team"
    if kind in ("duty", "managers"):
        whom = WHOM.get(rest if kind == "duty" else kind, "")
        return f"{whom[:1].upper()}{whom[1:]}"
    role = newest.roles.get(rest.partition(":")[0]) if kind == "role" else None
    return f"The {role.name[:1].lower()}{role.name[1:]}" if role else ""
