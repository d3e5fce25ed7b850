'use strict'
// Runs the worked bots of docs/integrations.md against the server that $ALMONER_CREDENTIALS describes, a demo that reaches webhooks on
// this machine (--webhook-networks 127.0.0.0/8) and makes no donations of its own (--rate 0). Each bot sees a donation, is cut off,
// and sees what happened meanwhile exactly once.
//   ALMONER_BASE_URL=… ALMONER_CREDENTIALS=… ALMONER_DATA=… ALMONER_BIN=… ALMONER_EXAMPLES=… node run.js

const fs = require('node:fs')
const { assert } = require('./assertions')
const { languages, start, until } = require('./bots')
const { give } = require('./giver')
const { endpoint, forgeries } = require('./hooks')
const { open } = require('./proxy')

const site = JSON.parse(fs.readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))
const campaign = site.second_campaign
const foreign = 'aaaaaaaa-00000000.1' // a cursor of no server
const line = amount => `Walker gave ${amount} USD`

async function main () {
  await give(campaign.legacy_id, '5', 150) // history, however short a time ago and more than a page
  const followers = await Promise.all(['polling', 'sse', 'websocket'].flatMap(job => languages.map(language => follower(job, language))))
  const receivers = await Promise.all(languages.map(receiver))
  const bots = [...followers, ...receivers]
  await until(followers, 'the first answer', ready)
  await all(bots, '11.11')

  followers.forEach(bot => bot.proxy.cut())
  receivers.forEach(bot => bot.proxy.loseAnswer())
  await all(bots, '22.22')
  const broken = bots.map(bot => [bot.name, bot.proxy.broken > 0])
  await until(receivers, 'the second attempt', bot => bot.proxy.answers >= 2)
  await all(bots, '33.33')
  assert.deepEqual(broken, bots.map(bot => [bot.name, true]), 'bots that were cut off')
  for (const bot of bots) assert.deepEqual(bot.lines, ['11.11', '22.22', '33.33'].map(line), `${bot.name}: what it printed`)

  await stopAll(followers)
  const behind = new Map(followers.map(bot => [bot, cursor(bot)]))
  await give(campaign.legacy_id, '44.44', 1)
  followers.forEach(bot => bot.run())
  await until(followers, 'what happened while it did not run', bot => bot.lines.includes(line('44.44')) && moved(bot, behind.get(bot)))
  const live = followers.filter(bot => bot.job !== 'polling')
  await stopAll(live)
  for (const bot of live) fs.writeFileSync(bot.cursor, foreign)
  live.forEach(bot => bot.run())
  await until(live, 'the reset', bot => bot.lines.some(one => one.startsWith('reset: foreign')) && ready(bot))
  await all(bots, '55.55')
  for (const bot of followers) {
    assert.deepEqual(bot.lines.filter(one => !one.startsWith('reset')), ['11.11', '22.22', '33.33', '44.44', '55.55'].map(line), `${bot.name}: what it printed`)
  }
  for (const bot of receivers) await forgeries(bot)
  for (const bot of languages.map(language => start('webhook', language, { variables: { SIGNING_KEY: '' } }))) {
    assert.notEqual(await bot.ended, 0, `${bot.name}: it starts without a key`)
    assert.match(bot.errors, /SIGNING_KEY: the signing key is empty|SIGNING_KEY is not set/, `${bot.name}: it starts without a key`)
  }
  console.log(`  ${bots.length} worked bots: each donation once, over cuts, restarts and resets; no forged webhook`)
}

// follower starts a bot that asks the server, by way of a proxy.
async function follower (job, language) {
  const proxy = await open(new URL(process.env.ALMONER_BASE_URL).port)
  const variables = {
    ALMONER_URL: `http://127.0.0.1:${proxy.port}`, ALMONER_TOKEN: site.v3.user_token, CAMPAIGN: `@${campaign.owner_slug}/${campaign.slug}`
  }
  return start(job, language, { proxy, variables })
}

// receiver starts a bot that takes webhooks, by way of a proxy, and subscribes it.
async function receiver (language) {
  const { port, key, proxy } = await endpoint(site, campaign.id)
  return start('webhook', language, { proxy, key, port, variables: { SIGNING_KEY: key, PORT: port } })
}

// ready reports whether a bot knows where it is.
function ready (bot) {
  return moved(bot, foreign)
}

// moved reports whether a bot goes on somewhere else than before.
function moved (bot, before) {
  return !['', before].includes(cursor(bot))
}

// all makes a donation and waits until each bot has printed it, and has written where it goes on: one that is killed in between
// prints it again, as it should.
async function all (bots, amount) {
  const before = bots.map(cursor)
  await give(campaign.legacy_id, amount, 1)
  await until(bots, amount, bot => bot.lines.includes(line(amount)))
  await until(bots, `the cursor behind ${amount}`, bot => bot.job === 'webhook' || moved(bot, before[bots.indexOf(bot)]))
}

// cursor is where a bot goes on; '' before it knows.
function cursor (bot) {
  return fs.existsSync(bot.cursor) ? fs.readFileSync(bot.cursor, 'utf8') : ''
}

const stopAll = bots => Promise.all(bots.map(bot => bot.stop()))

main().then(() => process.exit(0), error => {
  console.error(error)
  process.exit(1)
})
