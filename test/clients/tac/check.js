'use strict'
// What complete answers of V3 have.

const { assert, brief, checks, has, newestFirst, once } = require('./assertions')

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

// refused asserts that a call failed with this status and the V3 error shape.
function refused (outcome, status, what) {
  assert.ok(outcome.error, `${what}: got ${brief(outcome.data)}, want it refused with ${status}`)
  assert.equal(outcome.error.statusCode, status, `${what}: ${outcome.error.message}`)
  const body = JSON.parse(outcome.error.response.body)
  assert.equal(body.meta.status, status, `${what}: meta.status`)
  assert.deepEqual(Object.keys(body.error).sort(), ['detail', 'title'], `${what}: keys of error`)
}

module.exports = {
  ...checks(keys), assert, has, once, refused, newestFirst: (donations, what) => newestFirst(donations, 'completedAt', what)
}
