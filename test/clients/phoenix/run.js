'use strict'
// Runs the channels of phoenix.js, in both serializers, against the server that $ALMONER_CREDENTIALS describes:
//   ALMONER_BASE_URL=… ALMONER_CREDENTIALS=… ALMONER_DATA=… ALMONER_BIN=… node run.js
// The server must be a demo without donations of its own (--rate 0).

const fs = require('node:fs')
const { assert } = require('./assertions')
const { answer, connect, eventually, pushes, version1, within } = require('./client')
const { give } = require('./giver')

const keys = ['amount', 'challenge_id', 'comment', 'completedAt', 'event_id', 'id', 'name', 'poll_option_id', 'reward_id', 'updatedAt']

async function main () {
  const site = JSON.parse(fs.readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))
  const base = process.env.ALMONER_BASE_URL
  await channels(site, base, '2.0.0', { authToken: 'a token that nobody needs' })
  await channels(site, base, '1.0.0', version1)
  console.log('  phoenix 1.8.16: channels in serializers 2.0.0 and 1.0.0, each donation once')
}

// channels joins topics, gives, leaves, and comes back.
async function channels (site, base, vsn, options) {
  const { legacy_id: number, id } = site.second_campaign
  const { socket, seen } = connect(base, { heartbeatIntervalMs: 100, ...options })
  socket.connect()

  const nowhere = socket.channel('campaign.999999999.donation', {})
  assert.deepEqual(await answer('an unknown topic', nowhere.join()), { status: 'error', response: { reason: 'unmatched topic' } }, vsn)

  const donations = socket.channel(`campaign.${number}.donation`, {})
  const facts = socket.channel(`fact.${id}.fact`, {})
  const given = pushes(donations, 'donation')
  const states = pushes(facts, 'fact')
  for (const channel of [donations, facts]) {
    assert.deepEqual(await answer(channel.topic, channel.join()), { status: 'ok', response: {} }, vsn)
  }
  await give(number, '12.50', 5)
  for (const donation of await given.until(5)) {
    assert.deepEqual(Object.keys(donation), keys, `${vsn}: keys of a donation`)
    assert.equal(donation.amount, 12.5)
    assert.equal(donation.event_id, number)
    assert.equal(donation.name, 'Walker')
  }
  await reached(site, base, states, vsn)
  await heartbeats(seen, vsn)

  assert.deepEqual(await answer('leave', donations.leave()), { status: 'ok', response: {} }, vsn)
  await give(number, '1', 1)
  await reached(site, base, states, vsn)
  assert.equal(given.all.length, 5, `${vsn}: pushes after the leave`)
  assert.equal(new Set(given.all.map(donation => donation.id)).size, 5, `${vsn}: a donation came twice`)
  await comesBack(site, base, { socket, seen }, facts, vsn)
  if (options.authToken) assert.deepEqual([...new Set(seen.protocols)], ['phoenix'], 'the subprotocol beside a token')
  await within('disconnect', new Promise(resolve => socket.disconnect(resolve)))
}

// reached waits for the state that the API shows now.
async function reached (site, base, states, vsn) {
  const url = new URL(`/api/v3/campaigns/${site.second_campaign.legacy_id}`, base)
  const { data } = await (await fetch(url, { headers: { authorization: `Bearer ${site.v3.application_token}` } })).json()
  while (states.all.at(-1)?.amountRaised !== data.amountRaised) await states.until(states.all.length + 1)
  assert.deepEqual(states.all.at(-1), data, `${vsn}: the state that was pushed last`)
}

// heartbeats waits until the server has answered a few.
const heartbeats = (seen, vsn) => eventually(`${vsn}: three answered heartbeats`,
  () => seen.frames.filter(frame => frame.includes('"phoenix"') && frame.includes('phx_reply')).length >= 3)

// comesBack cuts the connection: phoenix.js connects and joins again, and gets what happens from then on.
async function comesBack (site, base, { socket, seen }, channel, vsn) {
  const states = pushes(channel, 'fact')
  socket.connection.transport.terminate()
  await eventually(`${vsn}: joined again`, () => seen.protocols.length === 2 && channel.state === 'joined')
  await give(site.second_campaign.legacy_id, '1', 1)
  await reached(site, base, states, vsn)
}

main().then(() => process.exit(0), error => {
  console.error(error)
  process.exit(1)
})
