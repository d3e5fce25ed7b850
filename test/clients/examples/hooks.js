'use strict'
// Endpoints of webhooks for bots on this machine, and webhooks that nobody signed.

const { createHmac } = require('node:crypto')
const net = require('node:net')
const { assert } = require('./assertions')
const { open } = require('./proxy')

// endpoint subscribes an address on this machine to the donations of a fact. A bot that listens on the port hears of them.
async function endpoint (site, fact) {
  const port = await freePort()
  const proxy = await open(port)
  const { client_id: id, client_secret: secret } = site.application
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret, scope: 'webhooks:write' })
  const { access_token: token } = await ask('POST', '/oauth/token', form)
  const made = await ask('POST', '/api/private/webhook_endpoints', { url: `http://127.0.0.1:${proxy.port}/hook`, description: 'a worked bot' }, token)
  const path = `/api/private/webhook_endpoints/${made.data.id}`
  await ask('POST', `${path}/activate`, {}, token)
  await ask('PUT', `${path}/webhook_subscriptions/${fact}`, { event_types: ['public:direct:donation_updated'] }, token)
  return { port, proxy, key: made.data.signing_key }
}

async function ask (method, path, body, token) {
  const headers = token ? { authorization: `Bearer ${token}`, 'content-type': 'application/json' } : {}
  const answer = await fetch(new URL(path, process.env.ALMONER_BASE_URL), { method, headers, body: token ? JSON.stringify(body) : body })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: got ${answer.status} ${text}`)
  return JSON.parse(text)
}

// freePort is a port that nobody listens on.
function freePort () {
  const server = net.createServer()
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  }))
}

// forgeries sends webhooks that a bot must refuse, and one of the present that it takes.
async function forgeries (bot) {
  const body = JSON.stringify({
    data: { id: 'forged', donor_name: 'Mallory', amount: { value: '1.00', currency: 'USD' } }, meta: { event_type: 'public:direct:donation_updated' }
  })
  const sign = (key, at) => createHmac('sha256', key).update(`${at}.${body}`).digest('base64')
  const at = minutes => new Date(Date.now() + minutes * 60_000).toISOString()
  const [now, old, early] = [at(0), at(-10), at(10)]
  const before = [...bot.lines]
  for (const [what, status, timestamp, signature] of [
    ['no signature', 403, undefined, undefined],
    ['a signature that is none', 403, now, 'no base64!'],
    ['the signature of another key', 403, now, sign(bot.key + 'x', now)],
    ['a signature cut short', 403, now, sign(bot.key, now).slice(0, 8)],
    ['another timestamp', 403, at(1), sign(bot.key, now)],
    ['an old message', 403, old, sign(bot.key, old)],
    ['a message of the future', 403, early, sign(bot.key, early)],
    ['a true one', 200, now, sign(bot.key, now)]
  ]) {
    const headers = timestamp ? { 'x-tiltify-timestamp': timestamp, 'x-tiltify-signature': signature } : {}
    const answer = await fetch(`http://127.0.0.1:${bot.port}/`, { method: 'POST', headers, body })
    assert.equal(answer.status, status, `${bot.name}: ${what}`)
    if (status !== 200) assert.deepEqual(bot.lines, before, `${bot.name}: ${what} was believed`)
  }
}

module.exports = { endpoint, forgeries }
