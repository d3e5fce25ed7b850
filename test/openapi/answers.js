// node answers.js: calls every GET of every document and compares what comes with what the document
// says: no key is missing, none is more, all types and formats fit. Ids are taken from lists that were
// read before. Each operation must answer 200 somewhere; refusals without a token must fit too.

import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { applicationToken, base, credentials, documents } from './demo.js'

const tries = 5
const most = 12
const json = 'application~1json'
const tokens = [await applicationToken(), credentials.v3.user_token, credentials.v3.cause_token]

// closed lets objects have no keys but those that the document names.
function closed (part) {
  if (part === null || typeof part !== 'object') return part
  if (Array.isArray(part)) return part.map(closed)
  const made = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, key === 'example' ? value : closed(value)]))
  if (part.type === 'object' && part.properties && !('additionalProperties' in part)) made.additionalProperties = false
  return made
}

// Nothing in the demo has an address of these kinds.
const nowhere = ['/api/public/auction_houses/by/cause/slugs/{cause_slug}/{auction_house_slug}', '/api/private/cases/{case_id}']

class Reader {
  constructor (name) {
    this.document = JSON.parse(readFileSync(`${name}.json`, 'utf8'))
    this.ajv = addFormats(new Ajv({ strict: false, allErrors: true }))
    this.ajv.addSchema(closed(this.document), 'document')
    this.ids = starts[name === 'v3' ? 'v3' : 'v5']
    this.empty = []
    this.wrong = []
  }

