package app

import "github.com/almoner/almoner/internal/fund"

// step is what became of a part of a fact: a change, from one state to another if they differ.
type step struct {
	changed  fund.Topic
	from, to string
}

// The states of a bid.
const (
	bidWinning = "winning"
	bidOutbid  = "outbid"
)

// endings are the topics of changes that end in a state: from any other state, or from one alone.
var endings = []struct {
	changed  fund.Topic
	from, to string
	topic    fund.Topic
}{
	{fund.TopicPollChanged, "", fund.StateClosed, fund.TopicPollClosed},
	{fund.TopicTargetChanged, fund.StateOpen, fund.StateMet, fund.TopicTargetMet},
	{fund.TopicTargetChanged, "", fund.StateEnded, fund.TopicTargetEnded},
	{fund.TopicRewardChanged, fund.StateOpen, fund.StateSoldOut, fund.TopicRewardSoldOut},
	{fund.TopicRewardChanged, fund.StateSoldOut, fund.StateOpen, fund.TopicRewardRestocked},
	{fund.TopicRewardChanged, "", fund.StateEnded, fund.TopicRewardEnded},
	{fund.TopicMilestoneChanged, fund.StateOpen, fund.StateReached, fund.TopicMilestoneReached},
	{fund.TopicAuctionItemChanged, "", string(fund.AuctionCompleted), fund.TopicAuctionItemCompleted},
}

// topic is the topic of the step: that of its ending, or that of any change.
func (s step) topic() fund.Topic {
	for _, one := range endings {
		if one.changed == s.changed && one.to == s.to && s.from != s.to && (one.from == "" || one.from == s.from) {
			return one.topic
		}
	}
	return s.changed
}

// event is the event of the step about the part.
func (s step) event(part fund.ID) fund.Event {
	e := fund.Event{Topic: s.topic(), Subject: part}
	if s.from != s.to {
		e.Detail = fund.Detail{From: s.from, To: s.to}
	}
	return e
}

// reportStep notes a step of a part.
func (e edit) reportStep(s step, part fund.ID) { *e.events = append(*e.events, s.event(part)) }

// reportRemoved notes that a part is gone, and in which state it was.
func (e edit) reportRemoved(topic fund.Topic, part fund.ID, was string) {
	e.report(topic, part, fund.Detail{From: was})
}

// reportCreated notes a new part and the state that it begins in.
func (e edit) reportCreated(topic fund.Topic, part fund.ID, is string) {
	e.report(topic, part, fund.Detail{To: is})
}
