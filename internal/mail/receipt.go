package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"text/template"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

//go:embed templates
var files embed.FS

var (
	textPart = template.Must(template.ParseFS(files, "templates/receipt.txt"))
	htmlPart = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/receipt.html"))
)

// receipt is what both parts of a mail say. All texts are single lines. What the donor wrote beside the name is
// not repeated: nobody is to use a charity's mail server to send words of their own to strangers.
type receipt struct {
	Donor, Legal string
	// Play tells that no money moved.
	Play bool
	// Facts are what the tax office wants to know, in order.
	Facts []fact
	// Rewards are what came with the donation, LeftOut what could not be given any more.
	Rewards, LeftOut []string
	// Statement says what the donor got for it.
	Statement string
	URL       string
	Contact   string
}

type fact struct{ Name, Value string }

// Parts are the text and the HTML of a receipt's mail. They say the same.
func Parts(m app.ReceiptMail) (text, markup string, err error) {
	if m.Receipt == nil {
		return "", "", fmt.Errorf("donation %s has no receipt", m.Donation.ID)
	}
	r := receiptOf(m)
	var plain, marked bytes.Buffer
	if err := textPart.Execute(&plain, r); err != nil {
		return "", "", fmt.Errorf("text: %w", err)
	}
	if err := htmlPart.Execute(&marked, r); err != nil {
		return "", "", fmt.Errorf("html: %w", err)
	}
	return plain.String(), marked.String(), nil
}

func receiptOf(m app.ReceiptMail) receipt {
	r := receipt{
		Donor: line(m.Donation.Name), Legal: line(m.LegalName()), Play: m.Play(), Facts: factsOf(m), Statement: statementOf(m),
		URL: m.URL, Contact: m.Cause.ContactEmail,
	}
	for _, one := range m.Rewards {
		r.Rewards = append(r.Rewards, rewardOf(one, m.Donation.Currency))
	}
	for _, one := range m.Donation.LeftOut {
		r.LeftOut = append(r.LeftOut, leftOut(one))
	}
	return r
}

func factsOf(m app.ReceiptMail) []fact {
	d, p := m.Donation, m.Payment
	shown := func(minor int64) string { return money.English.Amount(minor, d.Currency) }
	all := []fact{
		{"Receipt number", fmt.Sprint(m.Receipt.Number)},
		{"Date of the gift", d.CompletedAt.UTC().Format("2 January 2006 (UTC)")},
		{"Given to", line(m.LegalName())},
		{"Government id", line(m.Cause.GovernmentID)},
		{"For", line(m.Fact.Name)},
		{"Given by", line(d.Name)},
		{"Gift", shown(d.Amount)},
	}
	if p.FeeCover > 0 {
		all = append(all, fact{"Added for the fee", shown(p.FeeCover)})
	}
	if back := p.Total() - m.Donated(); back > 0 {
		all = append(all, fact{"Went back to you", shown(back)})
	}
	all = append(all,
		fact{"Given in all", shown(m.Donated())}, fact{"Worth of what you got", shown(m.FairMarketValue())},
		fact{"Deductible part", shown(m.Deductible())},
	)
	return known(all)
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
		return "Nothing is left of this gift: all of it went back to you."
	case len(m.Rewards) == 0:
		return "You got no goods or services for this gift."
	case unknown:
		return "You got goods or services for this gift. Where their worth is not known, it is not taken off the deductible part; ask the charity."
	default:
		return "You got goods or services for this gift; their worth is taken off the deductible part."
	}
}

func rewardOf(r app.ClaimedReward, currency string) string {
	worth := "worth not known"
	if r.FairMarketValue != nil {
		worth = "worth " + money.English.Amount(*r.FairMarketValue, currency)
	}
	return fmt.Sprintf("%d × %s (%s)", r.Quantity, line(r.Name), worth)
}

func leftOut(l fund.LeftOut) string {
	noun := map[string]string{"poll_option": "The poll option", "target": "The target", "reward": "The reward"}[l.Kind]
	if noun == "" {
		noun = "The incentive"
	}
	return fmt.Sprintf("%s “%s” was left out, because %s.", noun, line(l.Name), line(l.Why))
}
