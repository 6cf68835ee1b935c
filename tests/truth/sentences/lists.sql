-- What lists say: a person's tasks, a team's, the cases; and the page of one task.

-- a task in a list @ tasks team
-- {task} | {child}<, {age}> | <{tags:tags} | ><May be {maybe:rest} | >{process} · {reference} · waiting since {since:moment}< | [{state}] | by {due:moment}>< | No time limit of its own> | <Hand back “{mine}” for {same}><Given to you · Hand back “{given}” for {own}><Taken by {holder}><Given to {had}><{whose}, nobody has taken it>< | ><Take over “{over}” for {theirs}><Take “{take}” for {its}><Give “{give}” for {whom}>
SELECT w.*, d.* FROM work_item w JOIN "case" c ON c.id = w.case_id JOIN person p ON p.id = c.person_id
    LEFT JOIN deadline d ON d.id = w.deadline_id WHERE :task IN (w.title, w.title || ' for ' || :child)
    AND w.closed_at IS NULL AND c.reference = :reference AND is_called(p.given_name, p.family_name, :child)
    AND during(w.opened_at, :since) AND (:due IS NULL AND d.id IS NULL OR during(d.due_at, :due)) AND
    (coalesce(:mine, :given) IS NULL OR w.owner_id = :reader) AND (:given IS NULL AND :had IS NULL OR w.is_given)
    AND (:had IS NULL OR w.owner_id = (SELECT id FROM account WHERE name = :had)) AND
    (:holder IS NULL AND (coalesce(:mine, :given, :had) IS NOT NULL OR w.owner_id IS NULL) OR :holder IS NOT NULL AND (:holder IS NULL AND w.owner_id IS NULL
    OR w.owner_id = (SELECT id FROM account WHERE name = :holder) OR :holder = 'you'
    AND w.owner_id = :reader)) AND (:whose IS NULL OR EXISTS (SELECT 1 FROM whose o WHERE o.item = w.id
    AND o.name = lower(:whose))) AND (:maybe IS NULL OR EXISTS (SELECT 1 FROM possible_match m
    JOIN person kp ON kp.id IN (m.person_id, m.known_id) AND kp.id != p.id JOIN "case" k ON k.person_id = kp.id
    WHERE p.id IN (m.person_id, m.known_id) AND m.answer IS NULL AND :maybe LIKE '%, case ' || k.reference || ' (%'));

-- how many under an order @ tasks
-- Under police protection or an emergency order ({count:number})
SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM work_item w WHERE w.closed_at IS NULL AND
    EXISTS (SELECT 1 FROM of_child c JOIN deadline o ON o.case_id = c.id WHERE c.of_case = w.case_id AND
    o.protects != '' AND runs(o.met_at, o.stopped_at)));

-- how many wait @ tasks
-- <Your team’s tasks><Your agency’s tasks><Tasks> for your role ({count:number})
SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM work_item w WHERE w.closed_at IS NULL);

-- how many run out where you lead @ tasks
-- Running out in cases that you lead, where others act ({count:number})
SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM deadline d JOIN "case" c ON c.id = d.case_id
    AND c.lead_account_id = :reader WHERE runs(d.met_at, d.stopped_at));

-- how many a list has @ tasks team
-- Show all {count:number}
SELECT 1 WHERE :under LIKE '%(' || :count || ')';

-- no case @ cases
-- There are no cases that you have a part in.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM part p JOIN organisation o ON o.agency = p.agency_id
    AND NOT o.leads JOIN membership m ON m.organisation_id = o.id AND m.account_id = :reader
    WHERE p.held_until IS NULL OR p.held_until > :now);

-- you have no task @ tasks
-- You have no task.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM work_item w WHERE w.closed_at IS NULL AND w.owner_id = :reader);

-- nothing more waits @ tasks
-- Nothing< more> waits for your role.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM work_item w JOIN membership m ON m.account_id = :reader AND m.role = w.role
    AND (w.team_id IS NULL OR w.team_id = m.team_id) AND (w.agency_id IS NULL OR w.agency_id =
    (SELECT agency FROM organisation o WHERE o.id = m.organisation_id))
    WHERE w.closed_at IS NULL AND w.owner_id IS NULL AND NOT w.urgent
    AND NOT EXISTS (SELECT 1 FROM called x WHERE x.what = 'emergency' AND x.id = w.process));

