"""What a pack says of itself: what each file is, how to check it, and what it cannot show."""

from collections.abc import Mapping, Sequence
from textwrap import fill

from engine.export.told import Narrative
from engine.reads.case.answer_rows import moment

FILES = {
    "index.html": "the case to read: open it in any browser; it needs no network and runs no script",
    "pack.json": "what this pack is: its format, when it was made, and the head of the case's chain",
    "acts.jsonl": "every act of the case's chain, and of the chains of cases that were joined to it, one a line "
    "with all its entries, to the byte as it was hashed",
    "looks.jsonl": "who looked at the case, or made a pack of it, and when: these acts stand in chains of their own",
    "steps.csv": "the entries as a table: who did what and when, what was decided and why",
    "answers.csv": "every answer with its question, from the form of that time",
    "clocks.csv": "every clock: when it was due, when it was met or stopped, and why it was late",
    "duties.csv": "every duty of the guidance: whether the answers say that it was done, where, and why not",
    "case.xes": "an event log for process mining (IEEE 1849-2016): one trace for each run of a process",
    "nets/": "the drawings as Petri nets (PNML), to hold the event log against",
    "pictures/": "the drawings as pictures, with the path that was taken",
    "models/": "the drawings, forms and tables that the case ran on, by the hash of their bundle",
    "checkpoints/": "the newest signed statement of how far each chain had come, and the keys to check it",
    "verify.py": "checks the acts of the case and their payloads, the models and the checkpoint, without our programs",
}
REDACTED_FILES = {
    "acts.jsonl": "every act of the case's chain, and of the chains of cases that were joined to it, one a line "
    "with all its entries, as it was hashed; no payloads",
    "looks.jsonl": "when somebody looked at the case, or made a pack of it: by role and number",
    "steps.csv": "the entries as a table: what was done when and in which role, and what was chosen from a list",
    "answers.csv": "the answers that are not withheld, each with its question, from the form of that time",
    "clocks.csv": "every clock: what came of it, and if it was late how long the reason is; some without their dates",
    "duties.csv": "every duty of the guidance: whether answers say that it was done, where, and how long a reason is",
    "verify.py": "checks the acts of the case, the models and the checkpoint, without our programs",
}
WIDTH = 96
FORMULAS = (
    "In the tables a cell that a spreadsheet would take for a formula has an apostrophe before it. Times are in UTC; "
    "those that are said in words, there, here and in index.html, are London's."
)
REDACTED = (
    "This pack is redacted. Of answers it holds the decisions and reasons that were chosen from a list which the form "
    "prints, and of each reason that was written how long it is. People are called by their role and a number, the "
    "case by a number of this pack. Payloads are left out of acts.jsonl. The digest of each stays in its act; it was "
    "made with a salt, which is left out too, so that the chain can be checked and nobody can try out what a payload "
    "said. The ids of the case, of runs, of accounts, of teams and of organisations stand in the acts: they are random "
    "and name nobody, and whoever has access to the record can look them up. They are the same in another pack of this "
    "case. A checkpoint holds the ids of every chain that it states, and names authorities by their ids, which are "
    "words. Times are as they were: who knows the family may know it by them. Treat the pack accordingly."
)


def checks(told: Narrative, files: Mapping[str, bytes], heads: Sequence[str]) -> tuple[str, ...]:
    """How to check the pack, in sentences. `heads` are the hashes of the last acts, that of the case itself last."""
    said = [f"The last act of the case has the hash {heads[-1]}."]
    said += [
        f"The last act of case {number}, which was joined to it, has the hash {head}."
        for number, head in zip(told.joined, heads, strict=False)
    ]
    if "verify.py" in files:
        said.append(
            "Where Python 3.11 or newer is installed, “python verify.py PACK.zip” says what is wrong, and where. For "
            "the signature of a checkpoint Python needs its package “cryptography”; without it, it says how openssl "
            "checks it."
        )
    said.append(
        "The making of this pack is an entry of the record, with the SHA-256 of the whole file: in the chain of "
        "whoever made it, or in that of the authority where it was made at the command line. Ask for that entry, and "
        "compare."
    )
    said.append("docs/record.md of Throughline states the bytes, so that anybody can write a verifier of their own.")
    if told.redacted:
        said.append("Of a redacted pack the chain can be checked, and not what the payloads said.")
    return tuple(said)


def read_me(told: Narrative, files: Mapping[str, bytes], heads: Sequence[str]) -> bytes:
    every = FILES | REDACTED_FILES if told.redacted else FILES
    present = {name: what for name, what in every.items() if any(path.startswith(name) for path in files)}
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
        *(fill(sentence, WIDTH, break_long_words=False) for sentence in checks(told, files, heads)),
        "",
    ]
    return "\n".join(lines).replace("\n", "\r\n").encode("utf-8-sig")
