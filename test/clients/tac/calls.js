'use strict'
// Every call of the client once, with what a complete answer has.

const { attempt, call } = require('./attempt')
const { assert, has, list, newestFirst, object, refused } = require('./check')
const { connect, methods } = require('./client')
const { donationsByPage } = require('./direct')

// all makes the calls and gives how many methods of the client were used.
async function all (site) {
  const used = new Set()
  const app = connect(site.v3.application_token, used)
  const user = connect(site.v3.user_token, used)
  const cause = connect(site.v3.cause_token, used)
  await campaigns(site, app)
  await emptyCampaign(site, app)
  await causes(site, app, cause)
  await events(site, app, cause)
  await teams(site, app)
  await users(site, app, user)
  assert.deepEqual(methods().filter(name => !used.has(name)), [], 'methods of the client that were not called')
  return used.size
}

async function campaigns (site, app) {
  const { legacy_id: id, slug } = site.campaign
  const campaign = object(await call(app.Campaigns, 'get', id), 'campaign', 'campaign')
  assert.equal(campaign.id, id)
  assert.equal(campaign.slug, slug)
  object(campaign.user, 'campaignUser', 'campaign.user')
  object(campaign.avatar, 'image', 'campaign.avatar')

  const recent = list(await call(app.Campaigns, 'getRecentDonations', id), 'donation', 'recent donations', 10)
  assert.equal(recent.length, 10, 'recent donations')
  const donations = list(await call(app.Campaigns, 'getDonations', id), 'donation', 'donations', 250)
  newestFirst(donations, 'donations')
  const ids = donations.map(donation => donation.id)
  assert.deepEqual(recent.map(donation => donation.id), ids.slice(0, 10), 'recent donations are the first of all')
  for (const count of [7, 100]) {
    const direct = await donationsByPage(site, id, count)
    assert.deepEqual(direct.map(donation => donation.id), ids, `donations, walked by ${count}`)
  }

  list(await call(app.Campaigns, 'getRewards', id), 'reward', 'rewards')
  for (const poll of list(await call(app.Campaigns, 'getPolls', id), 'poll', 'polls')) {
    list(poll.options, 'pollOption', `options of poll ${poll.id}`, 2)
  }
  list(await call(app.Campaigns, 'getChallenges', id), 'challenge', 'challenges')
  list(await call(app.Campaigns, 'getSchedule', id), 'schedule', 'schedule')
  const supporting = await call(app.Campaigns, 'getSupportingCampaigns', site.team_campaign.legacy_id)
  has(list(supporting, 'campaignOfList', 'supporting campaigns'), id, 'supporting campaigns')
  refused(await attempt(app.Campaigns, 'get', 2147483647), 404, 'a campaign that does not exist')
}

async function emptyCampaign (site, app) {
  const id = site.empty_campaign.legacy_id
  const campaign = object(await call(app.Campaigns, 'get', id), 'campaign', 'empty campaign')
  for (const absent of ['team', 'teamId', 'fundraisingEventId', 'supportingCampaignId']) {
    assert.ok(!(absent in campaign), `empty campaign: ${absent} is there, want it absent`)
  }
  assert.deepEqual(await call(app.Campaigns, 'getDonations', id), [], 'donations of the empty campaign')
  assert.deepEqual(await call(app.Campaigns, 'getRecentDonations', id), [], 'recent donations of the empty campaign')
  assert.deepEqual(await call(app.Campaigns, 'getSupportingCampaigns', id), [], 'supporting campaigns of the empty campaign')
}

async function causes (site, app, owner) {
  const { legacy_id: id, slug } = site.cause
  assert.equal(object(await call(app.Causes, 'get', id), 'cause', 'cause').id, id)
  assert.equal((await call(app.Causes, 'get', slug)).id, id, 'cause by its slug')
  list(await call(owner.Causes, 'getCampaigns', id), 'campaignOfList', 'campaigns of the cause')
  refused(await attempt(app.Causes, 'getCampaigns', id), 403, 'campaigns of the cause for an application')
  const events = list(await call(app.Causes, 'getFundraisingEvents', id), 'event', 'events of the cause')
  has(events, site.fundraising_event.legacy_id, 'events of the cause')
  leaderboards(await call(app.Causes, 'getLeaderboards', id), ['individual', 'team'], 'leaderboards of the cause')
  object(await call(app.Causes, 'getVisibilityOptions', id), 'causeVisibility', 'visibility options of the cause')
  object(await call(owner.Causes, 'getPermissions', id), 'causePermissions', 'permissions of the cause')
  // The client misspells this path; a path that does not exist has to answer in the same shape.
  refused(await attempt(owner.Causes, 'getDonations', id), 404, 'donationss of the cause')
}

