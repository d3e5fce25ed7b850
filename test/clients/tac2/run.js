'use strict'
// Runs all client checks against the server that $ALMONER_CREDENTIALS describes:
//   ALMONER_BASE_URL=… ALMONER_CREDENTIALS=… ALMONER_DATA=… ALMONER_BIN=… node --require ./redirect.js run.js
// The server must be a demo without donations of its own (--rate 0).

const fs = require('node:fs')
const calls = require('./calls')
const { connect } = require('./client')
const walk = require('./walk')

async function main () {
  const site = JSON.parse(fs.readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))
  site.base_url = process.env.ALMONER_BASE_URL

  console.log(`  tiltify-api-client 2.0.0: ${await calls.all(site)} methods called, answers complete`)
  const client = await connect(site, new Set())
  for (const [campaign, least] of [[site.campaign, 250], [site.second_campaign, 1000]]) {
    console.log(`  walks of ${await walk.whileGiving(site, client, campaign, least)} donations while new ones arrive: no gap, no duplicate`)
  }
  // The client's timer for the next token would keep the process for two hours.
  process.exit(0)
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
