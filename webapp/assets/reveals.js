// Questions that another answer reveals: hidden until it is given. Without a script all of them are shown, each with
// the words that say when to answer it, and the server leaves out what was not asked.

/** @param {HTMLFormElement} form */
export function reveal(form) {
  const show = () => {
    for (const question of form.querySelectorAll('[data-shown-if]')) {
      const wanted = JSON.parse(question.dataset.shownFor)
      question.hidden = !answers(form, question.dataset.shownIf).some((answer) => wanted.includes(answer))
    }
  }
  form.addEventListener('change', show)
  form.addEventListener('listchange', show)
  show()
}

function answers(form, name) {
  return [...form.elements]
    .filter((input) => input.name === name && (input.checked || !['radio', 'checkbox'].includes(input.type)))
    .map((input) => input.value)
}
