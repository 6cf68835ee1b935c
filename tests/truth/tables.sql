-- What is made beside the tables of the product (tests/truth/rows.py).
CREATE TEMP TABLE entry (case_id, number INTEGER, act INTEGER, at, actor, kind, instance, element, occurrence, flows,
    said, erased);
CREATE TEMP TABLE look (case_id, at, actor, kind, page, act);
CREATE TEMP TABLE answer (case_id, number INTEGER, process, element, field, value);
CREATE TEMP TABLE called (what, id, name);
CREATE TEMP TABLE whole_entry AS SELECT *, '' AS written_in, 0 AS own_number, 0 AS own_act FROM entry;
CREATE TEMP TABLE whole_answer AS SELECT * FROM answer;
CREATE TEMP VIEW actor AS SELECT id, name FROM account
    UNION ALL SELECT 'system', 'the system' UNION ALL SELECT id, CASE WHEN lower(name) LIKE 'another %' THEN lower(
    substr(name, 1, 1)) || substr(name, 2) ELSE 'a ' || lower(substr(name, 1, 1)) || substr(name, 2) END
    FROM called WHERE what = 'role';
CREATE TEMP VIEW said_as AS SELECT a.id, lower(a.name) AS name FROM actor a UNION SELECT a.id,
    lower(a.name || s.before || r.name || s.after) FROM account a JOIN membership m ON m.account_id = a.id
    JOIN called r ON r.what = 'role' AND r.id = m.role
    JOIN (SELECT ', ' AS before, '' AS after UNION ALL SELECT ' ‹', '›') s;
CREATE TEMP VIEW whose AS SELECT w.id AS item, lower(r.name) AS name FROM work_item w
    JOIN called r ON r.what = 'role' AND r.id = w.role UNION ALL
    SELECT w.id, lower(a.name || ' (' || r.name || ')') FROM work_item w
    JOIN called r ON r.what = 'role' AND r.id = w.role JOIN called a ON a.what = 'agency' AND a.id = w.agency_id;
CREATE TEMP VIEW deed AS SELECT column1 AS id, column2 AS words FROM (VALUES ('referred', 'it referred the child'),
    ('started', 'it started something'), ('invited', 'it was invited'), ('asked', 'it was asked to do something'),
    ('took_part', 'it took part'), ('disagreed', 'it disagreed with the closed case'),
    ('decided', 'it was decided so'));
CREATE TEMP VIEW partner AS SELECT m.account_id AS id, m.organisation_id AS organisation FROM membership m
    JOIN organisation o ON o.id = m.organisation_id AND NOT o.leads;
CREATE TEMP VIEW newest AS SELECT 'case:' || case_id AS chain, max(number) AS number FROM entry GROUP BY case_id;
CREATE TEMP VIEW duty AS SELECT d.id, d.name, c.name AS clock FROM called d
    JOIN called c ON c.what = 'clock of' AND c.id = d.id WHERE d.what = 'duty';
CREATE TEMP VIEW asked AS SELECT e.case_id, e.number, e.kind, j.name AS duty FROM entry e
    JOIN instance i ON i.id = e.instance JOIN called j ON j.what = 'asks'
    AND j.id = i.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE coalesce(e.element, '') END;
CREATE TEMP VIEW of_clock AS SELECT case_id, at, said ->> 'clock' AS clock, said ->> 'what' AS what,
    coalesce(said ->> 'met_at', said ->> 'stopped_at', at) AS moment FROM entry WHERE kind = 'deadline';
