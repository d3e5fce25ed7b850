package fund

import "slices"

// Topic is the kind of an event, as stored: "donation.completed". The set is closed: Topics lists it, and one table holds what each topic
// means to readers of the log. Logs of earlier versions hold topics that are no longer in it.
type Topic string

// The topics of events. docs/events.md says when each occurs and what its detail holds.
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
	// TopicDonationChanged says that claims of the donation were fulfilled, or that they were not.
	TopicDonationChanged Topic = "donation.changed"
	// TopicDonationRead says that the donation was read aloud, waits for that once more, was moved to the front, or is pinned or no longer.
	TopicDonationRead    Topic = "donation.read"
	TopicFactCreated     Topic = "fact.created"
	TopicFactChanged     Topic = "fact.changed"
	TopicFactPublished   Topic = "fact.published"
	TopicFactUnpublished Topic = "fact.unpublished"
	TopicFactRetired     Topic = "fact.retired"
	TopicFactRemoved     Topic = "fact.removed"
	// TopicFactDecided says that an operator took the fact, which is no cause, down or put it back.
	TopicFactDecided     Topic = "fact.decided"
	TopicFactGoalReached Topic = "fact.goal_reached"
	// TopicFactLiveStarted says that the streamer of the fact is live, TopicFactLiveEnded that they are no longer, or that the time of that is over.
	TopicFactLiveStarted Topic = "fact.live_started"
	TopicFactLiveEnded   Topic = "fact.live_ended"
	// TopicFactLeft and TopicFactJoined say that what the subject's whole tree raised stops or starts counting for Facts: its ancestors,
	// nearest first.
	TopicFactLeft   Topic = "fact.left"
	TopicFactJoined Topic = "fact.joined"
	// TopicOwnersLeft and TopicOwnersJoined say the same of direct donations to the subject, for its user and team: Facts are the subject, its
	// ancestors, and its user and team.
	TopicOwnersLeft   Topic = "owners.left"
	TopicOwnersJoined Topic = "owners.joined"
	// TopicCauseDecided says that an operator approved or suspended a cause, its subject: everything below it appears or disappears.
	TopicCauseDecided Topic = "cause.decided"
	TopicPollCreated  Topic = "poll.created"
	TopicPollChanged  Topic = "poll.changed"
	// TopicPollClosed says that its owner closed a poll, or that its time is over.
	TopicPollClosed  Topic = "poll.closed"
	TopicPollRemoved Topic = "poll.removed"
	// TopicPollOptionCreated says that an option was added to a poll that there was before.
	TopicPollOptionCreated Topic = "poll_option.created"
	TopicPollOptionChanged Topic = "poll_option.changed"
	TopicTargetCreated     Topic = "target.created"
	TopicTargetChanged     Topic = "target.changed"
	// TopicTargetMet says that what a target raised reached its amount.
	TopicTargetMet Topic = "target.met"
	// TopicTargetEnded says that its owner ended a target, or that its time is over.
	TopicTargetEnded   Topic = "target.ended"
	TopicTargetRemoved Topic = "target.removed"
	TopicRewardCreated Topic = "reward.created"
	TopicRewardChanged Topic = "reward.changed"
	// TopicRewardEnded says that a reward was disabled or retired, or that its time is over.
	TopicRewardEnded   Topic = "reward.ended"
	TopicRewardRemoved Topic = "reward.removed"
	// TopicStockChanged says that stock of a reward was claimed, reserved for a donor or released.
	TopicStockChanged Topic = "stock.changed"
	// TopicRewardSoldOut says that nothing is left of a limited reward; TopicRewardRestocked that something is again.
	TopicRewardSoldOut    Topic = "reward.sold_out"
	TopicRewardRestocked  Topic = "reward.restocked"
	TopicMilestoneCreated Topic = "milestone.created"
	TopicMilestoneChanged Topic = "milestone.changed"
	TopicMilestoneReached Topic = "milestone.reached"
	// TopicMilestoneNext says which milestone comes after those that were reached; nothing is said where there is none.
	TopicMilestoneNext       Topic = "milestone.next"
	TopicMilestoneRemoved    Topic = "milestone.removed"
	TopicScheduleItemCreated Topic = "schedule_item.created"
	TopicScheduleItemChanged Topic = "schedule_item.changed"
	TopicScheduleItemRemoved Topic = "schedule_item.removed"
	TopicMatchOpened         Topic = "match.opened"
	TopicMatchChanged        Topic = "match.changed"
	// TopicMatchProgressed says that donations counted toward an open match, or were taken back.
	TopicMatchProgressed Topic = "match.progressed"
	TopicMatchCompleted  Topic = "match.completed"
	TopicCounterCreated  Topic = "counter.created"
	TopicCounterChanged  Topic = "counter.changed"
	// TopicCounterProgressed says that donations counted for a counter, or went back.
	TopicCounterProgressed Topic = "counter.progressed"
	TopicCounterRemoved    Topic = "counter.removed"
	TopicTimerCreated      Topic = "timer.created"
	// TopicTimerChanged says that a timer was set up again, started, paused or resumed, or that somebody added time to it or took it off.
	TopicTimerChanged Topic = "timer.changed"
	// TopicTimerProgressed says that donations added time to a timer, or that what went back took it off.
	TopicTimerProgressed Topic = "timer.progressed"
	// TopicTimerEnded says that a timer ran out.
	TopicTimerEnded           Topic = "timer.ended"
	TopicTimerRemoved         Topic = "timer.removed"
	TopicAuctionItemCreated   Topic = "auction_item.created"
	TopicAuctionItemChanged   Topic = "auction_item.changed"
	TopicAuctionItemCompleted Topic = "auction_item.completed"
	TopicBidPlaced            Topic = "bid.placed"
	// TopicBidChanged says that a bid was outbid, or is the highest one again.
	TopicBidChanged            Topic = "bid.changed"
	TopicBidRemoved            Topic = "bid.removed"
	TopicEventIncentiveCreated Topic = "event_incentive.created"
	TopicFitnessGoalCreated    Topic = "fitness_goal.created"
	TopicFitnessRecorded       Topic = "fitness.recorded"
	TopicRegistrationCreated   Topic = "registration.created"
	TopicRegistrationChanged   Topic = "registration.changed"
	TopicRegistrationRemoved   Topic = "registration.removed"
	TopicUserChanged           Topic = "user.changed"
	TopicTeamChanged           Topic = "team.changed"
	TopicSessionEnded          Topic = "session.ended"
	TopicTokenRevoked          Topic = "token.revoked"
	// TopicGrantChanged says that a grant on a fact, its subject, was accepted, ended, or goes to somebody else. Facts are the fact and the user who has or
	// had it, if there is one.
	TopicGrantChanged Topic = "grant.changed"
	// TopicOverlayChanged says that an overlay, its subject, was changed, or that its key ended. Its fact is the one of the stage.
	TopicOverlayChanged Topic = "overlay.changed"
	// TopicStageChanged says that what the stage of a fact shows in its overlays, or what waits there, may have changed. Its subject is the stage.
	TopicStageChanged Topic = "stage.changed"
	// TopicApplicationChanged says that an application, its subject, was disabled, approved or got other rights.
	TopicApplicationChanged Topic = "application.changed"
	TopicWebhookChanged     Topic = "webhook.changed"
	// TopicSettingChanged says that a setting changed, its subject; see SettingID.
	TopicSettingChanged Topic = "setting.changed"
	// TopicDonationsReset says that all donations were taken out, with everything that followed from them.
	TopicDonationsReset Topic = "donations.reset"
)

