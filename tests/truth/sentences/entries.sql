-- What is said of an entry of a case's chain, on the page of the case, in the replay and in the pack. `e` is the entry: the one whose number or act is given, or those of the moment and the person that stand above it. A sentence is true by a row of the case that came of it, not by the entry that says so.

-- task completed @ entry
-- “{task}” was completed< for {agency}><alone= by itself, as nobody was needed>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task LEFT JOIN called a ON a.what = 'agency'
    AND a.id = w.agency_id WHERE (:agency IS NULL OR a.name = :agency) AND e.kind = 'completed'
    AND w.closed_how = 'completed' AND w.closed_at = e.at AND (w.closed_by = e.actor
    OR w.closed_by IS NULL AND e.actor NOT IN (SELECT id FROM account) OR w.closed_by IS NULL
    AND :alone IS NOT NULL) AND (:alone IS NULL) = (coalesce(e.said ->> 'automatic', 0) = 0);

-- task came up @ entry
-- “{task}” came up< for {agency}>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task LEFT JOIN called a ON a.what = 'agency'
    AND a.id = w.agency_id WHERE (:agency IS NULL OR a.name = :agency) AND e.kind = 'opened'
    AND w.opened_at = e.at;

-- task taken @ entry
-- “{task}” was taken< for {agency}>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task LEFT JOIN called a ON a.what = 'agency'
    AND a.id = w.agency_id WHERE (:agency IS NULL OR a.name = :agency) AND e.kind = 'taken'
    AND w.opened_at <= e.at AND (w.owner_id = e.actor OR EXISTS (SELECT 1 FROM entry l
    WHERE l.instance = e.instance AND l.element = e.element AND l.number > e.number
    AND l.kind IN ('handed_back', 'taken', 'completed', 'withdrawn')));

-- task given @ entry
-- “{task}” was given to somebody< else than who had it>< for {agency}><: {why:rest}>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task WHERE e.kind = 'given' AND w.opened_at <= e.at
    AND (w.owner_id = e.said ->> 'account' OR EXISTS (SELECT 1 FROM entry l
    WHERE l.instance = e.instance AND l.element = e.element AND l.number > e.number
    AND l.kind IN ('given', 'handed_back', 'taken', 'completed', 'withdrawn')));

-- task handed back @ entry
-- “{task}” was handed back< for {agency}>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task LEFT JOIN called a ON a.what = 'agency'
    AND a.id = w.agency_id WHERE (:agency IS NULL OR a.name = :agency) AND e.kind = 'handed_back'
    AND w.opened_at <= e.at AND (w.owner_id IS NULL OR EXISTS (SELECT 1 FROM entry l
    WHERE l.instance = e.instance AND l.element = e.element AND l.number > e.number
    AND l.kind IN ('taken', 'completed')));

-- task withdrawn @ entry
-- “{task}” was withdrawn< for {agency}>
SELECT 1 FROM e JOIN work_item w ON w.instance_id = e.instance AND w.element = e.element
    AND w.occurrence = e.occurrence AND w.title = :task LEFT JOIN called a ON a.what = 'agency'
    AND a.id = w.agency_id WHERE (:agency IS NULL OR a.name = :agency) AND e.kind = 'withdrawn'
    AND w.closed_how = 'withdrawn' AND w.closed_at = e.at;

-- process withdrawn @ entry
-- {run} was withdrawn
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'withdrawn'
    AND r.status = 'withdrawn' AND r.ended_at = e.at;

-- process began @ entry
-- {run} began
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'started'
    AND r.started_at = e.at;

-- process ended @ entry
-- {run} ended<: “{end}”>
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run LEFT JOIN called s ON s.what = 'shape'
    AND s.id = r.process || '/' || e.element WHERE e.kind = 'ended' AND r.status = 'ended'
    AND r.ended_at = e.at AND coalesce(:end, '') = coalesce(s.name, '');

-- process set aside @ entry
-- {run} was set aside, as it cannot go on: {why}
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'stuck'
    AND r.status = 'stuck' AND r.ended_at = e.at AND e.said ->> 'what' = :why;

