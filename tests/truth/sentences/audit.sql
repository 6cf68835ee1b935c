-- What an auditor's pages say of a case: the replay, one step, the comparison with the guidance, who looked.

-- how many steps, from when until when @ replay
-- {count:number} steps, {opened:moment} to <{closed:moment}, when the case was closed><today>. Each one can be opened and is shown on the drawing of its day. Go to the list of steps
SELECT 1 FROM "case" c WHERE c.id = :case AND during(c.opened_at, :opened) AND (:closed IS NULL
    AND c.closed_at IS NULL OR during(c.closed_at, :closed)) AND :count = (SELECT count(*) FROM entry
    WHERE case_id = :case);

-- one thing was late @ replay
-- {count:number} thing was late
SELECT 1 WHERE :count = (SELECT count(*) FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- several things were late @ replay
-- {count:number} things were late
SELECT 1 WHERE :count = (SELECT count(*) FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- one of what was late @ replay
-- {clock} ‹due by <the end of ><{due:moment}>, {how}›
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.title = :clock AND during(d.due_at, :due)
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at);

-- all that was late, and why @ replay guidance
-- <See all {count:number}, why they were late<, and who knew>><Show all {all:number} that were late>
SELECT 1 WHERE coalesce(:count, :all) = (SELECT count(*) FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- how many processes there were @ replay
-- <The processes over the years ({count:number})><Show all {all:number} processes>
SELECT 1 WHERE coalesce(:count, :all) = (SELECT count(DISTINCT e.instance) FROM entry e WHERE e.case_id = :case
    AND e.kind = 'started');

-- a process over the years @ replay
-- {run}<late= [Late]>< Only its steps: {only}> | {since:moment} – <set aside >{until:rest} | {came}
SELECT 1 FROM run r WHERE coalesce(:only, :run) = :run AND :case IN (r.case_id, r.came_from_id) AND r.name = :run AND during(r.started_at, :since) AND
    (:came = 'Still under way') = (r.status = 'running') AND (:until = 'now') = (r.ended_at IS NULL) AND
    (:came = 'Joined with another') = (r.status = 'joined') AND (:came = 'Withdrawn') = (r.status = 'withdrawn') AND
    (:came = 'Not ended: it cannot go on') = (r.status = 'stuck') AND (r.status != 'ended'
    OR :came = 'Ended' OR EXISTS (SELECT 1 FROM entry e JOIN called s ON s.what = 'shape'
    AND s.id = r.process || '/' || e.element AND s.name = :came WHERE e.instance = r.id
    AND e.kind = 'ended')) AND (:late IS NULL OR EXISTS (SELECT 1 FROM clock d
    WHERE d.told_in = :case AND (d.instance_id = r.id OR d.taken_up LIKE '%' || r.id || '%' OR EXISTS
    (SELECT 1 FROM entry e JOIN entry m ON m.case_id = e.case_id AND m.act = e.act
    AND m.said ->> 'clock' = d.clock WHERE e.instance = r.id AND e.kind = 'completed'
    AND e.number = e.act)) AND (d.passed_at IS NOT NULL
    OR missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at))));

-- all steps @ replay
-- All {count:number} steps<, page {page:rest}>< · For who only read, see Who looked.>
SELECT 1 WHERE :count = (SELECT count(*) FROM entry WHERE case_id = :case);

-- a step in the replay @ replay
-- Open step {number:number} | {at:moment} | {by} | <late=[Late] ><withdrawn=[Withdrawn] ><unknown=[Out of the ordinary] >{entry}<, due by {due:moment}>< ‹{process}›>< ‹in case {other}›>< | {said:rest}>
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND during(e.at, :at)
    AND coalesce(:other, CASE WHEN :process LIKE 'in case %' THEN substr(:process, 9) END)
    IS (SELECT reference FROM "case" WHERE id = e.written_in AND id != e.case_id) AND EXISTS
    (SELECT 1 FROM said_as s WHERE s.id = e.actor AND s.name = lower(:by)) AND (:late IS NULL OR EXISTS
    (SELECT 1 FROM clock d WHERE d.told_in = :case AND (e.kind = 'deadline'
    AND d.clock = e.said ->> 'clock' AND (e.said ->> 'what' = 'passed' OR e.said ->> 'what' = 'met'
    AND d.met_at > d.due_at) OR e.kind = 'completed' AND d.met_at > d.due_at AND EXISTS (SELECT 1
    FROM entry m WHERE m.case_id = e.case_id AND m.act = e.act AND m.said ->> 'clock' = d.clock
    AND m.said ->> 'what' = 'met')))) AND (:withdrawn IS NULL OR e.kind = 'withdrawn') AND (:due IS NULL
    OR EXISTS (SELECT 1 FROM clock d WHERE d.told_in = :case AND d.clock = e.said ->> 'clock'
    AND (during(d.due_at, :due) OR EXISTS (SELECT 1 FROM entry l WHERE l.case_id = :case
    AND l.kind = 'deadline' AND l.said ->> 'clock' = d.clock AND during(l.said ->> 'before', :due)))));

-- which step @ step
-- Step {number:number} of {count:number} · {process}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND :count = (SELECT count(*)
    FROM entry WHERE case_id = :case) AND (:process = 'The case as a whole' OR EXISTS (SELECT 1
    FROM run r WHERE :case IN (r.case_id, r.came_from_id) AND r.name = :process));

-- what the step was @ act-of-step
-- {entry:rest}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :step;

-- when the step was, and who @ step
-- When | {at:moment} | Who | {by}< | Recorded in | <case {other}><a case that was joined to this one>>< | Due | by <{due:moment}>>
SELECT 1 FROM entry e WHERE :other IS (SELECT reference FROM "case" WHERE id = e.written_in AND id != e.case_id) AND e.case_id = :case AND e.number = :step AND during(e.at, :at) AND EXISTS
    (SELECT 1 FROM said_as s WHERE s.id = e.actor AND s.name = lower(:by));

-- how the step is marked @ step
-- <late=[Late]>< ><withdrawn=[Withdrawn]>< ><unknown=[Out of the ordinary]>
SELECT 1 FROM entry e WHERE e.case_id = :case AND e.number = :step AND (:late IS NULL OR EXISTS
    (SELECT 1 FROM clock d WHERE d.told_in = :case AND (e.kind = 'deadline'
    AND d.clock = e.said ->> 'clock' AND (e.said ->> 'what' = 'passed' OR e.said ->> 'what' = 'met'
    AND d.met_at > d.due_at) OR e.kind = 'completed' AND d.met_at > d.due_at AND EXISTS (SELECT 1
    FROM entry m WHERE m.case_id = e.case_id AND m.act = e.act AND m.said ->> 'clock' = d.clock
    AND m.said ->> 'what' = 'met')))) AND (:withdrawn IS NULL OR e.kind = 'withdrawn');

-- why it was late @ step
-- Why it was late | {why}
SELECT 1 FROM entry e WHERE e.case_id = :case AND e.number = :step
    AND in_words(e.said ->> 'late_reason') = :why;

-- because of a step @ step
-- Because of step {number:number}, {entry}
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND e.number < :step AND e.act =
    (SELECT act FROM entry WHERE case_id = :case AND number = :step);

-- how many clocks ran then @ step
-- Clocks that ran at this step ({count:number})
SELECT 1 WHERE :count = (SELECT
    count(*) FILTER (WHERE e.said ->> 'what' IN ('started', 'resumed') AND e.number <= :step)
    - count(*) FILTER (WHERE e.said ->> 'what' IN ('met', 'stopped') AND e.number < :step)
    FROM entry e WHERE e.case_id = :case AND e.kind = 'deadline') OR :count = 0 AND EXISTS (SELECT 1 FROM entry e
    WHERE e.case_id = :case AND e.written_in = :case AND e.number < :step AND e.kind = 'joined' AND e.instance IS NULL);

-- a clock that ran then @ step
-- {clock} | Due by {due:moment}<passed= [Time had run out]><before= [Time had run out before the case came here]> | In the end: {ending}
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.title = :clock AND (during(d.due_at, :due) OR
    EXISTS (SELECT 1 FROM entry l WHERE l.case_id = :case AND l.kind = 'deadline'
    AND l.said ->> 'clock' = d.clock AND during(l.said ->> 'before', :due))) AND (:passed IS NULL OR
    EXISTS (SELECT 1 FROM entry p WHERE p.case_id = :case AND p.number <= :step AND p.kind = 'deadline'
    AND p.said ->> 'what' = 'passed' AND p.said ->> 'clock' = d.clock));

-- no clock ran @ step
-- No clock ran.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM clock d JOIN entry s ON s.case_id = :case
    AND s.number = :step WHERE d.told_in = :case AND d.started_at < s.at
    AND (d.ended_at IS NULL OR d.ended_at > s.at));

