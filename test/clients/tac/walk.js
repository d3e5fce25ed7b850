'use strict'
// Walks over all pages of a campaign while new donations arrive: whatever was there at the start
// comes exactly once, in order, and what arrives meanwhile comes once or not at all.

const assertions = require('./assertions')
const { call } = require('./attempt')
const { newestFirst } = require('./check')
const { connect } = require('./client')
const { donationsAfter, donationsByPage, page } = require('./direct')
const { give, giveWhile } = require('./giver')

const walks = {
  'the client': (site, id) => call(connect(site.v3.application_token, new Set()).Campaigns, 'getDonations', id),
  'pages of 10': (site, id) => donationsByPage(site, id, 10),
  'pages of 100': (site, id) => donationsByPage(site, id, 100)
}

// least brings the campaign to at least this many donations.
async function least (site, campaign, count) {
  const there = (await donationsByPage(site, campaign.legacy_id, 100)).length
  if (there < count) await give(campaign.legacy_id, await amount(site, campaign), count - there)
}

// whileGiving makes every walk over the campaign during a stream of donations, and gives how many
// donations the longest saw.
async function whileGiving (site, campaign) {
  const id = campaign.legacy_id
  let longest = 0
  await giveWhile(id, await amount(site, campaign), async () => {
    for (const [name, walk] of Object.entries(walks)) {
      longest = Math.max(longest, await walkOnce(site, id, `${campaign.slug} by ${name}`, walk))
    }
    await follow(site, id, campaign.slug)
  })
  return longest
}

async function walkOnce (site, id, what, walk) {
  for (;;) {
    const before = await donationsByPage(site, id, 100)
    const walked = await walk(site, id)
    const after = (await page(site, `/api/v3/campaigns/${id}/donations?count=1`)).data[0].id
    complete(before, walked, what)
    // A walk during which nothing arrived has shown nothing: again.
    if (after !== walked[0].id) return walked.length
  }
}

// follow polls forward from the oldest donation and has to meet every later one.
async function follow (site, id, slug) {
  const before = await donationsByPage(site, id, 100)
  const oldest = before.pop()
  complete(before, await donationsAfter(site, id, oldest.id, 100), `${slug} forward from donation ${oldest.id}`)
}

function complete (before, walked, what) {
  newestFirst(walked, what)
  assertions.complete(before, walked, what)
}

// amount is a small gift in the campaign's currency; yen have no cents.
async function amount (site, campaign) {
  const { data } = await page(site, `/api/v3/campaigns/${campaign.legacy_id}`)
  return data.causeCurrency === 'JPY' ? '5' : '5.00'
}

module.exports = { least, whileGiving }
