-- What a pack says of a case: its page and its tables.

-- a clock, in a pack @ pack
-- {clock} ‹(<{limit:number} {unit}, >{kind}, {process})› | {pack_state} | <Counted from {counted:moment}, due by {due:moment}<, done {done:moment}><, stopped {stopped:moment}>.><The dates are withheld: they would tell when the child was born.>< | Why it was late: {why}>
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.title = :clock AND (:counted IS NULL
    OR during(d.counted_from, :counted)) AND (:due IS NULL OR during(d.due_at, :due)) AND
    (:done IS NULL) = (d.met_at IS NULL OR :due IS NULL) AND (:done IS NULL OR during(d.met_at, :done))
    AND (:stopped IS NULL OR d.met_at IS NULL AND during(d.stopped_at, :stopped)) AND (:why IS NULL
    OR :why = coalesce(d.late_reason, 'no reason was given') OR :redacted) AND d.kind = :kind;

-- nothing was late, in a pack @ pack
-- Nothing was late.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- no clock has run, in a pack @ pack
-- No clock has run.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deadline WHERE case_id = :case);

-- the clocks of a joined case, in a pack @ pack
-- What ran when this case was joined to another went on there, and stands in the pack of that one.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM deadline d
    WHERE d.case_id = c.id);

-- a case goes on elsewhere, in a pack @ pack
-- This case was found to be about a child with another open case, and was joined to that one. All that was under way went on there, and what happened since stands in the pack of that case.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM instance i
    WHERE i.case_id = c.id AND i.status = 'running');

-- cases that were joined, in a pack @ pack
-- What was recorded in case<s> {others} stands here too, in the order in which it happened: it was found to be about the same child, and was joined to this case. Acts and entries are numbered through all that is here; steps.csv says in which case each was written, and its number there.
SELECT 1 WHERE EXISTS (SELECT 1 FROM joined j WHERE j.told_in = :case) AND (:redacted OR NOT EXISTS (SELECT 1
    FROM joined j JOIN "case" c ON c.id = j.case_id WHERE j.told_in = :case AND instr(:others, c.reference) = 0));

-- which cases were joined, in a pack @ pack
-- Joined to it | case {others}
SELECT 1 WHERE EXISTS (SELECT 1 FROM joined j WHERE j.told_in = :case) AND (:redacted OR NOT EXISTS (SELECT 1
    FROM joined j JOIN "case" c ON c.id = j.case_id WHERE j.told_in = :case AND instr(:others, c.reference) = 0));

-- where it goes on, in a pack @ pack
-- Goes on in | <another case of this child><case {reference}>
SELECT 1 FROM "case" c JOIN "case" o ON o.id = c.joined_to_id WHERE c.id = :case AND (:redacted
    AND :reference IS NULL OR o.reference = :reference);

-- the last act of a joined case, in a pack @ pack
-- The last act of case {number}, which was joined to it, has the hash {hash}.
SELECT 1 FROM joined j JOIN act a ON a.chain = 'case:' || j.case_id WHERE j.told_in = :case AND lower(hex(a.hash)) = :hash
    AND a.number = (SELECT max(number) FROM act WHERE chain = a.chain);

-- the last act, in a pack @ pack
-- The last act of the case has the hash {hash}.
SELECT 1 FROM act a WHERE a.chain = 'case:' || :case AND lower(hex(a.hash)) = :hash AND a.number =
    (SELECT max(number) FROM act WHERE chain = 'case:' || :case);

-- a redacted pack @ pack
-- Case {number} (redacted)
SELECT 1 WHERE :redacted;

-- a fact of the case, in a pack @ pack
-- {what} | {value}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id JOIN team t ON t.id = c.team_id
    WHERE c.id = :case AND (:what = 'Team' AND t.name = :value OR :what = 'Guidance' OR :what = 'Closed'
    AND :value = 'still open' AND c.closed_at IS NULL OR :what = 'Child'
    AND is_called(p.given_name, p.family_name, :value));

-- when it was, in a pack @ pack
-- {what} | {at:moment}
SELECT 1 FROM "case" c WHERE c.id = :case AND (:what = 'Opened' AND during(c.opened_at, :at)
    OR :what = 'Closed' AND during(c.closed_at, :at) OR :what = 'Pack made' AND during(:now, :at));

