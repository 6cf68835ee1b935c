// What the linter of the server says of the draft: on the shapes, and in words beside them. No rule is kept here.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { nameOf } from './kinds.js'
import { wayWords } from './panel.js'
import { make } from './parts.js'

const PAUSE = 600
const MARKER = { fault: 'app-editor-fault', doubt: 'app-editor-doubt' }
const WORDS = { fault: 'Fault', doubt: 'Doubt' }
const SIGNS = { fault: '!', doubt: '?' }

export class Checks {
  constructor({ address, file, sheet, place, count, choose }) {
    Object.assign(this, { address, file, sheet, place, count, choose, marked: [] })
    this.asked = 0
  }

  /** What was said of the drawing before the change may hold no longer. */
  soon() {
    this.count.textContent = 'The draft is being checked.'
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.ask(), PAUSE)
  }

  async ask() {
    const number = ++this.asked
    const problems = await fetch(this.address)
      .then((answer) => answer.json())
      .then((told) => told.problems)
      .catch(() => undefined) // no network, or no longer signed in
    if (number === this.asked) this.show(problems)
  }

  show(problems) {
    if (!problems) {
      this.count.textContent = 'The checks could not be made.'
      return
    }
    const here = problems.filter(({ file }) => file === this.file)
    this.mark(here)
    const rest = problems.length - here.length
    this.count.textContent = [counted(here), rest ? `${rest} more in other files of the draft.` : ''].join(' ').trim()
    this.place.replaceChildren(...here.map((problem) => this.item(problem)))
  }

  mark(problems) {
    const [canvas, overlays, registry] = ['canvas', 'overlays', 'elementRegistry'].map((name) => this.sheet.get(name))
    for (const { id, marker, overlay } of this.marked) {
      if (registry.get(id)) canvas.removeMarker(id, marker)
      overlays.remove(overlay)
    }
    const levels = new Map()
    for (const { element, level } of problems) {
      if (registry.get(element) && levels.get(element) !== 'fault') levels.set(element, level)
    }
    this.marked = [...levels].map(([id, level]) => {
      canvas.addMarker(id, MARKER[level])
      const html = make(
        'span',
        { class: `app-editor-sign app-editor-sign--${level}`, title: WORDS[level] },
        SIGNS[level],
      )
      const overlay = overlays.add(id, { position: { top: -12, left: -12 }, html })
      return { id, marker: MARKER[level], overlay }
    })
  }

  item({ level, element, message }) {
    const there = this.sheet.get('elementRegistry').get(element)
    const tag = make('strong', { class: `govuk-tag govuk-tag--${level === 'fault' ? 'red' : 'yellow'}` }, WORDS[level])
    const where = there
      ? make(
          'button',
          { class: 'app-link-button', type: 'button', onclick: () => this.choose(there) },
          is(there, 'bpmn:SequenceFlow') ? wayWords(there) : nameOf(there),
        )
      : element && make('strong', {}, element)
    return make('li', { class: 'app-editor__problem' }, tag, ' ', where || '', where ? ': ' : '', message)
  }
}

function counted(problems) {
  const number = (level) => problems.filter((one) => one.level === level).length
  const [faults, doubts] = [number('fault'), number('doubt')]
  if (!faults && !doubts) return 'No problem in this drawing.'
  return `${faults} fault${faults === 1 ? '' : 's'} and ${doubts} doubt${doubts === 1 ? '' : 's'} in this drawing.`
}
