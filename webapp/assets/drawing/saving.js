// Keeps what was drawn in the draft: a while after each change, one save after the other, and never over somebody
// else's.

const PAUSE = 1000

export const SAVED = 'saved'
export const UNSAVED = 'unsaved'
export const SAVING = 'saving'
export const FAILED = 'failed' // it is tried again with the next change, or when the button is pressed
export const CONFLICT = 'conflict' // nothing more is saved

export class Saving {
  /**
   * @param {string} address of the file in the draft
   * @param {string} version as the server named it
   * @param {() => Promise<string>} write
   * @param {(state: string, more: object) => void} tell
   */
  constructor({ address, version, token, text, write, tell }) {
    Object.assign(this, { address, version, token, write, tell, kept: text, state: SAVED })
    addEventListener('beforeunload', (event) => {
      if (this.state !== SAVED) event.preventDefault()
    })
  }

  changed() {
    if (this.state === CONFLICT) return
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.save(), PAUSE)
    if (this.state !== SAVING) this.become(UNSAVED)
    else this.again = true
  }

  async save() {
    if (this.state === CONFLICT || this.state === SAVING) return
    clearTimeout(this.waiting)
    this.again = false
    const failed = this.state === FAILED
    this.become(SAVING)
    if (failed) await this.renewToken()
    const text = await this.write()
    if (text === this.kept) {
      this.become(SAVED, {})
      return
    }
    const answer = await this.send(text)
    const state = stateAfter(answer)
    if (state === SAVED) {
      this.kept = text
      this.version = answer.body.version
    }
    this.become(state, { ...answer.body, mine: text, sent: true })
    if (this.again && state === SAVED) this.changed()
  }

  /** Whoever has signed in again, in another window, has another token. */
  async renewToken() {
    const answer = await fetch(location.href).catch(() => undefined)
    const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), 'text/html')
    this.token = page?.querySelector?.('[data-token]')?.dataset.token ?? this.token
  }

  async send(text) {
    try {
      const answer = await fetch(this.address, {
        method: 'PUT',
        headers: { 'If-Match': `"${this.version}"`, 'X-CSRFToken': this.token, 'Content-Type': 'application/xml' },
        body: text,
      })
      const isJson = answer.headers.get('Content-Type')?.startsWith('application/json')
      return { status: answer.status, body: isJson ? await answer.json() : {} }
    } catch {
      return { status: 0, body: { error: 'The server cannot be reached.' } }
    }
  }

  become(state, more = {}) {
    this.state = state
    this.tell(state, more)
  }
}

/** An answer without a version is none of ours: whoever was signed out meanwhile gets the page on which to sign in. */
function stateAfter({ status, body }) {
  if (status === 200 && Number.isInteger(body.version)) return SAVED
  return status === 412 && typeof body.content === 'string' ? CONFLICT : FAILED
}
