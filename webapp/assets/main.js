import { Button, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll } from 'govuk-frontend'

import { keepDrafts } from './drafts.js'
import { growLists } from './lists.js'
import { keepAsking } from './open_page.js'
import { unfoldOnPaper } from './paper.js'
import { offerPasskey } from './passkeys.js'
import { reveal } from './reveals.js'

for (const component of [Button, ErrorSummary, NotificationBanner, Radios, ServiceNavigation, SkipLink]) {
  createAll(component)
}

for (const form of document.querySelectorAll('.app-form')) {
  reveal(form)
  growLists(form)
  form.addEventListener('input', () => (form.dataset.unsaved = ''))
  if (form.dataset.draft) keepDrafts(form)
  if (form.dataset.focus) focusLastItem(form, form.dataset.focus)
}

unfoldOnPaper()
for (const place of document.querySelectorAll('[data-open-page]')) keepAsking(place)
for (const place of document.querySelectorAll('[data-passkey]')) offerPasskey(place)

/** After “add another” without a script on the page before: go on where the new item is. */
function focusLastItem(form, list) {
  const items = form.querySelectorAll(`[data-list="${list}"] [data-list-item]`)
  items[items.length - 1]?.focus()
}
