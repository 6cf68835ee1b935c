"""What a pack says of itself: what each file is, how to check it, and what it cannot show."""

from collections.abc import Mapping
from textwrap import fill

from engine.export.answer_rows import moment
from engine.export.told import Narrative

FILES = {
    "index.html": "the case to read: open it in any browser; it needs no network and runs no script",
    "pack.json": "what this pack is: its format, when it was made, and the head of the case's chain",
    "acts.jsonl": "every act of the case's chain, one a line with all its entries, to the byte as it was hashed",
    "looks.jsonl": "who looked at the case and when; these entries stand in the chains of those who looked",
    "steps.csv": "the entries as a table: who did what and when, what was decided and why",
    "answers.csv": "every answer with its question, from the form of that time",
    "clocks.csv": "every clock: when it was due and when it was met, and why it was late",
    "duties.csv": "every duty of the guidance: whether the answers say that it was done, where, and why not",
    "case.xes": "an event log for process mining (IEEE 1849-2016): one trace for each run of a process",
    "nets/": "the drawings as Petri nets (PNML), to hold the event log against",
    "pictures/": "the drawings as pictures, with the path that was taken",
    "models/": "the drawings, forms and tables that the case ran on, by the hash of their bundle",
    "checkpoints/": "the newest signed statement of how far this case had come, and the keys to check it",
    "verify.py": "checks the entries, the payloads, the models and the checkpoints, without our programs",
}
WIDTH = 96
FORMULAS = (
    "In the tables a cell that a spreadsheet would take for a formula has an apostrophe before it. Times are in UTC."
)
REDACTED = (
    "This pack is redacted. Of answers it holds decisions that are chosen from a printed list, and of each reason how "
    "long it is; no form asks for the category of a reason. People are named by their role and a number, the case by a "
    "number of this pack. Payloads are left out of acts.jsonl: the digest of each stays in its act, with a salt "
    "that is left out too, so the chain can be checked and nobody can try out what a payload said. The ids of the "
    "case, of accounts and of runs stand in the entries: they are random and name nobody, and they are the same in "
    "another pack of this case. Times are as they were: who knows the family may know it by them. Treat the pack "
    "accordingly."
)


def checks(told: Narrative, files: Mapping[str, bytes], head: str) -> tuple[str, ...]:
    """How to check the pack, in sentences."""
    said = [f"The last entry of the case has the hash {head}."]
    if "verify.py" in files:
        said.append("With Python 3 and nothing else: “python verify.py PACK.zip” says what is wrong, and where.")
    said.append(
        "The making of this pack is an entry in the chain of whoever made it, with the SHA-256 of the whole file: "
        "ask for that entry, and compare."
    )
    said.append("docs/record.md of Throughline states the bytes, so that anybody can write a verifier of their own.")
    if told.redacted:
        said.append("Of a redacted pack the chain can be checked, and not what the payloads said.")
    return tuple(said)


def read_me(told: Narrative, files: Mapping[str, bytes], head: str) -> bytes:
    present = {name: what for name, what in FILES.items() if any(path.startswith(name) for path in files)}
    lines = [
        f"Audit pack of case {told.number}{', redacted' if told.redacted else ''}",
        f"Made by Throughline on {moment(told.made_at)}",
        "",
        *(["Redacted", "", fill(REDACTED, WIDTH), ""] if told.redacted else []),
        "What is here",
        "",
        *(fill(f"{name:<15}{what}", WIDTH, subsequent_indent=" " * 15) for name, what in present.items()),
        "",
        fill(FORMULAS, WIDTH),
        "",
        "How to check it",
        "",
        *(fill(sentence, WIDTH, break_long_words=False) for sentence in checks(told, files, head)),
        "",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8-sig")
