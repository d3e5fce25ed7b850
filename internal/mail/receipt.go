package mail

import (
	"embed"
	"fmt"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

//go:embed templates
var files embed.FS

var receiptParts = newParts("receipt")

// receipt is what both parts of a mail say. All texts are single lines. What the donor wrote beside the name is
// not repeated: nobody is to use a charity's mail server to send words of their own to strangers.
type receipt struct {
	Donor, Legal string
	// Play tells that no money moved.
	Play bool
	// Facts are what the tax office wants to know, in order.
	Facts []fact
	// Rewards are what came with the donation, Unavailable what could not be given any more.
	Rewards, Unavailable []string
	// Statement says what the donor got for it.
	Statement string
	URL       string
	Contact   string
}

type fact struct{ Name, Value string }

// receiptPage is what the mail of a receipt says, with the contact of the cause for answers.
func receiptPage(l *text.Locale, m app.ReceiptMail) (w page, err error) {
	w.subject, w.replyTo = subjectOf(l, m), m.Cause.ContactEmail
	w.text, w.markup, err = Parts(l, m)
	return w, err
}

// subjectOf says first that the money is play money, where it is.
func subjectOf(l *text.Locale, m app.ReceiptMail) string {
	mode := m.Mode
	if m.Simulated() && mode != fund.ModeTest {
		mode = fund.ModeSandbox
	}
	return marked(l, mode, l.Text("mail.subject", "Name", line(m.LegalName())))
}

// Parts are the text and the HTML of a receipt's mail in a language. They say the same.
func Parts(l *text.Locale, m app.ReceiptMail) (plain, markup string, err error) {
	if m.Receipt == nil {
		return "", "", fmt.Errorf("donation %s has no receipt", m.Donation.ID)
	}
	return receiptParts.write(l, receiptOf(l, m))
}

func receiptOf(l *text.Locale, m app.ReceiptMail) receipt {
	r := receipt{
		Donor: unlinked(m.Donation.Name), Legal: line(m.LegalName()), Play: m.Simulated(), Facts: factsOf(l, m), Statement: statementOf(l, m),
		URL: m.URL, Contact: m.Cause.ContactEmail,
	}
	for _, one := range m.Rewards {
		r.Rewards = append(r.Rewards, rewardOf(l, m, one))
	}
	for _, one := range m.Donation.Unavailable {
		r.Unavailable = append(r.Unavailable, unavailableText(l, one))
	}
	return r
}

func factsOf(l *text.Locale, m app.ReceiptMail) []fact {
	d, p := m.Donation, m.Payment
	shown := func(minor int64) string { return l.Amount(minor, d.Currency) }
	all := []fact{
		{l.Text("mail.number"), strconv.FormatInt(m.Receipt.Number, 10)},
		{l.Text("mail.date"), l.Day(d.CompletedAt)},
		{l.Text("mail.received_by"), line(m.LegalName())},
		{l.Text("mail.registered"), line(m.Cause.GovernmentID)},
		{l.Text("mail.for"), unlinked(m.Fact.Name)},
		{l.Text("mail.donor"), unlinked(d.Name)},
		{l.Text("bill.gift"), shown(d.Amount)},
	}
	if p.FeeCover > 0 {
		all = append(all, fact{l.Text("bill.fee"), shown(p.FeeCover)})
	}
	if back := p.Total() - m.Donated(); back > 0 {
		all = append(all, fact{l.Text("mail.refunded"), shown(back)})
	}
	all = append(all, fact{l.Text("bill.donated"), shown(m.Donated())})
	if len(m.Rewards) > 0 {
		value := l.Text("bill.value")
		if m.Cause.Address.InUS() {
			value = l.Text("bill.market_value")
		}
		all = append(all, fact{value, shown(m.FairMarketValue())})
	}
	return known(append(all, fact{l.Text("bill.deductible"), shown(m.Deductible())}))
}

// known leaves out what is not known.
func known(all []fact) []fact {
	var out []fact
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// statementOf says what the donor got for the donation, which a tax office asks for in so many words.
func statementOf(l *text.Locale, m app.ReceiptMail) string {
	unknown := false
	for _, r := range m.Rewards {
		unknown = unknown || r.FairMarketValue == nil
	}
	switch {
	case m.Donated() == 0:
		return l.Text("receipt.nothing_left")
	case len(m.Rewards) == 0:
		return l.Text("receipt.nothing")
	case unknown:
		return l.Text("receipt.something_unknown")
	default:
		return l.Text("receipt.something")
	}
}

func rewardOf(l *text.Locale, m app.ReceiptMail, r app.ClaimedReward) string {
	value := l.Text("receipt.value_unknown")
	if r.FairMarketValue != nil {
		id := text.ID("receipt.value")
		if m.Cause.Address.InUS() {
			id = "receipt.market_value"
		}
		value = l.Text(id, "Value", l.Amount(*r.FairMarketValue, m.Donation.Currency))
	}
	quantity := l.Number(strconv.FormatInt(r.Quantity, 10))
	return l.Text("mail.reward_value", "Reward", l.Text("reward.quantity", "Quantity", quantity, "Name", unlinked(r.Name)), "Value", value)
}

func unavailableText(l *text.Locale, o fund.UnavailableIncentive) string {
	return l.Text(map[string]text.ID{
		"poll_option": "gift.left_out.vote", "target": "gift.left_out.challenge", "reward": "gift.left_out.reward",
	}[o.Kind], "Name", unlinked(o.Name))
}
