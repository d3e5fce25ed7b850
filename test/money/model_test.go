package money_test

import (
	"fmt"
	"math/big"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// model is what the world should be: sums that are added up anew after each step.
type model struct {
	facts     []*fact
	donations []*donation
	matches   []*match
	items     []*item
	// recounted is the match that the last step changed: it counts anew which donations it carries.
	recounted *match
	// rates are the currencies of which rates are known, with what one unit is worth.
	rates map[string]int64
	// vague reports whether totals in US dollars cannot be told: some donations did not fit in when their rate came.
	vague bool
}

// named is a thing by both of its ids.
type named struct {
	ID       string `json:"id"`
	LegacyID int64  `json:"legacy_id"`
}

// fact is a cause, an event, or a campaign or auction house of some kind.
type fact struct {
	named
	kind           string
	slug, currency string
	cause, parent  *fact
	id             fund.ID
	// status is that of the fact itself; down is whether an operator took it down or suspended it.
	status fund.Status
	down   bool
	// forTeam reports whether it counts for the team.
	forTeam bool
	// The incentives of a campaign.
	options   []named
	poll      named
	target    named
	reward    named
	milestone named
	// reached reports whether the milestone was, pollClosed whether the poll takes no votes.
	reached, pollClosed bool
}

// open reports whether the fact takes donations.
func (f *fact) open() bool { return f.status == fund.Published && !f.down && !f.cause.down }

// public reports whether everybody may see it.
func (f *fact) public() bool { return f.status != fund.Unpublished && !f.down && !f.cause.down }

func (f *fact) address() string { return "/api/private/" + f.kind + "s/" + f.ID }

// chain is the fact and everything above it.
func (f *fact) chain() (all []*fact) {
	for ; f != nil; f = f.parent {
		all = append(all, f)
	}
	return all
}

// below reports whether f stands somewhere below other, or is it.
func (f *fact) below(other *fact) bool {
	for _, one := range f.chain() {
		if one == other {
			return true
		}
	}
	return false
}

// donation is one donation, whatever became of it.
type donation struct {
	id     fund.ID
	to     *fact
	amount int64
	// paid is the truth at the bank; nil for money without a payment.
	paid *fund.PaymentState
	// arrived reports whether the money counts, back is what went back of it.
	arrived bool
	back    int64
	// usd is what it is worth in US cents, 0 where no rate is known.
	usd            int64
	option, target bool
	claims         int64
	// state is the stored one.
	state fund.DonationState
	// before is what was left of it before the last step; ofMatch reports whether it is a matcher's own.
	before  int64
	ofMatch bool
}

// share is the part of a value that belongs to a part of the amount, rounded down.
func share(value, part, amount int64) int64 {
	product := new(big.Int).Mul(big.NewInt(value), big.NewInt(part))
	return product.Quo(product, big.NewInt(amount)).Int64()
}

func (d *donation) net() int64 {
	if !d.arrived {
		return 0
	}
	return d.amount - d.back
}

// owed is what the donation should be by what the bank says.
func (d *donation) owed() (arrived bool, back int64) {
	switch d.paid.Status {
	case fund.PaymentPaid:
		return true, min(d.amount, d.paid.Refunded+d.paid.Disputed)
	case fund.PaymentFailed, fund.PaymentCancelled, fund.PaymentExpired:
		if d.arrived {
			return true, d.amount
		}
		return false, 0
	default:
		return d.arrived, d.back
	}
}

// match is a donation match, with the donations that it carries.
type match struct {
	named
	id       fund.ID
	to       *fact
	pledged  int64 // 0 for everything
	ends     time.Time
	ended    bool
	carriers []*donation
}

// raised is what the donations that a match carries come to.
func (m *match) raised() (sum int64) {
	for _, d := range m.carriers {
		sum += d.net()
	}
	return sum
}

// least is what the donations other than one came to at least while the last step was made.
func (m *match) least(other *donation) (sum int64) {
	for _, d := range m.carriers {
		if d != other {
			sum += min(d.before, d.net())
		}
	}
	return sum
}

func (m *model) sum(chosen func(*donation) int64) (sum int64) {
	for _, d := range m.donations {
		sum += chosen(d)
	}
	return sum
}

// raised is what was donated directly to a fact.
func (m *model) raised(f *fact) int64 {
	return m.sum(func(d *donation) int64 { return when(d.to == f, d.net()) })
}

// total is what was donated to a fact and to all below it.
func (m *model) total(f *fact) int64 {
	return m.sum(func(d *donation) int64 { return when(d.to.below(f), d.net()) })
}

// inUSD is what the user or the team raised, in US cents: each donation counts what is left of its value, rounded down.
func (m *model) inUSD(counts func(*fact) bool) int64 {
	return m.sum(func(d *donation) int64 {
		if !counts(d.to) || d.net() == 0 {
			return 0
		}
		return share(d.usd, d.net(), d.amount)
	})
}

func ofUser(f *fact) bool { return f.kind == "campaign" || f.kind == personal }
func ofTeam(f *fact) bool { return f.kind == "team_campaign" || f.forTeam }

// fits reports whether so much more of a donation can be counted in all totals.
func (m *model) fits(d *donation, more int64) bool {
	for _, f := range d.to.chain() {
		if m.total(f)+more > money.MaxTotal {
			return false
		}
	}
	dollars := share(m.worth(d), d.net()+more, d.amount) - share(d.usd, d.net(), d.amount)
	for _, counts := range []func(*fact) bool{ofUser, ofTeam} {
		if counts(d.to) && (m.vague || m.inUSD(counts)+dollars > money.MaxTotal) {
			return false
		}
	}
	return true
}

// worth is what a donation is worth in US cents now.
func (m *model) worth(d *donation) int64 {
	if d.to.currency == "USD" {
		return d.amount
	}
	digits, err := money.Digits(d.to.currency)
	if err != nil || m.rates[d.to.currency] == 0 {
		return 0
	}
	return money.Conversion{FromDigits: digits, ToDigits: 2, Rate: m.rates[d.to.currency]}.Apply(d.amount)
}

func when(does bool, n int64) int64 {
	if !does {
		return 0
	}
	return n
}

// GoString names what a failing history draws, in one line.
func (f *fact) GoString() string { return fmt.Sprint(f.kind, " ", f.slug, " in ", f.currency) }

func (d *donation) GoString() string {
	return fmt.Sprint(d.amount, " ", d.to.currency, " to ", d.to.slug)
}

func (m *match) GoString() string {
	return fmt.Sprint(m.pledged, " ", m.to.currency, " to ", m.to.slug)
}
