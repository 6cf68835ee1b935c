// How many alarms nobody has opened. A rise is said once, and nothing else is.

/** What shows the number in a place of the page, whenever it is heard anew; null where nobody is signed in any more. */
export function alarmsIn(place) {
  const link = place.querySelector('a')
  const said = place.querySelector('[role=status]')
  let known = Number(place.dataset.known)

  return (heard) => {
    if (heard === null) link.hidden = true // what was known may be so no more
    if (!heard || heard.alarms === known) return
    const now = heard.alarms
    link.firstChild.textContent = words(now)
    link.hidden = now === 0
    said.textContent = now > known ? `${words(now)} that nobody has opened` : ''
    known = now
  }
}

function words(number) {
  return number === 1 ? '1 alarm' : `${number} alarms`
}
