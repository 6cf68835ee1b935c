// The messages and signals that a drawing names: each is declared once and goes with its last use.

import { definitionOf } from './kinds.js'

/** @returns {string | undefined} why nothing of this type can have this id */
export function whyNotDeclared(injector, type, id) {
  const owner = injector.get('moddle').ids.assigned(id)
  return owner && owner.$type !== type
    ? `“${id}” is the name of something else in this drawing: choose another.`
    : undefined
}

/** What an event sends or waits for; bpmn-js declares it where it is new. */
export function refer(injector, element, type, id) {
  const [modeling, moddle, factory] = ['modeling', 'moddle', 'bpmnFactory'].map((name) => injector.get(name))
  const before = referred(element)
  const property = type === 'bpmn:Signal' ? 'signalRef' : 'messageRef'
  const declared = moddle.ids.assigned(id) || factory.create(type, { id, name: id })
  const definitions = definitionsOf(injector)
  declared.$parent = definitions
  modeling.updateModdleProperties(element, definitionOf(element), { [property]: declared })
  if (!before || before === declared || isUsed(injector, before)) return
  const kept = definitions.get('rootElements').filter((one) => one !== before)
  modeling.updateModdleProperties(element, definitions, { rootElements: kept })
}

/** @returns {string[]} the ids of the signals that the drawing names */
export function signalsOf(injector) {
  const roots = definitionsOf(injector).get('rootElements')
  return roots.filter(({ $type }) => $type === 'bpmn:Signal').map(({ id }) => id)
}

export function referred(element) {
  const definition = definitionOf(element)
  return definition?.messageRef ?? definition?.signalRef
}

function definitionsOf(injector) {
  return injector.get('canvas').getRootElement().businessObject.$parent
}

function isUsed(injector, declared) {
  const events = injector.get('elementRegistry').filter(({ type, parent }) => parent && type?.endsWith('Event'))
  return events.some((event) => referred(event) === declared)
}
