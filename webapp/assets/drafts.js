// What is typed is kept on the server as it is typed, so that nothing is lost when a session ends or a machine is left.

const PAUSE = 2000
const SIGNED_OUT = 'You have been signed out. When you send, you are asked to sign in, and what you typed is kept.'

/** @param {HTMLFormElement} form */
export function keepDrafts(form) {
  const status = form.querySelector('[data-draft-status]')
  let waiting
  let kept = typed(form)

  const keep = async () => {
    const now = typed(form)
    if (now === kept) return
    const said = await send(form.dataset.draft, now)
    if (said.ok) {
      kept = now
      form.dataset.saved = ''
      if (typed(form) === now) delete form.dataset.unsaved
    }
    status.textContent = said.words
  }
  form.addEventListener('input', () => {
    clearTimeout(waiting)
    waiting = setTimeout(keep, PAUSE)
  })
  form.addEventListener('change', () => {
    clearTimeout(waiting)
    waiting = setTimeout(keep, PAUSE)
  })
  form.addEventListener('submit', () => clearTimeout(waiting))
}

function typed(form) {
  return new URLSearchParams(new FormData(form)).toString()
}

async function send(address, body) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  try {
    const answer = await fetch(address, { method: 'POST', headers, body })
    const json = answer.headers.get('Content-Type')?.startsWith('application/json')
    if (json) return { ok: answer.ok, words: (await answer.json()).said }
    if (answer.status === 401) return { ok: false, words: SIGNED_OUT }
  } catch {
    // The network is down: said below, and tried again with the next change.
  }
  return { ok: false, words: 'The draft could not be saved. What you typed is still on this page.' }
}
