package live

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// sampleAmount is the made-up amount of a test message, in minor units.
const sampleAmount = 82_95

// Announcer writes what chats are told of donations, with the placeholders of plain text: an app.WebhookAnnouncer.
type Announcer struct{}

// Announce writes one line, which its chat cuts to what it takes. {donor}, {amount} and {comment} are those of the donation, and so is what is called the
// last one. The line is in the language of the site.
func (Announcer) Announce(ctx context.Context, a *app.App, of app.Announcement) (string, error) {
	language, err := a.Language(ctx)
	if err != nil {
		return "", err
	}
	l := text.Accepted(language)
	if of.Seen == nil {
		return l.Text("live.test"), nil
	}
	v := newValues(a, *of.Seen, l)
	if of.Event != nil {
		return v.announceEvent(ctx, of)
	}
	d := fund.PublicDonation{Name: v.l.Text("live.sample_donor"), Amount: sampleAmount, Currency: v.fact.Currency}
	if of.Donation != nil {
		d = *of.Donation
	}
	v.tell(d)
	v.said["event"] = v.usualWords()
	said, err := v.announcement(ctx, of.Template)
	if err != nil {
		return "", err
	}
	if of.Test {
		said = v.l.Text("live.test_of", "Text", said)
	}
	return said, nil
}

// tell makes a donation the one that is spoken of.
func (v *values) tell(d fund.PublicDonation) {
	v.last = []fund.PublicDonation{d}
	v.said["donor"], v.said["amount"], v.said["comment"] = v.l.Donor(d.Name), v.amount(d.Amount), d.Comment
}

// announcement fills a template in, or says the usual words; one line either way.
func (v *values) announcement(ctx context.Context, template string) (string, error) {
	said := v.said["event"]
	if template != "" {
		var err error
		if said, err = fill(ctx, template, v); err != nil {
			return "", err
		}
	}
	if said = plainLine(said); said == "" {
		said = v.l.Text("live.empty")
	}
	return said, nil
}

// usualWords say who donated what.
func (v *values) usualWords() string {
	donor, amount, comment := v.said["donor"], v.said["amount"], v.said["comment"]
	if comment == "" {
		return v.l.Text("live.donated", "Donor", donor, "Amount", amount, "Name", v.fact.Name)
	}
	return v.l.Text("live.donated_comment", "Donor", donor, "Amount", amount, "Name", v.fact.Name, "Comment", comment)
}

// announceEvent writes one line about an event that is no donation.
func (v *values) announceEvent(ctx context.Context, of app.Announcement) (string, error) {
	e := of.Event
	v.said["title"], v.said["amount"], v.said["options"] = e.Title, v.amount(e.Amount), v.options(e.Options)
	words := eventWords[e.Topic]
	if e.Topic == fund.TopicMatchOpened && e.Amount == 0 {
		words = "live.match_opened_all"
	}
	v.said["event"] = v.l.Text(words, "Name", v.fact.Name, "Title", e.Title, "Amount", v.amount(e.Amount),
		"Total", v.amount(e.Total), "Options", v.said["options"])
	return v.announcement(ctx, of.Template)
}

// eventWords are the usual words for the events that chats announce.
var eventWords = map[fund.Topic]text.ID{
	fund.TopicFactPublished: "live.fact_published", fund.TopicFactRetired: "live.fact_retired",
	fund.TopicFactLiveStarted: "live.fact_live_started", fund.TopicFactLiveEnded: "live.fact_live_ended", fund.TopicFactGoalReached: "live.goal_reached",
	fund.TopicMilestoneReached: "live.milestone_reached", fund.TopicTargetMet: "live.target_met", fund.TopicPollCreated: "live.poll_created",
	fund.TopicPollClosed: "live.poll_closed", fund.TopicMatchOpened: "live.match_opened", fund.TopicMatchCompleted: "live.match_completed",
	fund.TopicRewardSoldOut: "live.reward_sold_out", fund.TopicRewardRestocked: "live.reward_restocked",
}
