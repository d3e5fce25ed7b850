package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// receiptPage is a receipt as it is printed.
type receiptPage struct {
	Number, Date string
	// Mark is what is stamped on a receipt that does not hold as it was first: "VOID" or "AMENDED"; Why says it in words.
	Mark, Why               string
	Charity, GovernmentID   string
	Address                 []string
	Contact                 string
	Donor, Email, For, Paid string
	Lines                   []line
	Rewards                 []worth
	Deductible              string
	Gift                    string
	// Play tells that no money moved.
	Play bool
}

// worth is a reward and what that says of its value.
type worth struct{ Name, Value string }

// receipt is the receipt of a donation, for printing.
func (s *Site) receipt(key string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		g, err := s.app.GetDonorView(r.Context(), key)
		if err == nil && g.Receipt == nil {
			err = fault.New(fault.NotFound, "There is no receipt before the money has come.")
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		l := text.Of(r)
		page := receiptOf(l, g)
		page.Gift = donationPath + key
		s.write(w, s.render(r, view{template: "receipt.html", Title: l.Text("receipt.title", "Number", page.Number), Data: page}))
	}
}

func receiptOf(l *text.Locale, g app.DonorView) receiptPage {
	c, p := g.Cause, g.Payment
	page := receiptPage{
		Number: strconv.FormatInt(g.Receipt.Number, 10), Date: l.Day(g.Receipt.IssuedAt),
		Charity: cmp.Or(c.LegalName, c.Name), GovernmentID: c.GovernmentID, Address: addressLines(c.Address), Contact: c.ContactEmail,
		Donor: g.Donation.Name, Email: g.Donation.Email, For: g.Fact.Name, Paid: l.Instant(g.Donation.CompletedAt),
		Deductible: l.Amount(g.Deductible(), p.Currency), Play: g.Simulated(),
	}
	page.Mark, page.Why = markOf(l, g)
	add := func(id text.ID, minor int64) {
		page.Lines = append(page.Lines, line{Name: l.Text(id), Value: l.Amount(minor, p.Currency)})
	}
	add("bill.gift", p.Donated)
	if p.FeeCover > 0 {
		add("bill.fee", p.FeeCover)
	}
	if p.Refunded > 0 {
		add("bill.refunded", -p.Refunded)
	}
	if p.Disputed > 0 {
		add("bill.disputed", -p.Disputed)
	}
	page.Lines = append(page.Lines, line{Name: l.Text("bill.donated"), Value: l.Amount(g.Donated(), p.Currency), Total: true})
	for _, r := range g.Rewards {
		one := worth{Name: rewardName(l, r), Value: l.Text("receipt.value_unknown")}
		if r.FairMarketValue != nil {
			one.Value = l.Text(worthText(c.Address), "Value", l.Amount(*r.FairMarketValue, p.Currency))
		}
		page.Rewards = append(page.Rewards, one)
	}
	return page
}

// worthText is how a receipt calls the value of a reward: by the term of the US tax office for charities there.
func worthText(charity fund.Address) text.ID {
	if charity.InUS() {
		return "receipt.market_value"
	}
	return "receipt.value"
}

// markOf says of a receipt whose money went back that it does not hold as it was first.
func markOf(l *text.Locale, g app.DonorView) (mark, why string) {
	switch {
	case g.Donated() == 0:
		return l.Text("receipt.void"), l.Text("receipt.void.why")
	case g.Payment.Refunded+g.Payment.Disputed > 0:
		return l.Text("receipt.amended"), l.Text("receipt.amended.why")
	default:
		return "", ""
	}
}

// addressLines are an address as an envelope has it: "98101 Seattle", or "Seattle, WA 98101" where regions count.
func addressLines(a fund.Address) []string {
	city := strings.TrimSpace(a.PostalCode + " " + a.City)
	if a.Region != "" {
		city = strings.TrimSpace(a.City + ", " + a.Region + " " + a.PostalCode)
	}
	var lines []string
	for _, line := range []string{a.Line1, a.Line2, city, a.Country} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}
