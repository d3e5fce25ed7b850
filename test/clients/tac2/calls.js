'use strict'
// Every call of the client once, with what a complete answer has.

const { attempt, call } = require('./attempt')
const { assert, has, highestFirst, list, money, newestFirst, object, refused } = require('./check')
const { connect, connectAs, methods } = require('./client')
const { donationsByPage } = require('./direct')

const nobody = '00000000-0000-7000-8000-000000000000'

// all makes the calls and gives how many methods of the client were used.
async function all (site) {
  const used = new Set()
  const client = await connect(site, used)
  assert.match(client.apiKey, /^[0-9a-f]{64}$/, 'access token')
  await campaigns(site, client)
  await teamCampaigns(site, client)
  await causes(site, client)
  await events(site, client)
  await teams(site, client)
  await users(site, client, await connectAs(site, site.v3.user_token, used))
  await webhooks(site, client)
  assert.deepEqual(methods().filter(name => !used.has(name)), [], 'methods of the client that were not called')
  return used.size
}

async function campaigns (site, { apiKey, Campaigns }) {
  const { id, legacy_id: legacyId, slug } = site.campaign
  for (const name of [id, legacyId]) {
    const campaign = object(await call(Campaigns, 'get', name), 'campaign', `campaign ${name}`)
    assert.deepEqual([campaign.id, campaign.legacy_id, campaign.slug], [id, legacyId, slug], `campaign ${name}`)
    object(campaign.user, 'user', 'campaign.user')
    object(campaign.avatar, 'image', 'campaign.avatar')
    assert.ok(money(campaign.amount_raised, 'campaign.amount_raised') > 0, 'amount_raised')
  }
  await donations(apiKey, Campaigns, site, site.campaign)
  const matched = list(await call(Campaigns, 'getDonationMatches', id), 'match', 'donation matches', 2)
  for (const active of [true, false]) assert.ok(matched.some(match => match.active === active), `a match with active ${active}`)
  await incentives(Campaigns, id)
  list(await call(Campaigns, 'getSchedule', id), 'schedule', 'schedule')
  refused(await attempt(Campaigns, 'get', nobody), 404, 'Not Found', 'a campaign that does not exist')
  assert.deepEqual(await call(Campaigns, 'getDonations', site.empty_campaign.id), [], 'donations of the empty campaign')
}

// donations walks over all of a campaign or team campaign, by the client and by pages of two sizes.
async function donations (token, group, site, { id, slug }) {
  const recent = list(await call(group, 'getRecentDonations', id), 'donation', `recent donations of ${slug}`, 10)
  assert.equal(recent.length, 10, `recent donations of ${slug}`)
  const every = list(await call(group, 'getDonations', id), 'donation', `donations of ${slug}`, 100)
  newestFirst(every, `donations of ${slug}`)
  const ids = every.map(donation => donation.id)
  assert.deepEqual(recent.map(donation => donation.id), ids.slice(0, 10), `recent donations of ${slug} are the first of all`)
  if (group.constructor.name !== 'Campaign') return
  for (const limit of [7, 100]) {
    const direct = await donationsByPage(site, token, id, limit)
    assert.deepEqual(direct.map(donation => donation.id), ids, `donations of ${slug}, walked by ${limit}`)
  }
}

async function incentives (group, id) {
  list(await call(group, 'getRewards', id), 'reward', 'rewards')
  for (const poll of list(await call(group, 'getPolls', id), 'poll', 'polls')) {
    list(poll.options, 'pollOption', `options of poll ${poll.id}`, 2)
  }
  const targets = list(await call(group, 'getTargets', id), 'target', 'targets')
  assert.deepEqual(await call(group, 'getChallenges', id), targets, 'targets by their old name')
  list(await call(group, 'getMilestones', id), 'milestone', 'milestones')
}

async function teamCampaigns (site, { apiKey, TeamCampaigns }) {
  const { id, slug } = site.team_campaign
  const campaign = object(await call(TeamCampaigns, 'get', id), 'teamCampaign', 'team campaign')
  assert.deepEqual([campaign.id, campaign.slug], [id, slug], 'team campaign')
  object(campaign.team, 'team', 'team of the team campaign')
  await donations(apiKey, TeamCampaigns, site, site.team_campaign)
  list(await call(TeamCampaigns, 'getDonationMatches', id), 'match', 'donation matches of the team campaign')
  await incentives(TeamCampaigns, id)
  list(await call(TeamCampaigns, 'getSchedule', id), 'schedule', 'schedule of the team campaign')
  highestFirst(await call(TeamCampaigns, 'getLeaderboards', id, 'all'), 'leaderboard of the team campaign')
  const supporting = list(await call(TeamCampaigns, 'getSupportingCampaigns', id), 'campaign', 'supporting campaigns')
  has(supporting, site.campaign.id, 'supporting campaigns')
}

