// A passkey is made or used by the browser alone: it answers what the site asks, and the form takes the answer along.

const FAILED = 'No passkey was used. Try again, or use another way.'
const NOT_HERE = 'Nothing came back from the site. Load the page again.'

/** @param {HTMLElement} place */
export function offerPasskey(place) {
  if (!window.PublicKeyCredential) return
  const button = place.querySelector('button')
  const said = place.querySelector('[data-said]')
  const form = place.closest('form')
  place.querySelector('.app-passkey__without').hidden = true
  button.hidden = false
  button.addEventListener('click', async () => {
    said.textContent = ''
    try {
      const options = await asked(place.dataset.passkey, form.elements.csrf_token.value)
      if (!options) return (said.textContent = NOT_HERE)
      const answer = place.dataset.what === 'make' ? await made(options) : await shown(options)
      form.elements.passkey_signed.value = JSON.stringify(answer)
      form.submit()
    } catch {
      said.textContent = FAILED
    }
  })
}

async function asked(address, token) {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const body = new URLSearchParams({ csrf_token: token }).toString()
  const answer = await fetch(address, { method: 'POST', headers, body, redirect: 'manual' })
  return answer.ok ? answer.json() : null
}

async function made(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(named),
  }
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey })
  return {
    id,
    rawId: text(rawId),
    type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
    },
  }
}

async function shown(options) {
  const allowCredentials = (options.allowCredentials ?? []).map(named)
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials }
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey })
  return {
    id,
    rawId: text(rawId),
    type,
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: response.userHandle ? text(response.userHandle) : undefined,
    },
  }
}

function named(credential) {
  return { ...credential, id: bytes(credential.id) }
}

/** From base64url, which JSON carries. */
function bytes(words) {
  const plain = atob(words.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
