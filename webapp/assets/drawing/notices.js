// What the page says while somebody draws: what was refused and why, whose task it is now, whether it is saved.

import { nameOf } from './kinds.js'
import { make } from './parts.js'
import { CONFLICT, FAILED, SAVED, SAVING, UNSAVED } from './saving.js'

const STATES = {
  [SAVED]: 'Saved',
  [UNSAVED]: 'Not saved yet',
  [SAVING]: 'Saving …',
  [FAILED]: 'Not saved',
  [CONFLICT]: 'Not saved: somebody else saved this drawing',
}

const NOT_SAVED =
  'It could not be saved. Perhaps you are no longer signed in: sign in in another window, then press “Save now”.'

export class Notices {
  constructor(page) {
    this.page = page
  }

  part(name) {
    return this.page.querySelector(`[data-${name}]`)
  }

  listen(sheet) {
    sheet.on('drawing.refused', ({ sentence }) => this.say(sentence))
    sheet.on('drawing.said', ({ words }) => this.tell(words))
    sheet.on('drawing.roles', ({ tasks }) => this.askAboutRoles(sheet, tasks))
    sheet.on('commandStack.changed', () => this.unsay())
  }

  /** What was done, or is being done. */
  tell(words) {
    this.part('status').textContent = words
  }

  /** Stays until the next change. */
  say(sentence, more = '') {
    const place = this.part('refused')
    place.replaceChildren(make('p', { class: 'govuk-body govuk-!-margin-bottom-0' }, sentence))
    if (more) place.append(make('p', { class: 'govuk-body-s govuk-!-margin-bottom-0' }, more))
    place.hidden = false
    this.fresh = true
    requestAnimationFrame(() => (this.fresh = false))
  }

  /** What was drawn can be taken away, whatever keeps it from being saved. */
  failed({ error, mine }) {
    this.say(error ?? NOT_SAVED)
    const file = this.page.dataset.file.split('/').pop()
    this.part('refused').append(
      make(
        'p',
        { class: 'govuk-body govuk-!-margin-bottom-0' },
        download('Take what you have drawn', `mine-${file}`, mine),
      ),
    )
  }

  unsay() {
    if (!this.fresh) this.part('refused').hidden = true
  }

  saved(state) {
    this.part('saved').textContent = STATES[state]
    this.part('saved').dataset.state = state
  }

  /** A dialog of the browser's own, so that whoever uses the keyboard is in it and comes back from it. */
  askAboutRoles(sheet, tasks) {
    const dialog = this.part('question')
    const lanes = sheet.get('roles').lanes()
    const said = tasks.map(({ task, role }) => {
      const name = lanes.find(({ businessObject }) => businessObject.id === role)?.businessObject.name
      return make('p', { class: 'govuk-body' }, `${name || role || 'Nobody'} will do “${nameOf(task)}”. Right?`)
    })
    this.part('question-words').replaceChildren(...said)
    dialog.onclose = () => {
      if (dialog.returnValue !== 'yes') sheet.get('commandStack').undo()
    }
    dialog.returnValue = ''
    dialog.showModal()
  }

  /** Both texts can be taken; neither is written over the other. */
  conflict({ by, version, content, mine }) {
    const place = this.part('conflict')
    const file = this.page.dataset.file.split('/').pop()
    place.replaceChildren(
      make('h2', { class: 'govuk-heading-m' }, 'Somebody else saved this drawing'),
      make(
        'p',
        { class: 'govuk-body' },
        `${by} saved it while you were changing it (version ${version}). Nothing of theirs was overwritten, and what ` +
          'you changed since is not saved. Take your file and theirs, then load the page again to go on with theirs.',
      ),
      make(
        'p',
        { class: 'govuk-body' },
        download('Your file', `mine-${file}`, mine),
        ' · ',
        download(`The file of ${by}`, `saved-${file}`, content),
      ),
      shown('Your file as text', mine),
      shown(`The file of ${by} as text`, content),
    )
    place.hidden = false
    place.focus()
  }
}

function download(words, name, text) {
  const href = URL.createObjectURL(new Blob([text], { type: 'application/xml' }))
  return make('a', { class: 'govuk-link', href, download: name }, words)
}

function shown(words, text) {
  const summary = make(
    'summary',
    { class: 'govuk-details__summary' },
    make('span', { class: 'govuk-details__summary-text' }, words),
  )
  const inside = make(
    'div',
    { class: 'govuk-details__text' },
    make('pre', { class: 'app-editor__text', tabindex: '0' }, text),
  )
  return make('details', { class: 'govuk-details' }, summary, inside)
}