// Object is the kind of the subject of an event.
type Object string

// The kinds of subjects that others than the server see. Subjects of other kinds have no name.
const (
	ObjectDonation        Object = "donation"
	ObjectFact            Object = "fact"
	ObjectPoll            Object = "poll"
	ObjectPollOption      Object = "poll_option"
	ObjectTarget          Object = "target"
	ObjectReward          Object = "reward"
	ObjectMilestone       Object = "milestone"
	ObjectScheduleItem    Object = "schedule_item"
	ObjectMatch           Object = "match"
	ObjectCounter         Object = "counter"
	ObjectTimer           Object = "timer"
	ObjectAuctionItem     Object = "auction_item"
	ObjectBid             Object = "bid"
	ObjectEventIncentive  Object = "event_incentive"
	ObjectFitnessGoal     Object = "fitness_goal"
	ObjectFitnessActivity Object = "fitness_activity"
	ObjectRegistration    Object = "registration"
)

// effects are what an event of a topic means to readers of the log.
type effects struct {
	scores, moves, forms, tokens, users, applications, settings, everything bool
	// donations is set where the event is about donations or what followed from them alone.
	donations bool
}

// feed is what an event of a topic means to those who follow the feed.
type feed struct {
	object Object
	public bool
}

var (
	// public events may go out to strangers, of facts that they may see; inner ones go to those who manage the fact.
	public = func(o Object) feed { return feed{o, true} }
	inner  = func(o Object) feed { return feed{o, false} }
)

