// Who else has a file of the draft open: said while both are there, so that two people do not draw the same unaware.

const EVERY = 10_000

export function watchOthers(page, place) {
  const ask = async () => {
    const body = new URLSearchParams({ path: page.dataset.file })
    const headers = { 'X-CSRFToken': page.dataset.token }
    const told = await fetch(page.dataset.here, { method: 'POST', headers, body })
      .then((answer) => answer.json())
      .catch(() => undefined)
    if (!told?.others) return
    const here = told.others.filter(({ path }) => path === page.dataset.file)
    const words = here.length ? `Open here too: ${here.map(({ name }) => name).join(', ')}.` : ''
    if (place.textContent !== words) place.textContent = words
    place.hidden = !words
  }
  setInterval(ask, EVERY)
  ask()
}