-- process carried over @ entry
-- {run} was carried over to other models<: {why}>
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'migrated'
    AND NOT e.said ->> 'back' AND (:why IS NULL OR :why = e.said ->> 'reason')
    AND (r.bundle_hash != e.said ->> 'before' OR EXISTS (SELECT 1 FROM entry l WHERE l.instance = e.instance
    AND l.kind = 'migrated' AND l.number > e.number));

-- process taken back @ entry
-- {run} was taken back to the models before<: {why}>
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'migrated'
    AND e.said ->> 'back' AND (:why IS NULL OR :why = e.said ->> 'reason')
    AND (r.bundle_hash != e.said ->> 'before' OR EXISTS (SELECT 1 FROM entry l WHERE l.instance = e.instance
    AND l.kind = 'migrated' AND l.number > e.number));

-- message began a process @ entry
-- This called for {run}, which began
SELECT 1 FROM e JOIN run r ON r.process_name = :run AND r.started_at = e.at
    JOIN entry s ON s.instance = r.id AND s.kind = 'started' AND (s.act = e.act AND s.number > e.number
    AND s.case_id = e.case_id OR EXISTS (SELECT 1 FROM "case" c JOIN "case" old ON old.id = e.case_id
    WHERE c.id = r.case_id AND c.opened_at <= e.at AND old.closed_at <= e.at)) WHERE e.kind = 'message';

-- message joined a process @ entry
-- This called for {run}, which was under way already
SELECT 1 FROM e JOIN run r ON r.case_id = e.case_id AND r.process_name = :run AND r.started_at <= e.at
    AND (r.ended_at IS NULL OR r.ended_at >= e.at) WHERE e.kind = 'message';

-- message reached a process @ entry
-- {run} was told
SELECT 1 FROM e JOIN run r ON r.case_id = e.case_id AND r.process_name = :run AND r.started_at <= e.at
    AND (r.ended_at IS NULL OR r.ended_at >= e.at) WHERE e.kind = 'message';

-- message reached nobody @ entry
-- News for the rest of the case: nothing waited for it
SELECT 1 FROM e WHERE e.kind = 'message' AND e.said ->> 'what' = 'nobody waited for it';

-- clock started @ entry
-- Clock started: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'started' AND d.started_at = e.at;

-- time ran out @ entry
-- Time ran out: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'passed' AND e.said ->> 'due_at' < e.at
    AND (d.passed_at = e.at OR EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id
    AND l.kind = 'deadline' AND l.number > e.number AND l.said ->> 'clock' = d.clock
    AND l.said ->> 'what' = 'recalculated') OR EXISTS (SELECT 1 FROM deadline o
    WHERE o.case_id = d.case_id AND o.clock = d.clock AND o.passed_at = e.at));

-- clock that had run out elsewhere @ entry
-- Clock that had run out before the case was taken over: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock' AND d.title = :clock
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'started' AND d.started_at = e.at AND d.came_with_case
    AND d.due_at < d.started_at;

-- time had run out elsewhere @ entry
-- Time had run out before the case was taken over: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock' AND d.title = :clock
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'passed' AND d.passed_at = e.at AND d.came_with_case
    AND d.due_at < d.started_at;

-- clock met after it had run out elsewhere @ entry
-- Clock met, after it had run out before the case was taken over: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock' AND d.title = :clock
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'met' AND d.met_at = e.said ->> 'met_at' AND d.came_with_case
    AND d.due_at < d.started_at;

-- case taken over from another system @ entry
-- The case was taken over from another system: nothing that was done there is counted as done here<. There it was called {reference}>
SELECT 1 FROM e JOIN taken_over t ON t.case_id = e.case_id WHERE e.kind = 'taken_over'
    AND (:reference IS NULL OR t.old_reference = :reference);

-- clock met in time @ entry
-- Clock met in time: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'met' AND d.met_at = e.said ->> 'met_at'
    AND d.met_at <= d.due_at AND d.stopped_at IS NULL;

