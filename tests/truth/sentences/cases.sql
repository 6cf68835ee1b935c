-- What the pages of a case, of its tasks and of lists say beside the entries of its chain.

-- whose case @ *
-- Case {reference}
SELECT 1 FROM "case" c WHERE c.id = :case AND c.reference = :reference;

-- what fails in it by itself @ case
-- Since {since:moment} the system cannot {cannot} in this case.
SELECT 1 FROM stalled_case s WHERE s.case_id = :case AND during(s.since, :since) AND s.step = CASE :cannot
    WHEN 'act on a deadline that has run out' THEN 'clocks'
    WHEN 'count the deadlines anew after a change of working days or time limits' THEN 'recalculation'
    WHEN 'pass on an alarm' THEN 'alarm' WHEN 'hand back the tasks of somebody who has left' THEN 'leaver' END;

-- the child @ *
-- {child}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case
    AND is_called(p.given_name, p.family_name, :child);

-- the child’s age @ case
-- {age}, born {born:day}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born = day(:born)
    AND age(p.born, p.expected, :now) = lower(:age);

-- a child not yet born @ case
-- Not yet born, due {expected:day}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born IS NULL
    AND p.expected = day(:expected);

-- a child whose birth nobody knows @ case
-- Date of birth not known
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born IS NULL
    AND p.expected IS NULL;

-- a child who has died @ case
-- This child died on {on:day}.
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.died_on = day(:on);

-- a child who has left @ case
-- This child left the United Kingdom for good on {on:day}.
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.abroad_since = day(:on);

-- the age of a child who has died @ *
-- <D><d>ied on {on:day}<, aged {age}><, born {born:day}>< · case {reference}>
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.died_on = day(:on)
    AND (:age IS NULL OR age(p.born, NULL, p.died_on) = :age);

-- the age of a child who has left @ *
-- <{age}, ><L><l>eft the United Kingdom on {on:day}<, born {born:day}>< · case {reference}>
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.abroad_since = day(:on)
    AND (:age IS NULL OR age(p.born, p.expected, :now) = lower(:age));

-- what has changed for the child @ case
-- {what} <since><on> {since:day}<: {words}>
SELECT 1 FROM answers a WHERE a.case_id = :case AND a.element = 'start' AND (:words IS NULL
    OR instr(a.answers, substr(:words, 1, 20)) > 0);

-- whose page, born @ *
-- {age}, born {born:day} · case {reference}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born = day(:born)
    AND age(p.born, p.expected, :now) = lower(:age) AND c.reference = :reference;

-- whose page, not born @ *
-- <N><n>ot yet born, due {expected:day} · case {reference}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born IS NULL
    AND p.expected = day(:expected) AND c.reference = :reference;

-- whose page, not known @ *
-- <D><d>ate of birth not known · case {reference}
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.id = :case AND p.born IS NULL
    AND p.expected IS NULL AND c.reference = :reference;

-- open or closed @ case
-- Case | <closed=[Closed] {at:moment}><open=[Open] since {since:moment}> | Lead professional | {lead} | Team | {team}< | Address | {address}><secret= Keep it secret: other organisations are not shown it.><withheld= | Address | Kept secret. Ask {ask}.>
SELECT 1 FROM "case" c JOIN team t ON t.id = c.team_id JOIN person p ON p.id = c.person_id
    WHERE c.id = :case AND (:closed IS NOT NULL AND during(c.closed_at, :at) OR :open IS NOT NULL
    AND c.closed_at IS NULL AND during(c.opened_at, :since)) AND t.name = :team
    AND coalesce((SELECT name FROM account WHERE id = c.lead_account_id), 'Nobody yet') = :lead
    AND (:withheld IS NOT NULL AND p.address_withheld AND EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    OR :withheld IS NULL AND (:secret IS NOT NULL) = (p.address_withheld AND p.address != '')
    AND coalesce(:address, '') = trim(replace(replace(p.address, char(13), ''), char(10), ' ')));

-- set aside @ case
-- Something is wrong with this process: {run}. It was set aside {at:moment}< at “{shape}”>: {why}
SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND r.status = 'stuck'
    AND during(r.ended_at, :at);

-- protected now @ *
-- {name}: {state}, until <{due:moment}>.< It is recorded in case {other}.>
SELECT d.* FROM of_child c JOIN deadline d ON d.case_id = c.id WHERE c.of_case = :case AND c.other IS :other
    AND d.protects = CASE :name WHEN 'Police protection' THEN 'police' WHEN 'Emergency protection order'
    THEN 'order' END AND during(d.due_at, :due);

-- protected, its end not recorded @ *
-- {name}: its time ran out at {due:moment}. Its end is not recorded yet.< It is recorded in case {other}.>
SELECT 1 FROM of_child c JOIN deadline d ON d.case_id = c.id WHERE c.of_case = :case AND c.other IS :other
    AND d.protects = CASE :name WHEN 'Police protection'
    THEN 'police' WHEN 'Emergency protection order' THEN 'order' END AND runs(d.met_at, d.stopped_at)
    AND d.due_at < :now AND during(d.due_at, :due);

-- in danger @ task
-- This child may be in immediate danger.
SELECT 1 FROM work_item w WHERE w.id = :item AND w.urgent AND w.closed_at IS NULL;

-- protected, as a tag @ *
-- {tags}
SELECT :case AS case_id WHERE :tags LIKE '[%';

