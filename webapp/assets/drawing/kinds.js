// What may stand in a drawing, and what people call it. The server says which types a drawing may have at all.

import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil'

const [MESSAGE, SIGNAL, CLOCK, TERMINATE] = ['Message', 'Signal', 'Timer', 'Terminate'].map(
  (name) => `bpmn:${name}EventDefinition`,
)

const [CATCHES, THROWS, EDGE] = ['IntermediateCatchEvent', 'IntermediateThrowEvent', 'BoundaryEvent']
const [FOLLOWS, AWAITS, ATTACHES] = [{ follows: true }, { follows: true, awaits: true }, { attaches: true }]
const ENDS = { follows: true, ends: true }

/** `follows`: can be put behind a step. `attaches`: stands on the edge of a task. `ends`: nothing comes after it. */
export const KINDS = [
  ['task', 'UserTask', '', 'Task: somebody does this', 'user-task', FOLLOWS],
  ['table', 'BusinessRuleTask', '', 'Decision table', 'business-rule-task', FOLLOWS],
  ['decision', 'ExclusiveGateway', '', 'Decision: one way is taken', 'gateway-xor', FOLLOWS],
  ['all', 'ParallelGateway', '', 'All ways at once, or wait for all', 'gateway-parallel', FOLLOWS],
  ['first', 'EventBasedGateway', '', 'Whichever comes first', 'gateway-eventbased', FOLLOWS],
  ['await_message', CATCHES, MESSAGE, 'Wait for a message', 'intermediate-event-catch-message', AWAITS],
  ['await_signal', CATCHES, SIGNAL, 'Wait for a signal', 'intermediate-event-catch-signal', AWAITS],
  ['await_clock', CATCHES, CLOCK, 'Wait until a time limit', 'intermediate-event-catch-timer', AWAITS],
  ['send_message', THROWS, MESSAGE, 'Send a message', 'intermediate-event-throw-message', FOLLOWS],
  ['send_signal', THROWS, SIGNAL, 'Send a signal', 'intermediate-event-throw-signal', FOLLOWS],
  ['on_message', EDGE, MESSAGE, 'Ends this task when a message comes', 'intermediate-event-catch-message', ATTACHES],
  ['on_signal', EDGE, SIGNAL, 'Ends this task when a signal comes', 'intermediate-event-catch-signal', ATTACHES],
  ['on_clock', EDGE, CLOCK, 'Ends this task at a time limit', 'intermediate-event-catch-timer', ATTACHES],
  ['end', 'EndEvent', '', 'End', 'end-event-none', ENDS],
  ['end_message', 'EndEvent', MESSAGE, 'End and send a message', 'end-event-message', ENDS],
  ['terminate', 'EndEvent', TERMINATE, 'End everything that is still open', 'end-event-terminate', ENDS],
  ['start', 'StartEvent', '', 'Start by hand', 'start-event-none', {}],
  ['start_message', 'StartEvent', MESSAGE, 'Start by a message', 'start-event-message', {}],
].map(([name, type, definition, words, icon, is]) => ({
  ...{ name, type: `bpmn:${type}`, definition: definition || undefined, words, icon: `bpmn-icon-${icon}` },
  ...is,
}))

/** With what one kind may be exchanged: the step keeps its name, its flows and its properties. */
const EXCHANGES = [
  ['task', 'table'],
  ['decision', 'all', 'first'],
  ['await_message', 'await_signal', 'await_clock', 'send_message', 'send_signal'],
  ['on_message', 'on_signal', 'on_clock'],
  ['end', 'end_message', 'terminate'],
  ['start', 'start_message'],
]

/** How the definition of an event is named after the event. */
export const DEFINITIONS = { [MESSAGE]: 'message', [SIGNAL]: 'signal', [CLOCK]: 'clock', [TERMINATE]: 'terminate' }

export function kindOf(element) {
  const one = getBusinessObject(element)
  const definition = definitionOf(element)?.$type
  return KINDS.find(({ type, definition: wanted }) => one.$type === type && wanted === definition)
}

export function kindNamed(name) {
  return KINDS.find((one) => one.name === name)
}

export function exchangesFor(element) {
  const now = kindOf(element)?.name
  return (EXCHANGES.find((names) => names.includes(now)) ?? []).filter((name) => name !== now).map(kindNamed)
}

export function definitionOf(element) {
  return getBusinessObject(element).get('eventDefinitions')?.[0]
}

export function isStep(element) {
  return is(element, 'bpmn:FlowNode') && !element.labelTarget
}

/** What somebody does; a decision table is nobody's. */
export function isTask(element) {
  return is(element, 'bpmn:UserTask') && !element.labelTarget
}

export function nameOf(element) {
  return getBusinessObject(element).name || kindOf(element)?.words || 'Step without a name'
}

/** For bpmn-js: what a new shape of a kind is made of. */
export function madeOf({ type, definition }) {
  return definition ? { type, eventDefinitionType: definition } : { type }
}