// meaning is what a topic means to all its readers.
type meaning struct {
	topic Topic
	feed
	effects
}

// topics holds what each topic means.
var topics = []meaning{
	{TopicDonationCompleted, public(ObjectDonation), effects{scores: true, donations: true}},
	{TopicDonationEnded, inner(ObjectDonation), effects{donations: true}},
	{TopicDonationRefunded, public(ObjectDonation), effects{scores: true, donations: true}},
	{TopicDonationDisputed, public(ObjectDonation), effects{scores: true, donations: true}},
	{TopicDonationRestored, public(ObjectDonation), effects{scores: true, donations: true}},
	{TopicDonationScreened, public(ObjectDonation), effects{scores: true, donations: true}},
	{TopicDonationChanged, inner(ObjectDonation), effects{donations: true}},
	{TopicDonationRead, inner(ObjectDonation), effects{donations: true}},
	{TopicFactCreated, public(ObjectFact), effects{forms: true}},
	{TopicFactChanged, public(ObjectFact), effects{forms: true}},
	{TopicFactPublished, public(ObjectFact), effects{forms: true}},
	{TopicFactUnpublished, public(ObjectFact), effects{forms: true}},
	{TopicFactRetired, public(ObjectFact), effects{forms: true}},
	{TopicFactRemoved, public(ObjectFact), effects{forms: true}},
	{TopicFactDecided, public(ObjectFact), effects{forms: true}},
	{TopicFactGoalReached, public(ObjectFact), effects{donations: true}},
	{TopicFactLiveStarted, public(ObjectFact), effects{}},
	{TopicFactLiveEnded, public(ObjectFact), effects{}},
	{TopicFactLeft, inner(ObjectFact), effects{moves: true, forms: true}},
	{TopicFactJoined, inner(ObjectFact), effects{moves: true, forms: true}},
	{TopicOwnersLeft, inner(ObjectFact), effects{moves: true, forms: true}},
	{TopicOwnersJoined, inner(ObjectFact), effects{moves: true, forms: true}},
	{TopicCauseDecided, public(ObjectFact), effects{forms: true, everything: true}},
	{TopicPollCreated, public(ObjectPoll), effects{forms: true}},
	{TopicPollChanged, public(ObjectPoll), effects{forms: true}},
	{TopicPollClosed, public(ObjectPoll), effects{forms: true}},
	{TopicPollRemoved, public(ObjectPoll), effects{forms: true}},
	{TopicPollOptionCreated, public(ObjectPollOption), effects{forms: true}},
	{TopicPollOptionChanged, public(ObjectPollOption), effects{forms: true}},
	{TopicTargetCreated, public(ObjectTarget), effects{forms: true}},
	{TopicTargetChanged, public(ObjectTarget), effects{forms: true}},
	{TopicTargetMet, public(ObjectTarget), effects{donations: true}},
	{TopicTargetEnded, public(ObjectTarget), effects{forms: true}},
	{TopicTargetRemoved, public(ObjectTarget), effects{forms: true}},
	{TopicRewardCreated, public(ObjectReward), effects{forms: true}},
	{TopicRewardChanged, public(ObjectReward), effects{forms: true}},
	{TopicRewardEnded, public(ObjectReward), effects{forms: true}},
	{TopicRewardRemoved, public(ObjectReward), effects{forms: true}},
	{TopicStockChanged, public(ObjectReward), effects{donations: true}},
	{TopicRewardSoldOut, public(ObjectReward), effects{donations: true}},
	{TopicRewardRestocked, public(ObjectReward), effects{donations: true}},
	{TopicMilestoneCreated, public(ObjectMilestone), effects{forms: true}},
	{TopicMilestoneChanged, public(ObjectMilestone), effects{forms: true}},
	{TopicMilestoneReached, public(ObjectMilestone), effects{donations: true}},
	{TopicMilestoneNext, public(ObjectMilestone), effects{donations: true}},
	{TopicMilestoneRemoved, public(ObjectMilestone), effects{forms: true}},
	{TopicScheduleItemCreated, public(ObjectScheduleItem), effects{forms: true}},
	{TopicScheduleItemChanged, public(ObjectScheduleItem), effects{forms: true}},
	{TopicScheduleItemRemoved, public(ObjectScheduleItem), effects{forms: true}},
	{TopicMatchOpened, public(ObjectMatch), effects{forms: true}},
	{TopicMatchChanged, public(ObjectMatch), effects{forms: true}},
	{TopicMatchProgressed, public(ObjectMatch), effects{donations: true}},
	{TopicMatchCompleted, public(ObjectMatch), effects{forms: true}},
	{TopicCounterCreated, public(ObjectCounter), effects{}},
	{TopicCounterChanged, public(ObjectCounter), effects{}},
	{TopicCounterProgressed, public(ObjectCounter), effects{donations: true}},
	{TopicCounterRemoved, public(ObjectCounter), effects{}},
	{TopicTimerCreated, public(ObjectTimer), effects{}},
	{TopicTimerChanged, public(ObjectTimer), effects{}},
	{TopicTimerProgressed, public(ObjectTimer), effects{donations: true}},
	{TopicTimerEnded, public(ObjectTimer), effects{}},
	{TopicTimerRemoved, public(ObjectTimer), effects{}},
	{TopicAuctionItemCreated, public(ObjectAuctionItem), effects{forms: true}},
	{TopicAuctionItemChanged, public(ObjectAuctionItem), effects{forms: true}},
	{TopicAuctionItemCompleted, public(ObjectAuctionItem), effects{forms: true}},
	{TopicBidPlaced, public(ObjectBid), effects{forms: true}},
	{TopicBidChanged, public(ObjectBid), effects{forms: true}},
	{TopicBidRemoved, public(ObjectBid), effects{forms: true}},
	{TopicEventIncentiveCreated, public(ObjectEventIncentive), effects{forms: true}},
	{TopicFitnessGoalCreated, public(ObjectFitnessGoal), effects{forms: true}},
	{TopicFitnessRecorded, public(ObjectFitnessActivity), effects{scores: true, forms: true}},
	{TopicRegistrationCreated, inner(ObjectRegistration), effects{forms: true}},
	{TopicRegistrationChanged, inner(ObjectRegistration), effects{forms: true}},
	{TopicRegistrationRemoved, inner(ObjectRegistration), effects{forms: true}},
	{TopicUserChanged, feed{}, effects{forms: true, users: true}},
	{TopicTeamChanged, feed{}, effects{forms: true}},
	{TopicSessionEnded, feed{}, effects{}},
	{TopicTokenRevoked, feed{}, effects{tokens: true}},
	{TopicGrantChanged, feed{}, effects{}},
	{TopicOverlayChanged, feed{}, effects{}},
	{TopicStageChanged, feed{}, effects{}},
	{TopicApplicationChanged, feed{}, effects{applications: true}},
	{TopicWebhookChanged, feed{}, effects{}},
	{TopicSettingChanged, feed{}, effects{forms: true, settings: true, everything: true}},
	{TopicDonationsReset, feed{}, effects{forms: true, settings: true, everything: true}},
}