-- which protection, as a tag @ tags
-- <[{name}] [{words}]>< in case {where}>< [{second}] [{more}]>< in case {there}><plan=< >[Child protection plan]>< in case {planned}>
SELECT 1 FROM t WHERE (:name IS NULL OR EXISTS (SELECT 1 FROM of_child c JOIN deadline d ON d.case_id = c.id
    WHERE c.of_case = t.case_id AND c.other IS :where AND runs(d.met_at, d.stopped_at) AND d.protects = CASE :name
    WHEN 'Police protection' THEN 'police' WHEN 'Emergency protection order' THEN 'order' END)) AND
    (:plan IS NULL OR EXISTS (SELECT 1 FROM of_child c WHERE c.of_case = t.case_id AND c.other IS :planned
    AND c.plan_from IS NOT NULL AND c.plan_until IS NULL));

-- a plan is in force @ *
-- Child protection plan in force since {since:day}.< It is recorded in case {other}.>
SELECT 1 FROM of_child c WHERE c.of_case = :case AND c.other IS :other AND c.plan_until IS NULL
    AND during(c.plan_from, :since);

-- one is under way @ case
-- {name} | One is under way since {since:moment}. Tell its team what you know.
SELECT 1 FROM run r JOIN called f ON f.what = 'form' AND f.id = r.process || '/start' AND f.name = :name
    WHERE r.case_id = :case AND r.status = 'running' AND during(r.started_at, :since);

-- protection is under way @ case
-- {name} is under way since {since:moment}. Its tasks are below.
SELECT 1 FROM run r WHERE r.case_id = :case AND r.status = 'running' AND r.process_name = :name
    AND during(r.started_at, :since);

-- which process runs @ case
-- <See the whole of “><Tasks of “>{run}<” and how far they are><”>
SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND r.status = 'running';

-- what may begin @ *
-- {title}< | {guidance:rest}>
SELECT 1 FROM called f WHERE f.what = 'form' AND f.name = :title AND f.id LIKE '%/start';

-- a process runs @ case
-- Began {since:moment}. {waits}: {roles}.
SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :under AND r.status = 'running'
    AND during(r.started_at, :since) AND :waits = (SELECT CASE count(*) WHEN 1
    THEN 'One task waits' ELSE count(*) || ' tasks wait' END FROM work_item w WHERE w.instance_id = r.id
    AND w.closed_at IS NULL AND (:reader NOT IN (SELECT id FROM partner) OR EXISTS (SELECT 1 FROM partner r
    JOIN organisation o ON o.id = r.organisation JOIN membership m ON m.account_id = r.id AND m.organisation_id = o.id
    WHERE r.id = :reader AND (w.role = m.role AND coalesce(w.agency_id, o.agency) = o.agency OR EXISTS (SELECT 1
    FROM json_each(w.also) x WHERE x.value = m.role))))) AND NOT EXISTS (SELECT 1 FROM work_item w JOIN called n ON n.what = 'role'
    AND n.id = w.role WHERE w.instance_id = r.id AND w.closed_at IS NULL
    AND :reader NOT IN (SELECT id FROM partner) AND instr(:roles, lower(n.name)) = 0);

-- a process waits @ case
-- Began {since:moment}. It waits for a date or for news.
SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :under AND r.status = 'running'
    AND during(r.started_at, :since) AND EXISTS (SELECT 1 FROM wait WHERE wait.instance_id = r.id)
    AND NOT EXISTS (SELECT 1 FROM work_item w WHERE w.instance_id = r.id AND w.closed_at IS NULL);

-- a task waits @ case
-- {task} | {whose} · <taken by {holder}><given to {had}><nobody has taken it> · since {since:moment}<danger= | [Immediate danger]>< | [{state}] | by {due:moment}>< | No time limit of its own>< | Take “{take}”>< | Take over “{over}”>< | Give “{give}” to somebody>
SELECT w.*, d.* FROM work_item w JOIN "case" c ON c.id = w.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN deadline d ON d.id = w.deadline_id WHERE w.title = :task AND w.closed_at IS NULL
    AND w.case_id = :case AND during(w.opened_at, :since) AND EXISTS (SELECT 1 FROM whose o
    WHERE o.item = w.id AND o.name = lower(:whose)) AND (:had IS NOT NULL AND w.is_given AND (:had = 'you' AND w.owner_id = :reader OR w.owner_id =
    (SELECT id FROM account WHERE name = :had)) OR :had IS NULL AND :holder IS NULL AND w.owner_id IS NULL
    OR w.owner_id = (SELECT id FROM account WHERE name = :holder) OR :holder = 'you'
    AND w.owner_id = :reader) AND (:due IS NULL AND d.id IS NULL OR during(d.due_at, :due)) AND
    (:danger IS NULL OR w.urgent);

-- a step is open now @ case
-- {task} | {whose} | [Open now] {at:moment}<, {by}>
SELECT 1 FROM work_item w JOIN run r ON r.id = w.instance_id WHERE w.case_id = :case AND r.name = :under
    AND w.title = :task AND EXISTS (SELECT 1 FROM whose o WHERE o.item = w.id
    AND o.name = lower(:whose)) AND w.closed_at IS NULL AND during(w.opened_at, :at)
    AND coalesce((SELECT name FROM account WHERE id = w.owner_id), '') = coalesce(:by, '');

-- a step is done @ case
-- {task} | {whose} | [Done] {at:moment}<, {by}>
SELECT 1 FROM work_item w JOIN run r ON r.id = w.instance_id WHERE w.case_id = :case AND r.name = :under
    AND w.title = :task AND EXISTS (SELECT 1 FROM whose o WHERE o.item = w.id
    AND o.name = lower(:whose)) AND w.closed_how = 'completed' AND during(w.closed_at, :at)
    AND coalesce((SELECT name FROM account WHERE id = w.closed_by), '') = coalesce(:by, '');