-- your tasks @ tasks
-- Your tasks ({count:number})
SELECT 1 WHERE :count <= (SELECT count(*) FROM work_item w WHERE w.closed_at IS NULL
    AND w.owner_id = :reader);

-- a clock that presses @ tasks team
-- {child}: {again} | {clock} | <{tags:tags} | ><{tasks:rest} | >[{state}] | by {due:moment} | {reference}<none= | No lead yet>< | Lead: {lead}>
SELECT d.* FROM deadline d JOIN "case" c ON c.id = d.case_id JOIN person p ON p.id = c.person_id
    WHERE d.title = :clock AND runs(d.met_at, d.stopped_at) AND c.reference = :reference
    AND is_called(p.given_name, p.family_name, :child) AND during(d.due_at, :due) AND (:lead IS NULL
    OR coalesce((SELECT name FROM account WHERE id = c.lead_account_id), '') = :lead) AND (:none IS NULL
    OR c.lead_account_id IS NULL);

-- how many cases @ cases
-- {count:number} case<s>< for “{looked}”. Show all>
SELECT 1 WHERE :count <= (SELECT count(*) FROM "case");

-- what opens a case @ cases
-- {guidance}
SELECT 1 FROM called g WHERE g.what = 'guidance' AND g.name = :guidance;

-- a case in the list @ cases
-- {child} | <{age} · >{reference} | <{tags:tags} | ><closed=[Closed]><open=[Open] {count:number} task<s> wait<s>> | <closed {at:moment}><since {since:moment}>< | Lead: {lead}>< | No lead yet>
SELECT c.id AS case_id FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference
    AND is_called(p.given_name, p.family_name, :child) AND (:closed IS NOT NULL
    AND during(c.closed_at, :at) OR :open IS NOT NULL AND c.closed_at IS NULL
    AND during(c.opened_at, :since) AND (:count = (SELECT count(*) FROM work_item w
    WHERE w.case_id = c.id AND w.closed_at IS NULL) OR :reader IN (SELECT id FROM partner) AND :count =
    (SELECT count(*) FROM work_item w JOIN partner r ON r.id = :reader
    JOIN organisation o ON o.id = r.organisation JOIN membership m ON m.account_id = r.id
    AND m.organisation_id = o.id WHERE w.case_id = c.id AND w.closed_at IS NULL AND (w.role = m.role
    AND coalesce(w.agency_id, o.agency) = o.agency OR EXISTS (SELECT 1 FROM json_each(w.also) x
    WHERE x.value = m.role))))) AND (:lead IS NULL OR (SELECT name FROM account
    WHERE id = c.lead_account_id) = :lead);

-- whose team @ team
-- {team}
SELECT 1 FROM team t JOIN membership m ON m.team_id = t.id AND m.account_id = :reader
    WHERE t.name = :team;

-- no order @ team
-- No child of this team is under police protection or an emergency order.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deadline w JOIN "case" c ON c.id = w.case_id AND c.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.protects != ''
    AND runs(w.met_at, w.stopped_at));

-- nothing presses @ team
-- <else=Nothing else is overdue or about to run out.><Nothing is overdue or about to run out.>
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM deadline w JOIN "case" c ON c.id = w.case_id AND c.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.protects = ''
    AND runs(w.met_at, w.stopped_at) AND w.due_at < :now AND (:else IS NULL
    OR w.clock NOT IN ('child_seen_assessment', 'child_seen_section_47', 'plan_visit')));

-- every task is taken @ team
-- Every task of this team is with somebody.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM work_item w WHERE w.closed_at IS NULL AND w.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) AND w.owner_id IS NULL);

-- how many orders @ team
-- Police protection and emergency orders ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM deadline w JOIN "case" c ON c.id = w.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.protects != ''
    AND runs(w.met_at, w.stopped_at));