-- clock met too late @ entry
-- Clock met too late: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'met' AND (d.met_at = e.said ->> 'met_at'
    AND d.met_at > d.due_at OR d.met_at <= d.due_at AND EXISTS (SELECT 1 FROM entry l
    WHERE l.case_id = e.case_id AND l.kind = 'deadline' AND l.number > e.number
    AND l.said ->> 'clock' = d.clock AND l.said ->> 'what' = 'met_earlier'));

-- clock met after all @ entry
-- Clock met in time after all: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'met_earlier' AND d.met_at = e.said ->> 'met_at'
    AND d.met_at <= d.due_at;

-- clock stopped @ entry
-- Clock stopped: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'stopped'
    AND (d.stopped_at = e.said ->> 'stopped_at' AND d.met_at IS NULL OR EXISTS (SELECT 1 FROM entry l
    WHERE l.case_id = e.case_id AND l.kind = 'deadline' AND l.number > e.number
    AND l.said ->> 'clock' = d.clock AND l.said ->> 'what' = 'resumed'));

-- clock resumed @ entry
-- Clock runs again: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'resumed' AND (d.stopped_at IS NULL OR EXISTS
    (SELECT 1 FROM entry l WHERE l.case_id = e.case_id AND l.kind = 'deadline' AND l.number > e.number
    AND l.said ->> 'clock' = d.clock AND l.said ->> 'what' = 'stopped'));

-- clock recalculated @ entry
-- Clock recalculated: {clock}: due {due:day} instead of {before:day}, as the working days changed
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'recalculated'
    AND during(e.said ->> 'due_at', :due) AND during(e.said ->> 'before', :before)
    AND (d.due_at = e.said ->> 'due_at' OR EXISTS (SELECT 1 FROM entry l WHERE l.case_id = e.case_id
    AND l.kind = 'deadline' AND l.number > e.number AND l.said ->> 'clock' = d.clock
    AND l.said ->> 'what' = 'recalculated'));

-- clock recalculated, without its days @ entry
-- Clock recalculated: {clock}
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock'
    AND d.title = :clock AND d.told_number = coalesce(e.said ->> 'number', d.told_number)
    WHERE e.kind = 'deadline' AND e.said ->> 'what' = 'recalculated';

-- clocks recalculated @ entry
-- Clocks were recalculated, as the working days changed
SELECT 1 FROM e WHERE e.kind = 'recalculated' AND EXISTS (SELECT 1 FROM entry l
    WHERE l.case_id = e.case_id AND l.act = e.act AND l.kind = 'deadline'
    AND l.said ->> 'what' = 'recalculated');

-- case opened @ entry
-- The case was opened<after=, after an earlier one that is closed>
SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id LEFT JOIN "case" b ON b.id = e.said ->> 'after'
    WHERE e.kind = 'opened_case' AND c.opened_at = e.at AND (:after IS NULL AND b.id IS NULL
    OR b.closed_at <= e.at AND b.person_id IS NOT NULL);

-- case closed @ entry
-- The case was closed
SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id WHERE e.kind = 'closed' AND c.closed_at = e.at;

-- agency became part @ entry
-- {agency} became part of the case: {deed}<: {why}>
SELECT 1 FROM e JOIN called a ON a.what = 'agency' AND a.name = :agency
    JOIN part p ON p.case_id = e.case_id AND p.agency_id = a.id AND p.held_from <= e.at
    JOIN deed w ON w.id = p.deed AND w.words = :deed WHERE e.kind = 'part'
    AND p.organisation_id = e.said ->> 'organisation' AND (:why IS NULL OR :why = e.said ->> 'reason');

-- agency is to become part @ entry
-- {agency} is to become part of the case ({deed}): which organisation is still to be chosen
SELECT 1 FROM e JOIN called a ON a.what = 'agency' AND a.name = :agency
    JOIN part p ON p.case_id = e.case_id AND p.agency_id = a.id AND p.held_from <= e.at
    JOIN deed w ON w.words = :deed AND w.id = e.said ->> 'deed' WHERE e.kind = 'part'
    AND e.said ->> 'organisation' IS NULL AND (p.organisation_id IS NULL AND p.deed = w.id OR EXISTS (SELECT 1
    FROM entry l WHERE l.case_id = e.case_id AND l.number > e.number AND l.kind = 'part'
    AND l.said ->> 'agency' = a.id));

