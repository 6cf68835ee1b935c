"""What lists say: a person's tasks, a team's, the cases; and the page of one task."""

from tests.truth.of_pages import CHILD, DUE, HOLDER, IN, SINCE, TASK, WHOSE, WITH_CLOCK
from tests.truth.patterns import Kind

OF_CASE = f"c.reference = :reference AND {CHILD} AND {SINCE} AND {WITH_CLOCK} AND "
TAGS = "<{tags:tags} | >"
OPEN_HERE = "work_item w WHERE w.closed_at IS NULL"
PRESSING = (
    'SELECT d.* FROM deadline d JOIN "case" c ON c.id = d.case_id JOIN person p ON p.id = c.person_id '
    f"WHERE d.title = :clock AND d.met_at IS NULL AND d.stopped_at IS NULL AND c.reference = :reference AND {CHILD} "
    f"AND {DUE} AND (:lead IS NULL OR coalesce((SELECT name FROM account WHERE id = c.lead_account_id), '') = :lead)"
)
COUNTED = "SELECT 1 WHERE :count = (SELECT count(*) FROM {})"
NONE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {})"
OF_TEAM = (
    'JOIN "case" c ON c.id = w.case_id AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader)'
)
TEAM_OPEN = f"work_item w {OF_TEAM} WHERE w.closed_at IS NULL"
OF_THIS_TEAM = (
    "work_item w WHERE w.closed_at IS NULL AND w.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader)"
)
LED = 'SELECT count(*) FROM "case" c WHERE c.lead_account_id = a.id AND c.closed_at IS NULL'
TOOK = "SELECT count(*) FROM work_item w WHERE w.owner_id = a.id AND w.closed_at IS NULL"
OVERDUE = "JOIN deadline d ON d.id = w.deadline_id AND d.met_at IS NULL AND d.stopped_at IS NULL AND d.due_at < :now"
DONE = "SELECT 1 FROM work_item w WHERE w.id = :item AND w.title = :under AND "
BY = "w.closed_by = (SELECT id FROM account WHERE name = :by) AND "
KINDS = (
    Kind(
        "a task in a list",
        "tasks team",
        f"{{task}}< for {{again}}> | {{child}}<, {{age}}> | {TAGS}{{process}} · {{reference}} · waiting since "
        "{since:moment}< | [{state}] | by {due:moment}>< | No time limit> | "
        "<Hand back “{mine}” for {same}><Taken by {holder}><{whose}, nobody has taken it><Take “{take}” for {its}>",
        TASK + OF_CASE + "(:mine IS NULL OR w.owner_id = :reader) AND "
        f"(:holder IS NULL AND (:mine IS NOT NULL OR w.owner_id IS NULL) OR :holder IS NOT NULL AND {HOLDER}) "
        f"AND (:whose IS NULL OR {WHOSE})",
    ),
    Kind(
        "how many under an order",
        "tasks",
        "Under police protection or an emergency order ({count:number})",
        "SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM "
        + OPEN_HERE
        + " AND EXISTS (SELECT 1 FROM deadline o "
        "WHERE o.case_id = w.case_id AND o.protects != '' AND o.met_at IS NULL AND o.stopped_at IS NULL))",
    ),
    Kind(
        "how many wait",
        "tasks",
        "<Your team’s tasks><Tasks for your role> ({count:number})",
        "SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM " + OPEN_HERE + ")",
    ),
    Kind(
        "how many run out where you lead",
        "tasks",
        "Running out in cases that you lead ({count:number})",
        'SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM deadline d JOIN "case" c ON c.id = d.case_id '
        "AND c.lead_account_id = :reader WHERE d.met_at IS NULL AND d.stopped_at IS NULL)",
    ),
    Kind(
        "how many a list has",
        "tasks team",
        "Show all {count:number}",
        "SELECT 1 WHERE :under LIKE '%(' || :count || ')'",
    ),
    Kind(
        "no case",
        "cases",
        "There are no cases that you have a part in.",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM part p JOIN organisation o ON o.agency = p.agency_id AND NOT o.leads "
        "JOIN membership m ON m.organisation_id = o.id AND m.account_id = :reader)",
    ),
    Kind(
        "you have taken no task",
        "tasks",
        "You have taken no task.",
        NONE.format(OPEN_HERE + " AND w.owner_id = :reader"),
    ),
    Kind(
        "nothing more waits",
        "tasks",
        "Nothing more waits for your <team><role>.",
        NONE.format(
            f"work_item w JOIN membership m ON m.account_id = :reader AND m.role = w.role "
            "AND (w.team_id IS NULL OR w.team_id = m.team_id) AND (w.agency_id IS NULL OR w.agency_id = "
            "(SELECT agency FROM organisation o WHERE o.id = m.organisation_id)) "
            "WHERE w.closed_at IS NULL AND w.owner_id IS NULL AND NOT w.urgent AND NOT EXISTS (SELECT 1 FROM "
            "deadline o WHERE o.case_id = w.case_id AND o.protects != '' AND o.met_at IS NULL "
            "AND o.stopped_at IS NULL)"
        ),
    ),
    Kind(
        "your tasks",
        "tasks",
        "Your tasks ({count:number})",
        "SELECT 1 WHERE :count <= (SELECT count(*) FROM " + OPEN_HERE + " AND w.owner_id = :reader)",
    ),
    Kind(
        "a clock that presses",
        "tasks team",
        f"{{child}}: {{again}} | {{clock}} | {TAGS}<{{tasks:rest}} | >[{{state}}] | by {{due:moment}} | {{reference}}"
        "<none= | No lead yet>< | Lead: {lead}>",
        PRESSING + " AND (:none IS NULL OR c.lead_account_id IS NULL)",
    ),
    # Cases.
    Kind("how many cases", "cases", "{count:number} case<s>", 'SELECT 1 WHERE :count <= (SELECT count(*) FROM "case")'),
    Kind(
        "what opens a case",
        "cases",
        "{guidance}",
        "SELECT 1 FROM called g WHERE g.what = 'guidance' AND g.name = :guidance",
    ),
    Kind(
        "a case in the list",
        "cases",
        "{child} | <{age} · >{reference} | <closed=[Closed]><open=[Open] {count:number} task<s> wait<s>> | "
        "<closed {at:moment}><since {since:moment}>< | Lead: {lead}>< | No lead yet>",
        f'SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference AND {CHILD} '
        f"AND (:closed IS NOT NULL AND {IN.format('c.closed_at', 'at')} OR :open IS NOT NULL AND c.closed_at IS NULL "
        f"AND {IN.format('c.opened_at', 'since')} AND :count = (SELECT count(*) FROM work_item w "
        "WHERE w.case_id = c.id AND w.closed_at IS NULL)) AND (:lead IS NULL OR (SELECT name FROM account "
        "WHERE id = c.lead_account_id) = :lead)",
    ),
    # A team.
    Kind(
        "whose team",
        "team",
        "{team}",
        "SELECT 1 FROM team t JOIN membership m ON m.team_id = t.id AND m.account_id = :reader WHERE t.name = :team",
    ),
    Kind(
        "no order",
        "team",
        "No child of this team is under police protection or an emergency order.",
        NONE.format(f"deadline w {OF_TEAM} WHERE w.protects != '' AND w.met_at IS NULL AND w.stopped_at IS NULL"),
    ),
    Kind(
        "nothing presses",
        "team",
        "Nothing< else> is overdue or about to run out.",
        NONE.format(
            f"deadline w {OF_TEAM} WHERE w.protects = '' AND w.met_at IS NULL AND w.stopped_at IS NULL "
            "AND w.due_at < :now"
        ),
    ),
    Kind(
        "every task is taken",
        "team",
        "Every task of this team has been taken.",
        NONE.format(OF_THIS_TEAM + " AND w.owner_id IS NULL"),
    ),
    Kind(
        "how many orders",
        "team",
        "Police protection and emergency orders ({count:number})",
        COUNTED.format(f"deadline w {OF_TEAM} WHERE w.protects != '' AND w.met_at IS NULL AND w.stopped_at IS NULL"),
    ),
    Kind(
        "how many letters",
        "team",
        "Letters that did not leave ({count:number})",
        COUNTED.format(
            f"outbox w {OF_TEAM} WHERE w.settled_at IS NULL AND (w.state IN ('refused', 'unknown') "
            "OR w.attempts > 0 OR minutes(w.asked_at, :now) > 60)"
        ),
    ),
    Kind(
        "how many are in danger",
        "team tasks",
        "A child may be in immediate danger ({count:number})",
        "SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM " + OPEN_HERE + ")",
    ),
    Kind(
        "how many nobody has taken",
        "team",
        "Nobody has taken ({count:number})",
        COUNTED.format(OF_THIS_TEAM + " AND w.owner_id IS NULL"),
    ),
    Kind(
        "how many press",
        "team",
        "Overdue or about to run out ({count:number})",
        f"SELECT 1 WHERE :count BETWEEN (SELECT count(*) FROM deadline w {OF_TEAM} WHERE w.protects = '' "
        "AND w.met_at IS NULL AND w.stopped_at IS NULL AND w.due_at < :now) AND (SELECT count(*) FROM deadline w "
        f"{OF_TEAM} WHERE w.protects = '' AND w.met_at IS NULL AND w.stopped_at IS NULL)",
    ),
    Kind(
        "how many have no lead",
        "team",
        "No lead professional yet ({count:number})",
        'SELECT 1 WHERE :count = (SELECT count(*) FROM "case" c WHERE c.closed_at IS NULL '
        "AND c.lead_account_id IS NULL AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader))",
    ),
    Kind(
        "who has what",
        "team",
        "{name} ‹{role}› | <Leads {led:number} case<s>: {again}><Leads no case> · <{took:number} task<s> taken: {same}>"
        "<no task taken>< [{overdue:number} overdue]>< +[{soon:number} soon]><{rest:rest}>",
        f"SELECT 1 FROM account a WHERE a.name = :name AND ({LED}) = coalesce(:led, 0) AND ({TOOK}) = coalesce(:took, 0) "
        "AND coalesce(:overdue, 0) = (SELECT count(*) FROM work_item w "
        + OVERDUE
        + " WHERE w.owner_id = a.id AND w.closed_at IS NULL)",
    ),
    Kind(
        "nobody has anything",
        "team",
        "Nobody leads a case or has taken a task.",
        NONE.format(TEAM_OPEN + " AND w.owner_id IS NOT NULL"),
    ),
    Kind(
        "who has nothing",
        "team",
        "No case and no task: {names:rest}.",
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM account a WHERE instr(:names, a.name || ' (') > 0 "
        "AND (SELECT count(*) FROM account b WHERE instr(b.name, a.name) > 0) = 1 "
        f"AND (({LED}) > 0 OR ({TOOK}) > 0))",
    ),
    Kind(
        "a case of a team",
        "team",
        "{child} ‹{reference}, <{process}, >since {since:moment}›< | {tags:tags}>",
        f'SELECT c.id AS case_id FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference AND {CHILD}',
    ),
    Kind(
        "a case without a lead",
        "team",
        "{child} ‹{reference}, open since {since:moment}›< | {tags:tags}>",
        f'SELECT c.id AS case_id FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference AND {CHILD} '
        f"AND c.closed_at IS NULL AND c.lead_account_id IS NULL AND {IN.format('c.opened_at', 'since')}",
    ),
    # One task.
    Kind(
        "a task is done",
        "task",
        "This task is done",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'completed'",
    ),
    Kind(
        "a task was withdrawn",
        "task",
        "This task was withdrawn",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'withdrawn'",
    ),
    Kind(
        "a task is not yours",
        "task",
        "This task is not yours to do",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_at IS NULL",
    ),
    Kind(
        "when it was withdrawn",
        "task",
        "It was withdrawn {at:moment} and can no longer be done.",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'withdrawn' AND "
        + IN.format("w.closed_at", "at"),
    ),
    Kind(
        "who completed it",
        "task",
        "{by} completed it {at:moment}.",
        f"SELECT 1 FROM work_item w WHERE w.id = :item AND {BY} w.closed_how = 'completed' AND "
        + IN.format("w.closed_at", "at"),
    ),
    Kind(
        "it was completed by itself",
        "task",
        "It was completed automatically {at:moment}.",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'completed' AND w.closed_by IS NULL AND "
        + IN.format("w.closed_at", "at"),
    ),
    Kind(
        "a task is for another role",
        "task",
        "This task is for another role: {roles}.",
        "SELECT 1 FROM work_item w JOIN called r ON r.what = 'role' AND r.id = w.role WHERE w.id = :item "
        "AND instr(:roles, lower(r.name)) > 0 AND NOT EXISTS (SELECT 1 FROM membership m "
        "LEFT JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = :reader AND m.role = w.role "
        "AND (w.agency_id IS NULL OR w.agency_id = o.agency) AND (w.team_id IS NULL OR w.team_id = m.team_id))",
    ),
    Kind(
        "a colleague has taken it",
        "task",
        "{holder} has taken this task. Ask them to hand it back if you are to do it.",
        "SELECT 1 FROM work_item w JOIN account a ON a.id = w.owner_id AND a.name = :holder WHERE w.id = :item "
        "AND w.owner_id != :reader",
    ),
    Kind(
        "a form that is known",
        "task",
        "{form}",
        "SELECT 1 FROM answers x JOIN called f ON f.name = :form AND f.id = x.process || '/' || x.element "
        "WHERE x.case_id = :case",
    ),
    Kind(
        "what the task is about",
        "task",
        "{guidance}",
        "SELECT 1 FROM called g WHERE g.what = 'guidance' AND g.name = :guidance",
    ),
    Kind(
        "all that is known",
        "task",
        "Show all {count:number} answered forms",
        "SELECT 1 WHERE :count = (SELECT count(*) FROM answers WHERE case_id = :case)",
    ),
    Kind("what the task is", "task", "{task}", "SELECT 1 FROM work_item w WHERE w.id = :item AND w.title = :task"),
    Kind(
        "of which process",
        "task",
        "{process}",
        "SELECT 1 FROM work_item w JOIN called p ON p.what = 'process' AND p.id = w.process "
        "WHERE w.id = :item AND p.name = :process",
    ),
    Kind(
        "how its clock stands",
        "task",
        "[{state}]",
        "SELECT d.* FROM work_item w JOIN deadline d ON d.id = w.deadline_id WHERE w.id = :item",
    ),
    Kind(
        "about the task",
        "task",
        "Time | <No time limit><[{state}] {clock}: by {due:moment}>< (bank holidays of that year are not yet published)>"
        " | Waiting since | {since:moment} | Who has it | <mine=You><Nobody yet. Sending it makes it yours.>",
        "SELECT d.* FROM work_item w LEFT JOIN deadline d ON d.id = w.deadline_id WHERE w.id = :item AND "
        + SINCE
        + " AND (:clock IS NULL AND d.id IS NULL OR d.title = :clock AND "
        + DUE
        + ") "
        "AND (:mine IS NULL AND w.owner_id IS NULL OR :mine IS NOT NULL AND w.owner_id = :reader)",
    ),
    Kind(
        "a letter is to do it",
        "task",
        "A letter that does this is on its way to the mail server. When it has left, this task is done. If you do it "
        "yourself first, the letter is withdrawn.",
        "SELECT 1 FROM outbox o WHERE o.work_item_id = :item AND o.state IN ('waiting', 'handing_over')",
    ),
    Kind(
        "a letter did not do it",
        "task",
        "The letter that was to do this <refused=was not taken by the mail server><may or may not have left>. Do it "
        "yourself here, or say on the page of the case what is to become of the letter.",
        "SELECT 1 FROM outbox o WHERE o.work_item_id = :item AND o.state = "
        "CASE WHEN :refused IS NULL THEN 'unknown' ELSE 'refused' END",
    ),
    Kind(
        "it came back",
        "task",
        "It came back from “{task}”, {at:moment}<, {by}>:",
        "SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.instance_id = x.instance_id WHERE "
        + IN.format("x.at", "at"),
    ),
    Kind(
        "what it said before",
        "task",
        "{by} answered {at:moment}. Texts are filled in below: change what is no longer so. What is decided and when "
        "it happened is to be answered again.",
        "SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.instance_id = x.instance_id "
        "AND w.element = x.element WHERE " + IN.format("x.at", "at"),
    ),
    Kind(
        "how much is known",
        "task",
        "Read what is known so far ({count:number} form<s>)",
        "SELECT 1 FROM work_item w WHERE w.id = :item AND :count <= (SELECT count(*) FROM answers x "
        "WHERE x.case_id = w.case_id)",
    ),
    Kind(
        "of which form",
        "task",
        "{process}, {at:moment}<, {by}>",
        "SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.case_id = x.case_id WHERE "
        + IN.format("x.at", "at")
        + " AND (:by IS NULL OR x.account_id = (SELECT id FROM account WHERE name = :by))",
    ),
    Kind(
        "filled in from",
        "task",
        "Filled in from “{form}”, {at:moment}<, {by}>. Change it if it is no longer so.",
        "SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.case_id = x.case_id WHERE "
        + IN.format("x.at", "at"),
    ),
)