-- how many were not taken on @ team
-- Not taken on by another authority ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM answers a JOIN work_item w ON w.instance_id = a.instance_id
    AND w.element = a.element AND w.occurrence = a.occurrence + 1 AND w.closed_at IS NULL
    JOIN "case" c ON c.id = w.case_id AND c.team_id IN (SELECT team_id FROM membership
    WHERE account_id = :reader) WHERE instr(a.answers, '"not_accepted"') > 0);

-- how many letters @ team
-- Letters that did not leave ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM outbox w JOIN "case" c ON c.id = w.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader)
    WHERE w.settled_at IS NULL AND (w.state IN ('refused', 'unknown') OR w.attempts > 0
    OR minutes(w.asked_at, :now) > 60));

-- how many are in danger @ team tasks
-- A child may be in immediate danger< ({count:number})>
SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM work_item w WHERE w.closed_at IS NULL AND (w.urgent
    OR w.process IN (SELECT id FROM called WHERE what = 'emergency'))) OR :count IS NULL AND NOT EXISTS (SELECT 1
    FROM work_item w WHERE w.closed_at IS NULL AND w.urgent AND w.team_id IN (SELECT team_id FROM membership
    WHERE account_id = :reader));

-- how many nobody has taken @ team
-- Nobody has taken ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM work_item w WHERE w.closed_at IS NULL AND w.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) AND w.owner_id IS NULL);

-- how many press @ team
-- Overdue or about to run out ({count:number})
SELECT 1 WHERE :count BETWEEN (SELECT count(*) FROM deadline w JOIN "case" c ON c.id = w.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.protects = ''
    AND runs(w.met_at, w.stopped_at) AND w.due_at < :now
    AND w.clock NOT IN ('child_seen_assessment', 'child_seen_section_47', 'plan_visit')) AND (SELECT count(*) FROM deadline w
    JOIN "case" c ON c.id = w.case_id AND c.team_id IN (SELECT team_id FROM membership
    WHERE account_id = :reader) WHERE w.protects = '' AND runs(w.met_at, w.stopped_at));

-- how many have no lead @ team
-- Nobody leads these cases ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM "case" c WHERE c.closed_at IS NULL
    AND c.lead_account_id IS NULL AND c.team_id IN (SELECT team_id FROM membership
    WHERE account_id = :reader));

-- how many nobody leads, at the head @ team
-- <One case has><{some:number} cases have> nobody who leads <it><them>
SELECT 1 WHERE coalesce(:some, 1) = (SELECT count(*) FROM "case" c WHERE c.closed_at IS NULL
    AND c.lead_account_id IS NULL AND c.team_id IN (SELECT team_id FROM membership
    WHERE account_id = :reader));

-- how many were not seen @ team
-- Not seen by when they should be ({count:number})
SELECT 1 WHERE :count = (SELECT count(DISTINCT w.case_id) FROM deadline w JOIN "case" c ON c.id = w.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.due_at < :now
    AND runs(w.met_at, w.stopped_at) AND w.clock IN ('child_seen_assessment', 'child_seen_section_47', 'plan_visit'));

-- how many were not seen, at the head @ team
-- <One child was><{some:number} children were> not seen by when they should be
SELECT 1 WHERE coalesce(:some, 1) = (SELECT count(DISTINCT w.case_id) FROM deadline w JOIN "case" c ON c.id = w.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.due_at < :now
    AND runs(w.met_at, w.stopped_at) AND w.clock IN ('child_seen_assessment', 'child_seen_section_47', 'plan_visit'));

-- who has what @ team
-- {name} ‹{role}› | <Leads {led:number} case<s>: {again}><Leads no case> · <{took:number} task<s>: {same}< · share out what {again_same} has>><no task>< [{overdue:number} overdue]>< +[{soon:number} soon]>< | {rest:rest}>
SELECT 1 FROM account a WHERE a.name = :name AND (SELECT count(*) FROM "case" c
    WHERE c.lead_account_id = a.id AND c.closed_at IS NULL) = coalesce(:led, 0) AND (SELECT count(*)
    FROM work_item w WHERE w.owner_id = a.id AND w.closed_at IS NULL) = coalesce(:took, 0)
    AND coalesce(:overdue, 0) = (SELECT count(*) FROM work_item w
    JOIN deadline d ON d.id = w.deadline_id AND runs(d.met_at, d.stopped_at) AND d.due_at < :now
    AND NOT (d.came_with_case AND d.due_at < d.started_at) WHERE w.owner_id = a.id AND w.closed_at IS NULL);

