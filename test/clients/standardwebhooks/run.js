'use strict'
// Receives real webhooks of the server that $ALMONER_CREDENTIALS describes, a demo that reaches webhooks on this machine
// (--webhook-networks 127.0.0.0/8), and has the published library of Standard Webhooks judge them, during a rotation and without one:
//   ALMONER_BASE_URL=… ALMONER_CREDENTIALS=… ALMONER_DATA=… ALMONER_BIN=… node run.js

const { createHmac } = require('node:crypto')
const fs = require('node:fs')
const http = require('node:http')
const { Webhook } = require('standardwebhooks')
const { assert } = require('./assertions')
const { give } = require('./giver')

const site = JSON.parse(fs.readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))
const types = [
  'public:direct:donation_updated', 'public:direct:fact_updated', 'public:direct:donation.completed', 'public:direct:poll.created',
  'public:direct:poll.closed'
]

async function main () {
  const token = await login()
  const receiver = await listen()
  const { data: made } = await ask('POST', '/webhook_endpoints', { url: receiver.url, standard_webhooks: true, key_overlap: true }, token)
  const path = `/webhook_endpoints/${made.id}`
  await ask('PUT', `${path}/webhook_subscriptions/${site.second_campaign.id}`, { event_types: types }, token)

  await give(site.second_campaign.legacy_id, '12.34', 3)
  for (const request of await receiver.until(3, 'public:direct:donation.completed')) {
    judge(request, [made.signing_key], ['0'.repeat(64)])
    assert.equal(request.message.data.amount.value, '12.34', 'what was donated')
    assert.equal(request.message.meta.event.type, 'donation.completed', 'the event')
  }
  for (const request of await receiver.until(3, 'public:direct:donation_updated')) judge(request, [made.signing_key], [])
  sample(await ask('POST', `${path}/samples`, { event_type: 'public:direct:fact_updated' }, token), made.signing_key)

  const { data: rotated } = await ask('POST', `${path}/signing_key`, {}, token)
  await one(receiver, token, path, [rotated.signing_key, made.signing_key], [])
  await ask('PATCH', path, { key_overlap: false }, token)
  await one(receiver, token, path, [rotated.signing_key], [made.signing_key])
  await ask('DELETE', path, undefined, token)
  receiver.close()
  console.log('  standardwebhooks 1.1.1: real deliveries, samples and test messages verify, by both keys during a rotation')
}

// one has a test message sent and judged.
async function one (receiver, token, path, good, bad) {
  receiver.all.length = 0
  await ask('POST', `${path}/test`, { event_type: 'public:direct:donation_updated' }, token)
  const [request] = await receiver.until(1, 'public:direct:donation_updated')
  judge(request, good, bad)
  assert.equal(request.message.meta.subscription_source_type, 'test', 'a test message')
}

const secret = key => 'whsec_' + Buffer.from(key).toString('base64')

// judge verifies a request with each of the good keys, and with none of the bad ones, and the original's signature with the first.
function judge ({ body, headers }, good, bad) {
  for (const key of good) assert.deepEqual(new Webhook(secret(key)).verify(body, headers), JSON.parse(body), 'what the library read')
  for (const key of bad) assert.throws(() => new Webhook(secret(key)).verify(body, headers), /No matching signature/, 'another key')
  assert.throws(() => new Webhook(secret(good[0])).verify(body + ' ', headers), /No matching signature/, 'another body')
  const old = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 600) }
  assert.throws(() => new Webhook(secret(good[0])).verify(body, old), /too old/, 'an old message')
  const again = JSON.stringify(JSON.parse(body))
  const signature = createHmac('sha256', good[0]).update(`${headers['x-tiltify-timestamp']}.${again}`).digest('base64')
  assert.equal(headers['x-tiltify-signature'], signature, "the original's signature")
}

// sample judges a signed sample, whose headers have the spelling of the wire.
function sample ({ data }, key) {
  const headers = Object.fromEntries(Object.entries(data.headers).map(([name, value]) => [name.toLowerCase(), value]))
  judge({ body: data.body, headers }, [key], [])
}

// listen takes webhooks. until(n, type) waits for that many of a type.
async function listen () {
  const all = []
  const server = http.createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    all.push({ body, headers: request.headers, message: JSON.parse(body) })
    response.writeHead(204).end()
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const until = async (n, type) => {
    for (const deadline = Date.now() + 60_000; ;) {
      const got = all.filter(one => one.message.meta.event_type === type)
      if (got.length >= n) return got
      assert.ok(Date.now() < deadline, `${type}: got ${got.length} webhooks in a minute, want ${n}`)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  return { url: `http://127.0.0.1:${server.address().port}/hook`, all, until, close: () => { server.closeAllConnections(); server.close() } }
}

async function login () {
  const { client_id: id, client_secret: secret } = site.application
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: id, client_secret: secret, scope: 'webhooks:write' })
  const answer = await fetch(new URL('/oauth/token', process.env.ALMONER_BASE_URL), { method: 'POST', body: form })
  return (await answer.json()).access_token
}

async function ask (method, path, body, token) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(new URL('/api/private' + path, process.env.ALMONER_BASE_URL), { method, headers, body: JSON.stringify(body) })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: got ${answer.status} ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
