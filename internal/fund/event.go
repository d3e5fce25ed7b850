package fund

import "time"

// Event is an entry of the ordered log of changes.
type Event struct {
	// Position is 1, 2, 3 … in the order of commit; 0 until it is appended.
	Position int64
	// Topic is the kind of change.
	Topic Topic
	// Subject is the changed object, Facts the facts whose responses show it: the fact concerned and its ancestors.
	Subject ID
	Facts   []ID
	// Amount is the change in the subject's amount, in minor units; 0 if no money moved.
	Amount int64
	At     time.Time
	// Detail is what the event reports beyond its amount; the zero value for nothing.
	Detail Detail
	// Version is that of the event's shape: EventVersion when it is appended.
	Version int
	// Test marks an event of a rehearsal: nothing changed, its subject is not stored, and it counts nowhere.
	Test bool
}

// EventVersion is the version of the shape of the events that are appended now. Readers of the log see events of earlier versions, too.
const EventVersion = 1

// Detail is what an event reports beyond its amount: ids, amounts and states, never a text or a name. What it does not hold is read from the
// subject. docs/events.md lists which topic fills in what.
type Detail struct {
	// From and To are the subject's state before and after; both are "" where no state changed.
	From, To string
	// Parent is what the subject is a part of besides its fact: the poll of an option, the item of a bid.
	Parent ID
	// Donation is the donation that caused the change.
	Donation ID
	// Amount is what the total is measured against, in minor units: the amount of a goal, target, milestone or pledge. Total is the total
	// after the change.
	Amount, Total int64
	// Left is how many of a limited reward are left.
	Left int64
	// Sample is the subject of a test event as JSON, at most MaxSampleBytes.
	Sample []byte
}

// MaxSampleBytes is how large the sample of a test event may be.
const MaxSampleBytes = 16 << 10

// IsZero reports whether there is no detail.
func (d Detail) IsZero() bool {
	return d.From == "" && d.To == "" && d.Parent.IsZero() && d.Donation.IsZero() && d.Amount == 0 && d.Total == 0 && d.Left == 0 && len(d.Sample) == 0
}

// Topic is the kind of an event, as stored: "donation.completed". The set is closed: Topics lists it, and one table holds what each topic
// means to readers of the log.
type Topic string

// The topics of events.
const (
	TopicDonationCompleted Topic = "donation.completed"
	// TopicDonationEnded says that a payment failed, was canceled or expired without any money.
	TopicDonationEnded    Topic = "donation.ended"
	TopicDonationRefunded Topic = "donation.refunded"
	// TopicDonationDisputed says that a bank disputes a payment or took it back; TopicDonationRestored that a refund or a dispute was
	// reversed.
	TopicDonationDisputed Topic = "donation.disputed"
	TopicDonationRestored Topic = "donation.restored"
	TopicDonationScreened Topic = "donation.screened"
	TopicFactChanged      Topic = "fact.changed"
	// TopicFactLeft and TopicFactJoined say that what the subject's whole tree raised stops or starts counting for Facts: its ancestors,
	// nearest first.
	TopicFactLeft   Topic = "fact.left"
	TopicFactJoined Topic = "fact.joined"
	// TopicOwnersLeft and TopicOwnersJoined say the same of direct donations to the subject, for its user and team: Facts are the subject,
	// its ancestors, and its user and team.
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
	// TopicStockChanged says that stock of a reward was reserved for a donor or released.
	TopicStockChanged Topic = "stock.changed"
	TopicUserChanged  Topic = "user.changed"
	TopicTeamChanged  Topic = "team.changed"
	TopicTokenRevoked Topic = "token.revoked"
	// TopicCauseDecided says that an operator approved or suspended a cause, its subject: everything below it appears or disappears.
	TopicCauseDecided Topic = "cause.decided"
	// TopicApplicationChanged says that an application, its subject, was disabled.
	TopicApplicationChanged Topic = "application.changed"
	// TopicSettingChanged says that a setting changed, its subject; see SettingID.
	TopicSettingChanged Topic = "setting.changed"
	// TopicDonationsReset says that all donations were taken out, with everything that followed from them.
	TopicDonationsReset Topic = "donations.reset"
)

// effects are what an event of a topic means to readers of the log.
type effects struct {
	scores, moves, forms, tokens, users, applications, settings, everything bool
}

// topics holds what each topic means.
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
	{TopicUserChanged, effects{forms: true, users: true}},
	{TopicTeamChanged, effects{forms: true}},
	{TopicTokenRevoked, effects{tokens: true}},
	{TopicCauseDecided, effects{forms: true, everything: true}},
	{TopicApplicationChanged, effects{applications: true}},
	{TopicSettingChanged, effects{forms: true, settings: true, everything: true}},
	{TopicDonationsReset, effects{forms: true, settings: true, everything: true}},
}

// Topics lists every topic.
func Topics() []Topic {
	all := make([]Topic, len(topics))
	for i, one := range topics {
		all[i] = one.topic
	}
	return all
}

// A topic written by a newer version is treated as a changed fact: invalidating too much is safe.
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

// MovesScores reports whether the event moves existing scores between leaderboards.
func (t Topic) MovesScores() bool { return t.effects().moves }

// ChangesDonateForms reports whether cached donate forms may be stale. Names, owners and settings affect facts in many ways but change
// rarely, so all are dropped.
func (t Topic) ChangesDonateForms() bool { return t.effects().forms }

// RevokesToken reports whether the subject is a revoked token.
func (t Topic) RevokesToken() bool { return t.effects().tokens }

// ChangesSettings reports whether cached settings may be stale, the mode of the database among them.
func (t Topic) ChangesSettings() bool { return t.effects().settings }

// ChangesEverything reports whether any cached answer may be stale, whatever it shows.
func (t Topic) ChangesEverything() bool { return t.effects().everything }

// ChangesUser reports whether the subject is a user who may do more or less than before.
func (t Topic) ChangesUser() bool { return t.effects().users }

// ChangesApplication reports whether the subject is an application that may do more or less than before.
func (t Topic) ChangesApplication() bool { return t.effects().applications }