-- nobody has anything @ team
-- Nobody leads a case or has a task.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM work_item w JOIN "case" c ON c.id = w.case_id AND c.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) WHERE w.closed_at IS NULL
    AND w.owner_id IS NOT NULL);

-- how many people the team has @ team
-- Who has what ({count:number})
SELECT 1 WHERE :count >= (SELECT count(DISTINCT m.account_id) FROM membership m WHERE m.team_id IN
    (SELECT team_id FROM membership WHERE account_id = :reader) AND (m.held_until IS NULL OR m.held_until > :now));

-- who has nothing @ team
-- No case and no task: {names:rest}.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM account a WHERE instr(:names, a.name || ' (') > 0 AND
    (SELECT count(*) FROM account b WHERE instr(b.name, a.name) > 0) = 1 AND ((SELECT count(*)
    FROM "case" c WHERE c.lead_account_id = a.id AND c.closed_at IS NULL) > 0 OR (SELECT count(*)
    FROM work_item w WHERE w.owner_id = a.id AND w.closed_at IS NULL) > 0));

-- a case of a team @ team
-- {child} ‹{reference}, <{process}, >since {since:moment}›< | {tags:tags}>
SELECT c.id AS case_id FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference
    AND is_called(p.given_name, p.family_name, :child);

-- a case without a lead @ team
-- {child} ‹{reference}, <nobody was chosen yet, >open since {since:moment}›< | {tags:tags}>
SELECT c.id AS case_id FROM "case" c JOIN person p ON p.id = c.person_id WHERE c.reference = :reference
    AND is_called(p.given_name, p.family_name, :child) AND c.closed_at IS NULL
    AND during(c.opened_at, :since) AND (c.lead_account_id IS NULL OR EXISTS (SELECT 1 FROM account a
    WHERE a.id = c.lead_account_id AND :under LIKE 'Cases that ' || a.name || ' leads%'));

-- a task is done @ task
-- This task is done
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'completed';

-- a task was withdrawn @ task
-- This task was withdrawn
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'withdrawn';

-- a task is not yours @ task
-- This task is not yours to do
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_at IS NULL;

-- when it was withdrawn @ task
-- It was withdrawn {at:moment} and can no longer be done.
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'withdrawn' AND during(w.closed_at, :at);

-- who completed it @ task
-- {by} completed it {at:moment}.
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_by = (SELECT id FROM account WHERE name = :by)
    AND w.closed_how = 'completed' AND during(w.closed_at, :at);

-- it was completed by itself @ task
-- It was completed automatically {at:moment}.
SELECT 1 FROM work_item w WHERE w.id = :item AND w.closed_how = 'completed' AND w.closed_by IS NULL
    AND during(w.closed_at, :at);

-- a task is for another role @ task
-- This task is for another role: {roles}.
SELECT 1 FROM work_item w JOIN called r ON r.what = 'role' AND r.id = w.role WHERE w.id = :item
    AND instr(:roles, lower(r.name)) > 0 AND NOT EXISTS (SELECT 1 FROM membership m
    LEFT JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = :reader
    AND m.role = w.role AND (w.agency_id IS NULL OR w.agency_id = o.agency) AND (w.team_id IS NULL
    OR w.team_id = m.team_id));

-- a colleague has taken it @ task
-- {holder} has taken this task. Ask them to hand it back if you are to do it.
SELECT 1 FROM work_item w JOIN account a ON a.id = w.owner_id AND a.name = :holder WHERE w.id = :item
    AND w.owner_id != :reader;

-- a form that is known @ task
-- {form}
SELECT 1 FROM answers x JOIN called f ON f.name = :form AND f.id = x.process || '/' || x.element
    WHERE x.case_id = :case;

-- what the task is about @ task
-- {guidance}
SELECT 1 FROM called g WHERE g.what = 'guidance' AND g.name = :guidance;

-- all that is known @ task
-- Show all {count:number} answered forms
SELECT 1 WHERE :count = (SELECT count(*) FROM answers WHERE case_id = :case);

