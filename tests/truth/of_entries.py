"""What is said of an entry of a case's chain, on the page of the case, in the replay and in the pack.

`e` is the entry: the one whose number or act is given, or those of the moment and the person that stand above it. A
sentence is true by a row of the case that came of it, not by the entry that says so.
"""

from tests.truth.patterns import Kind

ANYWHERE = "entry"
# The work item of an entry, and what a sentence says of whose it is: an agency that does not have the case.
ITEM = (
    "SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element "
    "AND w.occurrence = e.occurrence AND w.title = :task "
    "LEFT JOIN called a ON a.what = 'agency' AND a.id = w.agency_id "
    "WHERE (:agency IS NULL OR a.name = :agency) "
)
RUN = "SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE "
CLOCK = (
    "SELECT 1 FROM e JOIN deadline d ON d.case_id = e.case_id AND d.clock = e.said ->> 'clock' AND d.title = :clock "
    "AND d.number = coalesce(e.said ->> 'number', d.number) "
    "WHERE e.kind = 'deadline' AND "
)
# A later entry about the same clock that changed what this one says.
SINCE = (
    "EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id AND l.kind = 'deadline' AND l.number > e.number "
    "AND l.said ->> 'clock' = d.clock AND l.said ->> 'what' = '{}')"
)
SHAPE = (
    "SELECT 1 FROM e JOIN instance i ON i.id = e.instance "
    "JOIN called s ON s.what = 'shape' AND s.id = i.process || '/' || e.element AND s.name = :shape "
    "WHERE e.kind = 'passed'"
)
LETTER = (
    "SELECT 1 FROM e JOIN outbox o ON o.case_id = e.case_id AND o.id = e.said ->> 'letter' "
    "AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter' AND "
)
LATER_LETTER = (
    "EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id AND l.kind = 'letter' AND l.number > e.number "
    "AND l.said ->> 'letter' = o.id)"
)
TOLD_IN_ALL = "< “{subject}”><. {why}>"


def _task(name: str, verb: str, rows: str, more: str = "") -> Kind:
    return Kind(name, ANYWHERE, f"“{{task}}” {verb}< for {{agency}}>{more}", ITEM + rows)


def _clock(name: str, words: str, rows: str, more: str = "") -> Kind:
    return Kind(name, ANYWHERE, f"{words}: {{clock}}{more}", CLOCK + rows)


def _letter(name: str, words: str, rows: str) -> Kind:
    return Kind(name, ANYWHERE, words + TOLD_IN_ALL, LETTER + rows)


def _way(name: str, written: str, rows: str = SHAPE) -> Kind:
    return Kind(name, ANYWHERE, written, rows)


def _flows(count: str) -> str:
    return f"SELECT 1 FROM e WHERE e.kind = 'passed' AND {count}"


