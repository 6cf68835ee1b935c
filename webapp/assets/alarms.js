// How many alarms nobody has opened, asked again while a page is left open. A rise is said once, and nothing else is.

const EVERY = 30000

/** @param {HTMLElement} place */
export function watchAlarms(place) {
  const link = place.querySelector('a')
  const said = place.querySelector('[role=status]')
  let known = Number(place.dataset.known)

  const ask = async () => {
    const now = await count(place.dataset.alarms)
    if (now === null) {
      // What was known may be so no more.
      link.hidden = true
      return clearInterval(asking)
    }
    if (now === undefined || now === known) return
    link.firstChild.textContent = words(now)
    link.hidden = now === 0
    said.textContent = now > known ? `${words(now)} that nobody has opened` : ''
    known = now
  }
  const asking = setInterval(ask, EVERY)
}

/** null where nobody is signed in any more, undefined where it cannot be known just now. */
async function count(address) {
  try {
    const answer = await fetch(address, { redirect: 'manual' })
    if (answer.ok) return (await answer.json()).alarms
    return answer.status === 401 || answer.type === 'opaqueredirect' ? null : undefined
  } catch {
    return undefined
  }
}

function words(number) {
  return number === 1 ? '1 alarm' : `${number} alarms`
}
