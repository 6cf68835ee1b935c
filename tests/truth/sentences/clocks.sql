-- What is said of a clock: how long is left, what became of it. `d` are the clocks that it may be said of.

-- done in time @ state
-- Done in time
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at <= d.due_at;

-- done late @ state
-- Done late
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at > d.due_at;

-- stopped @ state
-- Stopped
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at <= d.due_at;

-- stopped late @ state
-- Stopped after its time had run out
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at > d.due_at;

-- overdue since before it came here @ state
-- <O><o>verdue by {count:number} day<s>: its time had run out before the case came here
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND days(d.due_at, :now) = :count
    AND d.came_with_case AND d.due_at < d.started_at;

-- done after it had run out elsewhere @ state
-- Done: its time had run out before the case came here
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.came_with_case AND d.due_at < d.started_at;

-- stopped after it had run out elsewhere @ state
-- Stopped: its time had run out before the case came here
SELECT 1 FROM d WHERE d.met_at IS NULL AND d.stopped_at IS NOT NULL AND d.came_with_case AND d.due_at < d.started_at;

-- due today @ state
-- <Soon: ><D><d>ue by the end of today
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND day(d.due_at) = day(:now);

-- working days left @ state
-- <Soon: >{count:number} working day<s> left
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND working_days(day(:now), day(d.due_at)) = :count;

-- days left @ state
-- <Soon: >{count:number} day<s> left
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND days(:now, d.due_at) = :count;

-- days over @ state
-- <O><o>verdue by {count:number} day<s>
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND days(d.due_at, :now) = :count;

-- time left, in hours @ state
-- <Soon: >{hours:number} hour<s>< and {minutes:number} minute<s>> left
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(:now, d.due_at) >= 0
    AND minutes(:now, d.due_at) / 60 = :hours AND minutes(:now, d.due_at) % 60 = coalesce(:minutes, 0);

-- time left, in minutes @ state
-- <Soon: >{minutes:number} minute<s> left
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(:now, d.due_at) = :minutes;

-- time left, in days and hours @ state
-- <Soon: >{days:number} day<s>< and {hours:number} hour<s>> left
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(:now, d.due_at) / 1440 = :days
    AND minutes(:now, d.due_at) % 1440 / 60 = coalesce(:hours, 0);

-- time over, in hours @ state
-- <O><o>verdue by {hours:number} hour<s>< and {minutes:number} minute<s>>
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(d.due_at, :now) >= 0
    AND minutes(d.due_at, :now) / 60 = :hours AND minutes(d.due_at, :now) % 60 = coalesce(:minutes, 0);

-- time over, in minutes @ state
-- <O><o>verdue by {minutes:number} minute<s>
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(d.due_at, :now) = :minutes;

-- time over, in days and hours @ state
-- <O><o>verdue by {days:number} day<s>< and {hours:number} hour<s>>
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND minutes(d.due_at, :now) / 1440 = :days
    AND minutes(d.due_at, :now) % 1440 / 60 = coalesce(:hours, 0);

-- met in time in the end @ ending
-- [In time] done {at:moment}
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at <= d.due_at AND during(d.met_at, :at);

-- met late in the end @ ending
-- [Late] done {at:moment}
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at > d.due_at AND during(d.met_at, :at);

-- stopped in the end @ ending
-- [Stopped] {at:moment}
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at <= d.due_at
    AND during(d.stopped_at, :at);

-- stopped late in the end @ ending
-- [Late] not done, stopped {at:moment}
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at > d.due_at
    AND during(d.stopped_at, :at);

-- goes on elsewhere in the end @ ending
-- [Goes on] in another case, since {at:moment}
SELECT 1 FROM d JOIN instance i ON i.id = d.instance_id JOIN "case" c ON c.id = i.came_from_id
    WHERE during(c.closed_at, :at) AND d.due_at >= c.closed_at AND coalesce(d.met_at, d.stopped_at, :now) >= c.closed_at;

-- went on elsewhere late in the end @ ending
-- [Late] not done by {at:moment}, when it went on in another case
SELECT 1 FROM d JOIN instance i ON i.id = d.instance_id JOIN "case" c ON c.id = i.came_from_id
    WHERE during(c.closed_at, :at) AND d.due_at < c.closed_at AND coalesce(d.met_at, d.stopped_at, :now) >= c.closed_at;

-- it goes on elsewhere and is not done @ how
-- <Not done; goes on in another case since {at:moment}><not done, goes on in another case since {first:moment}>
SELECT 1 FROM d JOIN instance i ON i.id = d.instance_id JOIN "case" c ON c.id = i.came_from_id
    WHERE during(c.closed_at, coalesce(:at, :first)) AND d.due_at < c.closed_at;

-- ran out before it came here @ ending
-- [Ran out before the case came here] <still runs><done {at:moment}><stopped {ended:moment}>
SELECT 1 FROM d WHERE d.came_with_case AND d.due_at < d.started_at AND (:at IS NULL OR during(d.met_at, :at))
    AND (:ended IS NULL OR during(d.stopped_at, :ended))
    AND (:at IS NOT NULL OR :ended IS NOT NULL OR runs(d.met_at, d.stopped_at));

-- overdue in the end @ ending
-- [Overdue] still not done
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at < :now;

-- running in the end @ ending
-- [Running] still runs
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at >= :now;

-- it was done @ how
-- Done {at:moment}
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND TRUE AND during(d.met_at, :at);

-- it was stopped and not done @ how
-- Not done; stopped {at:moment}
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at > d.due_at
    AND during(d.stopped_at, :at);

-- it is not done yet @ how
-- Still not done
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at < :now;

-- it was done, among the first @ how
-- done {at:moment}
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at > d.due_at AND during(d.met_at, :at);

-- it was stopped, among the first @ how
-- not done, stopped {at:moment}
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at > d.due_at
    AND during(d.stopped_at, :at);

-- it is not done yet, among the first @ how
-- still not done
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at < :now;

-- met in time, in a pack @ pack_state
-- Met in time
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at <= d.due_at;

-- met late, in a pack @ pack_state
-- Met late< by {count:number} day<s>>
SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND d.met_at > d.due_at AND (:count IS NULL
    OR days(d.due_at, d.met_at) = :count);

-- stopped, in a pack @ pack_state
-- Stopped
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at <= d.due_at;

-- stopped late, in a pack @ pack_state
-- Stopped late< by {count:number} day<s>>
SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND d.met_at IS NULL AND d.stopped_at > d.due_at AND
    (:count IS NULL OR days(d.due_at, d.stopped_at) = :count);

-- overdue, in a pack @ pack_state
-- Overdue< by {count:number} day<s>>
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at < :now AND (:count IS NULL
    OR days(d.due_at, :now) = :count);

-- ran out elsewhere, in a pack @ pack_state
-- Ran out elsewhere
SELECT 1 FROM d WHERE d.came_with_case AND d.due_at < d.started_at;

-- running, in a pack @ pack_state
-- Running
SELECT 1 FROM d WHERE runs(d.met_at, d.stopped_at) AND d.due_at >= :now;