-- how much was known then @ step
-- <What was known by then ({count:number})><Show all {all:number} that were known by then>
SELECT 1 WHERE coalesce(:count, :all) = (SELECT count(*) FROM entry e WHERE e.case_id = :case AND e.number <= :step
    AND e.instance IN (SELECT id FROM instance) AND EXISTS (SELECT 1 FROM answer x
    WHERE x.case_id = :case AND x.number = e.number));

-- a form that was known then @ step
-- {form} ‹{process}› | <{answers:rest} | >Go to step {number:number}, where this was recorded | <Happened {happened:moment} · >recorded {at:moment} by {by}<later= [Not yet recorded then]>
SELECT e.* FROM entry e WHERE e.case_id = :case AND e.number = :number AND during(e.at, :at) AND EXISTS
    (SELECT 1 FROM said_as s WHERE s.id = e.actor AND s.name = lower(:by)) AND
    (:later IS NOT NULL) = (e.number > :step);

-- how much was late @ guidance
-- Late ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- a clock that was missed @ guidance
-- {clock} [<{working:number} working day<s> (><{days:number} day<s>><)><{spent:spent}><late= late><overdue= overdue><when= when it was stopped><went= overdue when it went on in another case>] | Due by {due:moment}. {how}. ‹{source}›< | Why: {why}> | See <the step ><where it {place}>: {again}< · See where it ran out: {more}>< | {knew:rest}>
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.title = :clock AND during(d.due_at, :due)
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at) AND (:source = 'A limit of this authority'
    AND d.kind = 'local' OR EXISTS (SELECT 1 FROM called s WHERE s.what = 'source' AND s.id = d.clock
    AND s.name = :source)) AND (:working IS NULL
    OR :working = working_days(day(d.due_at), day(coalesce(d.ended_at, :now)))) AND
    (:days IS NULL OR :days = days(d.due_at, coalesce(d.ended_at, :now))) AND
    (:late IS NOT NULL) = (d.met_at IS NOT NULL) AND (:when IS NOT NULL) = (d.met_at IS NULL
    AND d.stopped_at IS NOT NULL) AND (:went IS NOT NULL) = (d.ended_at IS NOT NULL
    AND coalesce(d.met_at, d.stopped_at) IS NULL) AND (:why IS NULL OR :why = d.late_reason
    OR :why = 'No reason was asked for or given.' AND d.late_reason IS NULL);

