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