async function causes (site, { Causes }) {
  const { id, legacy_id: legacyId } = site.cause
  assert.equal(object(await call(Causes, 'get', id), 'cause', 'cause').legacy_id, legacyId)
  for (const method of ['getTopDonors', 'getTopTeams', 'getLeaderboards']) {
    highestFirst(await call(Causes, method, id, null), `Causes.${method}`)
    // The client leaves out the "=": the server has to take that for no parameter it knows.
    highestFirst(await call(Causes, method, id, 'all'), `Causes.${method} with a time`)
  }
  const events = list(await call(Causes, 'getFundraisingEvents', id), 'event', 'events of the cause')
  has(events, site.fundraising_event.id, 'events of the cause')
}

async function events (site, { FundraisingEvents }) {
  const { id } = site.fundraising_event
  const [event] = list(await call(FundraisingEvents, 'get', id), 'event', 'event')
  assert.equal(event.id, id)
  const supporting = list(await call(FundraisingEvents, 'getCampaigns', id), 'supporter', 'what supports the event', 2)
  has(supporting, site.team_campaign.id, 'what supports the event')
  highestFirst(await call(FundraisingEvents, 'getTopDonors', id, 'all'), 'donors of the event')
  highestFirst(await call(FundraisingEvents, 'getLeaderboards', id, null), 'users of the event')
}

async function teams (site, { Team }) {
  const { id, slug } = site.team
  assert.equal(object(await call(Team, 'get', id), 'team', 'team').slug, slug)
  has(list(await call(Team, 'getCampaigns', id), 'teamCampaign', 'campaigns of the team'), site.team_campaign.id, 'campaigns of the team')
  for (const member of list(await call(Team, 'getMembers', id), 'member', 'members of the team', 5)) {
    object(member.user, 'user', 'user of a member')
    assert.ok(member.roles.length > 0, `roles of member ${member.id}`)
  }
}

async function users (site, { User }, own) {
  const { id, slug } = site.user_campaign_owner
  const [self] = list(await call(own.User, 'self'), 'user', 'own user')
  assert.equal(self.id, site.users[0].id, 'own user')
  // With an application's token the answer is {"data":null}, as the real one, which the client cannot read.
  const { error } = await attempt(User, 'self')
  assert.ok(error instanceof TypeError, `own user of an application: got ${error}, want the client's TypeError for null`)

  assert.equal(object(await call(User, 'get', id), 'user', 'user').slug, slug)
  has(list(await call(User, 'getSelfCampaigns', id), 'campaign', 'campaigns of the user'), site.campaign.id, 'campaigns of the user')
  const every = list(await call(User, 'getAllCampaign', id), 'supporter', 'all campaigns of the user', 2)
  for (const campaign of [site.campaign, site.team_campaign]) has(every, campaign.id, 'all campaigns of the user')
  has(list(await call(User, 'getTeams', id), 'team', 'teams of the user'), site.team.id, 'teams of the user')
}

async function webhooks (site, { Webhook }) {
  const { id } = site.webhook_endpoint
  const endpoint = object(await call(Webhook, 'activate', id), 'endpoint', 'endpoint')
  assert.ok(endpoint.activated_at && endpoint.deactivated_at === null, 'an active endpoint')
  refused(await attempt(Webhook, 'activate', nobody), 404, 'Not Found', 'an endpoint that does not exist')

  const types = ['public:direct:donation_updated', 'public:direct:fact_updated']
  for (const eventTypes of [types, types.slice(0, 1)]) {
    const subscription = await call(Webhook, 'subscribe', id, site.campaign.id, { event_types: eventTypes })
    assert.deepEqual(subscription.event_types, eventTypes, 'event types of the subscription')
  }
  const relay = site.webhook_relay.id
  const metadata = '{"order":17}'
  const key = object(await call(Webhook, 'createRelay', relay, { id: 'order 17', metadata }), 'relayKey', 'relay key')
  assert.deepEqual([key.id, key.metadata, key.donation, key.webhook_relay_id], ['order 17', metadata, null, relay], 'relay key')
  assert.match(key.client_key, /^[0-9a-f]{64}$/, 'client key')
  const unnamed = object(await call(Webhook, 'createRelay', relay, {}), 'relayKey', 'relay key without a name')
  assert.match(unnamed.id, /^[0-9a-f-]{36}$/, 'relay key without a name')
  const keys = list(await call(Webhook, 'listRelays', relay), 'relayKey', 'relay keys', 4)
  for (const id of [key.id, unnamed.id]) has(keys, id, 'relay keys')
  const used = keys.find(key => key.donation)
  assert.equal(used?.donation.payment_status, 'completed', 'a relay key with a donation')
  assert.deepEqual(await call(Webhook, 'getRelayKey', relay, encodeURIComponent(key.id)), key, 'relay key by its name')
}

module.exports = { all }
