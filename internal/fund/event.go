package fund

import "time"

// Event is a change, at its position in the one ordered log.
type Event struct {
	// Position is 1, 2, 3 … in the order of commit; 0 until it is appended.
	Position int64
	// Topic says what changed.
	Topic Topic
	// Subject is what changed, Facts the facts whose answers show it: the one concerned and
	// everything above it.
	Subject ID
	Facts   []ID
	// Amount is by how much the money of the subject changed, in minor units; 0 where no money moved.
	Amount int64
	At     time.Time
}

// Topic is what an event is about, as it is stored: "donation.completed". The set is closed: Topics
// lists it, and what each topic means to those who follow the log stands in one table.
type Topic string

// The topics of events.
const (
	TopicDonationCompleted Topic = "donation.completed"
	// TopicDonationEnded says that a payment failed, was cancelled or expired: no money came.
	TopicDonationEnded    Topic = "donation.ended"
	TopicDonationRefunded Topic = "donation.refunded"
	// TopicDonationDisputed says what a bank took back, or that it asks; TopicDonationRestored what came
	// back of a refund or a dispute.
	TopicDonationDisputed Topic = "donation.disputed"
	TopicDonationRestored Topic = "donation.restored"
	TopicDonationScreened Topic = "donation.screened"
	TopicFactChanged      Topic = "fact.changed"
	// TopicFactLeft and TopicFactJoined say that the money of the subject, of its whole tree, no
	// longer counts for Facts, or counts for them from now on: the facts above it, the nearest first.
	TopicFactLeft   Topic = "fact.left"
	TopicFactJoined Topic = "fact.joined"
	// TopicOwnersLeft and TopicOwnersJoined say the same of what was given directly to the subject,
	// for its user and team: Facts are the subject, all above it, and its user and team.
	TopicOwnersLeft      Topic = "owners.left"
	TopicOwnersJoined    Topic = "owners.joined"
	TopicFitnessRecorded Topic = "fitness.recorded"
	TopicMatchChanged    Topic = "match.changed"
	TopicAuctionChanged  Topic = "auction.changed"
	TopicWebhookChanged  Topic = "webhook.changed"
	TopicSessionEnded    Topic = "session.ended"
	// TopicIncentiveChanged says that a poll, target, reward, milestone or schedule item, its subject, was
	// added, changed or removed.
	TopicIncentiveChanged Topic = "incentive.changed"
	// TopicStockChanged says that a reward is held for a donor, or released.
	TopicStockChanged Topic = "stock.changed"
	TopicUserChanged  Topic = "user.changed"
	TopicTeamChanged  Topic = "team.changed"
	TopicTokenRevoked Topic = "token.revoked"
)

// effects are what an event of a topic means to those who follow the log.
type effects struct {
	scores, moves, forms, tokens bool
}

// topics is the one table of what each topic means.
var topics = []struct {
	topic Topic
	effects
}{
	{TopicDonationCompleted, effects{scores: true}},
	{TopicDonationEnded, effects{}},
	{TopicDonationRefunded, effects{scores: true}},
	{TopicDonationDisputed, effects{scores: true}},
	{TopicDonationRestored, effects{scores: true}},
	{TopicDonationScreened, effects{scores: true}},
	{TopicFactChanged, effects{forms: true}},
	{TopicFactLeft, effects{moves: true, forms: true}},
	{TopicFactJoined, effects{moves: true, forms: true}},
	{TopicOwnersLeft, effects{moves: true, forms: true}},
	{TopicOwnersJoined, effects{moves: true, forms: true}},
	{TopicFitnessRecorded, effects{scores: true, forms: true}},
	{TopicMatchChanged, effects{forms: true}},
	{TopicAuctionChanged, effects{forms: true}},
	{TopicWebhookChanged, effects{}},
	{TopicSessionEnded, effects{}},
	{TopicIncentiveChanged, effects{forms: true}},
	{TopicStockChanged, effects{}},
	{TopicUserChanged, effects{forms: true}},
	{TopicTeamChanged, effects{forms: true}},
	{TopicTokenRevoked, effects{tokens: true}},
}

// Topics lists every topic.
func Topics() []Topic {
	all := make([]Topic, len(topics))
	for i, one := range topics {
		all[i] = one.topic
	}
	return all
}

// effects of a topic that a newer version wrote are those of a changed fact: forgetting too much is safe.
func (t Topic) effects() effects {
	for _, one := range topics {
		if one.topic == t {
			return one.effects
		}
	}
	return effects{forms: true}
}

// ChangesScores reports whether the leaderboards fold events of the topic one at a time.
func (t Topic) ChangesScores() bool { return t.effects().scores }

// MovesScores reports whether the event moves scores that are there already, between leaderboards.
func (t Topic) MovesScores() bool { return t.effects().moves }

// ChangesDonateForms reports whether what is remembered of facts for their donate forms may be outdated:
// names, owners and settings lead to facts in many ways, and change rarely.
func (t Topic) ChangesDonateForms() bool { return t.effects().forms }

// RevokesToken reports whether the subject is a token that no longer holds.
func (t Topic) RevokesToken() bool { return t.effects().tokens }