-- a step is withdrawn @ case
-- {task} | {whose} | [Withdrawn] {at:moment}<, {by}>
SELECT 1 FROM work_item w JOIN run r ON r.id = w.instance_id WHERE w.case_id = :case AND r.name = :under
    AND w.title = :task AND EXISTS (SELECT 1 FROM whose o WHERE o.item = w.id
    AND o.name = lower(:whose)) AND w.closed_how = 'withdrawn' AND during(w.closed_at, :at)
    AND coalesce((SELECT name FROM account WHERE id = w.closed_by), '') = coalesce(:by, '');

-- a step is not reached @ case
-- {task} | {whose} | [Not reached]
SELECT 1 FROM run r JOIN called s ON s.what = 'shape' AND s.name = :task AND s.id LIKE r.process || '/%'
    WHERE r.case_id = :case AND r.name = :under AND NOT EXISTS (SELECT 1 FROM work_item w
    WHERE w.instance_id = r.id AND r.process || '/' || w.element = s.id);

-- nothing goes on @ case
-- Nothing is going on in this case.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NULL AND NOT EXISTS (SELECT 1
    FROM instance i WHERE i.case_id = c.id AND i.status = 'running');

-- it is closed @ case
-- This case is closed. <today=If that was a mistake, open it again today. Later a new referral opens a new one.><later=A new referral opens a new one.>
SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NOT NULL
    AND (:today IS NULL OR date(c.closed_at) = date(:now));

-- what is finished @ case
-- {run}<: {outcome}.> ‹{ended} {at:moment}›
SELECT 1 FROM run r WHERE r.case_id = :case AND r.name = :run AND during(r.ended_at, :at)
    AND r.status = CASE :ended WHEN 'Ended' THEN 'ended' WHEN 'Withdrawn' THEN 'withdrawn'
    WHEN 'Set aside' THEN 'stuck' WHEN 'Joined with another' THEN 'joined' END AND (:outcome IS NULL OR EXISTS (SELECT 1 FROM answers x
    JOIN json_each(x.answers) v JOIN called n ON n.what = 'choice'
    AND n.id = x.process || '/' || x.element || '/' || v.key || '/' || v.value
    WHERE x.instance_id = r.id AND n.name = :outcome));

-- how many finished there are @ case
-- Show all <{count:number} >parts of the case that are finished
SELECT 1 WHERE coalesce(:count, 0) IN (0, (SELECT count(*) FROM instance WHERE case_id = :case
    AND ended_at IS NOT NULL)) OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND :count <= (SELECT count(*) FROM instance WHERE case_id = :case AND ended_at IS NOT NULL);

-- how many clocks run @ case
-- <Show all {all:number} clocks that run><Clocks that run ({count:number})>
SELECT 1 WHERE coalesce(:all, :count) = (SELECT count(*) FROM deadline d WHERE d.case_id = :case
    AND runs(d.met_at, d.stopped_at)) OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND coalesce(:all, :count) <= (SELECT count(*) FROM deadline d WHERE d.case_id = :case
    AND runs(d.met_at, d.stopped_at));

-- how many clocks have ended @ case
-- <Show all {all:number} clocks that have ended><Clocks that have ended ({count:number})>
SELECT 1 WHERE coalesce(:all, :count) = (SELECT count(*) FROM deadline d WHERE d.case_id = :case
    AND NOT runs(d.met_at, d.stopped_at)) OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND coalesce(:all, :count) <= (SELECT count(*) FROM deadline d WHERE d.case_id = :case
    AND NOT runs(d.met_at, d.stopped_at));

-- how many processes run @ case
-- Show all {count:number} processes that are under way
SELECT 1 WHERE :count = (SELECT count(*) FROM instance WHERE case_id = :case AND status = 'running');

-- how many letters have not left @ case
-- <Show all {all:number} letters><Letters that have not left ({count:number})>
SELECT 1 WHERE coalesce(:all, :count) = (SELECT count(*) FROM outbox o WHERE o.case_id = :case
    AND o.settled_at IS NULL) OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND coalesce(:all, :count) <= (SELECT count(*) FROM outbox o WHERE o.case_id = :case AND o.settled_at IS NULL);

-- how many other cases there are @ case
-- <Show all {all:number} other cases><Other cases ({count:number})>
SELECT 1 FROM "case" this WHERE this.id = :case AND coalesce(:all, :count) BETWEEN 1 AND (SELECT count(*)
    FROM "case" c WHERE c.id != this.id AND (c.family_id = this.family_id
    OR c.person_id IN (this.person_id, this.same_person_id)
    OR c.same_person_id IN (this.person_id, this.same_person_id)));

-- how many acts happened @ case
-- What happened ({count:number})
SELECT 1 WHERE :count BETWEEN (SELECT count(DISTINCT act) FROM entry WHERE case_id = :case
    AND kind IN ('opened_case', 'completed', 'closed', 'joined')) AND (SELECT count(DISTINCT act) FROM entry
    WHERE case_id = :case) OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND :count <= (SELECT count(*) FROM entry WHERE case_id = :case);

-- how many forms were answered @ case
-- What was answered ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM answers WHERE case_id = :case AND answers != '{}')
    OR EXISTS (SELECT 1 FROM partner WHERE id = :reader) AND :count <= (SELECT count(*) FROM answers x
    WHERE x.case_id = :case AND x.answers != '{}');

-- no clock runs @ case
-- <No clock runs in this case.><none=No clock runs for what waits for you.>
SELECT 1 WHERE :none IS NOT NULL AND EXISTS (SELECT 1 FROM partner WHERE id = :reader) OR :none IS NULL AND NOT EXISTS
    (SELECT 1 FROM deadline d WHERE d.case_id = :case AND runs(d.met_at, d.stopped_at));

-- no clock has ended @ case
-- No clock has ended in this case.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deadline d WHERE d.case_id = :case AND NOT runs(d.met_at, d.stopped_at));

