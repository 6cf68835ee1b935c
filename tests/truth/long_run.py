"""Stories that each round of the long run reads, with the kinds of sentences that no story of the short run says."""

IN_THE_LONG_RUN = {
    "scenarios/ten_years_on_a_plan": ("how many finished there are", "which page of a list"),
    "discontinuation/scenarios/refused_and_still_bound": ("how many were not taken on",),
    "child_in_need_plan/scenarios/against_the_wish_of_the_child": (
        *("something was shared", "what is wished about sharing"),
        "what was shared, question by question, in a pack",
        "what is wished about sharing, question by question, in a pack",
    ),
    "strategy_discussion/scenarios/what_became_of_each_action": (
        *("an action was agreed", "what became of an action", "an action is open again"),
        *("how many actions wait for the reader", "an action that waits for the reader"),
        "an action, question by question, in a pack",
    ),
    "scenarios/who_is_around_the_child": (
        "what is known of somebody around the child",
        "what is known of somebody around the child, question by question, in a pack",
    ),
    "change_for_child/scenarios/address_and_school": ("what has changed for the child",),
    "death/scenarios/during_an_enquiry": ("a child who has died", "the age of a child who has died"),
    "departure_abroad/scenarios/on_a_plan": ("a child who has left", "the age of a child who has left"),
    "protection_plan_taken_over/scenarios/a_plan_goes_on_here": (
        *("case taken over from another system", "a case that was taken over, beside the guidance"),
        *("overdue since before it came here", "done after it had run out elsewhere", "ran out before it came here"),
        *("clock that had run out elsewhere", "time had run out elsewhere", "ran out elsewhere, in a pack"),
        "clock met after it had run out elsewhere",
    ),
    "protection_plan_taken_over/scenarios/the_plan_ends_with_a_move_abroad": (
        "stopped after it had run out elsewhere",
    ),
    "immediate_protection/scenarios/two_whose_names_nobody_knows": ("a list of which nothing was filled in",),
    "joined_plans/scenarios/two_plans_one_child": (
        *("how many processes run", "went on elsewhere late in the end", "all that was late, and why"),
        "further steps of a duty",
    ),
    "professional_disagreement/scenarios/down_over_easter": ("nobody knew", "process withdrawn"),
    "professional_disagreement/scenarios/no_conference_overruled": ("clock resumed",),
    "section_47_enquiry/scenarios/more_is_asked_for": ("filled in from",),
}