-- what the task is @ task
-- {task}
SELECT 1 FROM work_item w WHERE w.id = :item AND w.title = :task;

-- of which process @ task
-- {process}
SELECT 1 FROM work_item w JOIN called p ON p.what = 'process' AND p.id = w.process WHERE w.id = :item
    AND p.name = :process;

-- how its clock stands @ task
-- [{state}]
SELECT d.* FROM work_item w JOIN deadline d ON d.id = w.deadline_id WHERE w.id = :item;

-- about the task @ task
-- Time | <No time limit of its own><[{state}] {clock}: by {due:moment}>< (bank holidays of that year are not yet published)> | Waiting since | {since:moment} | Who has it | <mine=You<: it was given to you>><{other} was given it. If you do it, or take it over, they are told.><Nobody yet. Sending it makes it yours.>
SELECT d.* FROM work_item w LEFT JOIN deadline d ON d.id = w.deadline_id WHERE w.id = :item
    AND during(w.opened_at, :since) AND (:clock IS NULL AND d.id IS NULL OR d.title = :clock
    AND during(d.due_at, :due)) AND (:mine IS NULL AND w.owner_id IS NULL OR :mine IS NOT NULL
    AND w.owner_id = :reader);

-- a letter is to do it @ task
-- A letter that does this is on its way to the mail server. When it has left, this task is done. If you do it yourself first, the letter is withdrawn.
SELECT 1 FROM outbox o WHERE o.work_item_id = :item AND o.state IN ('waiting', 'handing_over');

-- a letter did not do it @ task
-- The letter that was to do this <refused=was not taken by the mail server><may or may not have left>. Do it yourself here, or say on the page of the case what is to become of the letter.
SELECT 1 FROM outbox o WHERE o.work_item_id = :item AND o.state = CASE WHEN :refused IS NULL
    THEN 'unknown' ELSE 'refused' END;

-- it came back @ task
-- It came back from “{task}”, {at:moment}<, {by}>:
SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.instance_id = x.instance_id
    WHERE during(x.at, :at);

-- what it said before @ task
-- {by} answered {at:moment}. Texts are filled in below: change what is no longer so. What is decided and when it happened is to be answered again.
SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.instance_id = x.instance_id
    AND w.element = x.element WHERE during(x.at, :at);

-- how much is known @ task
-- Read what is known so far ({count:number} form<s>)
SELECT 1 FROM work_item w WHERE w.id = :item AND :count <= (SELECT count(*) FROM answers x
    WHERE x.case_id = w.case_id);

-- of which form @ task
-- {process}, {at:moment}<, {by}>
SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.case_id = x.case_id
    WHERE during(x.at, :at) AND (:by IS NULL OR x.account_id = (SELECT id FROM account
    WHERE name = :by) OR :reader IN (SELECT id FROM partner) AND :by = coalesce((SELECT 'somebody at ' || o.name
    FROM membership m JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = x.account_id), 'somebody else'));

-- filled in from @ task
-- Filled in from “{form}”, {at:moment}<, {by}>. Change it if it is no longer so.
SELECT 1 FROM answers x JOIN work_item w ON w.id = :item AND w.case_id = x.case_id
    WHERE during(x.at, :at);

-- nothing stands in a list @ tasks team
-- <No task stands here now.><Nothing is running out there now.><None now.><Nothing waits here now.><Every letter has left.>
SELECT 1 WHERE :under NOT LIKE '%(%';

-- in how many cases something fails by itself @ team
-- What the system cannot do ({count:number})
SELECT 1 WHERE :count = (SELECT count(DISTINCT s.case_id) FROM stalled_case s JOIN "case" c ON c.id = s.case_id
    WHERE c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader));

-- how many processes cannot go on @ team
-- Processes that cannot go on ({count:number})
SELECT 1 WHERE :count = (SELECT count(*) FROM instance i JOIN "case" c ON c.id = i.case_id AND c.closed_at IS NULL
    WHERE i.status = 'stuck' AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader));