-- agency has no part any more @ entry
-- {agency} has no part in the case any more<: {why}>
SELECT 1 FROM e JOIN called a ON a.what = 'agency' AND a.name = :agency
    JOIN part p ON p.case_id = e.case_id AND p.agency_id = a.id WHERE e.kind = 'part_ended'
    AND p.held_until <= e.at AND (:why IS NULL OR :why = e.said ->> 'reason');

-- case goes on elsewhere @ entry
-- The case was closed, as its work goes on elsewhere
SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id AND c.closed_at = e.at
    JOIN "case" o ON o.id = c.joined_to_id AND o.id = e.said ->> 'into' WHERE e.kind = 'joined'
    AND o.opened_at <= c.opened_at;

-- process goes on in another @ entry
-- {run} ended, as it goes on for the child in what was under way already
SELECT 1 FROM e JOIN run r ON r.id = e.instance AND r.name = :run WHERE e.kind = 'joined'
    AND r.status = 'joined' AND r.ended_at = e.at;

-- another case was joined @ entry
-- Another case of this child was joined to this one
SELECT 1 FROM e JOIN "case" c ON c.id = e.said ->> 'case' AND c.joined_to_id = e.case_id
    WHERE e.kind = 'took_over' AND c.closed_at = e.at;

-- news of the child @ entry
-- {news}
SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id WHERE e.kind = 'heard' AND e.said ->> 'news' = :news
    AND EXISTS (SELECT 1 FROM "case" o JOIN entry n ON n.case_id = o.id WHERE o.id != c.id
    AND (o.person_id IN (c.person_id, c.same_person_id) OR o.same_person_id IN (c.person_id, c.same_person_id))
    AND n.at <= e.at);

-- receipt is to be told @ entry
-- The referrer is to be told that the referral has arrived
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.kind = 'acknowledgement' AND o.id IN
    (SELECT value FROM json_each(e.said -> 'letters')) WHERE e.kind = 'queued' AND o.asked_at >= e.at;

-- somebody is to be told @ entry
-- {whom} is to be told: {subject}
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.subject = :subject AND o.id IN
    (SELECT value FROM json_each(e.said -> 'letters')) WHERE e.kind = 'queued' AND o.asked_at >= e.at
    AND (:whom = 'A colleague' AND o.recipient LIKE 'account:%' OR o.alarm_place = CASE :whom
    WHEN 'Whoever is first on duty' THEN 'first' WHEN 'Whoever is second on duty' THEN 'second'
    WHEN 'The managers' THEN 'managers' END OR :whom = 'The duty team'
    AND e.said ->> 'recipient' LIKE 'team:%' OR EXISTS (SELECT 1 FROM called r WHERE r.what = 'role'
    AND lower('The ' || r.name) = lower(:whom) AND e.said ->> 'recipient' LIKE 'role:' || r.id || ':%'));

-- nobody is to be told @ entry
-- {whom}: there is nobody to be told: {subject}
SELECT 1 FROM e WHERE e.kind = 'queued' AND NOT EXISTS (SELECT 1 FROM outbox o
    WHERE o.case_id = e.case_id AND o.subject = :subject AND o.asked_at = e.at);

-- letter taken @ entry
-- The mail server has taken the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'handed_over' AND o.since = e.at AND o.settled_at = e.at OR EXISTS (SELECT 1
    FROM entry l WHERE l.case_id = e.case_id AND l.kind = 'letter' AND l.number > e.number
    AND l.said ->> 'letter' = o.id);

-- letter refused @ entry
-- The mail server does not take the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'refused' AND o.since = e.at OR EXISTS (SELECT 1 FROM entry l
    WHERE l.case_id = e.case_id AND l.kind = 'letter' AND l.number > e.number
    AND l.said ->> 'letter' = o.id);

