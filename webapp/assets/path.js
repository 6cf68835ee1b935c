// The way through one drawing up to a step: what engine/reads/audit/path.py gives, and the shape that was passed last.

const PASSED = ['completed', 'passed']
const CLOSED = ['completed', 'withdrawn']

/** @returns visits: element -> places of its steps, in order; flows: arrows taken; current: open tasks; last: element */
export function pathAt(steps, run, until) {
  const visits = new Map()
  const flows = new Set()
  const open = new Map()
  let last
  steps.slice(0, until).forEach((step, place) => {
    if (step.run !== run) return
    for (const flow of step.flows ?? []) flows.add(flow)
    if (PASSED.includes(step.kind)) {
      if (step.element && step.occurrence) visits.set(step.element, [...(visits.get(step.element) ?? []), place + 1])
      last = step.element ?? last
    }
    if (step.renamed) rename(open, step.renamed)
    const task = `${step.element} ${step.occurrence}`
    if (step.kind === 'ended' || (step.kind === 'withdrawn' && !step.element)) open.clear()
    else if (step.kind === 'opened') open.set(task, step.element)
    else if (CLOSED.includes(step.kind)) open.delete(task)
  })
  return { visits, flows, current: new Set(open.values()), last }
}

/** Of the open tasks, where their process went over to models that call them otherwise. */
function rename(open, names) {
  for (const [task, element] of [...open]) {
    if (!(element in names)) continue
    open.delete(task)
    open.set(task.replace(element, names[element]), names[element])
  }
}