-- one that somebody has taken @ team
-- {task} for {child} [{state}]<given= given, not taken> Give to somebody else: {again}
SELECT d.* FROM work_item w JOIN "case" c ON c.id = w.case_id JOIN person p ON p.id = c.person_id
    JOIN deadline d ON d.id = w.deadline_id JOIN account a ON a.id = w.owner_id WHERE w.closed_at IS NULL
    AND w.title = :task AND is_called(p.given_name, p.family_name, :child) AND instr(:under, a.name) > 0
    AND w.is_given = (:given IS NOT NULL);

-- what somebody has taken @ team
-- Tasks that {name} has< ({count:number})>
SELECT 1 FROM account a WHERE a.name = :name AND coalesce(:count, 0) = (SELECT count(*) FROM work_item w
    WHERE w.owner_id = a.id AND w.closed_at IS NULL);

-- what somebody leads @ team
-- Cases that {name} leads< ({count:number})>
SELECT 1 FROM account a WHERE a.name = :name AND coalesce(:count, 0) = (SELECT count(*) FROM "case" c
    WHERE c.lead_account_id = a.id AND c.closed_at IS NULL);

-- what somebody typed before @ task start
-- Nothing of it was added. It is here so that you can copy it<: you kept it {at:moment}, and nobody else sees it, but who answers for what is held of the child; it is kept until {until:day}>.
SELECT 1 FROM draft d WHERE d.account_id = :reader AND d.subject LIKE coalesce(:item, 'start:%:' || :case)
    AND during(d.saved_at, :at) AND during(datetime(d.saved_at, '+28 days'), :until);

-- each that somebody typed before @ task start
-- {question} | {text:rest}
SELECT 1 FROM draft d JOIN called q ON q.what = 'question' AND q.name = :question WHERE d.account_id = :reader
    AND d.subject LIKE coalesce(:item, 'start:%:' || :case) AND (SELECT min(instr(:text, v.value)) FROM json_each(d.answers)
    a JOIN json_each(a.value) v WHERE q.id LIKE '%/' || a.key OR q.id LIKE '%/' || substr(a.key, 1,
    instr(a.key, '-') - 1)) > 0;

-- a draft @ task
-- This is what you typed and did not send, kept {at:moment}. Kept until {until:day}, then it is gone.
SELECT 1 FROM draft d WHERE d.account_id = :reader AND d.subject = :item AND during(d.saved_at, :at)
    AND during(datetime(d.saved_at, '+28 days'), :until);

-- how long such is kept @ task start
-- What you type and do not send is kept for <{days:number} days><one day> after you last typed.
SELECT 1 FROM authority a WHERE a.draft_days = coalesce(:days, 1);

-- a case is open now @ cases
-- <A case is open:><These cases are open:> {cases}.
SELECT 1 FROM "case" c WHERE instr(:cases, c.reference) > 0;

-- nothing was found @ cases
-- Nothing was found among the cases that you may know of. There may be others, so this does not mean that the child is not known.
SELECT 1;

