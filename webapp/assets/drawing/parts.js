// Parts of the page around the canvas, in the look of the other pages. Nothing is written as HTML: names are only text.

/** @param attributes `on…` are listeners; those that are undefined or false are left out */
export function make(tag, attributes, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== undefined && value !== false) made.setAttribute(name, value)
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== false))
  return made
}

/** @param {string} key which field of the page it is: whoever stands in it is put there again when it is drawn anew */
function group(key, label, control, hint) {
  const id = `field-${key}`
  control.id = id
  control.dataset.field = key
  const said = hint && make('div', { class: 'govuk-hint app-editor__hint', id: `${id}-hint` }, hint)
  if (said) control.setAttribute('aria-describedby', `${id}-hint`)
  const words = make('label', { class: 'govuk-label app-editor__label', for: id }, label)
  return make('div', { class: 'govuk-form-group app-editor__group' }, words, said, control)
}

export function input(key, label, value, { change, hint } = {}) {
  const control = make('input', { class: 'govuk-input', type: 'text', autocomplete: 'off', spellcheck: 'true' })
  control.value = value
  if (change) control.addEventListener('change', () => change(control.value.trim()))
  return group(key, label, control, hint)
}

/** @param {{ value: string, words: string }[]} options a value that is none of them is offered as well */
export function select(key, label, value, options, { change, hint, none } = {}) {
  const strange =
    value && !options.some((one) => one.value === value) ? [{ value, words: `As it is written: ${value}` }] : []
  const all = [...(none === undefined ? [] : [{ value: '', words: none }]), ...strange, ...options]
  const made = all.map((one) => make('option', { value: one.value }, one.words))
  const control = make('select', { class: 'govuk-select' }, made)
  control.value = value
  if (change) onChosen(control, () => change(control.value))
  return group(key, label, control, hint)
}

/** With the arrow keys one goes through the options: what is chosen is what one comes to rest on, by Enter or Tab. */
function onChosen(control, chosen) {
  let [byKey, waits] = [false, false]
  const done = () => {
    waits = false
    chosen()
  }
  control.addEventListener('pointerdown', () => (byKey = false))
  control.addEventListener('keydown', (event) => {
    byKey = event.key !== 'Enter'
    if (byKey || !waits) return
    event.preventDefault()
    done()
  })
  control.addEventListener('change', () => {
    if (byKey) waits = true
    else done()
  })
  control.addEventListener('blur', () => waits && done())
}

export function checkboxes(key, legend, values, options, change) {
  const boxes = options.map(({ value, words }, at) => {
    const id = `field-${key}-${at}`
    const box = make('input', {
      class: 'govuk-checkboxes__input',
      type: 'checkbox',
      id,
      value,
      'data-field': `${key}-${at}`,
    })
    box.checked = values.includes(value)
    box.addEventListener('change', () => {
      const chosen = [...box.closest('fieldset').querySelectorAll('input:checked')].map((one) => one.value)
      change(chosen)
    })
    const label = make('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, words)
    return make('div', { class: 'govuk-checkboxes__item' }, box, label)
  })
  const head = make('legend', { class: 'govuk-fieldset__legend app-editor__label' }, legend)
  const list = make('div', { class: 'govuk-checkboxes govuk-checkboxes--small' }, boxes)
  return make('fieldset', { class: 'govuk-fieldset app-editor__group' }, head, list)
}

export function button(key, words, click, kind = 'secondary') {
  const attributes = { class: `govuk-button govuk-button--${kind} app-editor__button`, type: 'button' }
  return make('button', { ...attributes, 'data-field': key, onclick: click }, words)
}

export function folded(key, words, open, ...children) {
  const summary = make(
    'summary',
    { class: 'govuk-details__summary', 'data-field': `${key}-folded` },
    make('span', { class: 'govuk-details__summary-text' }, words),
  )
  const text = make('div', { class: 'govuk-details__text' }, ...children)
  return make('details', { class: 'govuk-details app-editor__folded', 'data-folded': key, open }, summary, text)
}

/**
 * Puts new content in place of the old one; what was focused, and what was unfolded, stays so where it is there. Where
 * what was focused is gone, as the button that deleted its step, the heading says what stands here instead.
 */
export function redraw(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.dataset.field : undefined
  const open = new Set([...place.querySelectorAll('details[open]')].map(({ dataset }) => dataset.folded))
  place.replaceChildren(...children.flat().filter(Boolean))
  for (const one of place.querySelectorAll('details')) if (open.has(one.dataset.folded)) one.open = true
  const field = (key) => place.querySelector(`[data-field="${CSS.escape(key)}"]`)
  if (focused) (field(focused) ?? field('heading'))?.focus()
}
