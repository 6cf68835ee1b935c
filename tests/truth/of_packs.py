"""What a pack says of a case: its page and its tables."""

from tests.truth.of_audit import ARISES, BECAME, CAME_UP, COUNT, DUTIES, LATE_CLOCKS, MAY_NOT_ARISE, MISSED
from tests.truth.of_pages import CHILD, IN
from tests.truth.patterns import Kind

CLOCK = (
    "SELECT d.* FROM deadline d WHERE d.case_id = :case AND d.title = :clock "
    "AND (:counted_from IS NULL OR {counted}) AND (:due_from IS NULL OR {due}) "
    "AND (:done_from IS NULL) = (d.met_at IS NULL OR :due_from IS NULL) "
    "AND (:done_from IS NULL OR {done}) AND (:stopped_from IS NULL OR d.met_at IS NULL AND {stopped}) "
    "AND (:why IS NULL OR :why = coalesce(d.late_reason, 'no reason was given') OR :redacted)"
).format(
    counted=IN.format("d.counted_from", "counted"),
    due=IN.format("d.due_at", "due"),
    done=IN.format("d.met_at", "done"),
    stopped=IN.format("d.stopped_at", "stopped"),
)
STEP = (
    "SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :act AND e.kind IN ('started', 'opened', 'completed', "
    "'withdrawn')"
)
KINDS = (
    Kind(
        "a clock, in a pack",
        "pack",
        "{clock} ‹(<{limit:number} {unit}, >{kind}, {process})› | {pack_state} | <Counted from {counted:moment}, "
        "due by {due:moment}<, done {done:moment}><, stopped {stopped:moment}>.><The dates are withheld: they would "
        "tell when the child was born.>< | Why it was late: {why}>",
        CLOCK + " AND d.kind = :kind",
    ),
    Kind(
        "nothing was late, in a pack",
        "pack",
        "Nothing was late.",
        f"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {LATE_CLOCKS})",
    ),
    Kind(
        "no clock has run, in a pack",
        "pack",
        "No clock has run.",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deadline WHERE case_id = :case)",
    ),
    Kind(
        "the last act, in a pack",
        "pack",
        "The last act of the case has the hash {hash}.",
        "SELECT 1 FROM act a WHERE a.chain = 'case:' || :case AND lower(hex(a.hash)) = :hash "
        "AND a.number = (SELECT max(number) FROM act WHERE chain = 'case:' || :case)",
    ),
    Kind("a redacted pack", "pack", "Case {number} (redacted)", "SELECT 1 WHERE :redacted"),
    Kind("a pack", "pack", "Case {reference}", 'SELECT 1 FROM "case" c WHERE c.reference = :reference OR :redacted'),
    Kind(
        "a fact of the case, in a pack",
        "pack",
        "{what} | {value}",
        'SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id JOIN team t ON t.id = c.team_id WHERE c.id = :case '
        "AND (:what = 'Team' AND t.name = :value OR :what = 'Guidance' OR :what = 'Closed' AND :value = 'still open' "
        f"AND c.closed_at IS NULL OR :what = 'Child' AND {CHILD.replace(':child', ':value')})",
    ),
    Kind(
        "when it was, in a pack",
        "pack",
        "{what} | {at:moment}",
        "SELECT 1 FROM \"case\" c WHERE c.id = :case AND (:what = 'Opened' AND "
        + IN.format("c.opened_at", "at")
        + " OR :what = 'Closed' AND "
        + IN.format("c.closed_at", "at")
        + " OR :what = 'Pack made' "
        "AND :now >= :at_from AND :now < :at_to)",
    ),
    Kind(
        "which duty, in a pack",
        "pack",
        "{id}: {duty} ‹({source})›",
        f"SELECT 1 FROM {DUTIES} AND u.id = :id AND u.name = :duty",
    ),
    Kind(
        "what became of a duty, in a pack",
        "pack",
        "{became}<late=, and late>",
        f"SELECT 1 FROM {DUTIES} AND u.id = substr(:under, 1, instr(:under, ':') - 1) AND {BECAME} "
        "AND (:late IS NOT NULL) = EXISTS (SELECT 1 FROM called k JOIN deadline d ON d.case_id = :case "
        f"AND d.clock = k.name WHERE k.what = 'clock of' AND k.id = u.id AND {MISSED})",
    ),
    Kind(
        "a step of a duty, in a pack",
        "pack",
        "{title} (act {act:number}): {became}, in {run}. Done when {done}.",
        "SELECT 1 FROM entry e JOIN run r ON r.id = e.instance AND r.name = :run JOIN called f ON f.name = :title "
        "AND f.id = r.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE e.element END "
        "WHERE e.case_id = :case AND e.act = :act AND (:became NOT IN ('done', 'done otherwise') "
        "OR e.kind IN ('completed', 'started')) AND (:became != 'open' OR e.kind != 'withdrawn')",
    ),
    Kind(
        "why a duty was not simply done, in a pack",
        "pack",
        "Why: {why:rest}",
        "SELECT 1 WHERE :redacted OR NOT EXISTS (SELECT 1 WHERE FALSE)",
    ),
    Kind(
        "duties of which nothing came up, in a pack",
        "pack",
        "{count:number} other duties did not arise: no step that answers for them came up, or what was answered there "
        "does not call for them.",
        f"SELECT 1 WHERE :count <= (SELECT count(*) FROM {DUTIES} AND {MAY_NOT_ARISE}) "
        f"AND :count >= (SELECT count(*) FROM {DUTIES} AND NOT {ARISES.format(CAME_UP)})",
    ),
    Kind(
        "a process, in a pack",
        "pack",
        "{number:number}. {run}",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run",
    ),
    Kind(
        "from when until when, in a pack",
        "pack",
        "Began {since:moment}, <running=still running><{ended} {at:moment}>. Models {models}.",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = substr(:under, instr(:under, '. ') + 2) AND "
        + IN.format("r.started_at", "since")
        + " AND substr(r.bundle_hash, 1, 12) = :models "
        f"AND (:ended IS NULL AND r.ended_at IS NULL OR {IN.format('r.ended_at', 'at')} "
        "AND r.status = CASE :ended WHEN 'set aside, as it cannot go on,' THEN 'stuck' ELSE :ended END)",
    ),
    Kind(
        "a step of a process, in a pack",
        "pack",
        "{act:number}: {entry}",
        "SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :act AND e.kind IN ('completed', 'withdrawn')",
    ),
    Kind(
        "the head of an act, in a pack",
        "act-of-pack",
        "{at:moment} · {by} ‹(act {act:number})›",
        "SELECT 1 FROM entry e JOIN actor a ON a.id = e.actor WHERE e.case_id = :case AND e.act = :act AND "
        + IN.format("e.at", "at")
        + " AND (:redacted OR lower(:by) LIKE lower(a.name) || '%')",
    ),
    Kind(
        "what an act did, in a pack",
        "act-of-pack",
        "{entry}< ({process})>",
        "SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :row_act",
    ),
    Kind(
        "what followed by itself, in a pack",
        "act-of-pack",
        "What followed by itself: {count:number} step<s>",
        "SELECT 1 WHERE :count <= (SELECT count(*) FROM entry e WHERE e.case_id = :case AND e.act = :row_act)",
    ),
    Kind(
        "what is withheld, in a pack",
        "act-of-pack",
        "{count:number} answer< is><s are> withheld.",
        "SELECT 1 WHERE :count <= (SELECT count(*) FROM answer x JOIN entry e ON e.case_id = x.case_id "
        "AND e.number = x.number WHERE e.case_id = :case AND e.act = :row_act)",
    ),
    Kind(
        "how long a reason is, in a pack",
        "act-of-pack",
        "{question}< (number {number:number})> | {length}",
        "SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question "
        "AND q.id = x.process || '/' || x.element || '/' || x.field WHERE x.case_id = :case AND :redacted "
        "AND :length = CASE WHEN words(x.value) = 0 THEN 'none given' WHEN words(x.value) <= 15 THEN "
        "'given, short: up to 15 words' WHEN words(x.value) <= 60 THEN 'given, medium: 16 to 60 words' "
        "ELSE 'given, long: more than 60 words' END",
    ),
    Kind(
        "nobody has looked, in a pack",
        "pack",
        "Nobody has looked at this case.",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM look WHERE case_id = :case)",
    ),
    Kind(
        "how many looks, in a pack",
        "pack",
        "Looks recorded: {count:number}. Each was recorded before the page was answered.",
        COUNT.format("look l WHERE l.case_id = :case"),
    ),
    Kind(
        "a look, in a pack",
        "pack",
        "{at:moment} · {by}: {kind} {page}",
        "SELECT 1 FROM look l JOIN actor a ON a.id = l.actor WHERE l.case_id = :case AND l.kind = :kind "
        "AND replace(l.page, '_', ' ') = :page AND "
        + IN.format("l.at", "at")
        + " AND (:redacted OR lower(:by) LIKE lower(a.name) || '%')",
    ),
    # A line of a table of its own.
    Kind(
        "a line of steps.csv",
        "steps.csv",
        "{number:number} | {kind} | {entry:rest}",
        "SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND e.kind = :kind",
    ),
    Kind(
        "a line of clocks.csv",
        "clocks.csv",
        "{clock} | {number:number} | {pack_state}",
        "SELECT d.* FROM deadline d WHERE d.case_id = :case AND d.clock = :clock AND d.number = :number",
    ),
    Kind(
        "a line of duties.csv",
        "duties.csv",
        "{id} | {became}<late=, and late>",
        f"SELECT 1 FROM {DUTIES} AND u.id = :id AND (:became = 'Did not arise' OR {BECAME}) AND (:late IS NOT NULL) = "
        "EXISTS (SELECT 1 FROM called k JOIN deadline d ON d.case_id = :case AND d.clock = k.name "
        f"WHERE k.what = 'clock of' AND k.id = u.id AND {MISSED})",
    ),
)
