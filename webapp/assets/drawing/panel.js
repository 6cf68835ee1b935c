// What can be said of the step, the way or the role that is chosen. It is the accessible equivalent of the canvas too:
// whatever the canvas does but drawing freely is done here by fields and buttons.

import { is } from 'bpmn-js/lib/util/ModelUtil'

import { conditionBuilder } from './builder.js'
import { KINDS, exchangesFor, isStep, isTask, kindNamed, kindOf, nameOf } from './kinds.js'
import { mayBeKnown } from './known.js'
import { isOffered } from './menus.js'
import { isProvisional } from './names.js'
import { button, folded, input, make, redraw, select } from './parts.js'
import { eventFields, otherFields, tableFields, taskFields } from './step_fields.js'

const START = 'start' // by this name conditions read what a process began with

export class Panel {
  /**
   * @param {(element) => void} begin begins the form of a task
   * @param {(address: string) => void} leave goes to another page when all is saved
   * @param {string} rename the address of the page on which a step is renamed for ever, but for its id
   */
  constructor(place, sheet, offered, { begin, leave, rename }) {
    Object.assign(this, { place, sheet, offered, begin, leave, rename })
    this.commands = sheet.get('commands')
    this.roles = sheet.get('roles')
    const steps = sheet.get('elementRegistry').filter(isStep)
    this.known = new Set(steps.map(({ businessObject }) => businessObject)) // the id of what is new may be another
    for (const event of ['selection.changed', 'commandStack.changed']) sheet.on(event, () => this.draw())
    this.draw()
  }