-- who has a part @ case
-- {name}< ({agency})>: since {since:moment}, as {deed}<ended=; it ended {at:moment}><ends=; it ends {until:moment}>.< See the case as they do: {shown}>< End this part of {again}>
SELECT 1 FROM part p JOIN organisation o ON o.id = p.organisation_id AND o.name = :name
    JOIN called a ON a.what = 'agency' AND a.id = p.agency_id JOIN deed d ON d.id = p.deed AND d.words = :deed
    WHERE p.case_id = :case AND (:agency IS NULL AND a.name = o.name OR a.name = :agency)
    AND during(p.held_from, :since) AND (:ended IS NULL AND :ends IS NULL) = (p.held_until IS NULL)
    AND (:ended IS NULL OR during(p.held_until, :at) AND p.held_until <= :now)
    AND (:ends IS NULL OR during(p.held_until, :until) AND p.held_until > :now)
    AND (:reader NOT IN (SELECT id FROM partner)
    OR p.organisation_id IN (SELECT organisation FROM partner WHERE id = :reader));

-- who is to have a part @ case
-- {agency}: {deed} {since:moment}, and it is not yet chosen which organisation is meant. Nobody there can see this case<ended=; it ended {at:moment}><ends=; it ends {until:moment}>.< End this part of {again}>
SELECT 1 FROM part p JOIN called a ON a.what = 'agency' AND a.id = p.agency_id AND a.name = :agency
    JOIN deed d ON d.id = p.deed AND d.words = :deed WHERE p.case_id = :case AND p.organisation_id IS NULL
    AND during(p.held_from, :since) AND (:ended IS NULL AND :ends IS NULL) = (p.held_until IS NULL)
    AND (:ended IS NULL OR during(p.held_until, :at) AND p.held_until <= :now)
    AND (:ends IS NULL OR during(p.held_until, :until) AND p.held_until > :now)
    AND :reader NOT IN (SELECT id FROM partner);

-- nobody else has a part @ case
-- No other organisation can see this case.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM part p WHERE p.case_id = :case AND (p.held_until IS NULL
    OR p.held_until > :now));

-- how many parts are over @ case
-- Parts that are over ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM part p WHERE p.case_id = :case AND p.held_until <= :now
    AND (:reader NOT IN (SELECT id FROM partner)
    OR p.organisation_id IN (SELECT organisation FROM partner WHERE id = :reader)));

-- whose part @ case
-- <Who else has a part< in this case>><own=Your part< in this case>>
SELECT 1 WHERE (:own IS NOT NULL) = (:reader IN (SELECT id FROM partner));

-- an organisation may be added @ case part
-- Add an organisation to this case
SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NULL AND :reader NOT IN (SELECT id FROM partner);

-- a case may go to another team @ case
-- Move this case to another team
SELECT 1 FROM "case" c JOIN membership m ON m.team_id = c.team_id AND m.account_id = :reader WHERE c.id = :case
    AND c.closed_at IS NULL;

-- where a case goes on @ case
-- It was found that this child had a case already. All that was under way here goes on there: case {reference}.
SELECT 1 FROM "case" c JOIN "case" o ON o.id = c.joined_to_id AND o.reference = :reference WHERE c.id = :case
    AND c.closed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.case_id = c.id
    AND i.status = 'running');

-- a case goes on elsewhere @ case
-- This case is closed, as its work goes on elsewhere.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL AND c.closed_at IS NOT NULL;

-- nothing goes on in a joined case @ case
-- Nothing goes on in this case itself.< If these are two children after all, separate the two cases.>
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL AND NOT EXISTS (SELECT 1
    FROM instance i WHERE i.case_id = c.id AND i.status = 'running');

-- nothing waits for a partner @ case
-- <Began {since:moment}. Nothing waits for you here now.><Nothing waits for you in this case.>
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM work_item w JOIN called s ON s.what = 'process' AND s.id = w.process
    JOIN membership m ON m.account_id = :reader AND m.role = w.role JOIN organisation o ON o.id = m.organisation_id
    AND o.agency = w.agency_id WHERE w.case_id = :case AND w.closed_at IS NULL AND :under LIKE s.name || '%')
    AND :reader IN (SELECT id FROM partner);

-- there is no other case @ case
-- There is no other case that you may know of.
SELECT 1 FROM "case" this WHERE this.id = :case AND NOT EXISTS (SELECT 1 FROM "case" c WHERE c.id != this.id
    AND c.family_id = this.family_id);

-- how many events there are @ case
-- Show all <{count:number} >events
SELECT 1 WHERE :count IS NULL OR EXISTS (SELECT 1 FROM partner WHERE id = :reader)
    AND :count <= (SELECT count(DISTINCT act) FROM entry WHERE case_id = :case);

-- how many answered there are @ case
-- Show all {count:number} answered forms
SELECT 1 WHERE (:count = (SELECT count(*) FROM answers WHERE case_id = :case AND answers != '{}')
    OR EXISTS (SELECT 1 FROM partner WHERE id = :reader) AND :count <= (SELECT count(*) FROM answers
    WHERE case_id = :case));

-- a clock @ case
-- {clock}<statutory= ‹(set by law or guidance)›> | [{state}] | By {due:moment}, counted from {counted:moment}.< Stopped {stopped:moment}: {because}.>< Done {done:moment}.>< Why it was late: {why}>
SELECT d.* FROM deadline d WHERE d.case_id = :case AND d.title = :clock AND during(d.due_at, :due)
    AND during(d.counted_from, :counted) AND coalesce(:because, '') = coalesce(CASE WHEN d.met_at IS NULL THEN d.stopped_because END, '')
    AND (:statutory IS NOT NULL) = (d.kind = 'statutory') AND
    (:stopped IS NULL OR d.met_at IS NULL AND during(d.stopped_at, :stopped)) AND (:done IS NULL
    OR during(d.met_at, :done)) AND (:done IS NULL) = (d.met_at IS NULL) AND (:why IS NULL
    OR d.late_reason = :why);

