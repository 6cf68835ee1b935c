/** What is folded is printed all the same, also where the styles alone cannot open it; and folded again afterwards. */
export function unfoldOnPaper() {
  let opened = []
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('main details:not([open])')]
    for (const details of opened) details.open = true
  })
  window.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false
  })
}

/** Paper cannot be dragged: there the whole drawing is shown, as wide as the paper. */
export function fitOnPaper(canvas, container) {
  const picture = container.querySelector('svg')
  let onScreen
  window.addEventListener('beforeprint', () => {
    onScreen = null
    if (!container.clientWidth || !container.clientHeight) return // folded away: there is nothing to fit it into
    onScreen = canvas.viewbox()
    canvas.zoom('fit-viewport')
    picture.setAttribute('viewBox', `0 0 ${container.clientWidth} ${container.clientHeight}`)
  })
  window.addEventListener('afterprint', () => {
    picture.removeAttribute('viewBox')
    if (onScreen) canvas.viewbox(onScreen)
  })
}
