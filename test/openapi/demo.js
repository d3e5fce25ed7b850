// The running demo: where it is, and the tokens to read it with.

import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'

export const base = process.env.ALMONER_BASE_URL
export const credentials = JSON.parse(readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))

// documents are the parts of the API by the names of their files.
export const documents = {
  public: '/api/public/openapi', private: '/api/private/openapi', cause: '/api/cause/openapi', v3: '/api/v3/openapi'
}

// applicationToken asks for a token of the application of version 5 with all its scopes.
export async function applicationToken () {
  const { client_id, client_secret, scopes } = credentials.application
  const answer = await fetch(base + '/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret, scope: scopes.join(' ') })
  })
  const body = await answer.text()
  assert.equal(answer.status, 200, `/oauth/token: got ${answer.status} ${body}`)
  return JSON.parse(body).access_token
}
