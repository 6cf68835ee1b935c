// Repeating groups: one more item, or one less, without asking the server. Its buttons do the same without a script.

/** @param {HTMLFormElement} form */
export function growLists(form) {
  for (const list of form.querySelectorAll('[data-list]')) {
    const pattern = list.querySelector(':scope > [data-list-pattern]')
    if (!pattern) continue
    const items = list.querySelector(':scope > [data-list-items]')
    list.addEventListener('click', (event) => {
      const button = event.target.closest('[data-list-add], [data-list-remove]')
      if (!button || button.closest('[data-list]') !== list) return
      event.preventDefault()
      if (button.matches('[data-list-add]')) add(items, pattern, button)
      else remove(button, items, list)
      form.dispatchEvent(new Event('listchange'))
      form.dispatchEvent(new Event('input'))
    })
  }
}

function add(items, pattern, button) {
  const numbers = [...items.children].map((item) => Number(item.querySelector(':scope > input[type=hidden]').value))
  const next = Math.max(-1, ...numbers) + 1
  const holder = document.createElement('div')
  holder.innerHTML = pattern.innerHTML.replaceAll('__number__', String(next))
  const item = holder.firstElementChild
  items.append(item)
  button.textContent = 'Add another'
  count(items)
  item.focus()
}

function remove(button, items, list) {
  const item = button.closest('[data-list-item]')
  const neighbour = item.nextElementSibling ?? item.previousElementSibling ?? list
  item.remove()
  count(items)
  neighbour.focus()
}

function count(items) {
  ;[...items.children].forEach((item, place) => {
    for (const number of item.querySelectorAll('[data-list-number]')) number.textContent = String(place + 1)
  })
}
