-- The record of each case with those of the cases that were joined to it, as it is by now.
DELETE FROM whole_entry;
DELETE FROM whole_answer;
CREATE TEMP TABLE line AS SELECT c.id AS told_in, e.*, row_number() OVER (PARTITION BY c.id ORDER BY e.at,
    e.case_id = c.id, e.case_id, e.number) AS place FROM "case" c JOIN entry e ON e.case_id = c.id OR e.case_id IN
    (SELECT j.case_id FROM joined j WHERE j.told_in = c.id);
INSERT INTO whole_entry SELECT told_in, place, min(place) OVER (PARTITION BY told_in, case_id, act), at, actor, kind,
    instance, element, occurrence, flows, said, erased, case_id, number, act FROM line;
INSERT INTO whole_answer SELECT l.told_in, l.place, a.process, a.element, a.field, a.value FROM line l
    JOIN instance i ON i.id = l.instance JOIN answer a ON a.case_id = l.case_id AND a.number = l.number
    AND a.process = i.process AND a.element = coalesce(l.element, 'start');
DROP TABLE line;