-- how many other clocks @ guidance
-- <The other clocks ({count:number})><Show all {all:number} other clocks>
SELECT 1 WHERE coalesce(:count, :all) = (SELECT count(*) FROM clock d WHERE d.told_in = :case
    AND coalesce(missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at), 0) = 0);

-- a clock that was not missed @ guidance
-- {clock}: {again} | By {due:moment} | {ending} | {source}
SELECT d.* FROM clock d WHERE d.told_in = :case AND d.title = :clock AND during(d.due_at, :due)
    AND coalesce(missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at), 0) = 0 AND
    (:source = 'A limit of this authority' AND d.kind = 'local' OR EXISTS (SELECT 1 FROM called s
    WHERE s.what = 'source' AND s.id = d.clock AND s.name = :source));

-- nothing was late @ guidance
-- Nothing was late.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM clock d WHERE d.told_in = :case
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- no other clock @ guidance
-- No other clock has run in this case.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM clock d WHERE d.told_in = :case
    AND NOT coalesce(missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at), 0));

-- which guidance @ guidance
-- What {edition} asks, and what was done in this case.
SELECT 1 FROM called n WHERE n.what = 'edition' AND n.name = :edition;

-- how many duties @ guidance
-- Each duty ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM duty u);

-- how many duties became what @ guidance
-- <{not_done:number} not done ><{open:number} open ><{otherwise:number} done otherwise ><{done:number} done >{apart:number} did not arise
SELECT 1
    WHERE coalesce(:not_done, 0) + coalesce(:open, 0) + coalesce(:otherwise, 0) + coalesce(:done, 0) +
    :apart = (SELECT count(*) FROM duty u);

-- which duty arose @ guidance
-- {duty} ‹{id}< · {limit}> · {source}›
SELECT 1 FROM duty u WHERE u.id = :id AND u.name = :duty AND EXISTS (SELECT 1 FROM asked s
    WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn'));

-- what became of a duty @ guidance
-- <late=[Late] >[{became}]
SELECT 1 FROM duty u WHERE :row LIKE u.name || ' ‹' || u.id || ' ·%' AND (:became = 'Done' AND EXISTS
    (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'completed')) OR :became = 'Done otherwise' AND EXISTS (SELECT 1
    FROM asked s WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed'))
    OR :became = 'Open' AND EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn')) AND EXISTS (SELECT 1 FROM instance i
    WHERE i.came_from_id = :case OR i.case_id = :case AND i.status IN ('running', 'stuck')) OR :became = 'Not done' AND EXISTS
    (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('withdrawn', 'completed', 'started'))) AND (:late IS NOT NULL) = EXISTS (SELECT 1
    FROM clock d WHERE d.told_in = :case AND d.clock = u.clock
    AND missed(d.ended_at, d.due_at, :now, d.came_with_case AND d.due_at < d.started_at));

