package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strconv"
	"text/template"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

//go:embed templates
var files embed.FS

var (
	textPart = template.Must(template.New("receipt.txt").Funcs(text.English.Funcs()).ParseFS(files, "templates/receipt.txt"))
	htmlPart = htmltemplate.Must(htmltemplate.New("receipt.html").Funcs(text.English.Funcs()).ParseFS(files, "templates/receipt.html"))
)

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
func receiptPage(m app.ReceiptMail) (w page, err error) {
	w.subject, w.replyTo = subjectOf(m), m.Cause.ContactEmail
	w.text, w.markup, err = Parts(m)
	return w, err
}

// subjectOf says first that the money is play money, where it is.
func subjectOf(m app.ReceiptMail) string {
	mode := m.Mode
	if m.Simulated() && mode != fund.ModeTest {
		mode = fund.ModeSandbox
	}
	return marked(mode, say("mail.subject", "Name", line(m.LegalName())))
}

// Parts are the text and the HTML of a receipt's mail. They say the same.
func Parts(m app.ReceiptMail) (plain, markup string, err error) {
	if m.Receipt == nil {
		return "", "", fmt.Errorf("donation %s has no receipt", m.Donation.ID)
	}
	r := receiptOf(m)
	var unmarked, marked bytes.Buffer
	if err := textPart.Execute(&unmarked, r); err != nil {
		return "", "", fmt.Errorf("text: %w", err)
	}
	if err := htmlPart.Execute(&marked, r); err != nil {
		return "", "", fmt.Errorf("html: %w", err)
	}
	return unmarked.String(), marked.String(), nil
}

func receiptOf(m app.ReceiptMail) receipt {
	r := receipt{
		Donor: unlinked(m.Donation.Name), Legal: line(m.LegalName()), Play: m.Simulated(), Facts: factsOf(m), Statement: statementOf(m),
		URL: m.URL, Contact: m.Cause.ContactEmail,
	}
	for _, one := range m.Rewards {
		r.Rewards = append(r.Rewards, rewardOf(m, one))
	}
	for _, one := range m.Donation.Unavailable {
		r.Unavailable = append(r.Unavailable, unavailableText(one))
	}
	return r
}

// say is a text of mails, which are English.
func say(id text.ID, pairs ...any) string { return text.English.Text(id, pairs...) }

func factsOf(m app.ReceiptMail) []fact {
	d, p := m.Donation, m.Payment
	shown := func(minor int64) string { return money.English.Amount(minor, d.Currency) }
	all := []fact{
		{say("mail.number"), strconv.FormatInt(m.Receipt.Number, 10)},
		{say("mail.date"), text.English.Day(d.CompletedAt)},
		{say("mail.received_by"), line(m.LegalName())},
		{say("mail.registered"), line(m.Cause.GovernmentID)},
		{say("mail.for"), unlinked(m.Fact.Name)},
		{say("mail.donor"), unlinked(d.Name)},
		{say("bill.gift"), shown(d.Amount)},
	}
	if p.FeeCover > 0 {
		all = append(all, fact{say("bill.fee"), shown(p.FeeCover)})
	}
	if back := p.Total() - m.Donated(); back > 0 {
		all = append(all, fact{say("mail.refunded"), shown(back)})
	}
	all = append(all, fact{say("bill.donated"), shown(m.Donated())})
	if len(m.Rewards) > 0 {
		value := say("bill.value")
		if m.Cause.Address.InUS() {
			value = say("bill.market_value")
		}
		all = append(all, fact{value, shown(m.FairMarketValue())})
	}
	return known(append(all, fact{say("bill.deductible"), shown(m.Deductible())}))
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
func statementOf(m app.ReceiptMail) string {
	unknown := false
	for _, r := range m.Rewards {
		unknown = unknown || r.FairMarketValue == nil
	}
	switch {
	case m.Donated() == 0:
		return say("receipt.nothing_left")
	case len(m.Rewards) == 0:
		return say("receipt.nothing")
	case unknown:
		return say("receipt.something_unknown")
	default:
		return say("receipt.something")
	}
}

func rewardOf(m app.ReceiptMail, r app.ClaimedReward) string {
	value := say("receipt.value_unknown")
	if r.FairMarketValue != nil {
		id := text.ID("receipt.value")
		if m.Cause.Address.InUS() {
			id = "receipt.market_value"
		}
		value = say(id, "Value", money.English.Amount(*r.FairMarketValue, m.Donation.Currency))
	}
	quantity := money.English.Number(strconv.FormatInt(r.Quantity, 10))
	return say("mail.reward_value", "Reward", say("reward.quantity", "Quantity", quantity, "Name", unlinked(r.Name)), "Value", value)
}

func unavailableText(l fund.UnavailableIncentive) string {
	return say(map[string]text.ID{
		"poll_option": "gift.left_out.vote", "target": "gift.left_out.challenge", "reward": "gift.left_out.reward",
	}[l.Kind], "Name", unlinked(l.Name))
}
