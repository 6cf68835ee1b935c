"""Faults of what a bundle says that the system does: effects, properties, flags, and the whole of a pathway."""

from tests.engine.lint.planted import Fault
from tests.engine.lint.planted_actions import ACTION_FAULTS
from tests.engine.lint.planted_departures import DEPARTURE_FAULTS
from tests.engine.lint.planted_renames import RENAME_FAULTS
from tests.engine.lint.planted_sharing import CONTACT_FAULTS, SHARING_FAULTS
from tests.engine.lint.planted_shown import SHOWN_FAULTS
from tests.engine.lint.small_bundle import MESSAGE_ROWS, MESSAGES, ROLES
from tests.engine.lint.small_drawing import chain, event, flow, properties
from tests.engine.lint.small_pathway import CLOSING, OPENING, OPENING_FORM

ALLOCATE = "forms/opening/allocate.json"
OFFERED = 'name="offered" value="10"'
BLOCKS = 'name="blocks_closure" value="nobody leads"'
SPLIT = chain("both", "close", "closed")
LATE = (
    event("boundaryEvent", "late", name="Late", more=' attachedToRef="close"', clock="visit_limit")
    + '<bpmn:endEvent id="left_open" name="Left open" />'
    + flow("late", "left_open")
)
LEADS = 'role = "social_worker"\nleads = true'


def said_of_messages(wasted: str) -> tuple[str, str]:
    """The whole of messages.csv, with the columns of effects and what one of the rows says in them."""
    head, *rows = MESSAGE_ROWS.splitlines()
    said = [f"{row},{wasted if row.startswith('wasted,') else ',,'}" for row in rows]
    return "", "\n".join([f"{head},effect,alerts,alert_words", *said, ""])


RESUMES = 'name="resumes_clock" value="visit_limit" /><spiffworkflow:property name="resumes_when" value='
EFFECTS = [
    Fault("unknown-effect", OPENING, 'value="allocates"', 'value="alocates"', "allocate"),
    Fault("unknown-effect", OPENING, 'value="allocates"', 'value="allocates starts_plan"', "allocate"),
    Fault("unknown-effect", OPENING, 'value="allocates"', 'value=""', "allocate"),
    Fault("unknown-effect", OPENING, BLOCKS, 'name="blocks_closure" value=" "', "allocate"),
    Fault("unknown-effect", OPENING, BLOCKS, 'name="resumes_clock" value="no_clock"', "allocate"),
    Fault("clock-scope", OPENING, BLOCKS, 'name="resumes_clock" value="visit_limit"', "allocate"),
    Fault("unknown-effect", OPENING, OFFERED, 'name="offered" value="first"', "begin"),
    Fault("unknown-effect", OPENING, OFFERED, 'name="emergency" value="no"', "begin"),
    Fault("unknown-effect", OPENING, OFFERED, 'name="hands_on_origin" value="inherits"', "begin"),
    Fault("unknown-effect", OPENING, OFFERED, 'name="one_for_a_child" value="began_last"', "begin"),
    Fault("unknown-effect", OPENING, OFFERED, 'name="gives_way_to_plan" value="letter_required"', "begin"),
    Fault("unknown-property", OPENING, BLOCKS, 'name="holds_closure" value="nobody leads"', "allocate"),
    Fault("unknown-property", OPENING, OFFERED, 'name="blocks" value="10"', "begin"),
    Fault("unknown-effect", ROLES, "own_people = true", "own_poeple = true", "social_worker"),
    Fault("unknown-effect", ROLES, "own_people = true", 'own_people = "yes"', "social_worker"),
    Fault("form-language", ALLOCATE, '"x-role": "lead"', '"x-role": "leader"', "lead.x-role"),
]

