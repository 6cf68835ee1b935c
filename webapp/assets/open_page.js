// A page that is left open asks every half minute how many alarms there are and how long the session lasts.

import { alarmsIn } from './alarms.js'
import { sessionIn } from './session.js'

const EVERY = 30000

/** @param {HTMLElement} place says by `data-open-page` where to ask */
export function keepAsking(place) {
  const ask = () => asked(place.dataset.openPage)
  const hear = [alarmsIn(place), sessionIn(document.querySelector('[data-session]'), ask)]
  const askAll = async () => {
    const heard = await ask()
    for (const each of hear) each(heard)
  }
  setInterval(askAll, EVERY)
  document.addEventListener('visibilitychange', () => document.hidden || askAll())
}

/** null where nobody is signed in any more, undefined where it cannot be known just now. */
async function asked(address) {
  try {
    const answer = await fetch(address, { redirect: 'manual' })
    if (answer.ok) return await answer.json()
    return answer.status === 401 || answer.type === 'opaqueredirect' ? null : undefined
  } catch {
    return undefined
  }
}
