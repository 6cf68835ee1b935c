// Which steps may have been done when a way is chosen: what is answered only later cannot be asked for there.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { referred } from './declared.js'
import { isStep } from './kinds.js'

/**
 * @param {{ path: string }[]} answers
 * @returns {{ path: string }[]} those whose task, table or message can come before `step` or beside it
 */
export function mayBeKnown(answers, step, elementRegistry) {
  const steps = elementRegistry.filter((one) => isStep(one) && one.parent)
  const before = stepsThatMayComeBefore(step, steps)
  const known = new Set(before.flatMap((one) => [one.id, referred(one)?.id]))
  const always = new Set(['start', 'case'])
  const isKnown = ([owner]) => always.has(owner) || known.has(owner)
  return answers.filter(({ path }) => isKnown(path.split('.')))
}

function stepsThatMayComeBefore(step, steps) {
  const leadsHere = steps.filter((one) => one !== step && reachedFrom(nextOf(one)).has(step))
  const beside = leadsHere.filter((one) => is(one, 'bpmn:ParallelGateway')).flatMap((fork) => otherBranches(fork, step))
  return [...new Set([...leadsHere, ...beside])]
}

/** What goes on at the same time, once all ways were taken. */
function otherBranches(fork, step) {
  const branches = nextOf(fork).map((one) => reachedFrom([one]))
  const here = branches.filter((reached) => reached.has(step))
  return branches.filter((reached) => here.some((one) => one !== reached)).flatMap((reached) => [...reached])
}

function nextOf(step) {
  return step.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow')).map(({ target }) => target)
}

/** With what may happen during a task. */
function reachedFrom(steps) {
  const reached = new Set(steps)
  for (const one of reached) for (const next of [...nextOf(one), ...(one.attachers ?? [])]) reached.add(next)
  return reached
}