async function events (site, app, owner) {
  const id = site.fundraising_event.legacy_id
  has(list(await call(app.FundraisingEvents, 'list'), 'event', 'events'), id, 'events')
  assert.equal(object(await call(app.FundraisingEvents, 'get', id), 'event', 'event').id, id)
  list(await call(owner.FundraisingEvents, 'getCampaigns', id), 'campaignOfList', 'campaigns of the event')
  refused(await attempt(app.FundraisingEvents, 'getCampaigns', id), 403, 'campaigns of the event for an application')
  list(await call(app.FundraisingEvents, 'getIncentives', id), 'incentive', 'incentives')
  leaderboards(await call(app.FundraisingEvents, 'getLeaderboards', id), ['individual', 'team', 'weekly'], 'leaderboards of the event')
  list(await call(owner.FundraisingEvents, 'getRegistrations', id), 'registration', 'registrations')
  object(await call(app.FundraisingEvents, 'getRegistrationFields', id), 'registrationFields', 'registration fields')
  list(await call(app.FundraisingEvents, 'getSchedule', id), 'eventSchedule', 'schedule of the event')
  object(await call(app.FundraisingEvents, 'getVisibilityOptions', id), 'eventVisibility', 'visibility options of the event')
  refused(await attempt(owner.FundraisingEvents, 'getDonations', id), 404, 'donationss of the event')
}

function leaderboards (boards, names, what) {
  for (const name of names) {
    const board = list(boards[name], 'leader', `${what}: ${name}`, name === 'individual' ? 1 : 0)
    for (let i = 1; i < board.length; i++) {
      assert.ok(board[i - 1].amountRaised >= board[i].amountRaised, `${what}: ${name}[${i}] has more than the one before it`)
    }
  }
}

async function teams (site, app) {
  const { legacy_id: id, slug } = site.team
  has(list(await call(app.Team, 'list'), 'team', 'teams'), id, 'teams')
  assert.equal(object(await call(app.Team, 'get', id), 'team', 'team').id, id)
  assert.equal((await call(app.Team, 'get', slug)).id, id, 'team by its slug')
  const campaign = site.team_campaign
  const campaigns = list(await call(app.Team, 'getCampaigns', campaign.owner_slug), 'campaignOfList', 'campaigns of the team')
  has(campaigns, campaign.legacy_id, 'campaigns of the team')
  const one = await call(app.Team, 'getCampaign', campaign.owner_slug, campaign.slug)
  assert.equal(object(one, 'campaign', 'campaign of the team').id, campaign.legacy_id)
  assert.equal(one.team.slug, campaign.owner_slug, 'team of the team campaign')
}

async function users (site, app, user) {
  object(await call(user.User, 'self'), 'ownUser', 'own user')
  const shown = object(await call(app.User, 'self'), 'ownUser', 'owner of the application')
  assert.equal(shown.slug, site.campaign.owner_slug, 'owner of the application')
  assert.deepEqual([shown.email, shown.firstName, shown.lastName, shown.newsletter], [null, null, null, null], 'what an application does not see')
  refused(await attempt(app.User, 'list'), 401, 'users for an application')
  list(await call(user.User, 'list'), 'userOfList', 'users')

  const { legacy_id: id, slug, owner_slug: owner } = site.campaign
  assert.equal(object(await call(app.User, 'get', owner), 'user', 'user').slug, owner)
  const campaigns = list(await call(app.User, 'getCampaigns', owner), 'campaignOfList', 'campaigns of the user')
  has(campaigns, id, 'campaigns of the user')
  for (const name of [slug, id]) {
    assert.equal(object(await call(app.User, 'getCampaign', owner, name), 'campaign', 'campaign of the user').id, id)
  }

  let owned = 0
  let joined = 0
  for (const account of site.users) {
    assert.equal((await call(app.User, 'get', account.legacy_id)).slug, account.slug, `user ${account.legacy_id}`)
    owned += list(await call(app.User, 'getOwnedTeams', account.legacy_id), 'team', `teams that ${account.slug} owns`, 0).length
    joined += list(await call(app.User, 'getTeams', account.legacy_id), 'teamOfUser', `teams of ${account.slug}`, 0).length
  }
  assert.ok(owned >= 1 && joined >= owned, `users own ${owned} teams and are in ${joined}, want one at least and all owned ones`)
}

module.exports = { all }
