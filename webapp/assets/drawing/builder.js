// When a way is taken: by questions and their answers, or in the words of the language for whatever is more than that.

import { readCondition, writeCondition } from './conditions.js'
import { button, checkboxes, folded, input, make, select } from './parts.js'

/**
 * @typedef {{ path: string, title: string, choices: object[], always: boolean, fact: boolean }} Answer
 * @param {string} key the fields begin with it
 * @param {string} text the condition as it stands
 * @param {{ all: Answer[], known: Answer[] }} answers the known ones are offered; all of them have titles
 * @param {(text: string) => void} change
 */
export function conditionBuilder(key, text, { all: answers, known }, change) {
  const read = text ? readCondition(text) : { join: 'and', terms: [] }
  const expert = input(`${key}-text`, 'Condition in words of the language', text, { change })
  if (!read) {
    const said = 'This condition is more than a list of answers: change it as text.'
    return [make('p', { class: 'govuk-body-s' }, said), expert]
  }
  const { join, terms } = read
  const put = (changed, by = join) => change(writeCondition({ join: by, terms: changed }))
  const toChoose = make('div', {})
  /** Nobody but the person says which answer it is: until one is ticked, the condition stays what it was. */
  const begin = (asked) => {
    toChoose.replaceChildren()
    if (!asked) return
    const term = begun(asked)
    if (term.values.length || asked.fact) return put([...terms, term])
    const ticked = (values) => values.length && put([...terms, { ...term, values }])
    const legend = `Choose the answer to “${asked.title}”`
    toChoose.append(checkboxes(`${key}-${terms.length}-values`, legend, [], choicesOf(asked), ticked))
  }
  const joined = [
    { value: 'and', words: 'all of these hold' },
    { value: 'or', words: 'one of these holds' },
  ]
  return [
    terms.length > 1 && select(`${key}-join`, 'Taken when', join, joined, { change: (by) => put(terms, by) }),
    ...terms.map((term, at) => termGroup(`${key}-${at}`, term, at, { terms, answers, put })),
    select(`${key}-add`, terms.length ? 'And another answer' : 'Taken when this was answered', '', paths(known), {
      none: 'Choose a question',
      change: (path) => begin(answers.find((one) => one.path === path)),
    }),
    toChoose,
    folded(`${key}-expert`, 'As text', false, expert),
  ].filter(Boolean)
}

function paths(answers) {
  return answers.map(({ path, title }) => ({ value: path, words: title }))
}

function begun({ path, choices, always, fact }) {
  if (fact) return { path, is: true, values: [], answered: false }
  return { path, is: true, values: choices.length ? [] : ['yes'], answered: !always }
}

function choicesOf(asked) {
  return (asked?.choices ?? []).map(({ value, title }) => ({ value, words: title }))
}

function termGroup(key, term, at, { terms, answers, put }) {
  const asked = answers.find(({ path }) => path === term.path)
  const put_ = (changed) => put(terms.map((one, place) => (place === at ? { ...one, ...changed } : one)))
  const title = asked?.title ?? term.path
  const is = [
    { value: 'is', words: term.values.length ? 'is one of these' : 'holds' },
    { value: 'not', words: term.values.length ? 'is none of these' : 'does not hold' },
  ]
  const known = choicesOf(asked)
  const strange = term.values.filter((value) => !known.some((one) => one.value === value))
  const offered = [...known, ...strange.map((value) => ({ value, words: value }))]
  const answer = known.length
    ? checkboxes(`${key}-values`, 'Answer', term.values, offered, (values) => values.length && put_({ values }))
    : term.values.length > 0 &&
      input(`${key}-value`, 'Answer', term.values.join(', '), {
        change: (value) =>
          put_({
            values: value
              .split(',')
              .map((one) => one.trim().replace(/["\\]/g, ''))
              .filter(Boolean),
          }),
      })
  return make(
    'fieldset',
    { class: 'govuk-fieldset app-editor__term' },
    make('legend', { class: 'govuk-fieldset__legend app-editor__label' }, title),
    select(`${key}-is`, 'The answer', term.is ? 'is' : 'not', is, { change: (value) => put_({ is: value === 'is' }) }),
    answer || '',
    term.values.length > 0 &&
      checkboxes(
        `${key}-answered`,
        'Not everybody is asked this',
        term.answered ? ['yes'] : [],
        [{ value: 'yes', words: 'Only where it was answered' }],
        (chosen) => put_({ answered: chosen.length > 0 }),
      ),
    button(`${key}-remove`, `Take out “${title}”`, () => put(terms.filter((_one, place) => place !== at))),
  )
}
