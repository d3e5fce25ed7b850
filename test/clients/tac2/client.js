'use strict'
// The published client for V5.

const TiltifyClient = require('tiltify-api-client')
const { methods, watched } = require('./attempt')

// connect makes a client that gets its own token, and notes which of its methods get called.
async function connect (site, used) {
  const client = new TiltifyClient(site.application.client_id, site.application.client_secret)
  await client.initialize()
  return watched(client, used)
}

// connectAs is a client with a token that it was given.
async function connectAs (site, token, used) {
  const client = await connect(site, used)
  client.setKey(token)
  return client
}

module.exports = { connect, connectAs, methods: () => methods(new TiltifyClient('', '')) }