-- the head of what a partner is told @ act-of-case
-- {at:moment}
SELECT 1 FROM "case" c WHERE c.id = :case AND :reader IN (SELECT id FROM partner)
    AND (during(c.opened_at, :at) OR during(c.closed_at, :at) OR EXISTS (SELECT 1 FROM part p WHERE p.case_id = c.id
    AND (during(p.held_from, :at) OR during(p.held_until, :at))) OR EXISTS (SELECT 1 FROM work_item w
    WHERE w.case_id = c.id AND w.closed_by IS NULL AND during(w.closed_at, :at)) OR EXISTS (SELECT 1 FROM instance i
    WHERE i.case_id = c.id AND during(i.started_at, :at)));

-- a partner is told of the case @ act-of-case
-- The case was <opened=opened><closed=closed>
SELECT 1 FROM "case" c WHERE c.id = :case AND :reader IN (SELECT id FROM partner)
    AND (:opened IS NULL OR during(c.opened_at, :row_at)) AND (:closed IS NULL OR during(c.closed_at, :row_at));

-- a partner is told of their part @ act-of-case
-- {name} <became part of the case: {deed}><over=has no part any more>
SELECT 1 FROM part p JOIN partner r ON r.id = :reader AND r.organisation = p.organisation_id
    JOIN organisation o ON o.id = p.organisation_id AND o.name = :name JOIN deed d ON d.id = p.deed
    WHERE p.case_id = :case AND (:over IS NULL AND d.words = :deed AND during(p.held_from, :row_at)
    OR :over IS NOT NULL AND p.held_until <= :now AND during(p.held_until, :row_at));

-- a partner is told of a task @ act-of-case
-- “{task}” was <withdrawn=withdrawn><completed>
SELECT 1 FROM work_item w WHERE w.case_id = :case AND w.title = :task AND during(w.closed_at, :row_at)
    AND :reader IN (SELECT id FROM partner) AND (:withdrawn IS NOT NULL) = (w.closed_how = 'withdrawn')
    AND coalesce((SELECT name FROM account WHERE id = w.closed_by), '') = coalesce(:row_by, '');

-- a partner is told of what they began @ act-of-case
-- {process} began
SELECT 1 FROM answers x JOIN called p ON p.what = 'process' AND p.id = x.process AND p.name = :process
    JOIN partner r ON r.id = :reader AND r.organisation = x.organisation_id WHERE x.case_id = :case
    AND x.element = 'start' AND during(x.at, :row_at)
    AND coalesce((SELECT name FROM account WHERE id = x.account_id), '') = coalesce(:row_by, '');

-- how many processes are finished @ case
-- Finished ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM instance WHERE case_id = :case AND status != 'running')
    OR :reader IN (SELECT id FROM partner) AND :count <= (SELECT count(*) FROM instance WHERE case_id = :case
    AND status != 'running');

-- the head of an act @ act-of-case
-- {at:moment} · {by}
SELECT 1 FROM entry e JOIN actor a ON a.id = e.actor AND a.name = :by WHERE e.case_id = :case
    AND during(e.at, :at);

-- what happened @ act-of-case
-- {entry:rest}
SELECT e.* FROM entry e JOIN actor a ON a.id = e.actor AND a.name = :row_by WHERE e.case_id = :case
    AND during(e.at, :row_at);

-- where answers are put right @ case
-- Correct these answers to “{form}”
SELECT 1 FROM answers x JOIN called f ON f.name = :form AND f.what IN ('shape', 'form')
    AND f.id = x.process || '/' || x.element WHERE x.case_id = :case;

-- where it is kept what somebody says is wrong @ case
-- Keep what somebody says is wrong in “{form}”
SELECT 1 FROM answers x JOIN called f ON f.name = :form AND f.what IN ('shape', 'form')
    AND f.id = x.process || '/' || x.element WHERE x.case_id = :case;

-- a form that was answered @ case
-- {form} ‹{at:moment}<, {by}>›
SELECT 1 FROM answers x JOIN called f ON f.name = :form AND (f.what = 'shape'
    AND f.id = x.process || '/' || x.element OR f.what = 'form'
    AND f.id = x.process || '/' || x.element) WHERE x.case_id = :case AND during(x.at, :at)
    AND (coalesce((SELECT name FROM account WHERE id = x.account_id), '') = coalesce(:by, '')
    OR :reader IN (SELECT id FROM partner) AND :by = coalesce((SELECT 'somebody at ' || o.name FROM membership m
    JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = x.account_id), 'somebody else'));

-- an answer @ *
-- {question}< (number {number:number})> | {words:rest}
SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question
    AND q.id = x.process || '/' || x.element || '/' || x.field WHERE x.case_id = :case
    AND instr(:words, coalesce((SELECT name FROM called c WHERE c.what = 'choice'
    AND c.id = q.id || '/' || x.value), (SELECT name FROM called a WHERE a.what IN ('agency', 'role')
    AND a.id = x.value), (SELECT name FROM account WHERE id = x.value),
    (SELECT trim(given_name || ' ' || family_name) FROM person
    WHERE id = x.value), in_words(x.value))) > 0;

-- an answer in pack @ act-of-pack
-- {question}< (number {number:number})> | {words:rest}
SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question
    AND q.id = x.process || '/' || x.element || '/' || x.field WHERE x.case_id = :case
    AND instr(:words, coalesce((SELECT name FROM called c WHERE c.what = 'choice'
    AND c.id = q.id || '/' || x.value), (SELECT name FROM called a WHERE a.what IN ('agency', 'role')
    AND a.id = x.value), (SELECT name FROM account WHERE id = x.value),
    (SELECT trim(given_name || ' ' || family_name) FROM person
    WHERE id = x.value), in_words(x.value))) > 0;