// Topics lists every topic.
func Topics() []Topic {
	all := make([]Topic, len(topics))
	for i, one := range topics {
		all[i] = one.topic
	}
	return all
}

// DonationTopics lists the topics of events that are about donations or what followed from them alone.
func DonationTopics() []Topic {
	return slices.DeleteFunc(Topics(), func(t Topic) bool { return !t.effects().donations })
}

// meanings is topics by topic: every event is looked up several times.
var meanings = func() map[Topic]meaning {
	all := make(map[Topic]meaning, len(topics))
	for _, one := range topics {
		all[one.topic] = one
	}
	return all
}()

// Known reports whether this version appends events of the topic.
func (t Topic) Known() bool {
	_, known := meanings[t]
	return known
}

// A topic written by another version is treated as a changed fact: invalidating too much is safe.
func (t Topic) effects() effects {
	if one, known := meanings[t]; known {
		return one.effects
	}
	return effects{forms: true}
}

// Object is the kind of the subject; "" for events that are the server's own and go out to nobody, and for topics that are unknown.
func (t Topic) Object() Object { return meanings[t].object }

// GoesOut reports whether events of the topic may go out to anybody: those that only move totals from one place to another do not.
func (t Topic) GoesOut() bool { return t.Object() != "" && !t.MovesScores() }

// Public reports whether events of the topic may go out to strangers, if they may see the fact and the subject.
func (t Topic) Public() bool { return meanings[t].public }

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
