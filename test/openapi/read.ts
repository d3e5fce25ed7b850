// Reads the demo, and writes one campaign, with clients that a generator made of the documents: that
// this file compiles says that the types fit, that it runs says that the server is what they say.

import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
// @ts-expect-error: plain JavaScript, shared with the other checks
import { applicationToken, base, credentials } from './demo.js'
import { client as causeClient } from './generated/cause/client.gen.js'
import * as cause from './generated/cause/index.js'
import { client as privateClient } from './generated/private/client.gen.js'
import * as own from './generated/private/index.js'
import { client as publicClient } from './generated/public/client.gen.js'
import * as v5 from './generated/public/index.js'
import { client as v3Client } from './generated/v3/client.gen.js'
import * as v3 from './generated/v3/index.js'

const token: string = await applicationToken()
const baseUrl: string = base
publicClient.setConfig({ baseUrl, auth: token })
causeClient.setConfig({ baseUrl, auth: credentials.v3.cause_token })
privateClient.setConfig({ baseUrl, auth: credentials.v3.user_token })
v3Client.setConfig({ baseUrl, auth: credentials.v3.application_token })

// got is the body of an answer that must have one.
function got<T> (answer: { data?: T, error?: unknown }, what: string): T {
  assert.ok(answer.data !== undefined, `${what}: ${JSON.stringify(answer.error)}`)
  return answer.data
}

const campaign_id: string = credentials.campaign.id
const campaign = got(await v5.getCampaign({ path: { campaign_id } }), 'campaign').data
const old = got(await v3.getCampaign({ path: { id: credentials.campaign.legacy_id } }), 'V3 campaign').data
assert.equal(campaign.legacy_id, old.id)
assert.equal(Number(campaign.total_amount_raised.value), old.totalAmountRaised, 'both versions show one total')

// All donations, page by page, in both versions.
const donations: v5.Donation[] = []
for (let after: string | undefined; ;) {
  const page = got(await v5.listCampaignDonations({ path: { campaign_id }, query: { limit: 100, after } }), 'donations')
  donations.push(...page.data)
  if (page.metadata.after === null) break
  after = page.metadata.after
}
const olds: v3.Donation[] = []
for (let before: number | undefined; ;) {
  const page = got(await v3.listCampaignDonations({ path: { id: old.id }, query: { count: 100, before } }), 'V3 donations')
  if (page.data.length === 0) break
  olds.push(...page.data)
  before = page.data.at(-1)?.id
}
assert.deepEqual(donations.map(d => d.legacy_id), olds.map(d => d.id), 'both versions list the same donations')
const cents = (value: string) => Math.round(Number(value) * 100)
assert.equal(donations.reduce((sum, d) => sum + cents(d.amount.value), 0), cents(campaign.amount_raised.value), 'donations add up')

const wrong = await v5.getCampaign({ path: { campaign_id: '00000000-0000-7000-8000-000000000000' } })
assert.equal(wrong.error?.error.status, 404)
assert.equal(wrong.error?.error.message, 'Not Found')

const registrations = got(await cause.listFundraisingEventRegistrations({ path: { fundraising_event_id: credentials.fundraising_event.id } }), 'registrations')
assert.ok(registrations.data.length > 0)

// One campaign is made, changed, read by another version and deleted.
const made = got(await own.createCampaign({ body: { name: 'Made by a generated client', cause_id: campaign.cause_id, goal: '120.50' } }), 'new campaign').data
const changed = got(await own.updateCampaign({ path: { campaign_id: made.id }, body: { status: 'published' } }), 'changed campaign').data
assert.equal(changed.status, 'published')
assert.equal(got(await v3.getCampaign({ path: { id: made.legacy_id } }), 'the same in V3').data.fundraiserGoalAmount, 120.5)
const refused = await own.createCampaign({ body: { name: '' } })
assert.ok(refused.error?.error.fields?.name?.length, `got ${JSON.stringify(refused.error)}, want the field name`)
assert.equal((await own.deleteCampaign({ path: { campaign_id: made.id } })).response?.status, 204)

const operations = (name: string) => Object.values<object>(JSON.parse(readFileSync(`${name}.json`, 'utf8')).paths).flatMap(Object.keys).length
console.log(`  generated clients of ${['public', 'private', 'cause', 'v3'].map(n => `${operations(n)} ${n}`).join(', ')} operations compile and read the demo`)
