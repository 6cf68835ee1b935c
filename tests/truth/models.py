"""The shipped models, changed so that they say what they do not say by themselves."""

from engine.commands.drafts import save_draft
from engine.record.chain import case_chain, lines
from tests.builders import MONDAY, case_at, open_items, shipped
from tests.engine.commands.calls_of_carrying_over import takes_back
from tests.second import changed
from tests.truth.hearing import Hearing

FILE = "processes/professional_disagreement/professional_disagreement.bpmn"
BEGINS = '<bpmn:sequenceFlow id="start_to_answer_disagreement" sourceRef="start" targetRef="answer_disagreement" />'
COMES = "<bpmn:incoming>{}</bpmn:incoming>\n      <bpmn:outgoing>answer_disagreement_to_agreed</bpmn:outgoing>"
# Between the start and the first task.
WAY = """
<bpmn:sequenceFlow id="start_to_answer_disagreement" sourceRef="start" targetRef="apart" />
<bpmn:parallelGateway id="apart"><bpmn:incoming>start_to_answer_disagreement</bpmn:incoming>
  <bpmn:outgoing>one_way</bpmn:outgoing><bpmn:outgoing>other_way</bpmn:outgoing></bpmn:parallelGateway>
<bpmn:sequenceFlow id="one_way" sourceRef="apart" targetRef="together" />
<bpmn:sequenceFlow id="other_way" sourceRef="apart" targetRef="together" />
<bpmn:parallelGateway id="together"><bpmn:incoming>one_way</bpmn:incoming><bpmn:incoming>other_way</bpmn:incoming>
  <bpmn:outgoing>together_to_on</bpmn:outgoing></bpmn:parallelGateway>
<bpmn:sequenceFlow id="together_to_on" sourceRef="together" targetRef="on" />
<bpmn:parallelGateway id="on"><bpmn:incoming>together_to_on</bpmn:incoming><bpmn:outgoing>goes_on</bpmn:outgoing>
</bpmn:parallelGateway>
<bpmn:sequenceFlow id="goes_on" sourceRef="on" targetRef="answer_disagreement" />
"""


def other_shapes() -> dict[str, bytes]:
    """Ways that come together, one that only goes on, and an event that interrupts nothing."""
    return changed(
        FILE,
        (BEGINS, WAY),
        (COMES.format("start_to_answer_disagreement"), COMES.format("goes_on")),
        ('name="No answer in time"', 'name="No answer in time" cancelActivity="false"'),
        files=shipped(),
    )


def alerting() -> dict[str, bytes]:
    """The legal adviser is told of a death."""
    news = "reaches_child,,,The child has died"
    alert = "reaches_child alerts,legal_adviser,A child has died,The child has died"
    return changed("processes/messages.csv", (news, alert), files=shipped())


def a_process_goes_over_and_back(hearing: Hearing) -> None:
    world, case = hearing.world, case_at(authority=hearing.world)
    item = open_items(database=world.database, case=case)["decide_response"].id
    save_draft(world.database, world.actor("social_worker"), MONDAY, item, {"specialist_assessments": "Speech"})
    takes_back(world, case)()
    with world.database.read() as connection:
        chain = lines(connection, case_chain(case))
    hearing.read_back(case, steps=[line.number for line in chain if line.kind == "migrated"])
    hearing.go_on()
