// Before a session ends the person is asked whether they are still there. Once it is over the page is put away, so that
// whoever sits down next reads nothing; what was typed and is not saved yet stays in the window, out of sight.

const ASKED_BEFORE = 120
const OVER = 'Your session is over'

/**
 * What keeps the notice and the page as the session stands, whenever that is heard anew.
 * @param {HTMLElement} notice hidden until the session is about to end; `data-who` is whose page it is
 * @param {() => Promise<object|null|undefined>} ask
 */
export function sessionIn(notice, ask) {
  const words = notice.querySelector('p')
  const stay = notice.querySelector('button')
  let ends = Infinity
  let away = null

  const hear = (heard) => {
    if (away) return
    if (heard?.session) ends = Date.now() + heard.session.ends_in * 1000
    const isOver = heard === null || (heard && heard.who !== notice.dataset.who) || Date.now() > ends
    if (isOver) away = putAway(ask, notice.dataset.who, shownAgain)
    else warn(heard)
  }
  const shownAgain = (heard) => {
    away = null
    hear(heard) // what the notice said may be so no more
  }
  const warn = (heard) => {
    const left = Math.round((ends - Date.now()) / 60000)
    notice.hidden = ends - Date.now() > ASKED_BEFORE * 1000
    if (notice.hidden || !heard?.session) return
    stay.hidden = !heard.session.may_stay
    const when = left > 1 ? `in about ${left} minutes` : 'in less than two minutes'
    words.textContent = `You will be signed out ${when}. ${stay.hidden ? notice.dataset.latest : notice.dataset.idle}`
  }
  stay.addEventListener('click', async () => {
    await fetch(notice.dataset.stay, { method: 'HEAD' }).catch(() => undefined)
    hear(await ask())
  })
  return hear
}

/** Shows instead of the page that it is put away; `shown` is called with what was heard once it is there again. */
function putAway(ask, who, shown) {
  const unsaved = document.querySelector('form[data-unsaved]')
  const title = document.title
  const before = [...document.body.children]
  const instead = document.createElement('main')
  instead.className = 'govuk-width-container govuk-main-wrapper'
  instead.id = 'session-over'
  const heading = add(instead, 'h1', 'govuk-heading-l', OVER)
  heading.tabIndex = -1
  document.title = `${OVER} – Throughline`
  const again = location.pathname + location.search
  if (unsaved) {
    add(instead, 'p', 'govuk-body', 'This page is put away, so that nobody else reads it. What you typed is still here, and is not saved yet.')
    const link = add(add(instead, 'p', 'govuk-body', ''), 'a', 'govuk-link', 'Sign in (opens in a new tab)')
    Object.assign(link, { href: '/sign-in', target: '_blank', rel: 'noreferrer noopener' })
    const button = add(instead, 'button', 'govuk-button', 'Show the page again')
    button.type = 'button'
    const said = add(instead, 'p', 'govuk-body', '')
    said.setAttribute('role', 'status')
    button.addEventListener('click', async () => {
      const heard = await ask()
      if (heard?.who !== who) {
        said.textContent = heard === undefined ? 'It cannot be known whether you are signed in. Try again.' : 'Sign in first, as the same person.'
        return
      }
      instead.remove()
      for (const one of before) {
        one.hidden = one.dataset.wasHidden === ''
        delete one.dataset.wasHidden
      }
      document.title = title
      shown(heard)
    })
    for (const one of before) {
      if (one.hidden) one.dataset.wasHidden = ''
      one.hidden = true
    }
  } else {
    const saved = document.querySelector('form[data-saved]') ? ' What you typed is saved as a draft, and is there when you open the page again.' : ''
    add(instead, 'p', 'govuk-body', `This page is put away, so that nobody else reads it.${saved}`)
    add(add(instead, 'p', 'govuk-body', ''), 'a', 'govuk-link', 'Sign in to open it again').href = again
    document.body.replaceChildren()
  }
  document.body.append(instead)
  heading.focus()
  return instead
}

function add(parent, kind, style, words) {
  const made = document.createElement(kind)
  made.className = style
  made.textContent = words
  parent.append(made)
  return made
}
