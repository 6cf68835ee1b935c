// Plays the steps of a case: one answer of the server holds them all, and each is shown without asking again.
// Without this script the same page shows one step, with links to the one before and the one after.

import 'bpmn-js/dist/assets/diagram-js.css'
import 'bpmn-js/dist/assets/bpmn-js.css'
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css'

import { Drawings } from './drawings.js'

const PACE = matchMedia('(prefers-reduced-motion: reduce)').matches ? 3000 : 1200
const PAUSE = 400
const FEW = 10 // as the server shows them

const page = document.querySelector('[data-replay]')
const part = (name) => page.querySelector(`[data-${name}]`)

async function begin() {
  const answer = await fetch(page.dataset.replay)
  if (answer.ok) new Player(await answer.json()).begin()
}

class Player {
  constructor({ steps, runs, clocks, forms }) {
    this.steps = steps
    this.runs = runs
    this.clocks = clocks.map((clock) => ({ ...clock, row: node(clock.html) }))
    this.forms = forms.map((form) => ({ ...form, row: node(form.html) })).reverse()
    this.place = Number(page.dataset.place)
    this.knownBy = page.dataset.knownBy
    this.drawings = new Drawings(part('canvas'), runs, steps)
    this.total = steps.length
  }

  begin() {
    for (const name of ['play', 'slider-part', 'drawing-part']) part(name).hidden = false
    part('way-part').open = false
    part('previous').addEventListener('click', (event) => this.go(event, -1))
    part('next').addEventListener('click', (event) => this.go(event, 1))
    part('play').addEventListener('click', () => (this.playing ? this.pause() : this.play()))
    part('slider').addEventListener('input', () => this.slide())
    part('controls').addEventListener('keydown', (event) => this.press(event))
    part('zoom').addEventListener('click', () => this.zoom())
    page.querySelector('.app-known-by').addEventListener('click', (event) => this.choose(event))
    this.show(this.place)
  }

  go(event, by) {
    event.preventDefault()
    this.pause()
    this.show(this.place + by)
    this.say()
  }

  slide() {
    this.pause()
    this.show(Number(part('slider').value)) // the slider itself says where it is
  }

