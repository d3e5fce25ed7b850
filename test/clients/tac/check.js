'use strict'
// Assertions whose failures name the call, what came and what was wanted.

const assert = require('node:assert/strict')

// keys that an object of each kind always has: those that the documents or real answers show.
const image = ['src', 'alt', 'width', 'height']
const keys = {
  image,
  campaign: ['id', 'name', 'slug', 'url', 'startsAt', 'endsAt', 'description', 'avatar', 'causeId', 'fundraiserGoalAmount',
    'originalGoalAmount', 'originalFundraiserGoal', 'amountRaised', 'supportingAmountRaised', 'totalAmountRaised', 'supportable',
    'status', 'type', 'causeCurrency', 'user', 'livestream', 'regionId', 'metadata'],
  campaignUser: ['id', 'username', 'slug', 'url', 'avatar'],
  donation: ['id', 'amount', 'name', 'comment', 'completedAt', 'updatedAt', 'sustained'],
  reward: ['id', 'type', 'name', 'description', 'amount', 'kind', 'quantity', 'remaining', 'fairMarketValue', 'currency',
    'shippingAddressRequired', 'shippingNote', 'image', 'active', 'alwaysActive', 'startsAt', 'endsAt', 'campaignId', 'custom',
    'activatedAt', 'deactivatedAt', 'retiredAt', 'createdAt', 'updatedAt'],
  poll: ['id', 'type', 'name', 'active', 'campaignId', 'createdAt', 'updatedAt', 'options'],
  pollOption: ['id', 'type', 'pollId', 'name', 'totalAmountRaised', 'createdAt', 'updatedAt'],
  challenge: ['id', 'type', 'name', 'totalAmountRaised', 'amount', 'campaignId', 'active', 'activatesOn', 'endsAt', 'createdAt',
    'updatedAt'],
  schedule: ['id', 'name', 'description', 'startsAt', 'endsAt', 'campaignId'],
  cause: ['id', 'name', 'legalName', 'slug', 'type', 'currency', 'about', 'video', 'image', 'avatar', 'logo', 'banner',
    'contactEmail', 'phoneNumber', 'paypalEmail', 'paypalCurrencyCode', 'social', 'settings', 'status', 'address'],
  causePermissions: ['activated', 'causeLeaderboard', 'dashboardEnabled', 'fundraisingEventsEnabled', 'adminEnabled', 'adminApiEnabled',
    'reportingEnabled', 'globalRewardsEnabled', 'regions', 'sustainedGivingEnabled'],
  causeVisibility: ['donate', 'individualLeaderboard', 'teamLeaderboard', 'regions'],
  event: ['id', 'name', 'slug', 'type', 'status', 'causeId', 'parent', 'description', 'shortDescription', 'message', 'contactEmail',
    'video', 'image', 'avatar', 'logo', 'banner', 'fundraiserGoalAmount', 'totalAmountRaised', 'startsAt', 'endsAt', 'settings'],
  eventVisibility: ['startsAt', 'endsAt', 'fundraiserGoalAmount', 'individualLeaderboard', 'teamLeaderboard', 'registration', 'donate'],
  eventSchedule: ['id', 'name', 'description', 'startsAt'],
  incentive: ['id', 'title', 'description', 'image', 'fundraisingEventId', 'createdAt'],
  leader: ['name', 'url', 'amountRaised'],
  registration: ['id', 'userId', 'email', 'subscribed', 'registeredAt', 'address', 'shirtSize', 'serviceHours'],
  registrationFields: ['address', 'shirt_size', 'service_hours'],
  team: ['id', 'name', 'slug', 'url', 'about', 'inviteOnly', 'social', 'avatar', 'totalAmountRaised'],
  teamOfUser: ['id', 'name', 'slug', 'url', 'avatar'],
  user: ['id', 'username', 'slug', 'url', 'avatar', 'about', 'totalAmountRaised', 'social'],
  ownUser: ['id', 'username', 'slug', 'url', 'avatar', 'email', 'about', 'social', 'firstName', 'lastName', 'newsletter', 'confirmed'],
  userOfList: ['id', 'username', 'slug', 'thumbnail', 'status']
}
keys.campaignOfList = [...keys.campaign, 'thumbnail', 'goal', 'originalGoal', 'startsOn', 'endsOn', 'userId', 'currency']

// object asserts that value is an object with at least the keys of its kind.
function object (value, kind, what) {
  assert.ok(value !== null && typeof value === 'object' && !Array.isArray(value), `${what}: got ${brief(value)}, want an object`)
  const missing = keys[kind].filter(key => !(key in value))
  assert.equal(missing.length, 0, `${what}: ${kind} lacks ${missing.join(', ')}; got ${brief(value)}`)
  return value
}

// list asserts that value is an array of such objects with at least `least` of them and no id twice.
function list (value, kind, what, least = 1) {
  assert.ok(Array.isArray(value), `${what}: got ${brief(value)}, want an array`)
  assert.ok(value.length >= least, `${what}: got ${value.length} items, want at least ${least}`)
  value.forEach((item, i) => object(item, kind, `${what}[${i}]`))
  if (keys[kind].includes('id')) once(value, what)
  return value
}

// once asserts that no id is there twice.
function once (items, what) {
  const seen = new Set()
  for (const { id } of items) {
    assert.ok(!seen.has(id), `${what}: id ${id} is there twice`)
    seen.add(id)
  }
}

// newestFirst asserts the order of donations.
function newestFirst (donations, what) {
  for (let i = 1; i < donations.length; i++) {
    assert.ok(donations[i - 1].completedAt >= donations[i].completedAt,
      `${what}: donation ${donations[i].id} (${donations[i].completedAt}) comes after the older ${donations[i - 1].id} (${donations[i - 1].completedAt})`)
  }
}

function has (items, id, what) {
  assert.ok(items.some(item => item.id === id), `${what}: got ids ${brief(items.map(item => item.id))}, want ${id} among them`)
}

// refused asserts that a call failed with this status and the V3 error shape.
function refused (outcome, status, what) {
  assert.ok(outcome.error, `${what}: got ${brief(outcome.data)}, want it refused with ${status}`)
  assert.equal(outcome.error.statusCode, status, `${what}: ${outcome.error.message}`)
  const body = JSON.parse(outcome.error.response.body)
  assert.equal(body.meta.status, status, `${what}: meta.status`)
  assert.deepEqual(Object.keys(body.error).sort(), ['detail', 'title'], `${what}: keys of error`)
}

function brief (value) {
  const text = JSON.stringify(value)
  return text === undefined ? 'undefined' : text.length > 300 ? text.slice(0, 300) + '…' : text
}

module.exports = { assert, has, list, newestFirst, object, once, refused }
