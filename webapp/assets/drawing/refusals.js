// What is refused whichever way it is asked for, with the sentence that says why.

import RuleProvider from 'diagram-js/lib/features/rules/RuleProvider'
import { is } from 'bpmn-js/lib/util/ModelUtil'

import { isTask, kindOf, nameOf } from './kinds.js'

const FIRST = 2000

/** @returns {string | undefined} why these may not be taken out */
export function whyNotRemoved(elements) {
  const gone = new Set(elements.map(({ businessObject }) => businessObject))
  for (const { businessObject: one } of elements) {
    if (is(one, 'bpmn:Participant')) return 'The frame holds the whole process: it cannot be taken out.'
    const left = is(one, 'bpmn:Lane') ? one.get('flowNodeRef').filter((step) => !gone.has(step)) : []
    if (left.length) {
      const more = left.length > 1 ? ` and ${left.length - 1} more` : ''
      const does = `${one.name || one.id} still does “${nameOf(left[0])}”${more}`
      return `${does}: give that to another role first. Otherwise whoever is beside would do it.`
    }
  }
}

/** @returns {string | undefined} why one kind may not become the other */
export function whyNotExchanged(element, kind) {
  if (is(element, 'bpmn:ExclusiveGateway') && kind.type !== 'bpmn:ExclusiveGateway') {
    return (
      'A decision does not become another kind of gateway: its conditions would be lost without a word. ' +
      'Add the other gateway beside it and take this one out.'
    )
  }
}

/** @returns {string | undefined} why a step of this kind may not be put behind this one */
export function whyNotAdded(source, kind) {
  if (kind.attaches) {
    return isTask(source)
      ? undefined
      : `“${nameOf(source)}” is no task: only a task can be ended by something that happens.`
  }
  if (kindOf(source)?.ends) return `“${nameOf(source)}” is an end: nothing comes after it.`
  if (is(source, 'bpmn:EventBasedGateway') && !kind.awaits) {
    return 'Here the process waits for whichever comes first: only something to wait for can follow.'
  }
  if (kind.ends && source.outgoing.length && !is(source, 'bpmn:Gateway')) {
    return `“${nameOf(source)}” leads on already: add a decision behind it first, and the end behind the decision.`
  }
}

export class Refusals extends RuleProvider {
  init() {
    this.addRule('elements.delete', FIRST, ({ elements }) => (whyNotRemoved(elements) ? false : undefined))
    this.addRule('element.copy', FIRST, () => false)
    this.addRule('shape.create', FIRST, ({ shape }) => (is(shape, 'bpmn:Participant') ? false : undefined))
  }
}
Refusals.$inject = ['eventBus']