NEEDED = [
    Fault("needed-by-effect", ALLOCATE, ',\n   "x-role": "lead"', ""),
    Fault("needed-by-effect", ALLOCATE, '"kind": "person"', '"kind": "text"', "lead"),
    Fault("needed-by-effect", ALLOCATE, '"x-role": "lead"', '"x-role": "known_person"', "lead"),
    Fault("needed-by-effect", OPENING_FORM, '"x-role": "family_name"', '"x-role": "address"', "children"),
    Fault(
        "needed-by-effect", OPENING_FORM, '"x-role": "given_name"', '"x-role": "family_name"', "children.family_name"
    ),
    Fault("needed-by-effect", OPENING, BLOCKS, 'name="resumes_clock" value="visit_limit"', "allocate"),
    Fault("needed-by-effect", OPENING, 'value="allocates"', 'value="refers_other_children"', "allocate"),
    Fault(
        "needed-by-effect", ROLES, 'name = "Team manager"', 'name = "Team manager"\nsupervises = true', "team_manager"
    ),
]

OF_MESSAGES = [
    Fault("unknown-effect", MESSAGES, *said_of_messages("begins_plan,,"), "wasted"),
    Fault("unknown-effect", MESSAGES, *said_of_messages("allocates,,"), "wasted"),
    Fault("needed-by-effect", MESSAGES, *said_of_messages("alerts,,Somebody must know"), "wasted"),
    Fault("needed-by-effect", MESSAGES, *said_of_messages("alerts,team_manager,"), "wasted"),
    Fault("needed-by-effect", MESSAGES, *said_of_messages(",team_manager,Somebody must know"), "wasted"),
    Fault("unknown-role", MESSAGES, *said_of_messages("alerts,manager,Somebody must know"), "wasted"),
    Fault("whole-pathway", MESSAGES, *said_of_messages("starts_plan,,"), "wasted"),
    Fault("whole-pathway", MESSAGES, *said_of_messages("ends_plan,,"), "wasted"),
]

CONDITIONS = [
    Fault("bad-expression", OPENING, BLOCKS, f'{RESUMES}"allocate.lead("', "allocate"),
    Fault("unknown-name", OPENING, BLOCKS, f'{RESUMES}"allocate.leader == 1"', "allocate"),
    Fault("unknown-name", OPENING, BLOCKS, f'{RESUMES}"start.about == 1"', "allocate"),
]

PATHWAY = [
    Fault("whole-pathway", ROLES, LEADS, LEADS.replace("true", "false")),
    Fault("whole-pathway", ROLES, LEADS, f'{LEADS}\n[agency.health]\nname = "Health"\n{LEADS}'),
    Fault("whole-pathway", ROLES, "leads = true\nown_people", "own_people"),
    Fault("whole-pathway", OPENING_FORM, '"x-role": "children"', '"x-role": "withdrawn"'),
    Fault("whole-pathway", CLOSING, "begins_when_idle", "joins_by_hand"),
    Fault("whole-pathway", OPENING, OFFERED, 'name="begins_when_idle" value="yes"'),
    Fault("whole-pathway", CLOSING, ' value="closes_case"', ' value="acknowledges"', "begin"),
    Fault("whole-pathway", OPENING, 'value="allocates"', 'value="allocates closes_case"', "allocate"),
    Fault("whole-pathway", CLOSING, '<bpmn:userTask id="tell" name="Tell the family">',
          f'<bpmn:userTask id="tell" name="Tell the family">{properties(effect="closes_case")}', "close"),
    Fault("whole-pathway", CLOSING, '<bpmn:parallelGateway id="both" />',
          '<bpmn:exclusiveGateway id="both" name="Close?" default="both_to_tell" />', "told"),
    Fault("whole-pathway", CLOSING, SPLIT, f"{SPLIT}{LATE}", "left_open"),
]  # fmt: skip

OF_FORMS = (*SHOWN_FAULTS, *SHARING_FAULTS, *CONTACT_FAULTS, *ACTION_FAULTS, *DEPARTURE_FAULTS)
MEANING_FAULTS = (*EFFECTS, *NEEDED, *OF_MESSAGES, *CONDITIONS, *PATHWAY, *RENAME_FAULTS, *OF_FORMS)
