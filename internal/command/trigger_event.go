package command

import (
	"context"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/login"
)

// Each of these makes something happen at a fact of a running server: with play money for real, elsewhere as a test event.
type (
	// TriggerRefund refunds a donation.
	TriggerRefund struct {
		triggerFlags
		Donation string `help:"Donation to refund (default: the newest one that can be)." placeholder:"UUID"`
		Amount   string `help:"How much of it (default: all)." placeholder:"12.34"`
		Currency string `help:"Currency of the amount (default: that of the campaign); a test event may have any." placeholder:"CODE"`
	}
	// TriggerDispute has a bank dispute a payment.
	TriggerDispute struct {
		triggerFlags
		Donation string `help:"Payment to dispute (default: the newest one that can be)." placeholder:"UUID"`
		Amount   string `help:"Amount of a test event." placeholder:"12.34"`
		Currency string `help:"Currency of a test event." placeholder:"CODE"`
	}
	// TriggerPollVote donates for an option of a poll.
	TriggerPollVote struct {
		triggerFlags
		PollOption string `help:"Option to vote for (default: the first one of an open poll)." placeholder:"ID"`
		Amount     string `help:"Amount of the donation (default: 10)." placeholder:"12.34"`
		Currency   string `help:"Currency of the amount (default: that of the campaign); a test event may have any." placeholder:"CODE"`
		Name       string `help:"Name of the donor (default: anonymous)."`
		Comment    string `help:"Comment of the donor."`
	}
	// TriggerMilestone donates what is missing to a milestone.
	TriggerMilestone struct {
		triggerFlags
		Milestone string `help:"Milestone to reach (default: the next one)." placeholder:"ID"`
		Name      string `help:"Name of the donor; of the milestone of a test event where there is none."`
	}
	// TriggerScreening shows or hides a donation.
	TriggerScreening struct {
		triggerFlags
		Donation  string `help:"Donation to screen (default: the newest one)." placeholder:"UUID"`
		Screening string `help:"shown, host_only, comment_held, held or hidden (default: the other one of shown and hidden)." placeholder:"STATE"`
	}
	// TriggerMatchEnd ends a donation match.
	TriggerMatchEnd struct {
		triggerFlags
		Match string `help:"Donation match to end (default: the oldest open one)." placeholder:"UUID"`
	}
)

// triggerFlags say where something is to happen.
type triggerFlags struct {
	serverFlags
	Campaign string `help:"Where it happens: its UUID, its number, @user/slug, +team/slug or cause/slug." required:"" placeholder:"ID|@user/slug"`
	JSON     bool   `name:"json" help:"Print what happened as JSON."`
}

// triggerBody is what is sent of an event.
type triggerBody struct {
	Event      string `json:"event"`
	Amount     any    `json:"amount,omitempty"`
	Name       string `json:"donor_name,omitempty"`
	Comment    string `json:"donor_comment,omitempty"`
	Donation   string `json:"donation_id,omitempty"`
	PollOption string `json:"poll_option_id,omitempty"`
	Milestone  string `json:"milestone_id,omitempty"`
	Match      string `json:"match_id,omitempty"`
	Screening  string `json:"screening,omitempty"`
}

// Run makes the event happen.
func (c TriggerRefund) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{Event: "refund", Donation: c.Donation, Amount: amountOf(c.Amount, c.Currency)})
}

// Run makes the event happen.
func (c TriggerDispute) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{Event: "dispute", Donation: c.Donation, Amount: amountOf(c.Amount, c.Currency)})
}

// Run makes the event happen.
func (c TriggerPollVote) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{
		Event: "poll_vote", PollOption: c.PollOption, Amount: amountOf(c.Amount, c.Currency), Name: c.Name, Comment: c.Comment,
	})
}

// Run makes the event happen.
func (c TriggerMilestone) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{Event: "milestone", Milestone: c.Milestone, Name: c.Name})
}

// Run makes the event happen.
func (c TriggerScreening) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{Event: "screening", Donation: c.Donation, Screening: c.Screening})
}

// Run makes the event happen.
func (c TriggerMatchEnd) Run(ctx context.Context, t Terminal) error {
	return c.trigger(ctx, t, triggerBody{Event: "match_end", Match: c.Match})
}

// amountOf is an amount as it is sent; nil for none.
func amountOf(value, currency string) any {
	switch {
	case value == "" && currency == "":
		return nil
	case currency == "":
		return value
	default:
		return apiAmount{Value: value, Currency: currency}
	}
}

// triggered is what a server says of what happened.
type triggered struct {
	Event  string `json:"event"`
	Test   bool   `json:"test"`
	Object string `json:"object"`
	ID     string `json:"id"`
	Type   string `json:"type"`
}

// trigger sends what is to happen, and prints what did.
func (f triggerFlags) trigger(ctx context.Context, t Terminal, body triggerBody) error {
	server, err := f.connect()
	if err != nil {
		return err
	}
	got, err := triggerAt(ctx, server, f.Campaign, body)
	if err != nil {
		return err
	}
	if f.JSON {
		return printJSON(t.Out, got)
	}
	if err := t.reportTest(got); err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, printable(got.Type+" "+got.ID))
	return err
}

// reportTest says of a test event that it is one, apart from the output, in which programs look for ids.
func (t Terminal) reportTest(got triggered) error {
	if !got.Test {
		return nil
	}
	_, err := fmt.Fprintln(t.Err, "This server takes real money: a test event, which changes nothing and counts nowhere.")
	return err
}

func triggerAt(ctx context.Context, server *login.Server, fact string, body triggerBody) (triggered, error) {
	var got struct{ Data triggered }
	id, err := server.FactID(ctx, fact)
	if err == nil {
		err = server.Post(ctx, "/api/private/facts/"+id+"/trigger", body, &got)
	}
	return got.Data, err
}

// atServer makes the donations at a server that is no demo's folder.
func (c TriggerDonation) atServer(ctx context.Context, t Terminal) error {
	if c.Email != "" || c.Target != "" || len(c.Reward) > 0 {
		return errors.New("--email, --target and --reward work with the folder of a demo (--data) only")
	}
	server, err := c.connect()
	if err != nil {
		return err
	}
	body := triggerBody{Event: "donation", Amount: amountOf(c.Amount, c.Currency), Name: c.Name, Comment: c.Comment, PollOption: c.PollOption}
	for n := range c.Count {
		got, err := triggerAt(ctx, server, c.Campaign, body)
		if err != nil {
			return err
		}
		if n == 0 {
			if err := t.reportTest(got); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintln(t.Out, printable(got.ID)); err != nil {
			return err
		}
	}
	return nil
}