-- letter unknown @ entry
-- Nobody knows whether this letter has left< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'unknown' AND o.since = e.at OR EXISTS (SELECT 1 FROM entry l
    WHERE l.case_id = e.case_id AND l.kind = 'letter' AND l.number > e.number
    AND l.said ->> 'letter' = o.id);

-- letter sent again @ entry
-- To be sent again: the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.asked_at = e.at;

-- letter confirmed @ entry
-- It has arrived, as somebody has found out: the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'confirmed' AND o.settled_at = e.at;

-- letter put aside @ entry
-- Not sent, as somebody has decided: the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'withdrawn' AND o.settled_at = e.at;

-- letter withdrawn @ entry
-- Withdrawn and not sent: the letter that would have done this< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') WHERE e.kind = 'letter'
    AND o.state = 'withdrawn' AND o.settled_at = e.at;

-- way begins @ entry
-- The way begins: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed';

-- way ends @ entry
-- The way ends: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed';

-- other steps told @ entry
-- Told the other steps: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed' AND NOT EXISTS
    (SELECT 1 FROM entry m WHERE m.case_id = e.case_id AND m.number = e.number + 1
    AND m.kind = 'message');

-- rest of the case told @ entry
-- Told the rest of the case: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed' AND EXISTS
    (SELECT 1 FROM entry m WHERE m.case_id = e.case_id AND m.act = e.act AND m.kind = 'message'
    AND m.number > e.number);

-- it had waited @ entry
-- It had waited for this: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed';

-- happened @ entry
-- Happened: “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed';

-- task cut short @ entry
-- “{task}” was ended by “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed' AND EXISTS
    (SELECT 1 FROM work_item w WHERE w.instance_id = e.instance AND w.title = :task
    AND (w.closed_how = 'withdrawn' AND w.closed_at = e.at OR w.opened_at = e.at));

-- the way went on from a task @ entry
-- The way went on from “{shape}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :shape WHERE e.kind = 'passed' AND e.flows != '';

-- ways came together @ entry
-- Ways came together
SELECT 1 FROM e WHERE e.kind = 'passed' AND e.flows NOT LIKE '% %';

-- several things began @ entry
-- Several things began side by side
SELECT 1 FROM e WHERE e.kind = 'passed' AND e.flows LIKE '% %';

-- what went on came together @ entry
-- What went on side by side came together
SELECT 1 FROM e WHERE e.kind = 'passed' AND NOT e.flows LIKE '% %';

-- the way went on @ entry
-- The way went on
SELECT 1 FROM e WHERE e.kind = 'passed' AND NOT e.flows LIKE '% %';

-- it waits @ entry
-- From here on it waits for whatever comes first
SELECT 1 FROM e WHERE e.kind = 'passed' AND TRUE;

-- a way was chosen @ entry
-- {question} “{way}”
SELECT 1 FROM e JOIN instance i ON i.id = e.instance JOIN called s ON s.what = 'shape'
    AND s.id = i.process || '/' || e.element AND s.name = :question JOIN called f ON f.what = 'flow'
    AND f.id = i.process || '/' || e.flows WHERE e.kind = 'passed' AND coalesce(nullif(f.name, ''),
    (SELECT t.name FROM called l JOIN called t ON t.what = 'shape' AND t.id = i.process || '/' || l.name
    WHERE l.what = 'leads to' AND l.id = f.id)) = :way;

-- letter of an alarm not needed @ entry
-- Not needed any more, as the alarm is over: the letter< “{subject}”><. {why}>
SELECT 1 FROM e JOIN outbox o ON o.case_id IN (SELECT e.case_id UNION SELECT j.told_in FROM joined j
    WHERE j.case_id = e.case_id) AND o.id = e.said ->> 'letter'
    AND coalesce(e.said ->> 'subject', '') = coalesce(:subject, '') JOIN alarm a ON a.id = o.alarm_id
    WHERE e.kind = 'letter' AND o.state = 'withdrawn' AND o.settled_at = e.at AND a.ended_at <= e.at;

-- alarm raised @ entry
-- Alarm: a child may be in immediate danger
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id WHERE e.kind = 'alarm'
    AND a.raised_at = e.at;

