// The drawing as a list of steps, in the order in which they are come to: the same that the canvas shows.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { isStep, kindOf, nameOf } from './kinds.js'
import { make, redraw } from './parts.js'

export class StepList {
  constructor(place, sheet, panel) {
    Object.assign(this, { place, sheet, panel })
    for (const event of ['selection.changed', 'commandStack.changed']) sheet.on(event, () => this.draw())
    this.draw()
  }

  draw() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined
      const chosen = new Set(this.sheet.get('selection').get())
      redraw(
        this.place,
        inOrder(this.sheet.get('elementRegistry')).map((step) => this.row(step, chosen.has(step))),
      )
    })
  }

  row(step, isChosen) {
    const ways = step.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'))
    const after = ways.map(({ target, businessObject }) =>
      businessObject.name ? `${businessObject.name}: ${nameOf(target)}` : nameOf(target),
    )
    const choose = () => {
      this.sheet.get('selection').select(step)
      this.sheet.get('canvas').scrollToElement(step)
      this.panel.focus()
    }
    const button = make(
      'button',
      {
        class: 'app-link-button',
        type: 'button',
        'data-field': `step-${step.id}`,
        'aria-pressed': String(isChosen),
        onclick: choose,
      },
      nameOf(step),
    )
    const role = this.sheet.get('roles').laneOf(step)?.businessObject
    const cells = [
      kindOf(step)?.words ?? '',
      role?.name ?? role?.id ?? '',
      step.host ? `On “${nameOf(step.host)}”. ${after.join('; ')}` : after.join('; '),
    ]
    return make(
      'tr',
      { class: `govuk-table__row${isChosen ? ' app-editor__chosen' : ''}`, role: 'row' },
      make('th', { class: 'govuk-table__header', scope: 'row', role: 'rowheader' }, button),
      cells.map((words) => make('td', { class: 'govuk-table__cell', role: 'cell' }, words)),
    )
  }
}

/** From the start along the flows, the nearest first; then what nothing leads to. */
function inOrder(registry) {
  const all = registry.filter((one) => isStep(one) && one.parent)
  const begins = all.filter((one) => is(one, 'bpmn:StartEvent'))
  const found = new Set()
  const queue = [...begins]
  while (queue.length) {
    const step = queue.shift()
    if (found.has(step)) continue
    found.add(step)
    queue.push(...step.attachers, ...step.outgoing.map(({ target }) => target).filter((one) => all.includes(one)))
  }
  return [...found, ...all.filter((one) => !found.has(one))]
}