SEVERAL = "e.flows LIKE '% %'"
KINDS = (
    # Tasks.
    _task(
        "task completed",
        "was completed",
        "AND e.kind = 'completed' AND w.closed_how = 'completed' AND w.closed_at = e.at "
        "AND (w.closed_by = e.actor OR w.closed_by IS NULL AND e.actor NOT IN (SELECT id FROM account) "
        "OR w.closed_by IS NULL AND :alone IS NOT NULL) AND (:alone IS NULL) = (coalesce(e.said ->> 'automatic', 0) = 0)",
        "<alone= by itself, as nobody was needed>",
    ),
    _task("task came up", "came up", "AND e.kind = 'opened' AND w.opened_at = e.at"),
    _task(
        "task taken",
        "was taken",
        "AND e.kind = 'taken' AND w.opened_at <= e.at AND (w.owner_id = e.actor OR EXISTS (SELECT 1 FROM entry l "
        "WHERE l.instance = e.instance AND l.element = e.element AND l.number > e.number "
        "AND l.kind IN ('handed_back', 'taken', 'completed', 'withdrawn')))",
    ),
    _task(
        "task handed back",
        "was handed back",
        "AND e.kind = 'handed_back' AND w.opened_at <= e.at AND (w.owner_id IS NULL OR EXISTS (SELECT 1 FROM entry l "
        "WHERE l.instance = e.instance AND l.element = e.element AND l.number > e.number "
        "AND l.kind IN ('taken', 'completed')))",
    ),
    _task(
        "task withdrawn",
        "was withdrawn",
        "AND e.kind = 'withdrawn' AND w.closed_how = 'withdrawn' AND w.closed_at = e.at",
    ),
    # Processes.
    Kind(
        "process withdrawn",
        ANYWHERE,
        "{run} was withdrawn",
        RUN + "e.kind = 'withdrawn' AND r.status = 'withdrawn' AND r.ended_at = e.at",
    ),
    Kind("process began", ANYWHERE, "{run} began", RUN + "e.kind = 'started' AND r.started_at = e.at"),
    Kind(
        "process ended",
        ANYWHERE,
        "{run} ended<: “{end}”>",
        "SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run "
        "LEFT JOIN called s ON s.what = 'shape' AND s.id = r.process || '/' || e.element "
        "WHERE e.kind = 'ended' AND r.status = 'ended' AND r.ended_at = e.at "
        "AND coalesce(:end, '') = coalesce(s.name, '')",
    ),
    Kind(
        "process set aside",
        ANYWHERE,
        "{run} was set aside, as it cannot go on: {why}",
        RUN + "e.kind = 'stuck' AND r.status = 'stuck' AND r.ended_at = e.at AND e.said ->> 'what' = :why",
    ),
    # Messages.
    Kind(
        "message began a process",
        ANYWHERE,
        "This called for {run}, which began",
        "SELECT 1 FROM e JOIN run r ON r.case_id = e.case_id AND r.process_name = :run AND r.started_at = e.at "
        "JOIN entry s ON s.instance = r.id AND s.kind = 'started' AND s.act = e.act AND s.number > e.number "
        "WHERE e.kind = 'message'",
    ),
    Kind(
        "message joined a process",
        ANYWHERE,
        "This called for {run}, which was under way already",
        "SELECT 1 FROM e JOIN run r ON r.case_id = e.case_id AND r.process_name = :run AND r.started_at <= e.at "
        "AND (r.ended_at IS NULL OR r.ended_at >= e.at) WHERE e.kind = 'message'",
    ),
    Kind(
        "message reached a process",
        ANYWHERE,
        "{run} was told",
        "SELECT 1 FROM e JOIN run r ON r.case_id = e.case_id AND r.process_name = :run AND r.started_at <= e.at "
        "AND (r.ended_at IS NULL OR r.ended_at >= e.at) WHERE e.kind = 'message'",
    ),
    Kind(
        "message reached nobody",
        ANYWHERE,
        "News for the rest of the case: nothing waited for it",
        "SELECT 1 FROM e WHERE e.kind = 'message' AND e.said ->> 'what' = 'nobody waited for it'",
    ),
    # Clocks.
    _clock("clock started", "Clock started", "e.said ->> 'what' = 'started' AND d.started_at = e.at"),
    _clock(
        "time ran out",
        "Time ran out",
        "e.said ->> 'what' = 'passed' AND e.said ->> 'due_at' < e.at AND (d.passed_at = e.at OR "
        + SINCE.format("recalculated")
        + " OR EXISTS (SELECT 1 FROM deadline o WHERE o.case_id = d.case_id "
        "AND o.clock = d.clock AND o.passed_at = e.at))",
    ),
    _clock(
        "clock met in time",
        "Clock met in time",
        "e.said ->> 'what' = 'met' AND d.met_at = e.said ->> 'met_at' AND d.met_at <= d.due_at "
        "AND d.stopped_at IS NULL",
    ),
    _clock(
        "clock met too late",
        "Clock met too late",
        "e.said ->> 'what' = 'met' AND (d.met_at = e.said ->> 'met_at' AND d.met_at > d.due_at "
        "OR d.met_at <= d.due_at AND " + SINCE.format("met_earlier") + ")",
    ),
    _clock(
        "clock met after all",
        "Clock met in time after all",
        "e.said ->> 'what' = 'met_earlier' AND d.met_at = e.said ->> 'met_at' AND d.met_at <= d.due_at",
    ),
    _clock(
        "clock stopped",
        "Clock stopped",
        "e.said ->> 'what' = 'stopped' AND (d.stopped_at = e.said ->> 'stopped_at' AND d.met_at IS NULL OR "
        + SINCE.format("resumed")
        + ")",
    ),
    _clock(
        "clock resumed",
        "Clock runs again",
        "e.said ->> 'what' = 'resumed' AND (d.stopped_at IS NULL OR " + SINCE.format("stopped") + ")",
    ),
    _clock(
        "clock recalculated",
        "Clock recalculated",
        "e.said ->> 'what' = 'recalculated' AND e.said ->> 'due_at' >= :due_from AND e.said ->> 'due_at' < :due_to "
        "AND e.said ->> 'before' >= :before_from AND e.said ->> 'before' < :before_to "
        "AND (d.due_at = e.said ->> 'due_at' OR " + SINCE.format("recalculated") + ")",
        ": due {due:day} instead of {before:day}, as the working days changed",
    ),
    _clock("clock recalculated, without its days", "Clock recalculated", "e.said ->> 'what' = 'recalculated'"),
    Kind(
        "clocks recalculated",
        ANYWHERE,
        "Clocks were recalculated, as the working days changed",
        "SELECT 1 FROM e WHERE e.kind = 'recalculated' AND EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id "
        "AND l.act = e.act AND l.kind = 'deadline' AND l.said ->> 'what' = 'recalculated')",
    ),
    # The case.
    Kind(
        "case opened",
        ANYWHERE,
        "The case was opened<after=, after an earlier one that is closed>",
        'SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id LEFT JOIN "case" b ON b.id = e.said ->> \'after\' '
        "WHERE e.kind = 'opened_case' AND c.opened_at = e.at "
        "AND (:after IS NULL AND b.id IS NULL OR b.closed_at <= e.at AND b.person_id IS NOT NULL)",
    ),
    Kind(
        "case closed",
        ANYWHERE,
        "The case was closed",
        "SELECT 1 FROM e JOIN \"case\" c ON c.id = e.case_id WHERE e.kind = 'closed' AND c.closed_at = e.at",
    ),
    Kind(
        "agency became part",
        ANYWHERE,
        "{agency} became part of the case<: {why}>",
        "SELECT 1 FROM e JOIN called a ON a.what = 'agency' AND a.name = :agency "
        "JOIN part p ON p.case_id = e.case_id AND p.agency_id = a.id AND p.why = coalesce(:why, p.why) "
        "WHERE e.kind = 'part'",
    ),
    # Letters.
    Kind(
        "receipt is to be told",
        ANYWHERE,
        "The referrer is to be told that the referral has arrived",
        "SELECT 1 FROM e JOIN outbox o ON o.case_id = e.case_id AND o.kind = 'acknowledgement' "
        "AND o.id IN (SELECT value FROM json_each(e.said -> 'letters')) WHERE e.kind = 'queued' AND o.asked_at >= e.at",
    ),
    Kind(
        "somebody is to be told",
        ANYWHERE,
        "{whom} is to be told: {subject}",
        "SELECT 1 FROM e JOIN outbox o ON o.case_id = e.case_id AND o.subject = :subject "
        "AND o.id IN (SELECT value FROM json_each(e.said -> 'letters')) WHERE e.kind = 'queued' AND o.asked_at >= e.at "
        "AND (:whom = 'A colleague' AND o.recipient LIKE 'account:%' OR :whom = 'The duty team' "
        "AND e.said ->> 'recipient' LIKE 'team:%' OR EXISTS (SELECT 1 FROM called r WHERE r.what = 'role' "
        "AND lower('The ' || r.name) = lower(:whom) AND e.said ->> 'recipient' LIKE 'role:' || r.id || ':%'))",
    ),
    Kind(
        "nobody is to be told",
        ANYWHERE,
        "{whom}: there is nobody to be told: {subject}",
        "SELECT 1 FROM e WHERE e.kind = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = e.case_id "
        "AND o.subject = :subject AND o.asked_at = e.at)",
    ),
    _letter(
        "letter taken",
        "The mail server has taken the letter",
        f"o.state = 'handed_over' AND o.since = e.at AND o.settled_at = e.at OR {LATER_LETTER}",
    ),
    _letter(
        "letter refused",
        "The mail server does not take the letter",
        f"o.state = 'refused' AND o.since = e.at OR {LATER_LETTER}",
    ),
    _letter(
        "letter unknown",
        "Nobody knows whether this letter has left",
        f"o.state = 'unknown' AND o.since = e.at OR {LATER_LETTER}",
    ),
    _letter("letter sent again", "To be sent again: the letter", "o.asked_at = e.at"),
    _letter(
        "letter confirmed",
        "It has arrived, as somebody has found out: the letter",
        "o.state = 'confirmed' AND o.settled_at = e.at",
    ),
    _letter(
        "letter put aside",
        "Not sent, as somebody has decided: the letter",
        "o.state = 'withdrawn' AND o.settled_at = e.at",
    ),
    _letter(
        "letter withdrawn",
        "Not needed any more and not sent: the letter that would have done this",
        "o.state = 'withdrawn' AND o.settled_at = e.at",
    ),
    # The way through a drawing.
    _way("way begins", "The way begins: “{shape}”"),
    _way("way ends", "The way ends: “{shape}”"),
    _way(
        "other steps told",
        "Told the other steps: “{shape}”",
        SHAPE + " AND NOT EXISTS (SELECT 1 FROM entry m WHERE m.case_id = e.case_id AND m.number = e.number + 1 "
        "AND m.kind = 'message')",
    ),
    _way(
        "rest of the case told",
        "Told the rest of the case: “{shape}”",
        SHAPE + " AND EXISTS (SELECT 1 FROM entry m WHERE m.case_id = e.case_id AND m.act = e.act "
        "AND m.kind = 'message' AND m.number > e.number)",
    ),
    _way("it had waited", "It had waited for this: “{shape}”"),
    _way("happened", "Happened: “{shape}”"),
    _way(
        "task cut short",
        "“{task}” was ended by “{shape}”",
        SHAPE + " AND EXISTS (SELECT 1 FROM work_item w WHERE w.instance_id = e.instance AND w.title = :task "
        "AND w.closed_how = 'withdrawn' AND w.closed_at = e.at)",
    ),
    _way(
        "over for everybody",
        "“{shape}” is over for everybody who was asked",
        SHAPE + " AND NOT EXISTS (SELECT 1 FROM work_item w WHERE w.instance_id = e.instance "
        "AND w.element = e.element AND w.opened_at < e.at AND (w.closed_at IS NULL OR w.closed_at > e.at))",
    ),
    _way("ways came together", "Ways came together", _flows("e.flows NOT LIKE '% %'")),
    _way("several things began", "Several things began side by side", _flows(SEVERAL)),
    _way("what went on came together", "What went on side by side came together", _flows(f"NOT {SEVERAL}")),
    _way("the way went on", "The way went on", _flows(f"NOT {SEVERAL}")),
    _way("it waits", "From here on it waits for whatever comes first", _flows("TRUE")),
    _way("passed a shape", "Passed: “{shape}”"),
    _way(
        "a way was chosen",
        "{question} “{way}”",
        "SELECT 1 FROM e JOIN instance i ON i.id = e.instance "
        "JOIN called s ON s.what = 'shape' AND s.id = i.process || '/' || e.element AND s.name = :question "
        "JOIN called f ON f.what = 'flow' AND f.id = i.process || '/' || e.flows WHERE e.kind = 'passed' "
        "AND coalesce(nullif(f.name, ''), (SELECT t.name FROM called l JOIN called t ON t.what = 'shape' "
        "AND t.id = i.process || '/' || l.name WHERE l.what = 'leads to' AND l.id = f.id)) = :way",
    ),
)