-- nobody on duty for an alarm @ entry
-- Alarm: nobody is {place} on duty
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id WHERE e.kind = 'alarm'
    AND NOT EXISTS (SELECT 1 FROM duty_turn t WHERE t.place = :place AND t.starts_at <= e.at AND t.ends_at > e.at
    AND t.changed_at <= e.at);

-- alarm not opened @ entry
-- Alarm: a letter to {whom} had left, and nobody opened the case in time
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id
    JOIN outbox o ON o.alarm_id = a.id AND o.alarm_place = CASE :whom WHEN 'whoever is first on duty' THEN 'first'
    WHEN 'whoever is second on duty' THEN 'second' WHEN 'the managers' THEN 'managers' END
    WHERE e.kind = 'alarm' AND o.state IN ('handed_over', 'confirmed') AND o.since <= e.at
    AND (a.ended_at IS NULL OR a.ended_at >= e.at) AND NOT EXISTS (SELECT 1 FROM look l
    JOIN membership m ON m.account_id = l.actor JOIN "case" c ON c.id = e.case_id AND c.team_id = m.team_id
    WHERE l.case_id = e.case_id AND l.page = 'case' AND l.at > a.raised_at AND l.at < e.at);

-- alarm not sent @ entry
-- Alarm: it is not known that a letter to {whom} has left
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id
    WHERE e.kind = 'alarm' AND (a.ended_at IS NULL OR a.ended_at >= e.at) AND NOT EXISTS (SELECT 1 FROM outbox o
    WHERE o.alarm_id = a.id AND o.alarm_place = CASE :whom WHEN 'whoever is first on duty' THEN 'first'
    WHEN 'whoever is second on duty' THEN 'second' WHEN 'the managers' THEN 'managers' END
    AND o.state IN ('handed_over', 'confirmed') AND o.since < e.at);

-- nobody left for an alarm @ entry
-- Alarm: nobody is left to be told. It stands until somebody of the team opens the case
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id WHERE e.kind = 'alarm'
    AND (a.ended_at IS NULL AND a.next_step_at IS NULL AND a.place = 'managers' OR a.ended_at > e.at);

-- alarm over @ entry
-- The alarm is over: somebody of the team <opened=opened the case><took=took a task of the case><completed=completed a task of the case>
SELECT 1 FROM e JOIN alarm a ON a.id = e.said ->> 'alarm' AND a.case_id = e.case_id JOIN "case" c ON c.id = e.case_id
    JOIN membership m ON m.account_id = e.actor AND m.team_id = c.team_id WHERE e.kind = 'alarm' AND a.ended_at = e.at
    AND (:took IS NULL OR EXISTS (SELECT 1 FROM entry t WHERE t.case_id = e.case_id AND t.act = e.act
    AND t.kind = 'taken')) AND (:completed IS NULL OR EXISTS (SELECT 1 FROM entry t WHERE t.case_id = e.case_id
    AND t.act = e.act AND t.kind = 'completed'));

-- what holds of the child @ entry
-- What holds of the child was taken into account
SELECT 1 FROM e JOIN "case" c ON c.id = e.case_id JOIN "case" o ON o.id != c.id
    AND (o.person_id IN (c.person_id, c.same_person_id) OR o.same_person_id IN (c.person_id, c.same_person_id))
    WHERE e.kind = 'child_facts';

-- news of a clock of the child @ entry
-- Something that concerns the child became known
SELECT 1 FROM e JOIN clock d ON d.told_in = e.case_id AND d.clock = e.said ->> 'clock' WHERE e.kind = 'heard'
    AND (d.met_at IS NOT NULL AND e.said ->> 'what' = 'met' OR d.stopped_at IS NOT NULL
    AND e.said ->> 'what' = 'stopped')
UNION ALL SELECT 1 FROM e JOIN instance i ON i.case_id = e.case_id AND i.process = e.said ->> 'starts'
    AND i.started_at <= e.at WHERE e.kind = 'heard'