-- Each clock where it is told: in its case, and in the one that it came from, as far as the entries of that one tell.
CREATE TEMP VIEW clock AS SELECT d.*, d.case_id AS told_in, d.number AS told_number,
    coalesce(d.met_at, d.stopped_at) AS ended_at FROM deadline d UNION ALL SELECT t.*, coalesce(t.met_at, t.stopped_at,
    (SELECT closed_at FROM "case" c WHERE c.id = t.told_in)) FROM (SELECT d.id, d.case_id, d.instance_id, d.clock,
    d.number, d.title, d.protects, d.kind, d.counted_from, d."limit", d.due_at, d.calendar, d.provisional, d.started_at,
    (SELECT d.passed_at FROM of_clock o WHERE o.case_id = i.came_from_id AND o.clock = d.clock AND o.what = 'passed'
    AND o.moment = d.passed_at), (SELECT d.met_at FROM of_clock o WHERE o.case_id = i.came_from_id AND o.clock = d.clock
    AND o.what IN ('met', 'met_earlier') AND o.moment = d.met_at) AS met_at, (SELECT d.stopped_at FROM of_clock o
    WHERE o.case_id = i.came_from_id AND o.clock = d.clock AND o.what = 'stopped' AND o.moment = d.stopped_at)
    AS stopped_at, d.stopped_because, d.late_reason, d.taken_up, d.came_with_case, i.came_from_id AS told_in, (SELECT nullif(count(*), 0)
    FROM of_clock o WHERE o.case_id = i.came_from_id AND o.clock = d.clock AND o.what = 'started'
    AND o.at <= d.started_at) AS told_number FROM deadline d JOIN instance i ON i.id = d.instance_id
    AND i.came_from_id IS NOT NULL) t WHERE t.told_number IS NOT NULL AND EXISTS (SELECT 1 FROM of_clock o
    WHERE o.case_id = t.told_in AND o.clock = t.clock AND o.what = 'started' AND o.at = t.started_at);
CREATE TEMP VIEW joined AS WITH RECURSIVE one (told_in, case_id) AS (SELECT joined_to_id, id FROM "case"
    WHERE joined_to_id IS NOT NULL UNION SELECT c.joined_to_id, o.case_id FROM one o JOIN "case" c ON c.id = o.told_in
    AND c.joined_to_id IS NOT NULL) SELECT told_in, case_id FROM one;
CREATE TEMP VIEW run AS SELECT i.*, p.name AS process_name,
    p.name || CASE WHEN i.number > 1 THEN ' (' || i.number || ')' ELSE '' END AS name
    FROM instance i JOIN called p ON p.what = 'process' AND p.id = i.process;
CREATE TEMP VIEW of_child AS WITH RECURSIVE one (of_case, person) AS (SELECT id, person_id FROM "case"
    UNION SELECT o.of_case, CASE WHEN l.person_id = o.person THEN l.same_person_id ELSE l.person_id END
    FROM one o JOIN "case" l ON l.same_person_id IS NOT NULL AND o.person IN (l.person_id, l.same_person_id))
    SELECT o.of_case, c.*, CASE WHEN o.of_case != c.id THEN c.reference END AS other
    FROM one o JOIN "case" c ON c.person_id = o.person;
CREATE TEMP VIEW whole_asked AS SELECT e.case_id, e.number, e.kind, j.name AS duty FROM whole_entry e
    JOIN instance i ON i.id = e.instance JOIN called j ON j.what = 'asks'
    AND j.id = i.process || '/' || CASE e.kind WHEN 'started' THEN 'start' ELSE coalesce(e.element, '') END;
CREATE TEMP VIEW whole_look AS SELECT * FROM look UNION ALL SELECT j.told_in, l.at, l.actor, l.kind, l.page,
    l.act
    FROM look l JOIN joined j ON j.case_id = l.case_id WHERE NOT EXISTS (SELECT 1 FROM look o
    WHERE o.case_id = j.told_in AND o.act = l.act);
CREATE INDEX temp.entry_of ON entry (case_id, kind);
CREATE INDEX temp.entry_number ON entry (case_id, number);
CREATE INDEX temp.entry_act ON entry (case_id, act);
CREATE INDEX temp.entry_run ON entry (instance, element);
CREATE INDEX temp.called_id ON called (what, id);
CREATE INDEX temp.answer_of ON answer (case_id, value);
CREATE INDEX temp.called_so ON called (what, name);
