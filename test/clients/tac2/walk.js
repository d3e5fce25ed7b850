'use strict'
// Walks over all pages of a campaign while new donations arrive: whatever was there at the start
// comes exactly once, in order, and what arrives meanwhile comes once or not at all.

const { complete } = require('./assertions')
const { call } = require('./attempt')
const { newestFirst } = require('./check')
const { donationsByPage, page } = require('./direct')
const { give, giveWhile } = require('./giver')

// walks are the ways through the list: the client's own, and pages of two sizes.
const walks = {
  'the client': (site, client, id) => call(client.Campaigns, 'getDonations', id),
  'pages of 10': (site, client, id) => donationsByPage(site, client.apiKey, id, 10),
  'pages of 100': (site, client, id) => donationsByPage(site, client.apiKey, id, 100)
}

// whileGiving brings the campaign to at least this many donations, makes every walk over it during a
// stream of new ones, and gives how many donations the longest saw.
async function whileGiving (site, client, campaign, least) {
  const there = (await donationsByPage(site, client.apiKey, campaign.id, 100)).length
  if (there < least) await give(campaign.legacy_id, '5.00', least - there)
  let longest = 0
  await giveWhile(campaign.legacy_id, '5.00', async () => {
    for (const [name, walk] of Object.entries(walks)) {
      longest = Math.max(longest, await walkOnce(site, client, campaign.id, `${campaign.slug} by ${name}`, walk))
    }
  })
  return longest
}

async function walkOnce (site, client, id, what, walk) {
  for (;;) {
    const before = await donationsByPage(site, client.apiKey, id, 100)
    const walked = await walk(site, client, id)
    const { data: [newest] } = await page(site, client.apiKey, `/api/public/campaigns/${id}/donations?limit=1`)
    newestFirst(walked, what)
    complete(before, walked, what)
    // A walk during which nothing arrived has shown nothing: again.
    if (newest.id !== walked[0].id) return walked.length
  }
}

module.exports = { whileGiving }