-- answers one after the other @ *
-- {question} | {inner} | {words:rest}
SELECT 1 FROM answer x JOIN called q ON q.what = 'question' AND q.name = :question
    AND x.process || '/' || x.element || '/' || x.field LIKE q.id || '.%' WHERE x.case_id = :case;

-- a task is done just now @ case
-- “{task}” is done.
SELECT 1 FROM work_item w WHERE w.id = :done AND w.title = :task AND w.closed_how = 'completed';

-- a process has begun just now @ case
-- {run} has begun.
SELECT 1 FROM run r WHERE r.id = :done AND r.name = :run;

-- what is open now that a process has begun @ case
-- <This task is now open:><These tasks are now open:> {tasks}.
SELECT 1 FROM run r WHERE r.id = :done AND NOT EXISTS (SELECT 1 FROM work_item w WHERE w.case_id = r.case_id
    AND w.closed_at IS NULL AND (w.opened_at = r.started_at) != (instr(:tasks, w.title) > 0));

-- what is open now @ case
-- <This task is now open:><These tasks are now open:> {tasks}.
SELECT 1 FROM work_item d WHERE d.id = :done AND NOT EXISTS (SELECT 1 FROM work_item w
    WHERE w.case_id = d.case_id AND w.opened_at = d.closed_at AND w.closed_at IS NULL
    AND instr(:tasks, w.title) = 0);

-- the case is closed just now @ case
-- The case is closed.
SELECT 1 FROM "case" c WHERE c.id = :case AND c.closed_at IS NOT NULL;

-- known children may be this one @ case task
-- <This may be a child we already know><This may be one of these children, whom we already know>
SELECT 1 FROM "case" c JOIN possible_match m ON c.person_id IN (m.person_id, m.known_id)
    WHERE c.id = :case AND m.answer IS NULL;

-- a known child @ case task
-- {child}, case {reference} (<closed=closed><open>)<plan=, on a child protection plan><order=, under an order or police protection> ‹<born {born:day}><date of birth not known>: {why}›
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id
    JOIN possible_match m ON p.id IN (m.person_id, m.known_id) AND m.answer IS NULL
    WHERE c.reference = :reference AND is_called(p.given_name, p.family_name, :child) AND
    (:closed IS NOT NULL) = (c.closed_at IS NOT NULL) AND (:plan IS NULL OR EXISTS (SELECT 1
    FROM of_child o WHERE o.of_case = c.id AND o.plan_from IS NOT NULL
    AND o.plan_until IS NULL)) AND (:order IS NULL OR EXISTS (SELECT 1 FROM of_child o
    JOIN deadline d ON d.case_id = o.id WHERE o.of_case = c.id
    AND d.protects != '' AND runs(d.met_at, d.stopped_at)));

-- a list of which nothing was filled in @ case task
-- {question}
SELECT 1 FROM called q JOIN answers x ON q.id LIKE x.process || '/' || x.element || '/%' WHERE q.what = 'question'
    AND q.name = :question AND x.case_id = :case;

-- nothing that you may see @ case
-- There is nothing that you may see.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM answers x WHERE x.case_id = :case AND x.account_id = :reader
    AND x.answers != '{}');

-- another case @ case
-- {child}, {reference} ‹<the same child><the same family>, <closed {at:moment}><open since {since:moment}>›
SELECT 1 FROM "case" c JOIN person p ON p.id = c.person_id JOIN "case" this ON this.id = :case
    WHERE c.reference = :reference AND is_called(p.given_name, p.family_name, :child)
    AND c.id != this.id AND (c.family_id = this.family_id
    OR c.person_id IN (this.person_id, this.same_person_id)
    OR c.same_person_id IN (this.person_id, this.same_person_id)) AND
    (:at IS NOT NULL) = (c.closed_at IS NOT NULL);

-- a letter waiting @ *
-- {subject} | <{child} · {reference} | >To {to}<. {why}> | [Waits to be sent] | {at:moment}<, tried {count:number} times><{buttons:rest}>
SELECT 1 FROM outbox o JOIN "case" c ON c.id = o.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN account a ON o.recipient = 'account:' || a.id WHERE o.settled_at IS NULL
    AND o.subject = :subject AND coalesce(a.name, 'the referrer') = :to AND o.why = coalesce(:why, '')
    AND during(o.since, :at) AND (:count IS NULL OR o.attempts = :count) AND o.state = 'waiting';

-- a letter handing_over @ *
-- {subject} | <{child} · {reference} | >To {to}<. {why}> | [Being sent] | {at:moment}<, tried {count:number} times><{buttons:rest}>
SELECT 1 FROM outbox o JOIN "case" c ON c.id = o.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN account a ON o.recipient = 'account:' || a.id WHERE o.settled_at IS NULL
    AND o.subject = :subject AND coalesce(a.name, 'the referrer') = :to AND o.why = coalesce(:why, '')
    AND during(o.since, :at) AND (:count IS NULL OR o.attempts = :count) AND o.state = 'handing_over';

-- a letter refused @ *
-- {subject} | <{child} · {reference} | >To {to}<. {why}> | [Not taken] | {at:moment}<, tried {count:number} times><{buttons:rest}>
SELECT 1 FROM outbox o JOIN "case" c ON c.id = o.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN account a ON o.recipient = 'account:' || a.id WHERE o.settled_at IS NULL
    AND o.subject = :subject AND coalesce(a.name, 'the referrer') = :to AND o.why = coalesce(:why, '')
    AND during(o.since, :at) AND (:count IS NULL OR o.attempts = :count) AND o.state = 'refused';

