"""What is said of a clock: how long is left, what became of it. `d` are the clocks that it may be said of."""

from tests.truth.patterns import Kind

RUNS = "SELECT 1 FROM d WHERE d.met_at IS NULL AND d.stopped_at IS NULL AND "
MET, STOPPED = "SELECT 1 FROM d WHERE d.met_at IS NOT NULL AND ", "SELECT 1 FROM d WHERE d.stopped_at IS NOT NULL AND "
STOPPED += "d.met_at IS NULL AND "
IN_TIME, LATE = "d.met_at <= d.due_at", "d.met_at > d.due_at"
WHEN_MET = " AND d.met_at >= :at_from AND d.met_at < :at_to"
WHEN_STOPPED = " AND d.stopped_at >= :at_from AND d.stopped_at < :at_to"
DAYS = "working_days(day(:now), day(d.due_at)) = :count"
MINUTES = "minutes(:now, d.due_at) = coalesce(:hours, 0) * 60 + coalesce(:minutes, 0)"
LEFT, OVER = "minutes(:now, d.due_at)", "minutes(d.due_at, :now)"
STATE, ENDING, HOW = "state", "ending", "how"


def _spans(name: str, words: str, minutes: str, state: str = STATE) -> tuple[Kind, ...]:
    """In the two largest units, rounded down."""
    return (
        Kind(
            f"{name}, in hours",
            state,
            words.format("{hours:number} hour<s>< and {minutes:number} minute<s>>"),
            f"{RUNS}{minutes} >= 0 AND {minutes} / 60 = :hours AND {minutes} % 60 = coalesce(:minutes, 0)",
        ),
        Kind(f"{name}, in minutes", state, words.format("{minutes:number} minute<s>"), f"{RUNS}{minutes} = :minutes"),
        Kind(
            f"{name}, in days and hours",
            state,
            words.format("{days:number} day<s>< and {hours:number} hour<s>>"),
            f"{RUNS}{minutes} / 1440 = :days AND {minutes} % 1440 / 60 = coalesce(:hours, 0)",
        ),
    )


KINDS = (
    Kind("done in time", STATE, "Done in time", MET + IN_TIME),
    Kind("done late", STATE, "Done late", MET + LATE),
    Kind("stopped", STATE, "Stopped", STOPPED + "d.stopped_at <= d.due_at"),
    Kind("stopped late", STATE, "Stopped after its time had run out", STOPPED + "d.stopped_at > d.due_at"),
    Kind("due today", STATE, "<Soon: ><D><d>ue by the end of today", RUNS + "day(d.due_at) = day(:now)"),
    Kind("working days left", STATE, "<Soon: >{count:number} working day<s> left", RUNS + DAYS),
    Kind("days left", STATE, "<Soon: >{count:number} day<s> left", RUNS + "days(:now, d.due_at) = :count"),
    Kind("days over", STATE, "<O><o>verdue by {count:number} day<s>", RUNS + "days(d.due_at, :now) = :count"),
    *_spans("time left", "<Soon: >{} left", LEFT),
    *_spans("time over", "<O><o>verdue by {}", OVER),
    # Where an auditor reads of it.
    Kind("met in time in the end", ENDING, "[In time] done {at:moment}", MET + IN_TIME + WHEN_MET),
    Kind("met late in the end", ENDING, "[Late] done {at:moment}", MET + LATE + WHEN_MET),
    Kind("stopped in the end", ENDING, "[Stopped] {at:moment}", STOPPED + "d.stopped_at <= d.due_at" + WHEN_STOPPED),
    Kind(
        "stopped late in the end",
        ENDING,
        "[Late] not done, stopped {at:moment}",
        STOPPED + "d.stopped_at > d.due_at" + WHEN_STOPPED,
    ),
    Kind("overdue in the end", ENDING, "[Overdue] still not done", RUNS + "d.due_at < :now"),
    Kind("running in the end", ENDING, "[Running] still runs", RUNS + "d.due_at >= :now"),
    # What was late, said in a sentence.
    Kind("it was done", HOW, "Done {at:moment}", MET + "TRUE" + WHEN_MET),
    Kind(
        "it was stopped and not done",
        HOW,
        "Not done; stopped {at:moment}",
        STOPPED + "d.stopped_at > d.due_at" + WHEN_STOPPED,
    ),
    Kind("it is not done yet", HOW, "Still not done", RUNS + "d.due_at < :now"),
    Kind("it was done, among the first", HOW, "done {at:moment}", MET + LATE + WHEN_MET),
    Kind(
        "it was stopped, among the first",
        HOW,
        "not done, stopped {at:moment}",
        STOPPED + "d.stopped_at > d.due_at" + WHEN_STOPPED,
    ),
    Kind("it is not done yet, among the first", HOW, "still not done", RUNS + "d.due_at < :now"),
    # In a pack.
    Kind("met in time, in a pack", "pack_state", "Met in time", MET + IN_TIME),
    Kind(
        "met late, in a pack",
        "pack_state",
        "Met late< by {count:number} day<s>>",
        MET + LATE + " AND (:count IS NULL OR days(d.due_at, d.met_at) = :count)",
    ),
    Kind("stopped, in a pack", "pack_state", "Stopped", STOPPED + "d.stopped_at <= d.due_at"),
    Kind(
        "stopped late, in a pack",
        "pack_state",
        "Stopped late< by {count:number} day<s>>",
        STOPPED + "d.stopped_at > d.due_at AND (:count IS NULL OR days(d.due_at, d.stopped_at) = :count)",
    ),
    Kind(
        "overdue, in a pack",
        "pack_state",
        "Overdue< by {count:number} day<s>>",
        RUNS + "d.due_at < :now AND (:count IS NULL OR days(d.due_at, :now) = :count)",
    ),
    Kind("running, in a pack", "pack_state", "Running", RUNS + "d.due_at >= :now"),
)
