// The fields of a task, of an event, and of whatever else a drawing says of a step.

import { propertiesOf, propertyOf } from './commands.js'
import { referred, signalsOf } from './declared.js'
import { definitionOf, isTask } from './kinds.js'
import { isProvisional, wordsOf } from './names.js'
import { button, checkboxes, folded, input, make, select } from './parts.js'

const OWN_FIELD = { task: ['also', 'not_by', 'for_each', 'effect'], table: ['table'] }

/** `first`: who does it and what it asks. `more`: who else may do it, and what the system does with it. */
export function taskFields(element, { commands, offered, roles, begin }) {
  const { id } = element.businessObject
  const role = roles.laneOf(element)?.businessObject.id ?? ''
  const also = words(element, 'also')
  const all = offered.roles
    .filter(({ id: one, does }) => does === 'tasks' || one === role || also.includes(one))
    .map(({ id: value, name }) => ({ value, words: name }))
  const set = (name) => (value) => commands.setProperty(element, name, Array.isArray(value) ? value.join(' ') : value)
  const others = offered.tasks.map((task) => ({ ...task, own: task.id.startsWith(`${offered.process}.`) }))
  const authors = others
    .map((task) => ({ value: task.own ? task.id.slice(offered.process.length + 1) : task.id, words: task.name }))
    .filter(({ value }) => value !== id)
  const first = [
    select('role', 'Who does it', role, all, {
      change: (value) =>
        commands.giveTo(
          element,
          offered.roles.find((one) => one.id === value),
        ),
    }),
    asks(element, offered, begin),
  ]
  const more = [
    folded(
      'who-else',
      'Who else may, and who may not',
      false,
      checkboxes(
        'also',
        'These may do it too',
        also,
        all.filter(({ value }) => value !== role),
        set('also'),
      ),
      select('not-by', 'Not by whoever did', propertyOf(element, 'not_by'), authors, {
        none: 'Nobody is ruled out',
        change: set('not_by'),
      }),
      select(
        'for-each',
        'One task for each agency of',
        propertyOf(element, 'for_each'),
        offered.lists.map(answerOption),
        {
          none: 'One task alone',
          change: (value) => commands.forEach(element, value),
        },
      ),
    ),
    folded(
      'effect',
      'What the system does with it',
      false,
      checkboxes(
        'effects',
        'When it is done, the system',
        words(element, 'effect'),
        offered.effects.map(effectOption),
        set('effect'),
      ),
    ),
  ]
  return { first, more }
}

function asks(element, offered, begin) {
  const { id } = element.businessObject
  const form = offered.forms[id]
  if (!form) {
    const words = make('p', { class: 'govuk-body-s' }, make('strong', {}, 'Asks '), 'nothing yet.')
    const named = !isProvisional(id)
    const clicked = ({ currentTarget }) => {
      currentTarget.onclick = null // not disabled, which would lose the focus
      currentTarget.textContent = 'Its form is being begun …'
      begin(element)
    }
    return make('div', {}, words, named && button('asks', 'Begin its form', clicked))
  }
  const duties = form.duties.map(({ id: duty, name }) => make('li', {}, make('strong', {}, duty), ` ${name}`))
  return make(
    'div',
    { class: 'govuk-body-s' },
    make('p', { class: 'govuk-body-s' }, make('strong', {}, 'Asks '), questionsOf(offered.process, id, form.title)),
    duties.length > 0 &&
      folded(
        'duties',
        'Duties that it is about',
        false,
        make('ul', { class: 'govuk-list govuk-list--bullet govuk-body-s' }, duties),
      ),
  )
}

/** The page on which its questions are changed, in a window of its own: this one may have something unsaved. */
function questionsOf(process, task, title) {
  const { forms } = document.querySelector('[data-forms]').dataset
  const attributes = { class: 'govuk-link', href: `${forms}/${process}/${task}`, target: '_blank', rel: 'noopener' }
  return make('a', { ...attributes, 'data-field': 'asks' }, `“${title}” (opens in a new tab)`)
}

/** Which table decides. */
export function tableFields(element, { commands, offered }) {
  const change = (table) => commands.setProperty(element, 'table', table)
  const tables = offered.tables.map(({ id, name }) => ({ value: id, words: name }))
  const hint = tables.length ? undefined : 'This process has no decision table yet: put one into the draft first.'
  return [
    select('table', 'Decision table', propertyOf(element, 'table'), tables, { none: 'Choose a table', hint, change }),
  ]
}

/** What it sends or waits for. */
export function eventFields(element, { commands, offered, sheet }) {
  const definition = definitionOf(element)
  const now = referred(element)?.id ?? ''
  const tell = (value) => value && commands.tell(element, value)
  if (definition?.$type === 'bpmn:MessageEventDefinition') {
    const messages = offered.messages.map(({ id, name }) => ({ value: id, words: name }))
    return [select('message', 'Message', now, messages, { none: now ? undefined : 'Choose a message', change: tell })]
  }
  if (definition?.$type === 'bpmn:TimerEventDefinition') {
    const clocks = offered.clocks.map(({ id, name }) => ({ value: id, words: name }))
    const clock = definition.timeDate?.body ?? ''
    return [
      select('clock', 'Time limit', clock, clocks, { none: clock ? undefined : 'Choose a time limit', change: tell }),
    ]
  }
  if (definition?.$type !== 'bpmn:SignalEventDefinition') return []
  const signals = signalsOf(sheet.get('injector')).map((id) => ({ value: id, words: id.replaceAll('_', ' ') }))
  return [
    select('signal', 'Signal', now, signals, { none: now ? undefined : 'Choose a signal', change: tell }),
    input('new-signal', 'Or a new one', '', { change: (value) => tell(wordsOf(value)) }),
  ]
}

/** Properties that have no field of their own: those that may stand here, and whatever else stands here already. */
export function otherFields(element, { commands, offered }) {
  const on = isTask(element) ? 'task' : { 'bpmn:StartEvent': 'start', 'bpmn:BusinessRuleTask': 'table' }[element.type]
  const own = OWN_FIELD[on] ?? []
  const known = offered.properties.filter((one) => one.on === on && !own.includes(one.name))
  const names = [...known.map(({ name }) => name), ...propertiesOf(element).map(({ name }) => name)]
  const shown = [...new Set(names)].filter((name) => !own.includes(name))
  if (!shown.length) return []
  const fields = shown.map((name) => {
    const { does, values = [], holds } = known.find((one) => one.name === name) ?? {}
    const value = propertyOf(element, name)
    const change = (changed) => commands.setProperty(element, name, changed)
    const hint = does && `${does[0].toUpperCase()}${does.slice(1)}.`
    const key = `property-${name}`
    if (holds === 'clock') return select(key, name, value, offered.clocks.map(idOption), { none: 'No', hint, change })
    if (values.length) {
      return select(
        key,
        name,
        value,
        values.map((one) => ({ value: one, words: one })),
        { none: 'No', hint, change },
      )
    }
    return input(key, name, value, { hint, change })
  })
  return [folded('more', 'More', false, ...fields)]
}

function words(element, name) {
  return propertyOf(element, name).split(/\s+/).filter(Boolean)
}

function answerOption({ path, title }) {
  return { value: path, words: title }
}

function effectOption({ name, does }) {
  return { value: name, words: does }
}

function idOption({ id, name }) {
  return { value: id, words: name }
}