  /** Redrawing waits until whatever was clicked has been done. */
  draw() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined
      const chosen = this.sheet.get('selection').get()
      const [one] = chosen.map((element) => element.labelTarget ?? element)
      redraw(this.place, chosen.length === 1 ? this.about(one) : this.nothing(chosen.length))
    })
  }

  nothing(count) {
    const words = count ? `${count} shapes are chosen.` : 'Choose a step in the drawing or in the list below it.'
    const here = this.roles.lanes().map((lane) => lane.businessObject.id)
    const rest = this.offered.roles.filter(({ id, does }) => does && !here.includes(id))
    return [
      heading(count ? 'Several' : 'Nothing chosen'),
      make('p', { class: 'govuk-body-s' }, words),
      !count && this.rolesHere(),
      !count &&
        select('add-role', 'Add a role to the drawing', '', rest.map(asOption), {
          none: 'Choose a role',
          change: (id) => id && this.commands.addRole(rest.find((one) => one.id === id)),
        }),
    ]
  }

  rolesHere() {
    const lanes = this.roles.lanes()
    const remove = (lane, at) => {
      const name = lane.businessObject.name || lane.businessObject.id
      return button(`role-${at}`, `Take out “${name}”`, () => this.commands.remove([lane]))
    }
    return folded('roles', 'Roles in this drawing', false, ...lanes.map(remove))
  }

  about(element) {
    if (isStep(element)) return this.aboutStep(element)
    if (is(element, 'bpmn:SequenceFlow')) return [heading(wayWords(element)), ...this.way(element, 'way')]
    const name = element.businessObject.name ?? ''
    const remove = button('remove', 'Delete', () => this.commands.remove([element]))
    return [heading(name || 'Frame'), ...(is(element, 'bpmn:Participant') ? [] : [remove])]
  }

  aboutStep(element) {
    const { id, name = '' } = element.businessObject
    const { commands, offered } = this
    const { first, more } = isTask(element) ? taskFields(element, this) : { first: [], more: [] }
    return [
      heading(nameOf(element)),
      input('name', 'Name', name, { change: (words) => commands.rename(element, words) }),
      ...first,
      ...(is(element, 'bpmn:BusinessRuleTask') ? tableFields(element, this) : []),
      ...eventFields(element, this),
      ...this.ways(element),
      this.addField(element),
      ...more,
      this.kindField(element),
      this.idField(element, id),
      ...otherFields(element, { commands, offered }),
      button('remove', `Delete “${nameOf(element)}”`, () => commands.remove([element]), 'warning'),
      button('to-list', 'Back to the list of steps', () => rowOf(element)?.focus()),
      button('whole', 'The whole drawing', () => this.sheet.get('selection').select(null)),
    ]
  }

  idField(element, id) {
    const hint = 'Forms, stories and the record use it. Later it can be renamed for ever, in every place at once.'
    if (isProvisional(id)) return make('p', { class: 'govuk-body-s' }, 'It gets its name in files when you name it.')
    if (this.known.has(element.businessObject)) return this.fixedId(id)
    return input('id', 'Name in files', id, { hint, change: (wanted) => this.commands.changeId(element, wanted) })
  }

  fixedId(id) {
    const href = `${this.rename}.${id}`
    const onclick = (event) => {
      event.preventDefault()
      this.leave(href)
    }
    const link = make('a', { class: 'govuk-link', href, 'data-field': 'rename', onclick }, 'Rename for ever')
    return make('p', { class: 'govuk-body-s' }, `In files: ${id} `, id !== START && link)
  }

  kindField(element) {
    const now = kindOf(element)
    const others = exchangesFor(element).filter((kind) => isOffered(kind, this.offered))
    if (!now || !others.length) return make('p', { class: 'govuk-body-s' }, now?.words ?? element.businessObject.$type)
    const change = (name) => {
      const changed = this.commands.exchange(element, kindNamed(name))
      if (changed) this.sheet.get('selection').select(changed)
      else this.draw()
    }
    return select('kind', 'Kind', now.name, [now, ...others].map(kindOption), { change })
  }

  ways(element) {
    const flows = element.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'))
    return flows.map((flow, at) => {
      const words = `Goes on to “${nameOf(flow.target)}”`
      return folded(`way-${at}`, words, isUnsaid(flow), ...this.way(flow, `way-${at}`))
    })
  }

  way(flow, key) {
    const { commands, offered } = this
    const { source, businessObject } = flow
    const decides = isDecided(source)
    const isDefault = source.businessObject.default === businessObject
    const text = businessObject.conditionExpression?.body ?? ''
    const known = mayBeKnown(offered.answers, source, this.sheet.get('elementRegistry'))
    const answers = { all: offered.answers, known }
    const named = is(source, 'bpmn:Gateway')
      ? [
          input(`${key}-name`, 'Words beside the way', businessObject.name ?? '', {
            change: (words) => commands.rename(flow, words),
          }),
        ]
      : []
    const condition = !decides
      ? []
      : isDefault
        ? [make('p', { class: 'govuk-body-s' }, 'Taken where no condition of the other ways holds.')]
        : [
            ...conditionBuilder(key, text, answers, (changed) => commands.setCondition(flow, changed)),
            button(`${key}-default`, 'Take this way where no condition holds', () => commands.makeDefault(flow)),
          ]
    return [
      ...named,
      ...condition,
      button(`${key}-remove`, `Delete the way to “${nameOf(flow.target)}”`, () => commands.remove([flow])),
    ]
  }

  addField(element) {
    if (kindOf(element)?.ends) return undefined
    const kinds = KINDS.filter(
      (kind) => (kind.follows || (kind.attaches && isTask(element))) && isOffered(kind, this.offered),
    )
    const kind = select('add-kind', 'What comes', this.addKind ?? 'task', kinds.map(kindOption), {
      change: (name) => (this.addKind = name),
    })
    const name = input('add-name', 'Its name', '')
    const field = (group) => group.querySelector('input, select')
    const add = () => {
      const words = field(name).value.trim()
      const made = this.commands.add(element, kindNamed(field(kind).value), words)
      if (!made) return
      this.addKind = undefined // what comes next is a task, unless somebody says otherwise again
      this.chosen(made, `Added “${nameOf(made)}”.`)
    }
    field(name).addEventListener('keydown', (event) => event.key === 'Enter' && add())
    const steps = this.sheet.get('elementRegistry').filter((one) => isStep(one) && one.parent && one !== element)
    const targets = steps.map((one) => ({ value: one.id, words: toldApart(one, steps) }))
    const connect = (id) => id && this.commands.connect(element, this.sheet.get('elementRegistry').get(id))
    const lead = select('lead-to', 'Or lead on to a step that is there', '', targets, {
      none: 'Choose a step',
      change: connect,
    })
    const parts = [kind, name, button('add', 'Add', add, 'primary'), lead]
    return folded('add', `Add after “${nameOf(element)}”`, true, ...parts)
  }

  chosen(element, words) {
    this.sheet.get('selection').select(element)
    this.sheet.get('canvas').scrollToElement(element)
    this.sheet.get('eventBus').fire('drawing.said', { words })
  }

  /** For whoever comes from the list: reading begins with what was chosen. */
  focus() {
    requestAnimationFrame(() => requestAnimationFrame(() => this.place.querySelector('h2')?.focus()))
  }
}

function heading(words) {
  return make('h2', { class: 'govuk-heading-s app-editor__heading', tabindex: '-1', 'data-field': 'heading' }, words)
}

/** Its button in the list of steps. */
function rowOf({ id }) {
  return document.querySelector(`[data-field="step-${CSS.escape(id)}"]`)
}

/** Its name; where others have the same one, with the step that it stands on or after. */
function toldApart(step, steps) {
  const name = nameOf(step)
  const before = step.host ?? step.incoming[0]?.source
  if (!before || steps.filter((one) => nameOf(one) === name).length === 1) return name
  return `${name} (${step.host ? 'on' : 'after'} “${nameOf(before)}”)`
}

function isDecided(source) {
  return is(source, 'bpmn:ExclusiveGateway') && source.outgoing.length > 1
}

/** Nobody said yet when this way is taken. */
function isUnsaid({ source, businessObject }) {
  const isDefault = source.businessObject.default === businessObject
  return isDecided(source) && !isDefault && !businessObject.conditionExpression
}

export function wayWords({ source, target }) {
  return `From “${nameOf(source)}” to “${nameOf(target)}”`
}

export function asOption({ id, name }) {
  return { value: id, words: name }
}

function kindOption({ name, words }) {
  return { value: name, words }
}