-- a step of a duty that was answered @ guidance
-- <{became}< for the next time>: >{title}<, {run}> ‹{at:moment}, {by}›< {more:rest}>
SELECT 1 FROM entry e JOIN run r ON r.id = e.instance JOIN called f ON f.name = :title
    AND f.id = r.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE e.element END
    JOIN called j ON j.what = 'asks' AND j.id = f.id AND :row LIKE '%‹' || j.name || ' ·%'
    WHERE e.case_id = :case AND (:run IS NULL OR r.name = :run) AND e.kind IN ('started', 'completed')
    AND during(e.at, :at) AND EXISTS (SELECT 1 FROM said_as s WHERE s.id = e.actor
    AND s.name = lower(:by));

-- a step of a duty that was not answered @ guidance
-- <{became}< for the next time>: >{title}<, {run}> ‹Done when {done}.›< {more:rest}>
SELECT 1 FROM entry e JOIN run r ON r.id = e.instance JOIN called f ON f.name = :title
    AND f.id = r.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE e.element END
    JOIN called j ON j.what = 'asks' AND j.id = f.id AND :row LIKE '%‹' || j.name || ' ·%'
    WHERE e.case_id = :case AND (:run IS NULL OR r.name = :run) AND e.kind IN ('opened', 'withdrawn')
    AND (coalesce(instr(:more, 'The process was set aside, as it cannot go on, and the step waits for that.'), 0) = 0
    OR r.status = 'stuck');

-- further steps of a duty @ guidance
-- Show all {count:number} about {id}
SELECT 1 WHERE :count > 3 AND :count <= (SELECT count(*) FROM entry e JOIN instance i ON i.id = e.instance
    JOIN called j ON j.what = 'asks' AND j.name = :id AND j.id = i.process || '/' || CASE e.kind
    WHEN 'started' THEN 'start' ELSE e.element END WHERE e.case_id = :case
    AND e.kind IN ('started', 'opened', 'completed', 'withdrawn'));

-- duties that did not arise @ guidance
-- {count:number} that did not arise: no step that answers for them came up, or what was answered there does not call for them
SELECT 1 WHERE :count <= (SELECT count(*) FROM duty u WHERE (NOT EXISTS (SELECT 1 FROM asked s
    WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed')) OR EXISTS
    (SELECT 1 FROM called n WHERE n.what = 'unless' AND n.name = u.id))) AND :count >= (SELECT count(*)
    FROM duty u WHERE NOT EXISTS (SELECT 1 FROM asked s WHERE s.case_id = :case AND s.duty = u.id
    AND s.kind IN ('started', 'opened', 'completed', 'withdrawn')));

-- a duty that did not arise @ guidance
-- {duty} ‹{id}, {source}›
SELECT 1 FROM duty u WHERE u.id = :id AND u.name = :duty AND (NOT EXISTS (SELECT 1 FROM asked s
    WHERE s.case_id = :case AND s.duty = u.id AND s.kind IN ('started', 'completed')) OR EXISTS
    (SELECT 1 FROM called n WHERE n.what = 'unless' AND n.name = u.id));

-- nothing was known then @ step
-- Nothing.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answer x WHERE x.case_id = :case AND x.number <= :step);

-- the way so far @ step
-- The way through “{run}” so far, in words
SELECT 1 FROM entry e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.case_id = :case
    AND e.number = :step OR e.kind = 'deadline';

-- how many looks @ looks
-- {count:number} look<s>, newest first<, page {page:rest}>
SELECT 1 WHERE :count = (SELECT count(*) FROM look l WHERE l.case_id = :case);

-- a look @ looks
-- {at:moment} | {by} | {page}
SELECT 1 FROM look l WHERE l.case_id = :case AND during(l.at, :at) AND EXISTS (SELECT 1 FROM said_as s
    WHERE s.id = l.actor AND s.name = lower(:by)) AND l.page = CASE :page WHEN 'The case' THEN 'case'
    WHEN 'A task of the case' THEN 'task' WHEN 'A form that begins something in the case' THEN 'start'
    WHEN 'The replay of the case' THEN 'replay' WHEN 'The comparison with the guidance' THEN 'guidance'
    WHEN 'Who looked at the case' THEN 'looks' WHEN 'The form for making an audit pack' THEN 'export'
    WHEN 'The page that makes a story of the case' THEN 'retelling'
    WHEN 'A list of tasks' THEN 'tasks' WHEN 'A list of cases' THEN 'cases' WHEN 'The work of the team'
    THEN 'team' WHEN 'A whole audit pack was made' THEN 'full' WHEN 'A story without names was made from the case' THEN 'story' WHEN 'A redacted audit pack was made'
    THEN 'redacted' END;