-- which duty, in a pack @ pack
-- {id}: {duty} ‹({source})›
SELECT 1 FROM duty u WHERE u.id = :id AND u.name = :duty;

-- what became of a duty, in a pack @ pack
-- {became}<late=, and late>
SELECT 1 FROM duty u WHERE u.id = substr(:under, 1, instr(:under, ':') - 1) AND (:became = 'Done' AND
    EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'completed')) OR :became = 'Done otherwise' AND EXISTS (SELECT 1
    FROM asked s WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed'))
    OR :became = 'Open' AND EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn')) AND EXISTS (SELECT 1 FROM instance i
    WHERE i.came_from_id = :case OR i.case_id = :case AND i.status IN ('running', 'stuck')) OR :became = 'Not done' AND EXISTS
    (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('withdrawn', 'completed', 'started'))) AND (:late IS NOT NULL) = EXISTS (SELECT 1
    FROM clock d WHERE d.told_in = :case AND d.clock = u.clock
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- a step of a duty, in a pack @ pack
-- {title} (act {act:number}): {became}, in {run}. Done when {done}.
SELECT 1 FROM entry e JOIN run r ON r.id = e.instance AND r.name = :run JOIN called f ON f.name = :title
    AND f.id = r.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE e.element END
    WHERE e.case_id = :case AND e.act = :act AND (:became NOT IN ('done', 'done otherwise')
    OR e.kind IN ('completed', 'started')) AND (:became != 'open' OR e.kind != 'withdrawn' OR r.status = 'stuck');

-- why a duty was not simply done, in a pack @ pack
-- Why: {why:rest}
SELECT 1 WHERE :redacted OR EXISTS (SELECT 1 FROM answer x WHERE x.case_id = :case
    AND instr(:why, in_words(x.value)) > 0);

-- why a duty of a process that was set aside was not done, in a pack @ pack
-- Why: <The process was set aside, as it cannot go on, and the step waits for that.><closed=The process was set aside, as it could not go on, and then the case was closed.>
SELECT 1 FROM instance i JOIN "case" c ON c.id = i.case_id WHERE c.id = :case AND i.status = 'stuck'
    AND (:closed IS NOT NULL) = (c.closed_at IS NOT NULL);

-- duties of which nothing came up, in a pack @ pack
-- {count:number} other duties did not arise: no step that answers for them came up, or what was answered there does not call for them.
SELECT 1 WHERE :count <= (SELECT count(*) FROM duty u WHERE (NOT EXISTS (SELECT 1 FROM asked s
    WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed')) OR EXISTS
    (SELECT 1 FROM called n WHERE n.what = 'unless' AND n.name = u.id))) AND :count >= (SELECT count(*)
    FROM duty u WHERE NOT EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn')));

-- a process, in a pack @ pack
-- {number:number}. {run}
SELECT 1 FROM run r WHERE :case IN (r.case_id, r.came_from_id) AND r.name = :run;

-- from when until when, in a pack @ pack
-- Began {since:moment}, <running=still running><{ended} {at:moment}>. Models {models}.
SELECT 1 FROM run r WHERE :case IN (r.case_id, r.came_from_id) AND r.name = substr(:under, instr(:under, '. ') + 2)
    AND during(r.started_at, :since) AND substr(r.bundle_hash, 1, 12) = substr(:models, -12)
    AND length(:models) = 12 + (SELECT coalesce(sum(12 + length(' until act , then ' || e.act)), 0) FROM entry e
    WHERE e.instance = r.id AND e.kind = 'migrated') AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.instance = r.id
    AND e.kind = 'migrated' AND instr(:models, substr(e.said ->> 'before', 1, 12) || ' until act ' || e.act || ',') = 0)
    AND (:ended IS NULL
    AND r.ended_at IS NULL OR during(r.ended_at, :at) AND r.status = CASE :ended
    WHEN 'set aside, as it cannot go on,' THEN 'stuck' ELSE :ended END);

-- a step of a process, in a pack @ pack
-- {act:number}: {entry}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :act
    AND e.kind IN ('completed', 'withdrawn');

-- the head of an act, in a pack @ act-of-pack
-- {at:moment} · {by} ‹(act {act:number}<, in case {other}>)›
SELECT 1 FROM entry e JOIN actor a ON a.id = e.actor WHERE e.case_id = :case AND e.act = :act
    AND (:other IS NULL) = (e.written_in = e.case_id) AND (:other IS NULL OR :redacted OR :other = (SELECT reference
    FROM "case" WHERE id = e.written_in)) AND during(e.at, :at) AND (:redacted OR lower(:by) LIKE lower(a.name) || '%');

-- what an act did, in a pack @ act-of-pack
-- {entry}< ({process})>
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :row_act;

-- what an act did that ends in brackets, in a pack @ act-of-pack
-- {entry:rest}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.act = :row_act AND e.kind = 'stuck';

-- what followed by itself, in a pack @ act-of-pack
-- What followed by itself: {count:number} step<s>
SELECT 1 WHERE :count <= (SELECT count(*) FROM entry e WHERE e.case_id = :case AND e.act = :row_act);

-- what is withheld, in a pack @ act-of-pack
-- {count:number} <answer is><answers are> withheld.
SELECT 1 WHERE :count <= (SELECT count(*) FROM answer x JOIN entry e ON e.case_id = x.case_id
    AND e.number = x.number WHERE e.case_id = :case AND e.act = :row_act) OR :count <= (SELECT max(kept.number)
    FROM (SELECT count(*) AS number FROM entry e JOIN json_each(e.said) j ON j.value NOT IN ('', '[]')
    WHERE e.case_id = :case AND e.act = :row_act AND e.kind IN ('shared', 'sharing_wish', 'action_agreed', 'personal_fact') GROUP BY e.number) kept);

-- how long a reason is, in a pack @ act-of-pack
-- {question}< (number {number:number})> | {length}
SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question
    AND q.id = x.process || '/' || x.element || '/' || x.field WHERE x.case_id = :case AND :redacted
    AND :length = CASE WHEN words(x.value) = 0 THEN 'none given' WHEN words(x.value) <= 15
    THEN 'given, short: up to 15 words' WHEN words(x.value) <= 60
    THEN 'given, medium: 16 to 60 words' ELSE 'given, long: more than 60 words' END;

-- nobody has looked, in a pack @ pack
-- Nobody has looked at this case.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM look WHERE case_id = :case);

-- how many looks, in a pack @ pack
-- Looks recorded: {count:number}. Each was recorded before the page was answered.
SELECT 1 WHERE :count = (SELECT count(*) FROM look l WHERE l.case_id = :case);

-- a look, in a pack @ pack
-- {at:moment} · {by}: {kind} {page}
SELECT 1 FROM look l JOIN actor a ON a.id = l.actor WHERE l.case_id = :case AND l.kind = :kind
    AND replace(l.page, '_', ' ') = :page AND during(l.at, :at) AND (:redacted
    OR lower(:by) LIKE lower(a.name) || '%');

-- a line of steps.csv @ steps.csv
-- {number:number} | {kind} | {entry:rest}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND e.kind = :kind;

-- a line of clocks.csv @ clocks.csv
-- {clock} | {number:number} | {pack_state}
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.clock = :clock AND d.number = :number;

-- a line of duties.csv @ duties.csv
-- {id} | {became}<late=, and late>
SELECT 1 FROM duty u WHERE u.id = :id AND (:became = 'Did not arise' OR (:became = 'Done' AND EXISTS
    (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'completed')) OR :became = 'Done otherwise' AND EXISTS (SELECT 1
    FROM asked s WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed'))
    OR :became = 'Open' AND EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn')) AND EXISTS (SELECT 1 FROM instance i
    WHERE i.came_from_id = :case OR i.case_id = :case AND i.status IN ('running', 'stuck')) OR :became = 'Not done' AND EXISTS
    (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('withdrawn', 'completed', 'started')))) AND (:late IS NOT NULL) = EXISTS (SELECT 1
    FROM clock d WHERE d.told_in = :case AND d.clock = u.clock
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));
