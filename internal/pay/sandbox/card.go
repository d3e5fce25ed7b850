package sandbox

import (
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// Card is a card of the sandbox and what it does.
type Card struct {
	Number string
	// Does is the text of what it does.
	Does text.ID
	// reason is why it is declined; "" for cards that are not. confirms asks its owner once more.
	reason   string
	confirms bool
	// waits is for how long its money is on its way, plan what happens afterwards. Where wait is "step", it is as
	// many seconds as its security code says.
	waits wait
	plan  []effect
}

// wait is how long something takes.
type wait int

const (
	noWait wait = iota
	delayUnit
	dayWait
)

// Cards are all cards of the sandbox. Their numbers cannot be those of real ones. "Seconds" are as many as the
// security code says: 005 is five.
func Cards() []Card {
	return []Card{
		{Number: "4242424242424242", Does: "card.does.pay"},
		{Number: "4000000000000002", Does: "card.does.decline", reason: fund.ReasonDeclined},
		{Number: manyGood + "00000001", Does: "card.does.pay_many"},
		{Number: manyBad + "00000002", Does: "card.does.decline_many", reason: fund.ReasonDeclined},
		{Number: "4000000000009995", Does: "card.does.funds", reason: fund.ReasonInsufficientFunds},
		{Number: "4000002760003184", Does: "card.does.confirm", confirms: true},
		{Number: "4000000000000077", Does: "card.does.slow", waits: delayUnit},
		{Number: "4000000000000093", Does: "card.does.echeck", waits: dayWait},
		{Number: "4000000000000101", Does: "card.does.bounce", waits: delayUnit, plan: []effect{bounce}},
		{Number: "4000000000005126", Does: "card.does.refund", plan: []effect{refund}},
		{Number: "4000000000000259", Does: "card.does.win", plan: []effect{dispute, win}},
		{Number: "4000000000001976", Does: "card.does.lose", plan: []effect{dispute, lose}},
	}
}

// manyGood and manyBad begin the numbers of cards that all do the same, so that crowds can be played.
const (
	manyGood = "40000088"
	manyBad  = "40000099"
)

// cardOf finds a card by its number, however that is spaced.
func cardOf(number string) (Card, bool) {
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, number)
	for _, c := range Cards() {
		if c.Number == digits || c.isLike(digits) {
			c.Number = digits
			return c, true
		}
	}
	return Card{}, false
}

// isLike reports whether the digits are another one of the many cards that do what c does.
func (c Card) isLike(digits string) bool {
	prefix := c.Number[:len(manyGood)]
	return (prefix == manyGood || prefix == manyBad) && strings.HasPrefix(digits, prefix) &&
		len(digits) == len(c.Number) && strings.Trim(digits, "0123456789") == ""
}

// Spaced is the number in groups of four.
func (c Card) Spaced() string {
	var groups []string
	for rest := c.Number; rest != ""; {
		n := min(4, len(rest))
		groups, rest = append(groups, rest[:n]), rest[n:]
	}
	return strings.Join(groups, " ")
}

// effect is something that happens to a payment.
type effect string

const (
	complete effect = "complete"
	bounce   effect = "bounce"
	refund   effect = "refund"
	dispute  effect = "dispute"
	win      effect = "win"
	lose     effect = "lose"
)

// on has the effect on a payment, and names what happened; "" for nothing, because something else came first.
func (e effect) on(p *payment, fee fund.FeeRate) (topic string) {
	switch {
	case e == complete && p.Status == fund.PaymentProcessing:
		p.pay(fee)
		return "payment.paid"
	case e == bounce && p.Status == fund.PaymentProcessing:
		p.Status, p.Reason = fund.PaymentFailed, fund.ReasonReturned
		return "payment.failed"
	case e == refund && p.Status == fund.PaymentPaid && p.Dispute != fund.DisputeOpen && p.left() > 0:
		p.Refunded += p.left()
		return "payment.refunded"
	case e == dispute && p.Status == fund.PaymentPaid && p.left() > 0:
		p.Dispute, p.Disputed = fund.DisputeOpen, p.left()
		return "dispute.created"
	case e == win && p.Dispute == fund.DisputeOpen:
		p.Dispute, p.Disputed = fund.DisputeWon, 0
		return "dispute.closed"
	case e == lose && p.Dispute == fund.DisputeOpen:
		p.Dispute = fund.DisputeLost
		return "dispute.closed"
	default:
		return ""
	}
}

func (p *payment) pay(fee fund.FeeRate) {
	p.Status, p.Fee = fund.PaymentPaid, fee.Of(p.Total(), p.Currency)
}

// left is what of the payment is still here.
func (p *payment) left() int64 { return p.Total() - p.Refunded - p.Disputed }

// charge is what the card does to an open payment; step is how long its steps take.
func (c Card) charge(p *payment, fee fund.FeeRate, now time.Time, step time.Duration) (topic string) {
	p.Reason = c.reason
	if p.InstantOnly && c.waits != noWait {
		p.Reason = fund.ReasonCardUnsupported
	}
	if p.Reason != "" {
		return "payment.declined"
	}
	at := now
	switch c.waits {
	case noWait:
		p.pay(fee)
	case delayUnit, dayWait:
		p.Status = fund.PaymentProcessing
		if at = now.Add(step); c.waits == dayWait {
			at = now.AddDate(0, 0, 1)
		}
		if len(c.plan) == 0 {
			p.Plan = append(p.Plan, planned{at, complete})
		}
	}
	for i, does := range c.plan {
		if i > 0 || c.waits == noWait {
			at = at.Add(step)
		}
		p.Plan = append(p.Plan, planned{at, does})
	}
	if p.Status == fund.PaymentPaid {
		return "payment.paid"
	}
	return "payment.processing"
}
