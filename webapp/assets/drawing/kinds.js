// What may stand in a drawing, and what people call it. The server says which types a drawing may have at all.

import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil'

const [MESSAGE, SIGNAL, CLOCK, TERMINATE] = ['Message', 'Signal', 'Timer', 'Terminate'].map(
  (name) => `bpmn:${name}EventDefinition`,
)

/** `follows`: can be put behind a step. `attaches`: stands on the edge of a task. `ends`: nothing comes after it. */
export const KINDS = [
  kind('task', 'UserTask', undefined, 'Task: somebody does this', 'user-task', { follows: true }),
  kind('table', 'BusinessRuleTask', undefined, 'Decision table', 'business-rule-task', { follows: true }),
  kind('decision', 'ExclusiveGateway', undefined, 'Decision: one way is taken', 'gateway-xor', { follows: true }),
  kind('all', 'ParallelGateway', undefined, 'All ways at once, or wait for all', 'gateway-parallel', { follows: true }),
  kind('first', 'EventBasedGateway', undefined, 'Whichever comes first', 'gateway-eventbased', { follows: true }),
  kind('await_message', 'IntermediateCatchEvent', MESSAGE, 'Wait for a message', 'intermediate-event-catch-message', { follows: true, awaits: true }),
  kind('await_signal', 'IntermediateCatchEvent', SIGNAL, 'Wait for a signal', 'intermediate-event-catch-signal', { follows: true, awaits: true }),
  kind('await_clock', 'IntermediateCatchEvent', CLOCK, 'Wait until a time limit', 'intermediate-event-catch-timer', { follows: true, awaits: true }),
  kind('send_message', 'IntermediateThrowEvent', MESSAGE, 'Send a message', 'intermediate-event-throw-message', { follows: true }),
  kind('send_signal', 'IntermediateThrowEvent', SIGNAL, 'Send a signal', 'intermediate-event-throw-signal', { follows: true }),
  kind('on_message', 'BoundaryEvent', MESSAGE, 'Ends this task when a message comes', 'intermediate-event-catch-message', { attaches: true }),
  kind('on_signal', 'BoundaryEvent', SIGNAL, 'Ends this task when a signal comes', 'intermediate-event-catch-signal', { attaches: true }),
  kind('on_clock', 'BoundaryEvent', CLOCK, 'Ends this task at a time limit', 'intermediate-event-catch-timer', { attaches: true }),
  kind('end', 'EndEvent', undefined, 'End', 'end-event-none', { follows: true, ends: true }),
  kind('end_message', 'EndEvent', MESSAGE, 'End and send a message', 'end-event-message', { follows: true, ends: true }),
  kind('terminate', 'EndEvent', TERMINATE, 'End everything that is still open', 'end-event-terminate', { follows: true, ends: true }),
  kind('start', 'StartEvent', undefined, 'Start by hand', 'start-event-none'),
  kind('start_message', 'StartEvent', MESSAGE, 'Start by a message', 'start-event-message'),
]

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

function kind(name, type, definition, words, icon, is = {}) {
  return { name, type: `bpmn:${type}`, definition, words, icon: `bpmn-icon-${icon}`, ...is }
}

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

export function isTask(element) {
  return (is(element, 'bpmn:UserTask') || is(element, 'bpmn:BusinessRuleTask')) && !element.labelTarget
}

export function nameOf(element) {
  return getBusinessObject(element).name || kindOf(element)?.words || 'Step without a name'
}

/** For bpmn-js: what a new shape of a kind is made of. */
export function madeOf({ type, definition }) {
  return definition ? { type, eventDefinitionType: definition } : { type }
}