-- why it came so @ step
-- Why | {why}
SELECT 1 FROM entry e WHERE e.case_id = :case AND e.number <= :step AND lower(in_words(e.said ->> 'why')) = lower(:why)
    AND (coalesce(e.said ->> 'what', '') != 'stopped' OR EXISTS (SELECT 1 FROM deadline d WHERE d.case_id = e.case_id
    AND d.clock = e.said ->> 'clock' AND d.stopped_because = e.said ->> 'why')
    OR EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id AND l.said ->> 'what' = 'resumed'));

-- what is erased @ step
-- What it said | Erased: the time for which it may be kept is over
SELECT 1 FROM entry e WHERE e.case_id = :case AND e.number = :step AND e.erased;

-- nobody knew @ knew
-- Nobody looked at the case or worked in it in that time.
SELECT 1 FROM d WHERE NOT EXISTS (SELECT 1 FROM look l WHERE l.case_id = d.told_in AND l.kind = 'viewed'
    AND l.at > d.due_at AND l.at < coalesce(d.ended_at, :now));

-- who knew @ knew
-- Who knew of it: {names} | Who saw the case or worked in it <from the first warning, {warned:moment}><once it had run out>, until <met=it was recorded as done><stopped=it was stopped><went=it went on in another case><today>. | Who knew of “{clock}” | Who | First | Saw the case | Did | {each:rest} | Every look at this case
SELECT 1 FROM d WHERE (:met IS NOT NULL) = (d.met_at IS NOT NULL)
    AND (:stopped IS NOT NULL) = (d.met_at IS NULL AND d.stopped_at IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM account a WHERE instr(', ' || :names || ', ', ', ' || a.name || ', ') > 0
    AND NOT EXISTS (SELECT 1 FROM look l WHERE l.case_id = d.told_in AND l.actor = a.id)
    AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.case_id = d.told_in AND e.actor = a.id));

-- some of the steps @ replay
-- {found:number} of {count:number} steps. Show everything<, page {page:rest}>< · For who only read, see Who looked.>
SELECT 1 WHERE :found <= :count AND :count = (SELECT count(*) FROM entry WHERE case_id = :case);

-- a step whose process was set aside @ step
-- Why | The process that it belongs to was set aside, as it cannot go on.
SELECT 1 FROM entry e JOIN instance i ON i.id = e.instance AND i.status = 'stuck' WHERE e.case_id = :case
    AND e.number = :step AND e.kind = 'withdrawn';

-- what was dropped of a draft @ step replay
-- What had been typed, and is asked no more | {typed}
SELECT 1 FROM entry e WHERE e.case_id = :case AND e.kind = 'migrated' AND instr(e.said ->> 'dropped', :typed) > 0;

-- where it is read on @ replay step guidance looks
-- This case was joined to another one of this child. What was under way goes on there: case {reference}.
SELECT 1 FROM "case" c JOIN "case" o ON o.id = c.joined_to_id WHERE c.id = :case AND o.reference = :reference;

-- it is read on elsewhere @ replay step guidance looks start
-- This case is closed, as its work goes on elsewhere.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL AND c.closed_at IS NOT NULL;

-- which records are read as one @ replay step guidance
-- What was recorded in {others}< and another case> of this child, up to where it was joined to this one, stands here too.
SELECT 1 FROM joined j JOIN "case" c ON c.id = j.case_id WHERE j.told_in = :case AND (:others = 'another case'
    OR instr(:others, 'case ' || c.reference) > 0);

-- some of the processes stand there @ replay
-- {some:number} of {count:number} stand here. Each of them leads to its steps from the list of all processes.
SELECT 1 WHERE :some < :count AND :count = (SELECT count(*) FROM run r WHERE :case IN (r.case_id, r.came_from_id));

-- a case that was taken over, beside the guidance @ guidance
-- This case was taken over from another system {at:moment}. What was asked before then is neither met nor missed here: what was done about it stands in that system.
SELECT 1 FROM entry e JOIN taken_over t ON t.case_id = e.case_id WHERE e.case_id = :case AND e.kind = 'taken_over'
    AND during(e.at, :at);
