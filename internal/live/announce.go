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
// last one.
func (Announcer) Announce(ctx context.Context, a *app.App, of app.Announcement) (string, error) {
	if of.Seen == nil {
		return text.English.Text("live.test"), nil
	}
	v := newValues(a, *of.Seen)
	d := fund.PublicDonation{Name: text.English.Text("live.sample_donor"), Amount: sampleAmount, Currency: v.fact.Currency}
	if of.Donation != nil {
		d = *of.Donation
	}
	v.tell(d)
	said, err := v.announcement(ctx, of.Template)
	if err != nil {
		return "", err
	}
	if said = plainLine(said); said == "" {
		said = text.English.Text("live.empty")
	}
	if of.Test {
		said = text.English.Text("live.test_of", "Text", said)
	}
	return said, nil
}

// tell makes a donation the one that is spoken of.
func (v *values) tell(d fund.PublicDonation) {
	v.last = []fund.PublicDonation{d}
	v.said["donor"], v.said["amount"], v.said["comment"] = d.Name, v.amount(d.Amount), d.Comment
}

// announcement fills a template in, or says it in the usual words.
func (v *values) announcement(ctx context.Context, template string) (string, error) {
	if template != "" {
		return fill(ctx, template, v)
	}
	donor, amount, comment := v.said["donor"], v.said["amount"], v.said["comment"]
	if comment == "" {
		return text.English.Text("live.donated", "Donor", donor, "Amount", amount, "Name", v.fact.Name), nil
	}
	return text.English.Text("live.donated_comment", "Donor", donor, "Amount", amount, "Name", v.fact.Name, "Comment", comment), nil
}
