"""What the pages of a case, of its tasks and of lists say beside the entries of its chain."""

from tests.truth.patterns import Kind

CHILD = (
    "(trim(p.given_name || ' ' || p.family_name) = :child OR lower(p.given_name) IN ('', 'not known') "
    "OR lower(p.family_name) IN ('', 'not known'))"
)
OF_CASE = 'SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND '
BORN = "p.born = day(:born_from)"
EXPECTED = "p.born IS NULL AND p.expected = day(:expected_from)"
AGE = "age(p.born, p.expected, :now) = lower(:age)"
IN = "{0} >= :{1}_from AND {0} < :{1}_to"
OF_CASE_CLOCK = "SELECT d.* FROM deadline d WHERE d.case_id = :case AND d.title = :clock AND "
DUE = IN.format("d.due_at", "due")
COUNTED = IN.format("d.counted_from", "counted")
NAMED = "coalesce((SELECT name FROM account WHERE id = {}), '') = coalesce(:{}, '')"
WHOSE = (
    "EXISTS (SELECT 1 FROM called r LEFT JOIN called a ON a.what = 'agency' AND a.id = w.agency_id "
    "WHERE r.what = 'role' AND r.id = w.role AND lower(:whose) IN (lower(r.name), "
    "lower(a.name || ' (' || r.name || ')')))"
)
# A task that waits, of this case: with its clock, if it says one.
TASK = (
    'SELECT w.*, d.* FROM work_item w JOIN "case" c ON c.id = w.case_id JOIN person p ON p.id = c.person_id '
    "LEFT JOIN deadline d ON d.id = w.deadline_id WHERE w.title = :task AND w.closed_at IS NULL AND "
)
SINCE = IN.format("w.opened_at", "since")
HOLDER = (
    "(:holder IS NULL AND w.owner_id IS NULL OR w.owner_id = (SELECT id FROM account WHERE name = :holder) "
    "OR :holder = 'you' AND w.owner_id = :reader)"
)
WITH_CLOCK = "(:due_from IS NULL AND d.id IS NULL OR " + DUE + ")"
OPEN_HERE = "w.case_id = :case AND "
COUNT = "SELECT 1 WHERE :count = (SELECT count(*) FROM {})"
NONE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {})"
LETTER = (
    'SELECT 1 FROM outbox o JOIN "case" c ON c.id = o.case_id JOIN person p ON p.id = c.person_id '
    "LEFT JOIN account a ON o.recipient = 'account:' || a.id WHERE o.settled_at IS NULL AND o.subject = :subject "
    "AND coalesce(a.name, 'the referrer') = :to AND o.why = coalesce(:why, '') AND "
    + IN.format("o.since", "at")
    + " AND (:count IS NULL OR o.attempts = :count) AND o.state = "
)
LETTERS = {
    "waiting": "Waits to be sent",
    "handing_over": "Being sent",
    "refused": "Not taken",
    "unknown": "Nobody knows whether it left",
}
ANSWER = (
    "SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question "
    "AND q.id = x.process || '/' || x.element || '/' || x.field "
    "WHERE x.case_id = :case AND instr(:words, coalesce("
    "(SELECT name FROM called c WHERE c.what = 'choice' AND c.id = q.id || '/' || x.value), "
    "(SELECT name FROM called a WHERE a.what IN ('agency', 'role') AND a.id = x.value), "
    "(SELECT name FROM account WHERE id = x.value), "
    "(SELECT trim(given_name || ' ' || family_name) FROM person WHERE id = x.value), in_words(x.value))) > 0"
)
ITEMS = (
    "SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question "
    "AND x.process || '/' || x.element || '/' || x.field LIKE q.id || '.%' WHERE x.case_id = :case"
)
PROGRESS = {
    "Open now": "w.closed_at IS NULL AND "
    + IN.format("w.opened_at", "at")
    + " AND "
    + NAMED.format("w.owner_id", "by"),
    "Done": "w.closed_how = 'completed' AND "
    + IN.format("w.closed_at", "at")
    + " AND "
    + NAMED.format("w.closed_by", "by"),
    "Withdrawn": "w.closed_how = 'withdrawn' AND "
    + IN.format("w.closed_at", "at")
    + " AND "
    + NAMED.format("w.closed_by", "by"),
}
CASE = (
    Kind(
        "whose case", "*", "Case {reference}", 'SELECT 1 FROM "case" c WHERE c.id = :case AND c.reference = :reference'
    ),
    Kind("the child", "*", "{child}", OF_CASE + CHILD),
    Kind("the child’s age", "case", "{age}, born {born:day}", OF_CASE + f"{BORN} AND {AGE}"),
    Kind("a child not yet born", "case", "Not yet born, due {expected:day}", OF_CASE + EXPECTED),
    Kind(
        "a child whose birth nobody knows",
        "case",
        "Date of birth not known",
        OF_CASE + "p.born IS NULL AND p.expected IS NULL",
    ),
    Kind(
        "whose page, born",
        "*",
        "{age}, born {born:day} · case {reference}",
        OF_CASE + f"{BORN} AND {AGE} AND c.reference = :reference",
    ),
    Kind(
        "whose page, not born",
        "*",
        "<N><n>ot yet born, due {expected:day} · case {reference}",
        OF_CASE + f"{EXPECTED} AND c.reference = :reference",
    ),
    Kind(
        "whose page, not known",
        "*",
        "<D><d>ate of birth not known · case {reference}",
        OF_CASE + "p.born IS NULL AND p.expected IS NULL AND c.reference = :reference",
    ),
    Kind(
        "open or closed",
        "case",
        "Case | <closed=[Closed] {at:moment}><open=[Open] since {since:moment}> | Lead professional | {lead} | "
        "Team | {team}< | Address | {address}>",
        'SELECT 1 FROM "case" c JOIN team t ON t.id = c.team_id JOIN person p ON p.id = c.person_id WHERE c.id = :case '
        f"AND (:closed IS NOT NULL AND {IN.format('c.closed_at', 'at')} OR :open IS NOT NULL AND c.closed_at IS NULL "
        f"AND {IN.format('c.opened_at', 'since')}) AND t.name = :team "
        "AND coalesce((SELECT name FROM account WHERE id = c.lead_account_id), 'Nobody yet') = :lead "
        "AND coalesce(:address, '') = trim(replace(replace(p.address, char(13), ''), char(10), ' '))",
    ),
    Kind(
        "set aside",
        "case",
        "Something is wrong with this process: {run}. It was set aside {at:moment}< at “{shape}”>: {why}",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND r.status = 'stuck' AND "
        + IN.format("r.ended_at", "at"),
    ),
    Kind(
        "protected now",
        "*",
        "{name}: {state}, until <{due:moment}>.",
        "SELECT * FROM deadline d WHERE d.case_id = :case AND d.protects = CASE :name WHEN 'Police protection' "
        f"THEN 'police' WHEN 'Emergency protection order' THEN 'order' END AND {DUE}",
    ),
    Kind(
        "protected, its end not recorded",
        "*",
        "{name}: its time ran out at {due:moment}. Its end is not recorded yet.",
        "SELECT 1 FROM deadline d WHERE d.case_id = :case AND d.protects = CASE :name WHEN 'Police protection' THEN "
        "'police' WHEN 'Emergency protection order' THEN 'order' END AND d.met_at IS NULL AND d.stopped_at IS NULL "
        f"AND d.due_at < :now AND {DUE}",
    ),
    Kind(
        "in danger",
        "task",
        "This child may be in immediate danger.",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.urgent AND w.closed_at IS NULL",
    ),
    Kind("protected, as a tag", "*", "{tags}", "SELECT :case AS case_id WHERE :tags LIKE '[%'"),
    Kind(
        "which protection, as a tag",
        "tags",
        "<[{name}: {words}]>< [{other}: {more}]>< [Child protection plan]><plan=[Child protection plan]>",
        'SELECT 1 FROM t JOIN "case" c ON c.id = t.case_id WHERE (:name IS NULL OR EXISTS (SELECT 1 FROM deadline d '
        "WHERE d.case_id = c.id AND d.met_at IS NULL AND d.stopped_at IS NULL AND d.protects = CASE :name "
        "WHEN 'Police protection' THEN 'police' WHEN 'Emergency protection order' THEN 'order' END)) "
        "AND (:plan IS NULL OR c.plan_from IS NOT NULL AND c.plan_until IS NULL)",
    ),
    Kind(
        "a plan is in force",
        "*",
        "Child protection plan in force since {since:day}.",
        'SELECT 1 FROM "case" c WHERE c.id = :case AND c.plan_until IS NULL AND ' + IN.format("c.plan_from", "since"),
    ),
    Kind(
        "one is under way",
        "case",
        "{name} | One is under way since {since:moment}. Tell its team what you know.",
        "SELECT 1 FROM run r JOIN called f ON f.what = 'form' AND f.id = r.process || '/start' AND f.name = :name "
        "WHERE r.case_id = :case AND r.status = 'running' AND " + IN.format("r.started_at", "since"),
    ),
    Kind(
        "protection is under way",
        "case",
        "{name} is under way since {since:moment}. Its tasks are below.",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.status = 'running' AND r.process_name = :name AND "
        + IN.format("r.started_at", "since"),
    ),
    # Where it stands.
    Kind(
        "which process runs",
        "case",
        "<See the whole of “><Tasks of “>{run}<” and how far they are><”>",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND r.status = 'running'",
    ),
    Kind(
        "what may begin",
        "*",
        "{title}< | {guidance:rest}>",
        "SELECT 1 FROM called f WHERE f.what = 'form' AND f.name = :title AND f.id LIKE '%/start'",
    ),
    Kind(
        "a process runs",
        "case",
        "Began {since:moment}. {waits}: {roles}.",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :under AND r.status = 'running' AND "
        + IN.format("r.started_at", "since")
        + " AND :waits = (SELECT CASE count(*) WHEN 1 THEN 'One task waits' "
        "ELSE count(*) || ' tasks wait' END FROM work_item w WHERE w.instance_id = r.id AND w.closed_at IS NULL) "
        "AND NOT EXISTS (SELECT 1 FROM work_item w JOIN called n ON n.what = 'role' AND n.id = w.role "
        "WHERE w.instance_id = r.id AND w.closed_at IS NULL AND instr(:roles, lower(n.name)) = 0)",
    ),
    Kind(
        "a process waits",
        "case",
        "Began {since:moment}. It waits for a date or for news.",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :under AND r.status = 'running' AND "
        + IN.format("r.started_at", "since")
        + " AND EXISTS (SELECT 1 FROM wait WHERE wait.instance_id = r.id) "
        "AND NOT EXISTS (SELECT 1 FROM work_item w WHERE w.instance_id = r.id AND w.closed_at IS NULL)",
    ),
    Kind(
        "a task waits",
        "case",
        "{task} | {whose} · <taken by {holder}><nobody has taken it> · since {since:moment}"
        "<danger= | [Immediate danger]>< | [{state}] | by {due:moment}>< | No time limit>< | Take “{take}”>",
        TASK + OPEN_HERE + f"{SINCE} AND {WHOSE} AND {HOLDER} AND {WITH_CLOCK} AND (:danger IS NULL OR w.urgent)",
    ),
    *(
        Kind(
            f"a step is {how.lower()}",
            "case",
            f"{{task}} | {{whose}} | [{how}] {{at:moment}}<, {{by}}>",
            "SELECT 1 FROM work_item w JOIN run r ON r.id = w.instance_id WHERE w.case_id = :case AND r.name = :under "
            f"AND w.title = :task AND {WHOSE} AND {rows}",
        )
        for how, rows in PROGRESS.items()
    ),
    Kind(
        "a step is not reached",
        "case",
        "{task} | {whose} | [Not reached]",
        "SELECT 1 FROM run r JOIN called s ON s.what = 'shape' AND s.name = :task AND s.id LIKE r.process || '/%' "
        "WHERE r.case_id = :case AND r.name = :under AND NOT EXISTS (SELECT 1 FROM work_item w "
        "WHERE w.instance_id = r.id AND r.process || '/' || w.element = s.id)",
    ),
    Kind(
        "nothing goes on",
        "case",
        "Nothing is going on in this case.",
        'SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM instance i '
        "WHERE i.case_id = c.id AND i.status = 'running')",
    ),
    Kind(
        "it is closed",
        "case",
        "This case is closed. A closed case is not opened again: a new referral opens a new one.",
        'SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NOT NULL',
    ),
    Kind(
        "what is finished",
        "case",
        "{run}<: {outcome}.> ‹{ended} {at:moment}›",
        "SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND "
        + IN.format("r.ended_at", "at")
        + " AND r.status = CASE :ended WHEN 'Ended' THEN 'ended' WHEN 'Withdrawn' THEN 'withdrawn' WHEN 'Set aside' THEN "
        "'stuck' END AND (:outcome IS NULL OR EXISTS (SELECT 1 FROM answers x JOIN json_each(x.answers) v "
        "JOIN called n ON n.what = 'choice' AND n.id = x.process || '/' || x.element || '/' || v.key || '/' || v.value "
        "WHERE x.instance_id = r.id AND n.name = :outcome))",
    ),
    *(
        Kind(
            f"how many {name} there are",
            "case",
            f"Show all <{{count:number}} >{words}",
            "SELECT 1 WHERE coalesce(:count, 0) IN (0, (SELECT count(*) FROM " + rows + "))",
        )
        for name, words, rows in (
            (
                "finished",
                "parts of the case that are finished",
                "instance WHERE case_id = :case AND ended_at IS NOT NULL",
            ),
            ("clocks", "clocks", "deadline WHERE case_id = :case"),
            ("events", "events", "entry WHERE FALSE"),
            ("answered", "answered forms", "answers WHERE case_id = :case"),
        )
    ),
    # Clocks.
    Kind(
        "a clock",
        "case",
        "{clock}<statutory= ‹(set by law or guidance)›> | [{state}] | By {due:moment}, counted from {counted:moment}."
        "< Stopped {stopped:moment}.>< Done {done:moment}.>< Why it was late: {why}>",
        OF_CASE_CLOCK + f"{DUE} AND {COUNTED} AND (:statutory IS NOT NULL) = (d.kind = 'statutory') "
        f"AND (:stopped_from IS NULL OR d.met_at IS NULL AND {IN.format('d.stopped_at', 'stopped')}) "
        f"AND (:done_from IS NULL OR {IN.format('d.met_at', 'done')}) "
        "AND (:done_from IS NULL) = (d.met_at IS NULL) AND (:why IS NULL OR d.late_reason = :why)",
    ),
    Kind("no clock has run", "case", "No clock has run in this case.", NONE.format("deadline WHERE case_id = :case")),
    # What happened, what was answered.
    Kind(
        "the head of an act",
        "act-of-case",
        "{at:moment} · {by}",
        "SELECT 1 FROM entry e JOIN actor a ON a.id = e.actor AND a.name = :by WHERE e.case_id = :case AND "
        + IN.format("e.at", "at"),
    ),
    Kind(
        "what happened",
        "act-of-case",
        "{entry:rest}",
        "SELECT e.* FROM entry e JOIN actor a ON a.id = e.actor "
        "AND a.name = :row_by WHERE e.case_id = :case AND " + IN.format("e.at", "row_at"),
    ),
    Kind(
        "a form that was answered",
        "case",
        "{form} ‹{at:moment}<, {by}>›",
        "SELECT 1 FROM answers x JOIN called f ON f.name = :form AND (f.what = 'shape' AND f.id = x.process || '/' || "
        "x.element OR f.what = 'form' AND f.id = x.process || '/' || x.element) WHERE x.case_id = :case AND "
        + IN.format("x.at", "at")
        + " AND "
        + NAMED.format("x.account_id", "by"),
    ),
    Kind("an answer", "*", "{question}< (number {number:number})> | {words:rest}", ANSWER),
    Kind("an answer in pack", "act-of-pack", "{question}< (number {number:number})> | {words:rest}", ANSWER),
    Kind("answers one after the other", "*", "{question} | {inner} | {words:rest}", ITEMS),
    Kind("nothing that you may see", "case", "There is nothing that you may see.", "SELECT 1"),
    Kind(
        "another case",
        "case",
        "{child}, {reference} ‹<the same child><the same family>, <closed {at:moment}><open since {since:moment}>›",
        'SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id JOIN "case" this ON this.id = :case '
        f"WHERE c.reference = :reference AND {CHILD} AND c.id != this.id AND (c.family_id = this.family_id "
        "OR c.person_id IN (this.person_id, this.same_person_id) OR c.same_person_id IN (this.person_id, "
        "this.same_person_id)) AND (:at_from IS NOT NULL) = (c.closed_at IS NOT NULL)",
    ),
)
LETTER_KINDS = tuple(
    Kind(
        f"a letter {state}",
        "*",
        f"{{subject}} | <{{child}} · {{reference}} | >To {{to}}<. {{why}}> | [{words}] | "
        "{at:moment}<, tried {count:number} times><{buttons:rest}>",
        f"{LETTER}'{state}'",
    )
    for state, words in LETTERS.items()
)