-- an alarm that nobody has opened @ tasks team
-- A child may be in immediate danger | {child}<, {age}> | <{tags:tags} | >{reference} · raised {raised:moment}< | <alone=Nobody was on duty, so it is for the whole team.><Nobody was {place} on duty.>>< | {told:rest}> | Open the case of {again}
SELECT a.* FROM alarm a JOIN "case" c ON c.id = a.case_id JOIN person p ON p.id = c.person_id
    WHERE a.ended_at IS NULL AND c.reference = :reference AND is_called(p.given_name, p.family_name, :child)
    AND during(a.raised_at, :raised) AND (:alone IS NULL OR NOT EXISTS (SELECT 1 FROM duty_turn t
    WHERE t.starts_at <= a.raised_at AND t.ends_at > a.raised_at)) AND (:place IS NULL OR NOT EXISTS (SELECT 1
    FROM duty_turn t WHERE t.place = :place AND t.starts_at <= a.raised_at AND t.ends_at > a.raised_at))
    AND NOT EXISTS (SELECT 1 FROM outbox o JOIN account r ON o.recipient = 'account:' || r.id
    WHERE o.alarm_id = a.id AND instr(:told, r.name || ', ' || o.alarm_place || ' on duty: ') > 0
    AND instr(:told, r.name || ', ' || o.alarm_place || ' on duty: ' || CASE o.state
    WHEN 'waiting' THEN 'the letter has not left yet' WHEN 'handing_over' THEN 'the letter is being sent'
    WHEN 'refused' THEN 'the letter could not be sent' WHEN 'unknown' THEN 'nobody knows whether the letter left'
    WHEN 'handed_over' THEN 'the letter left' WHEN 'confirmed' THEN 'it has arrived, as somebody found out'
    WHEN 'withdrawn' THEN 'not sent, as somebody decided' END) = 0)
    AND (instr(:told, 'No letter about it is known to have left. Open the case, or ring whoever is on duty.') > 0)
    = NOT EXISTS (SELECT 1 FROM outbox o WHERE o.alarm_id = a.id AND o.state IN ('handed_over', 'confirmed'))
    AND (instr(:told, 'There is nobody left to whom it goes.') = 0 OR a.next_step_at IS NULL)
    AND (instr(:told, ' letters') = 0 OR EXISTS (SELECT 1 FROM outbox o
    WHERE o.alarm_id = a.id GROUP BY o.alarm_place HAVING instr(:told, count(*) || ' letters' || CASE o.alarm_place
    WHEN 'managers' THEN '' ELSE ' to those ' || o.alarm_place || ' on duty' END || ', of which '
    || count(*) FILTER (WHERE o.state IN ('handed_over', 'confirmed')) || ' have left') > 0));

-- how many alarms nobody has opened @ tasks team
-- Alarms that nobody has opened ({count:number})
SELECT 1 WHERE :count BETWEEN 1 AND (SELECT count(*) FROM alarm a JOIN "case" c ON c.id = a.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE a.ended_at IS NULL);

-- every alarm was opened @ tasks team
-- Somebody has opened every alarm.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM alarm a JOIN "case" c ON c.id = a.case_id
    AND c.team_id IN (SELECT team_id FROM membership WHERE account_id = :reader) WHERE a.ended_at IS NULL);

-- more children whom we know @ case task
-- and {count:number} more<: find them among the cases>
SELECT 1 WHERE :count < (SELECT count(*) FROM possible_match m WHERE m.answer IS NULL);

-- which page of a list @ case task replay step guidance
-- Page {number:number} of {pages:number}
SELECT 1 WHERE :number BETWEEN 1 AND :pages AND :pages <= 1 + (SELECT count(*) FROM entry WHERE case_id = :case) / 10;

-- no request for a part waits @ team
-- Requests for a part: none waits.
SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM part_request WHERE decided_at IS NULL);

-- how many requests for a part wait @ team
-- Requests for a part: <one=one waits><{count:number} wait>, <late=overdue since><first=the first is due by> the end of {day:rest}.
SELECT 1 WHERE coalesce(:count, 1) = (SELECT count(*) FROM part_request WHERE decided_at IS NULL);

-- how many actions wait for the reader @ tasks
-- Actions for you ({count:number})
SELECT 1 WHERE :count <= (SELECT count(*) FROM case_action a WHERE a.state = 'open');

-- an action that waits for the reader @ tasks
-- {what} | {child}<, {age}> | {whose} · <hand=added by {by}><{task}>, {at:moment} · {reference}< | Open again, as {teller} said {told:moment}: {why}> | <late=[Late]><open=[Open]> | By {weekday}<: late by {days:number} day<s>>< | Say what became of it: {same}, for {name}>
SELECT 1 FROM case_action a JOIN "case" c ON c.id = a.case_id AND c.reference = :reference
    JOIN person p ON p.id = c.person_id WHERE a.what = :what AND a.state = 'open' AND coalesce(:same, a.what) = a.what
    AND is_called(p.given_name, p.family_name, :child) AND during(a.agreed_at, :at)
    AND (:hand IS NOT NULL) = (a.instance_id IS NULL) AND (:told IS NULL OR during(a.told_at, :told)
    AND a.why = :why) AND :weekday LIKE '%' || in_words(a.by_when) AND (:late IS NOT NULL) = (:days IS NOT NULL)
    AND (:days IS NOT NULL) = (a.by_when < substr(:now, 1, 10));