  press(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by && event.target !== part('slider')) this.go(event, by)
  }

  play() {
    if (this.place === this.total) this.show(1)
    part('play').textContent = 'Pause'
    this.playing = setInterval(() => {
      this.show(this.place + 1)
      this.say()
      if (this.place === this.total) this.pause()
    }, PACE)
  }

  pause() {
    clearInterval(this.playing)
    this.playing = undefined
    part('play').textContent = 'Play'
  }

  zoom() {
    const whole = this.drawings.toggle()
    part('zoom').textContent = whole ? 'Follow the step' : 'Show the whole drawing'
  }

  choose(event) {
    const link = event.target.closest('[data-known]')
    if (!link) return
    event.preventDefault()
    this.knownBy = link.dataset.known
    this.show(this.place)
  }

  show(place) {
    this.left = this.place
    this.place = Math.min(this.total, Math.max(1, place))
    const step = this.steps[this.place - 1]
    this.showWords(step)
    this.showControls(step)
    this.showClocks()
    this.showForms(step)
    this.showWay(this.drawings.show(this.place))
    this.keepAddress()
  }

  /** Browsers refuse an address that changes many times a second. */
  keepAddress() {
    clearTimeout(this.keeping)
    this.keeping = setTimeout(() => history.replaceState(null, '', this.address(this.place)), PAUSE)
  }

  showWords(step) {
    part('number').textContent = this.place
    part('what').textContent = step.what
    part('when').textContent = step.when
    part('by').textContent = capitalised(step.by)
    part('where').textContent = step.where ?? ''
    part('where-part').hidden = !step.where
    part('due').textContent = step.due ?? ''
    part('due-part').hidden = !step.due
    part('said').innerHTML = step.said ?? '' // made and escaped by the server
    for (const flag of page.querySelectorAll('[data-flag]')) flag.hidden = !step[flag.dataset.flag]
    this.showBecause(step.because)
    part('process').textContent = this.runs[step.run]?.name ?? 'The case as a whole'
    document.title = document.title.replace(/^Step \d+/, `Step ${this.place}`)
  }

  /** Whose answers decided which way the drawing went on. */
  showBecause(place) {
    part('because-part').hidden = !place
    if (!place) return
    part('because').textContent = `${place}, ${this.steps[place - 1].what}`
    part('because').href = this.address(place)
    part('because-said').innerHTML = this.steps[place - 1].said ?? '' // made and escaped by the server
  }

  showControls(step) {
    const slider = part('slider')
    slider.value = this.place
    slider.setAttribute('aria-valuetext', `Step ${this.place} of ${this.total}, ${step.when}: ${step.what}`)
    lead(part('previous'), this.address(Math.max(1, this.place - 1)), this.place > 1)
    lead(part('next'), this.address(Math.min(this.total, this.place + 1)), this.place < this.total)
  }

  showClocks() {
    const running = this.clocks.filter(({ began, ended }) => began <= this.place && (!ended || this.place <= ended))
    for (const { row, passed, dues } of running) {
      row.querySelector('[data-passed]').hidden = !passed || passed > this.place
      row.querySelector('[data-due-then]').textContent = dues.filter(([since]) => since <= this.place).pop()[1]
    }
    fill(part('clocks'), running)
    part('no-clocks').hidden = running.length > 0
    part('clock-count').textContent = `(${running.length})`
  }

  showForms(step) {
    const known = this.forms.filter((form) =>
      this.knownBy === 'recorded' ? form.number <= this.place : form.happened <= step.at,
    )
    for (const { row, number } of known) {
      row.querySelector('[data-later]').hidden = number <= this.place
      for (const note of row.querySelectorAll('[data-said-at]')) note.hidden = Number(note.dataset.saidAt) > this.place
      // The form of the step itself lies open; what the reader has opened stays as it is.
      if (number === this.place) row.querySelector('details').open = true
      else if (number === this.left) row.querySelector('details').open = false
    }
    fill(part('forms'), known.slice(0, FEW))
    part('forms').start = known.length
    part('more-forms').hidden = known.length <= FEW
    const all = part('more-forms').firstElementChild
    all.firstChild.data = `Show all ${known.length}`
    all.href = this.address(this.place).replace(/(\?|$)/, (query) => `?list=forms${query && '&'}`)
    part('no-forms').hidden = known.length > 0
    part('known-count').textContent = `(${known.length})`
    for (const link of page.querySelectorAll('.app-known-by [data-known]')) {
      if (link.dataset.known === this.knownBy) link.setAttribute('aria-current', 'true')
      else link.removeAttribute('aria-current')
      link.href = `${this.address(this.place, link.dataset.known)}#known-then`
    }
  }

  /** @param {number[]} way - the places of the steps of this drawing, up to the one that is shown */
  showWay(way) {
    part('way-part').hidden = way.length === 0
    part('no-drawing').hidden = way.length > 0
    const run = this.runs[this.steps[(way[way.length - 1] ?? 1) - 1].run]
    for (const name of page.querySelectorAll('.app-way [data-process]')) name.textContent = run?.name ?? ''
    part('way').replaceChildren(...way.map((place) => this.wayItem(place)))
  }

  wayItem(place) {
    const item = document.createElement('li')
    const link = document.createElement('a')
    item.value = place
    link.className = 'govuk-link govuk-link--no-visited-state govuk-link--text-colour'
    link.href = this.address(place)
    link.textContent = this.steps[place - 1].what
    if (place === this.place) link.setAttribute('aria-current', 'step')
    item.append(link)
    return item
  }

  address(place, known = this.knownBy) {
    const address = page.dataset.address.replace(/\/0$/, `/${place}`)
    return known === 'happened' ? `${address}?known=happened` : address
  }

  /** For those who hear the page: only the step at which somebody stays. */
  say() {
    clearTimeout(this.saying)
    const words = `Step ${this.place} of ${this.total}: ${this.steps[this.place - 1].what}`
    this.saying = setTimeout(() => (part('status').textContent = words), PAUSE)
  }
}

function node(html) {
  const holder = document.createElement('template')
  holder.innerHTML = html.trim() // made and escaped by the server
  return holder.content.firstElementChild
}

/** Leaves what stands there alone where nothing changes, so that it stays open and keeps the focus. */
function fill(list, shown) {
  const rows = shown.map(({ row }) => row)
  if (rows.length !== list.children.length || rows.some((row, place) => list.children[place] !== row)) {
    list.replaceChildren(...rows)
  }
}

/** A way that leads nowhere keeps its place for the keyboard. */
function lead(link, address, further) {
  link.href = address
  if (further) link.removeAttribute('aria-disabled')
  else link.setAttribute('aria-disabled', 'true')
}

function capitalised(words) {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

if (page) begin()
