'use strict'
// Runs all client checks against the server that $ALMONER_CREDENTIALS describes:
//   ALMONER_BASE_URL=… ALMONER_CREDENTIALS=… ALMONER_DATA=… ALMONER_BIN=… node --require ./redirect.js run.js
// The server must be a demo without donations of its own (--rate 0).

const fs = require('node:fs')
const calls = require('./calls')
const walk = require('./walk')

async function main () {
  const site = JSON.parse(fs.readFileSync(process.env.ALMONER_CREDENTIALS, 'utf8'))
  site.base_url = process.env.ALMONER_BASE_URL

  console.log(`  tiltify-api-client 1.1.2: ${await calls.all(site)} methods called, answers complete`)
  await walk.least(site, site.campaign, 250)
  console.log(`  walks of ${await walk.whileGiving(site, site.campaign)} donations while new ones arrive: no gap, no duplicate`)
  await walk.least(site, site.empty_campaign, 5000)
  console.log(`  walks of ${await walk.whileGiving(site, site.empty_campaign)} donations while new ones arrive: no gap, no duplicate`)
}

main().catch(error => {
  console.error(error)
  process.exit(1)
})