UNION ALL SELECT 1 FROM e JOIN of_child o ON o.of_case = e.case_id AND o.id != e.case_id JOIN entry n ON n.case_id = o.id
    AND n.at = e.at AND n.kind = 'passed' WHERE e.kind = 'heard' AND e.said ->> 'message' IS NOT NULL;

-- something was shared @ entry
-- Information was shared<given=, with consent><refused=, though they refused><unasked=, without asking for consent><: {what}>
SELECT 1 FROM e JOIN shared_information s ON s.case_id = e.case_id AND s.recorded_at = e.at
    AND (:what IS NULL OR s.what = :what) WHERE e.kind = 'shared' AND s.consent = CASE WHEN :given IS NOT NULL
    THEN 'given' WHEN :refused IS NOT NULL THEN 'refused' ELSE 'not_sought' END;

-- what is wished about sharing @ entry
-- What <own=the child><other=a parent> <over=wished about sharing holds no longer><now=wishes about sharing was recorded><later=wishes about sharing was changed><: {what}>
SELECT 1 FROM e JOIN sharing_wish s ON s.case_id = e.case_id AND s.recorded_at = e.at
    AND (:what IS NULL OR s.what = :what) WHERE e.kind = 'sharing_wish' AND s.whose = CASE WHEN :own IS NOT NULL
    THEN 'child' ELSE 'parent' END AND s.withdrawn = (:over IS NOT NULL) AND (:over IS NOT NULL
    OR (s.ends_id IS NULL) = (:now IS NOT NULL));

-- an action was agreed @ entry
-- An action was agreed, to be done by {day:day}<: {what}>
SELECT 1 FROM e JOIN case_action a ON a.case_id = e.case_id AND a.agreed_at = e.at WHERE e.kind = 'action_agreed'
    AND a.by_when = day(:day) AND (:what IS NULL OR a.what = :what);

-- what became of an action @ entry
-- An action <done=was done><overtaken=was overtaken><refused=was refused><: {what}>
SELECT 1 FROM e WHERE e.kind = 'action_told' AND e.said ->> 'state' = CASE WHEN :done IS NOT NULL THEN 'done'
    WHEN :overtaken IS NOT NULL THEN 'overtaken' ELSE 'refused' END AND (:what IS NULL OR :what = e.said ->> 'what'
    || CASE e.said ->> 'why' WHEN '' THEN '' ELSE ': ' || (e.said ->> 'why') END);

-- an action is open again @ entry
-- An action is open again<: {what}>
SELECT 1 FROM e WHERE e.kind = 'action_told' AND e.said ->> 'state' = 'open' AND (:what IS NULL
    OR :what = e.said ->> 'what' || CASE e.said ->> 'why' WHEN '' THEN '' ELSE ': ' || (e.said ->> 'why') END);

-- what is known of somebody around the child @ entry
-- <who=Who is around the child><responsible=Whether somebody has parental responsibility><where=Where somebody around the child lives><risk=Whether somebody is a risk to the child><talk=How to communicate> <new=was recorded><wrong=was recorded wrongly><right=was put right><changed=was changed><died=holds no longer, as they have died><over=holds no longer><: {name}>
SELECT 1 FROM e JOIN personal_fact f ON f.case_id = e.case_id AND f.id = e.said ->> 'fact' WHERE e.kind = 'personal_fact'
    AND f.kind = CASE WHEN :who IS NOT NULL THEN 'person' WHEN :responsible IS NOT NULL THEN 'responsibility'
    WHEN :where IS NOT NULL THEN 'household' WHEN :risk IS NOT NULL THEN 'risk' ELSE 'communication' END
    AND f.ended_as = CASE WHEN :new IS NOT NULL THEN '' WHEN :wrong IS NOT NULL OR :right IS NOT NULL THEN 'wrong'
    WHEN :changed IS NOT NULL THEN 'changed' WHEN :died IS NOT NULL THEN 'died' ELSE 'over' END
    AND f.only_ends = (:wrong IS NOT NULL OR :died IS NOT NULL OR :over IS NOT NULL)
    AND (:name IS NULL OR :name = CASE f.name WHEN '' THEN 'the child' ELSE f.name END);
