// A new task asks something: the form that it needs is begun without a question, and filled on the page of questions.

const SCHEMA = 'https://json-schema.org/draft/2020-12/schema'
const NEW = '"0"' // the version of a file that is not there yet

/** @returns {Promise<string>} why it could not be made; empty where it was */
export async function beginForm({ drawing, file, token }, task, title) {
  const path = file.replace(/^processes\/([^/]+)\/.*$/, `forms/$1/${task}.json`)
  const form = { $schema: SCHEMA, title, type: 'object', properties: {}, required: [] }
  const headers = { 'If-Match': NEW, 'X-CSRFToken': token, 'Content-Type': 'application/json' }
  const body = `${JSON.stringify(form, null, 2)}\n`
  try {
    const answer = await fetch(drawing.replace(file, path), { method: 'PUT', headers, body })
    const { version, error } = await answer.json()
    return version && answer.ok ? '' : (error ?? 'The form could not be made.')
  } catch {
    return 'The form could not be made: the server did not answer.'
  }
}
