"""Small drawings for one test each, in the dialect of the product."""

from itertools import pairwise

from engine.process.bundle import Model, read_bundle
from tests.builders import shipped

NAMES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)


def drawing(*shapes: str, process: str = "planted", messages: tuple[str, ...] = ()) -> bytes:
    """A file of one process with one lane; it begins at `start` unless the shapes hold another start event."""
    declared = "".join(f'<message id="{name}" name="{name}"/>' for name in messages)
    begins = "" if any("<startEvent" in shape for shape in shapes) else '<startEvent id="start"/>'
    return (
        f'<definitions {NAMES} id="d" targetNamespace="https://throughline.example/tests">{declared}'
        f'<process id="{process}" name="Planted" isExecutable="true">{begins}{"".join(shapes)}</process></definitions>'
    ).encode()


def model_of(*shapes: str, process: str = "planted", messages: tuple[str, ...] = ()) -> Model:
    """The shipped tables with this drawing alone; not linted, since what the linter refuses is what some tests need."""
    files = {path: content for path, content in shipped().items() if not path.endswith(".bpmn")}
    files[f"processes/{process}/{process}.bpmn"] = drawing(*shapes, process=process, messages=messages)
    return read_bundle(files)


def task(name: str, inside: str = "") -> str:
    return f'<userTask id="{name}" name="{name}">{inside}</userTask>'


def properties(**values: str) -> str:
    stated = "".join(f'<spiffworkflow:property name="{name}" value="{value}"/>' for name, value in values.items())
    return f"<extensionElements><spiffworkflow:properties>{stated}</spiffworkflow:properties></extensionElements>"


def throw(name: str, message: str, *, event: str = "intermediateThrowEvent", **payload: str) -> str:
    """An event that throws a message, with the expression for each field that it carries."""
    carried = properties(**{f"payload.{field}": value for field, value in payload.items()})
    return f'<{event} id="{name}">{carried}{_message(message)}</{event}>'


def catch(name: str, message: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{_message(message)}</intermediateCatchEvent>'


def on_boundary(name: str, message: str, of: str, *, interrupting: bool = True) -> str:
    cancels = "true" if interrupting else "false"
    attached = f'attachedToRef="{of}" cancelActivity="{cancels}"'
    return f'<boundaryEvent id="{name}" {attached}>{_message(message)}</boundaryEvent>'


def _message(name: str) -> str:
    return f'<messageEventDefinition messageRef="{name}"/>'


def several(name: str, cardinality: str, for_each: str) -> str:
    """A task with one item for each agency of a list."""
    loop = f"<loopCardinality>{cardinality}</loopCardinality>"
    return task(
        name,
        f"{properties(for_each=for_each)}<multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics>",
    )


def choice(name: str, default: str = "") -> str:
    chosen = f' default="{default}"' if default else ""
    return f'<exclusiveGateway id="{name}"{chosen}/>'


def together(name: str) -> str:
    return f'<parallelGateway id="{name}"/>'


def end(name: str = "end") -> str:
    return f'<endEvent id="{name}"/>'


def end_of_all(name: str) -> str:
    """An end event that withdraws whatever is still open."""
    return f'<endEvent id="{name}"><terminateEventDefinition/></endEvent>'


def flow(source: str, target: str, condition: str = "") -> str:
    """Its id is `source_to_target`."""
    holds = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>' if condition else ""
    named = f'id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<sequenceFlow {named}>{holds}</sequenceFlow>"


def in_a_row(*names: str) -> str:
    return "".join(flow(source, target) for source, target in pairwise(names))
