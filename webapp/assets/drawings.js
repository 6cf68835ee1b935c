// The drawings of a case, each fetched once, with the way walked up to a step marked on them.

import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer'

import { pathAt } from './path.js'

const SMALLEST = 0.75
const LARGEST = 1
const MARGIN = 24

export class Drawings {
  constructor(container, runs, steps) {
    this.container = container
    this.runs = runs
    this.steps = steps
    this.opened = new Map() // address of a drawing -> its viewer, or the promise of it
    this.whole = false
    this.places = runs.map(() => [])
    steps.forEach((step, place) => this.places[step.run]?.push(place + 1))
    addEventListener('resize', () => this.frame())
  }

  /** @returns {number[]} the places of the steps of the drawing that is shown, up to this one */
  show(place) {
    const run = this.runAt(place)
    this.wanted = { place, run }
    this.draw()
    return run < 0 ? [] : this.places[run].filter((one) => one <= place)
  }

  /** What belongs to no process is shown on the drawing that the case was on. */
  runAt(place) {
    for (let at = place; at > 0; at--) if (this.steps[at - 1].run >= 0) return this.steps[at - 1].run
    return -1
  }

  async draw() {
    this.container.hidden = this.wanted.run < 0
    if (this.wanted.run < 0) return
    const address = this.address()
    if (!this.opened.has(address)) this.opened.set(address, this.open(address))
    const drawing = await this.opened.get(address)
    if (!drawing) return
    if (this.wanted.run < 0 || this.address() !== address) {
      drawing.holder.hidden = drawing !== this.shown // somebody went on meanwhile: it was open while it was drawn
      return
    }
    for (const one of this.container.children) one.hidden = one !== drawing.holder
    this.shown = drawing
    drawing.mark(pathAt(this.steps, this.wanted.run, this.wanted.place), this.here())
    this.frame()
  }

  /** Of the drawing of that day: a process may have been carried over to another one since. */
  address() {
    const { run, place } = this.wanted
    const then = this.runs[run].drawings.filter(({ since }) => since <= place)
    return (then.pop() ?? this.runs[run].drawings[0]).address
  }

  here() {
    const { place, run } = this.wanted
    const step = this.steps[place - 1]
    return step.run === run ? (step.element ?? '') : ''
  }

  async open(address) {
    const answer = await fetch(address)
    if (!answer.ok) return undefined // the words beside it say the same
    const holder = document.createElement('div')
    holder.className = 'app-replay__sheet'
    this.container.append(holder)
    const viewer = new NavigatedViewer({ container: holder })
    await viewer.importXML(await answer.text())
    return new Sheet(viewer, holder)
  }

  toggle() {
    this.whole = !this.whole
    this.frame()
    return this.whole
  }

  frame() {
    this.shown?.frame(this.whole)
  }
}

/** One drawing. What is marked already is left as it is, so that a step costs what it changes. */
class Sheet {
  constructor(viewer, holder) {
    this.holder = holder
    this.canvas = viewer.get('canvas')
    this.overlays = viewer.get('overlays')
    this.shapes = viewer.get('elementRegistry')
    this.marks = new Set() // "element marker"
    this.badges = new Map() // element -> { words, overlay }
    this.target = undefined
  }

  mark({ visits, flows, current, last }, here) {
    const wanted = new Set()
    for (const element of visits.keys()) wanted.add(`${element} app-done`)
    for (const flow of flows) wanted.add(`${flow} app-taken`)
    for (const element of current) wanted.add(`${element} app-current`)
    if (here) wanted.add(`${here} app-here`)
    for (const mark of [...this.marks]) if (!wanted.has(mark)) this.put(mark, 'removeMarker')
    for (const mark of wanted) if (!this.marks.has(mark)) this.put(mark, 'addMarker')
    this.marks = wanted
    this.number(visits)
    this.target = this.shapes.get(here) ?? this.shapes.get(last) ?? this.shapes.get([...current].pop())
  }

  put(mark, how) {
    const [element, marker] = mark.split(' ')
    if (this.shapes.get(element)) this.canvas[how](element, marker)
  }

  number(visits) {
    for (const [element, { overlay }] of [...this.badges]) {
      if (visits.has(element)) continue
      this.overlays.remove(overlay)
      this.badges.delete(element)
    }
    for (const [element, places] of visits) {
      const words = places.slice(-2).join(', ')
      const badge = this.badges.get(element)
      if (badge?.words === words || !this.shapes.get(element)) continue
      if (badge) this.overlays.remove(badge.overlay)
      const html = document.createElement('span')
      html.className = 'app-badge'
      html.textContent = words
      const overlay = this.overlays.add(element, { position: { top: -11, left: -9 }, html })
      this.badges.set(element, { words, overlay })
    }
  }

  /** Never too small to read unless the whole is asked for; it moves only when the step would be out of sight. */
  frame(whole) {
    this.canvas.resized()
    const { inner, outer } = this.canvas.viewbox()
    const fits = Math.min((outer.width - 2 * MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height)
    const scale = whole ? Math.min(LARGEST, fits) : Math.min(LARGEST, Math.max(SMALLEST, fits))
    const width = outer.width / scale
    const height = outer.height / scale
    const middle = this.target ? middleOf(this.target) : { x: inner.x + width / 2, y: inner.y + height / 2 }
    const x = begin(inner.x, inner.width, width, middle.x, MARGIN / scale)
    const y = begin(inner.y, inner.height, height, middle.y, MARGIN / scale)
    this.canvas.viewbox({ x, y, width, height })
  }
}

function middleOf(shape) {
  return { x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 }
}

/** Where the frame begins: in the middle of what fits, else around the step without leaving the drawing. */
function begin(from, length, room, middle, margin) {
  if (length + 2 * margin <= room) return from - (room - length) / 2
  return Math.max(from - margin, Math.min(middle - room / 2, from + length + margin - room))
}