  // fits compares a body with the schema at a pointer of the document.
  fits (body, pointer, what) {
    const check = this.ajv.getSchema(`document#${pointer}`)
    assert.ok(check, `${what}: the document has nothing at ${pointer}`)
    if (!check(body)) {
      const wrong = check.errors.slice(0, 8).map(e => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`)
      throw new Error(`${what} is not what the document says:\n  ${wrong.join('\n  ')}\n  ${JSON.stringify(body).slice(0, 400)}`)
    }
  }

  async readAll () {
    const operations = Object.entries(this.document.paths).filter(([path, item]) => item.get && !path.includes('/openapi'))
    operations.sort(([a], [b]) => a.split('{').length - b.split('{').length)
    for (const [path, item] of operations) {
      await this.readOne(path, item.get).catch(error => this.wrong.push(error.message))
    }
    return operations.length
  }

  async readOne (path, operation) {
    const pointer = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/get/responses`
    let read = 0, items = 0
    const refused = []
    for (const url of this.addresses(path).slice(0, most)) {
      const { status, body } = await this.ask(url)
      if (status !== 200) {
        refused.push(`${url} ${status}`)
        continue
      }
      this.fits(body, `${pointer}/200/content/${json}/schema`, url)
      items += this.remember(url, body.data, path.includes('{'))
      if (++read === tries && items > 0) break
    }
    assert.equal(read > 0, !nowhere.includes(path), `${path}: nothing answered 200: ${refused.join(', ') || 'no ids are known for it'}`)
    if (items === 0 && read > 0) this.empty.push(path)
    if (!operation.security.some(one => Object.keys(one).length === 0)) await this.refusal(path)
  }

  // ask calls with each token until one is let in.
  async ask (url) {
    let last
    for (const token of tokens) {
      const answer = await fetch(base + url, { headers: { authorization: `Bearer ${token}` } })
      last = { status: answer.status, body: await answer.json() }
      if (answer.status !== 401 && answer.status !== 403 && !(answer.status === 200 && last.body.data === null)) return last
    }
    return last
  }

  // refusal asks without a token, for something that may not exist: that is looked at later.
  async refusal (path) {
    const unknown = path.replaceAll(/\{\w+\}/g, '00000000-0000-0000-0000-000000000000')
    const answer = await fetch(base + (this.addresses(path)[0] ?? unknown))
    assert.equal(answer.status, 401, `${path}: without a token`)
    this.fits(await answer.json(), `/components/responses/Unauthorized/content/${json}/schema`, `${path} without a token`)
  }

  // addresses fill the wildcards of a path with what is known.
  addresses (path) {
    let made = ['']
    const segments = path.split('/').slice(1)
    segments.forEach((segment, i) => {
      if (!segment.startsWith('{')) return (made = made.map(url => `${url}/${segment}`))
      made = made.flatMap(url => {
        const below = this.ids[url]
        const named = this.ids[`{${segment.slice(1, -1)}}`] ?? []
        const kind = this.ids[segments[i - 1]] ?? []
        const found = below ?? (named.length ? named : kind)
        return found.slice(0, most).map(id => `${url}/${id}`)
      })
    })
    return made
  }

  // remember keeps the ids of a list under the name of what it lists, and under its address when it
  // belongs to something; it tells how many items there were.
  remember (url, data, owned) {
    if (!Array.isArray(data)) return data === null ? 0 : 1
    const kind = url.split('/').at(-1)
    const key = kind === 'webhook_subscriptions' ? 'event_id' : 'id'
    const ids = data.map(item => item?.[key]).filter(id => id !== undefined && id !== null)
    if (owned) this.ids[url] = ids
    this.ids[kind] = [...new Set([...(this.ids[kind] ?? []), ...ids])]
    return data.length
  }
}

const c = credentials
const facts = [c.campaign, c.team_campaign, c.personal_campaign, c.fundraising_event, c.cause, c.auction_house]
const starts = {
  v3: {
    campaigns: [c.campaign, c.second_campaign, c.team_campaign].map(one => one.legacy_id), causes: [c.cause.legacy_id],
    campaign: [c.campaign.legacy_id], 'fundraising-events': [c.fundraising_event.legacy_id], teams: [c.team.legacy_id],
    users: [c.user_campaign_owner.legacy_id, ...c.users.map(one => one.legacy_id)]
  },
  v5: {
    campaigns: [c.campaign, c.second_campaign].map(one => one.id), team_campaigns: [c.team_campaign.id], facts: facts.map(one => one.id),
    'personal-campaigns': [c.personal_campaign.id], auction_houses: [c.auction_house.id], causes: [c.cause.id], teams: [c.team.id],
    fundraising_events: [c.fundraising_event.id], users: [c.user_campaign_owner.id, ...c.users.map(one => one.id)],
    webhook_endpoints: [c.webhook_endpoint.id], webhook_relays: [c.webhook_relay.id],
    '{provider}': [c.legacy_relay.provider], '{uuid}': [c.legacy_relay.uuid],
    '/api/public/users/by/slug': [c.users[0].slug], '/api/public/users/by/slugs': [c.users[0].slug], '/api/public/teams/by/slug': [c.team.slug],
    '/api/public/campaigns/by/slugs': [c.campaign.owner_slug], [`/api/public/campaigns/by/slugs/${c.campaign.owner_slug}`]: [c.campaign.slug],
    '/api/public/facts/by/slugs': [c.campaign.owner_slug], [`/api/public/facts/by/slugs/${c.campaign.owner_slug}`]: [c.campaign.slug],
    '/api/public/team_campaigns/by/slugs': [c.team_campaign.owner_slug],
    [`/api/public/team_campaigns/by/slugs/${c.team_campaign.owner_slug}`]: [c.team_campaign.slug],
    '/api/public/auction_houses/by/user/slugs': [c.auction_house.owner_slug],
    [`/api/public/auction_houses/by/user/slugs/${c.auction_house.owner_slug}`]: [c.auction_house.slug],
    '/api/public/auction_houses/by/cause/slugs': [c.auction_house.owner_slug],
    [`/api/public/auction_houses/by/cause/slugs/${c.auction_house.owner_slug}`]: [c.auction_house.slug]
  }
}

// The endpoint of the demo is not active, so this is the only message in its log.
for (const [what, body] of [['activate', {}], ['test', { event_type: 'public:direct:fact_updated' }]]) {
  const done = await fetch(`${base}/api/private/webhook_endpoints/${c.webhook_endpoint.id}/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens[0]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body)
  })
  assert.equal(done.status, 200, `${what}: ${await done.text()}`)
}

// The demo has no counter and no timer. Which of the tokens may make one is the server's to say. What was started has a log.
for (const [kind, body] of [['counters', { name: 'Tonight' }], ['timers', { name: 'Marathon', starting_seconds: 3600 }]]) {
  let made
  for (const token of tokens) {
    const post = { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }
    made = await fetch(`${base}/api/private/facts/${c.campaign.id}/${kind}`, { ...post, body: JSON.stringify(body) })
    if (made.ok && kind === 'timers') made = await fetch(`${base}/api/private/timers/${(await made.json()).data.id}/start`, { ...post, body: '{}' })
    if (made.ok) break
  }
  assert.ok(made.ok, `${kind}: ${await made.text()}`)
}

for (const name of Object.keys(documents)) {
  const reader = new Reader(name)
  const count = await reader.readAll()
  assert.deepEqual(reader.wrong, [], `${name}: ${reader.wrong.length} of ${count} operations:\n${reader.wrong.join('\n')}`)
  console.log(`  ${name}: ${count} operations answer as the document says${reader.empty.length ? `; nothing to see in ${reader.empty.join(', ')}` : ''}`)
}