-- a letter unknown @ *
-- {subject} | <{child} · {reference} | >To {to}<. {why}> | [Nobody knows whether it left] | {at:moment}<, tried {count:number} times><{buttons:rest}>
SELECT 1 FROM outbox o JOIN "case" c ON c.id = o.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN account a ON o.recipient = 'account:' || a.id WHERE o.settled_at IS NULL
    AND o.subject = :subject AND coalesce(a.name, 'the referrer') = :to AND o.why = coalesce(:why, '')
    AND during(o.since, :at) AND (:count IS NULL OR o.attempts = :count) AND o.state = 'unknown';

-- a meeting is planned for a day that was closed later @ case task
-- The {called} is planned for {on:day}, on which the authority is closed.
SELECT 1 FROM answer x JOIN entry e ON e.case_id = x.case_id AND e.number = x.number
    JOIN instance i ON i.id = e.instance JOIN bundle_file b ON b.bundle_hash = i.bundle_hash
    AND b.path = 'forms/' || x.process || '/' || x.element || '.json'
    JOIN closure_day d ON d.day = x.value WHERE x.case_id = :case AND x.value = day(:on)
    AND instr(CAST(b.content AS TEXT), '"called": "' || :called || '"');

-- every letter has left @ case
-- Every letter has left.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.case_id = :case AND o.settled_at IS NULL);

-- whose part may be ended @ part
-- End the part of {name} in this case?
SELECT 1 FROM part p JOIN organisation o ON o.id = p.organisation_id AND o.name = :name WHERE p.case_id = :case
    AND (p.held_until IS NULL OR p.held_until > :now);

-- since when it has had a part @ part
-- It has had a part since {since:moment}: {deed}.
SELECT 1 FROM part p JOIN deed d ON d.id = p.deed AND d.words = :deed WHERE p.case_id = :case
    AND during(p.held_from, :since);

-- everybody has a part @ part
-- Every organisation that works here has a part in this case already.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM organisation o WHERE NOT o.leads AND NOT EXISTS (SELECT 1 FROM part p
    WHERE p.case_id = :case AND p.organisation_id = o.id AND (p.held_until IS NULL OR p.held_until > :now)));

-- a process cannot begin in a joined case @ start
-- This case goes on elsewhere<: {whose}>
SELECT 1 FROM "case" c WHERE c.id = :case AND c.joined_to_id IS NOT NULL;

-- what cannot begin in a joined case @ start
-- {process}
SELECT 1 FROM called p WHERE p.what = 'process' AND p.name = :process;

-- which was typed, and cannot be sent any more @ case
-- {title}, kept {at:moment}, until {until:day}
SELECT 1 FROM draft d LEFT JOIN work_item w ON w.id = d.subject AND w.closed_at IS NOT NULL LEFT JOIN called f
    ON f.what = 'form' AND d.subject LIKE 'start:%' AND f.id = substr(d.subject, 7, instr(substr(d.subject, 7), ':') - 1)
    || '/start' WHERE d.account_id = :reader AND during(d.saved_at, :at) AND during(datetime(d.saved_at, '+28 days'), :until)
    AND :title IN (w.title, f.name,
    (SELECT p.name FROM called p WHERE p.what = 'process' AND p.id || '/start' = f.id));

-- typed, and cannot be sent any more @ case
-- You typed this and did not send it, and it can no longer be sent. Nobody else sees it, but who answers for what is held of the child. Copy what is needed:
SELECT 1 FROM draft d WHERE d.account_id = :reader;

-- what was shared, question by question, in a pack @ act-of-pack
-- {question} | {words:rest}
SELECT 1 FROM shared_information s WHERE s.case_id = :case AND CASE :question
    WHEN 'What was shared?' THEN :words = s.what WHEN 'Why did they need it?' THEN :words = s.why
    WHEN 'With whom else?' THEN :words = s.others WHEN 'When was it shared?' THEN :words = in_words(s.shared_on)
    WHEN 'With which agencies?' THEN EXISTS (SELECT 1 FROM json_each(s.agencies) j JOIN called a ON a.what = 'agency'
    AND a.id = j.value AND instr(:words, a.name) > 0)
    WHEN 'Did those whom it is about agree?' THEN s.consent = CASE :words WHEN 'Yes, they agreed' THEN 'given'
    WHEN 'No, they refused' THEN 'refused' WHEN 'They were not asked' THEN 'not_sought' END
    WHEN 'Why was it shared without consent?' THEN s.without_consent = CASE :words
    WHEN 'It was not possible to ask' THEN 'not_possible' WHEN 'The law requires it to be shared' THEN 'required_by_law'
    WHEN 'It was not reasonable to expect me to ask' THEN 'not_reasonable_to_expect'
    WHEN 'To ask would have put a child at risk' THEN 'would_put_a_child_at_risk' END
    WHEN 'Were they told that it was shared?' THEN s.told = lower(:words)
    WHEN 'Why were they not told?' THEN :words = s.not_told_because
    WHEN 'This goes against a wish. Why was it shared all the same?' THEN :words = s.against_wishes_because END;

-- what is wished about sharing, question by question, in a pack @ act-of-pack
-- {question} | {words:rest}
SELECT 1 FROM sharing_wish s WHERE s.case_id = :case AND CASE :question
    WHEN 'Whose wish is it?' THEN s.whose = CASE :words WHEN 'The child’s' THEN 'child' ELSE 'parent' END
    WHEN 'Who is it?' THEN :words = s.who WHEN 'What do they not want to be shared?' THEN :words = s.what
    WHEN 'With whom should it not be shared?' THEN s.against = CASE :words WHEN 'With anybody at all' THEN 'anybody'
    WHEN 'With these agencies' THEN 'agencies' WHEN 'With somebody else' THEN 'somebody' END
    WHEN 'Which agencies?' THEN EXISTS (SELECT 1 FROM json_each(s.agencies) j JOIN called a ON a.what = 'agency'
    AND a.id = j.value AND instr(:words, a.name) > 0) WHEN 'With whom?' THEN :words = s.others
    WHEN 'Why do they not want it?' THEN :words = s.why WHEN 'When did they say so?' THEN :words = in_words(s.said_on)
    WHEN 'How do you know?' THEN :words = s.source END;

