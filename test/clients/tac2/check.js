'use strict'
// What complete answers of V5 have.

const { assert, brief, checks, has, newestFirst, once } = require('./assertions')

// keys that an object of each kind always has: those that the documents or real answers show.
const keys = {
  image: ['alt', 'height', 'src', 'width'],
  campaign: ['amount_raised', 'avatar', 'cause_id', 'description', 'donate_url', 'fundraising_event_id', 'goal', 'has_schedule', 'id',
    'inserted_at', 'legacy_id', 'livestream', 'name', 'original_goal', 'published_at', 'retired_at', 'slug', 'status', 'supporting_type',
    'total_amount_raised', 'updated_at', 'url', 'user', 'user_id'],
  teamCampaign: ['amount_raised', 'avatar', 'currency_code', 'description', 'donate_url', 'goal', 'has_schedule', 'id', 'inserted_at',
    'legacy_id', 'livestream', 'name', 'original_goal', 'published_at', 'retired_at', 'slug', 'status', 'supportable',
    'supporting_amount_raised', 'team', 'team_id', 'total_amount_raised', 'updated_at', 'url'],
  donation: ['amount', 'campaign_id', 'cause_id', 'completed_at', 'donation_matches', 'donor_comment', 'donor_name',
    'fundraising_event_id', 'id', 'legacy_id', 'poll_id', 'poll_option_id', 'reward_claims', 'reward_id', 'sustained', 'target_id',
    'team_event_id'],
  match: ['active', 'amount', 'completed_at', 'donation_id', 'ends_at', 'id', 'inserted_at', 'matched_by', 'pledged_amount',
    'started_at_amount', 'starts_at', 'total_amount_raised', 'updated_at'],
  reward: ['active', 'amount', 'description', 'ends_at', 'fair_market_value', 'highlighted', 'id', 'image', 'inserted_at', 'legacy_id',
    'name', 'quantity', 'quantity_remaining', 'starts_at', 'updated_at'],
  poll: ['active', 'amount_raised', 'id', 'inserted_at', 'legacy_id', 'name', 'options', 'updated_at'],
  pollOption: ['amount_raised', 'id', 'inserted_at', 'legacy_id', 'name', 'updated_at'],
  target: ['active', 'amount', 'amount_raised', 'ends_at', 'id', 'inserted_at', 'legacy_id', 'name', 'updated_at'],
  milestone: ['active', 'amount', 'id', 'inserted_at', 'legacy_id', 'name', 'updated_at'],
  schedule: ['description', 'ends_at', 'id', 'inserted_at', 'legacy_id', 'name', 'starts_at', 'updated_at'],
  cause: ['avatar', 'contact', 'currency_code', 'description', 'government_id', 'id', 'inserted_at', 'legacy_id', 'name',
    'short_description', 'slug', 'social', 'updated_at'],
  event: ['avatar', 'can_publish_supporting_at', 'cause_id', 'currency_code', 'description', 'donate_url', 'end_supporting_at',
    'ends_at', 'goal', 'id', 'inserted_at', 'legacy_id', 'name', 'published_at', 'retired_at', 'slug', 'start_supporting_at',
    'starts_at', 'status', 'total_amount_raised', 'updated_at', 'url'],
  leader: ['amount', 'avatar', 'heat', 'id', 'name', 'url'],
  team: ['avatar', 'description', 'id', 'legacy_id', 'name', 'slug', 'social', 'total_amount_raised', 'url'],
  member: ['id', 'inserted_at', 'legacy_id', 'roles', 'updated_at', 'user'],
  user: ['avatar', 'description', 'id', 'legacy_id', 'slug', 'social', 'total_amount_raised', 'url', 'username'],
  endpoint: ['id', 'status', 'description', 'url', 'inserted_at', 'updated_at', 'activated_at', 'deactivated_at'],
  relayKey: ['id', 'client_key', 'metadata', 'donation', 'inserted_at', 'updated_at', 'webhook_relay_id'],
  // What supports an event, and what a user can integrate with, is a campaign or a team campaign.
  supporter: ['amount_raised', 'cause_id', 'donate_url', 'goal', 'id', 'inserted_at', 'legacy_id', 'name', 'slug', 'status', 'url']
}

// money asserts that value is an amount as V5 writes it, and gives its value.
function money (value, what) {
  assert.match(value?.value ?? '', /^-?\d+(\.\d+)?$/, `${what}: got ${brief(value)}, want an amount`)
  assert.match(value.currency, /^[A-Z]{3}$/, `${what}: currency`)
  return Number(value.value)
}

// highestFirst asserts the order of a leaderboard, which is not empty.
function highestFirst (entries, what) {
  const board = checks(keys).list(entries, 'leader', what)
  const amounts = board.map((entry, i) => money(entry.amount, `${what}[${i}]`))
  assert.deepEqual(amounts, [...amounts].sort((a, b) => b - a), `${what}: order`)
}

// refused asserts that a call failed with this status and the V5 error shape.
function refused (outcome, status, message, what) {
  assert.ok(outcome.error, `${what}: got ${brief(outcome.data)}, want it refused with ${status}`)
  assert.equal(outcome.error.response?.status, status, `${what}: ${outcome.error.message}`)
  assert.deepEqual(outcome.error.response.data, { error: { status, message, fields: null } }, what)
}

module.exports = {
  ...checks(keys), assert, has, highestFirst, money, once, refused,
  newestFirst: (donations, what) => newestFirst(donations, 'completed_at', what)
}
