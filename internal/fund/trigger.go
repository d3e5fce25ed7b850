package fund

import "github.com/almoner/almoner/internal/fault"

// TriggerEvent is something that can be made to happen at a fact, to try out what shows it.
type TriggerEvent string

// What can be made to happen.
const (
	TriggerDonation  TriggerEvent = "donation"
	TriggerRefund    TriggerEvent = "refund"
	TriggerDispute   TriggerEvent = "dispute"
	TriggerPollVote  TriggerEvent = "poll_vote"
	TriggerMilestone TriggerEvent = "milestone"
	TriggerScreening TriggerEvent = "screening"
	TriggerMatchEnd  TriggerEvent = "match_end"
)

// TriggerEvents lists what can be made to happen.
func TriggerEvents() []TriggerEvent {
	return []TriggerEvent{
		TriggerDonation, TriggerRefund, TriggerDispute, TriggerPollVote, TriggerMilestone, TriggerScreening, TriggerMatchEnd,
	}
}

// Topic is that of the event that tells of it.
func (e TriggerEvent) Topic() Topic {
	switch e {
	case TriggerRefund:
		return TopicDonationRefunded
	case TriggerDispute:
		return TopicDonationDisputed
	case TriggerMilestone:
		return TopicMilestoneReached
	case TriggerScreening:
		return TopicDonationScreened
	case TriggerMatchEnd:
		return TopicMatchCompleted
	default:
		return TopicDonationCompleted
	}
}

// TriggerAmount is the amount of a triggered donation that names none, in major units of its currency.
const TriggerAmount = "10"

// TriggerInput is what is to happen at a fact. What it leaves out is chosen: the newest donation, the next milestone, an open poll or match.
type TriggerInput struct {
	Event Opt[string]
	// Amount is a decimal text in major units of Currency, which is the fact's if it is left out.
	Amount, Currency, Name, Comment        Opt[string]
	Donation, PollOption, Milestone, Match Opt[Key]
	// Screening is that of a donation that is screened.
	Screening Opt[string]
	Invalid   fault.Fields
}

// Check returns what is wrong with the input, but for what depends on the fact.
func (in TriggerInput) Check() error {
	wrong := begin(in.Invalid)
	CheckOneOf(&wrong, "event", TriggerEvent(in.Event.Value), TriggerEvents())
	if in.Screening.Value != "" {
		CheckScreening(&wrong, Screening(in.Screening.Value))
	}
	return wrong.Err()
}

// DonationInput is the donation to a fact that the input describes.
func (in TriggerInput) DonationInput(fact ID) DonationInput {
	made := DonationInput{
		Fact: Key{ID: fact}, Amount: in.Amount.Value, Currency: in.Currency.Value, Name: in.Name.Value, Comment: in.Comment.Value,
	}
	if made.Amount == "" {
		made.Amount = TriggerAmount
	}
	if in.PollOption.Value != (Key{}) {
		made.PollOption = &in.PollOption.Value
	}
	return made
}