-- how many actions are open @ case
-- <{count:number} open><delayed=, {late:number} of them late><none=None is open>.
SELECT 1 WHERE (:count IS NULL) = (:none IS NOT NULL) AND EXISTS (SELECT 1 FROM (SELECT count(*) AS number,
    count(CASE WHEN a.by_when < substr(:now, 1, 10) THEN 1 END) AS late FROM case_action a WHERE a.case_id = :case
    AND a.state = 'open' AND (NOT EXISTS (SELECT 1 FROM partner p WHERE p.id = :reader) OR EXISTS (SELECT 1
    FROM partner p JOIN organisation o ON o.id = p.organisation WHERE p.id = :reader AND o.agency = a.agency))) x
    WHERE x.number = coalesce(:count, 0) AND x.late = coalesce(:late, 0));

-- an action that is open already @ task
-- {what} ({whose}, by {weekday}<, late by {days:number} day<s>>)
SELECT 1 FROM case_action a WHERE a.case_id = :case AND a.what = :what AND a.state = 'open'
    AND :weekday LIKE '%' || in_words(a.by_when);

-- an action, question by question, in a pack @ act-of-pack
-- {question} | {words:rest}
SELECT 1 FROM case_action a WHERE a.case_id = :case AND CASE :question
    WHEN 'What is to be done?' THEN :words = a.what WHEN 'Who is it, in words?' THEN :words = a.who
    WHEN 'By when?' THEN :words = in_words(a.by_when) WHEN 'Which colleague?' THEN EXISTS (SELECT 1 FROM account c
    WHERE c.id = a.person_id AND c.name = :words) WHEN 'Which agency is to do it?' THEN a.agency = ''
    OR EXISTS (SELECT 1 FROM called c WHERE c.what = 'agency' AND c.id = a.agency AND c.name = :words) END;

-- what is known of somebody around the child, question by question, in a pack @ act-of-pack
-- {question} | {words:rest}
SELECT 1 FROM personal_fact f WHERE f.case_id = :case AND CASE :question
    WHEN 'Whom is it about?' THEN :words = CASE f.name WHEN '' THEN 'The child' ELSE f.name END
    WHEN 'What are they called?' THEN :words = f.said ->> 'name'
    WHEN 'Who are they to the child?' THEN f.said ->> 'relation' = CASE :words WHEN 'Mother' THEN 'mother'
    WHEN 'Step-parent, or a parent’s partner' THEN 'step_parent' WHEN 'Sister' THEN 'sister'
    WHEN 'Somebody who works with the child or the family' THEN 'professional' END
    WHEN 'Full, half or step?' THEN f.said ->> 'blood' = CASE :words WHEN 'One parent is the same' THEN 'half' END
    WHEN 'On whose side?' THEN f.said ->> 'side' = CASE :words WHEN 'The mother’s' THEN 'mother' END
    WHEN 'What else says who they are?' THEN :words = f.said ->> 'more'
    WHEN 'Do they have parental responsibility?' THEN f.said ->> 'responsibility' = replace(lower(:words), ' ', '_')
    WHEN 'How do they have it, or why not?' THEN :words = f.said ->> 'responsibility_by'
    WHEN 'Do they live with the child?' THEN f.said ->> 'lives' = CASE :words WHEN 'Some of the time' THEN 'part'
    ELSE lower(:words) END
    WHEN 'Where do they live, if it is not with the child?' THEN :words = f.said ->> 'where'
    WHEN 'Are they a risk to the child?' THEN f.said ->> 'risk' = CASE :words
    WHEN 'They may be a risk to the child' THEN 'may_pose' END
    WHEN 'What is the risk, or what was found?' THEN :words = f.said ->> 'what'
    WHEN 'Who said so?' THEN :words = f.said ->> 'who_said'
    WHEN 'Which language do they know best?' THEN :words = f.said ->> 'language'
    WHEN 'Is an interpreter needed?' THEN f.said ->> 'interpreter' = replace(lower(:words), ' ', '_')
    WHEN 'For which language, or by what means?' THEN :words = f.said ->> 'interpreter_for'
    WHEN 'What makes it harder for them to see, hear, speak, move or understand?' THEN :words = f.said ->> 'disability'
    WHEN 'How, and when, is it safe to make contact?' THEN :words = f.said ->> 'safe_way'
    WHEN 'What must never be done?' THEN :words = f.said ->> 'never'
    WHEN 'From which day, if that is known?' THEN :words = in_words(f.holds_from)
    WHEN 'Since when is this known?' THEN :words = in_words(f.known_on) WHEN 'How do you know?' THEN :words = f.source
    WHEN 'Why does this take its place?' THEN f.ended_as = CASE :words WHEN 'It is otherwise now' THEN 'changed'
    WHEN 'What stood here was never so' THEN 'wrong' END
    WHEN 'What has become of it?' THEN f.ended_as = CASE :words
    WHEN 'They are not around the child any more' THEN 'over' WHEN 'They have died' THEN 'died'
    WHEN 'It is so no longer' THEN 'over' WHEN 'It was never so' THEN 'wrong'
    WHEN 'They were recorded by mistake, or twice' THEN 'wrong' END
    WHEN 'Since which day?' THEN :words = in_words(f.ended_on) END;
