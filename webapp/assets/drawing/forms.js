// A new task asks something: its form is begun by the page of questions, where it is filled as well.

/** @returns {Promise<string>} why it could not be begun; empty where it was */
export async function beginForm({ forms, token }, process, task) {
  const body = new URLSearchParams({ process, task, csrf_token: token, quiet: 'yes' }) // the editor itself says it
  const answer = await fetch(forms, { method: 'POST', body }).catch(() => undefined)
  return answer?.ok && answer.url.endsWith(`/${task}`)
    ? ''
    : 'The form could not be begun. Load the page again, and try once more.'
}
