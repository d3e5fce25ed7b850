// Package shield slows down those who abuse what everybody may use: cards that are tried out, payments that
// are begun and never made, passwords that are guessed. It counts by browser, network, card and account, in
// memory and for its node only; it does no I/O, and its time comes from outside.
package shield

import (
	"net/netip"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// The allowances of those who pay. What tells a thief from a donor is that cards are declined; beginning
// payments without making them is a weaker sign, and a crowd behind one address does a lot of that. So
// declines are few and slow, and payments that were begun are many and soon forgotten.
var (
	// sessionAllowance is for the payments that one browser began and the cards that were declined there,
	// together: a donor who mistypes a number and tries a second card needs four.
	sessionAllowance = &allowance{free: 5, first: 5 * time.Second, longest: 15 * time.Minute, memory: time.Hour}
	// declineAllowance is for cards that were declined behind one address. One is forgotten in five minutes,
	// so that in the long run twelve an hour get through.
	declineAllowance = &allowance{free: 12, first: 5 * time.Second, longest: 15 * time.Minute, leak: 5 * time.Minute, memory: time.Hour}
	// startAllowance is for payments that were begun behind one address and not made yet: a hall or a campus
	// may share it. One is forgotten in ten seconds.
	startAllowance = &allowance{free: 300, first: 5 * time.Second, longest: time.Minute, leak: 10 * time.Second, memory: time.Hour}
	// cardAllowance is for one card that was declined, whoever tried it and from wherever.
	cardAllowance = &allowance{free: 3, first: time.Minute, longest: time.Hour, memory: 24 * time.Hour}
	// flightAllowance is for tries behind one address, or of one card, that are not decided yet: they count as
	// declined when they are, so that many donors at once do not look like thieves, and not too many at once are a
	// way around that. One whose end is never told of is forgotten in a second.
	flightAllowance = &allowance{free: 100, first: time.Second, longest: time.Second, leak: time.Second, memory: time.Minute}
	// thanksAllowance is how often one card that was accepted speaks for others behind its address, so that
	// nobody buys tries of stolen cards with one good card.
	thanksAllowance = &allowance{free: 1, first: time.Hour, longest: time.Hour, memory: time.Hour}
)

const (
	// shieldSize bounds the memory of a shield, and shieldStarts that of begun payments: about 30 MB together.
	shieldSize   = 100_000
	shieldStarts = 100_000
	// TriesOfPass is how many cards may be tried after one captcha was passed.
	TriesOfPass = 3
	// startMemory is how long a payment that was begun is known: an hour longer than it can be made.
	startMemory = 31*time.Minute + time.Hour
)

// Shield keeps those away who try out stolen cards. It counts for its node only, and is safe for concurrent
// use. It is the pay.Guard of providers that have a card page here; of others it learns what became of a
// payment as a whole.
type Shield struct {
	now   func() time.Time
	tries *throttle

	mu     sync.Mutex
	starts map[fund.ID]start
}

var _ pay.Guard = (*Shield)(nil)

// New makes a Shield with that clock; nil is time.Now.
func New(now func() time.Time) *Shield {
	if now == nil {
		now = time.Now
	}
	return &Shield{now: now, tries: newThrottle(shieldSize), starts: map[fund.ID]start{}}
}

// Donor is who pays, as far as that is known: a browser's session, "" for none, and the address it comes from.
type Donor struct {
	Session string
	Network netip.Addr
}

// start is a payment that was begun.
type start struct {
	Donor
	at time.Time
	// passes is how many cards may still be tried without a wait, by one who passed a captcha.
	passes int
	passed bool
}

// starting are the counters of a payment that begins.
func (d Donor) starting() []counted {
	return append(d.browser(), countedNetwork(startAllowance, d.Network))
}

// trying are those of a card that is declined.
func (d Donor) trying() []counted {
	return append(d.browser(), countedNetwork(declineAllowance, d.Network))
}

// behind are those of everybody behind the same address.
func (d Donor) behind() []counted {
	return []counted{countedNetwork(startAllowance, d.Network), countedNetwork(declineAllowance, d.Network)}
}

// flight are the counters of tries that are not decided yet.
func flight(try pay.Try) []counted {
	return []counted{countedNetwork(flightAllowance, donorOfTry(try).Network), countedName(flightAllowance, try.Card)}
}

// browser is the counter of the browser, if that has a name.
func (d Donor) browser() []counted {
	if d.Session == "" {
		return nil
	}
	return []counted{countedName(sessionAllowance, d.Session)}
}

// Pressed reports whether the donor has used up half of an allowance.
func (s *Shield) Pressed(d Donor) bool {
	return s.tries.pressed(s.now(), append(d.browser(), d.behind()...))
}

// Begin counts a payment that begins. It is RateLimited when its donor has to wait, also because of declined
// cards: they would not be taken now. One who passed a captcha does not have to wait, neither now nor for so
// many cards. The same payment again is counted once.
func (s *Shield) Begin(donation fund.ID, d Donor, passes int) error {
	now := s.now()
	if s.knows(donation) {
		return nil
	}
	wait := s.tries.take(now, d.starting(), d.behind()...)
	switch {
	case wait > 0 && passes == 0:
		return waitFor(wait, "There were too many payments from your browser or network that did not succeed. Nothing was charged; try again in ")
	case wait > 0:
		s.tries.shift(now, d.starting(), 1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom(now)
	s.starts[donation] = start{Donor: d, at: now, passes: passes, passed: passes > 0}
	return nil
}

// Withdraw forgets a payment that could not begin after all, through no fault of its donor.
func (s *Shield) Withdraw(donation fund.ID) {
	if begun, ok := s.end(donation); ok {
		s.tries.takeBack(begun.starting())
	}
}

// Card counts a try of a card. It is RateLimited when its donor, or the card, has to wait.
func (s *Shield) Card(try pay.Try) error {
	d, now := donorOfTry(try), s.now()
	if wait := s.tries.take(now, nil, countedName(cardAllowance, try.Card)); wait > 0 {
		refused := waitFor(wait, "This card was declined too often. Nothing was charged; use another card, or try this one again in ")
		refused.Rule = pay.CardDeclined
		return refused
	}
	counts := append(d.browser(), flight(try)...)
	wait := s.tries.take(now, counts, countedNetwork(declineAllowance, d.Network))
	switch {
	case wait > 0 && !s.usePass(try.Donation):
		return waitFor(wait, "Too many cards from your browser or network were declined. Nothing was charged; try again in ")
	case wait > 0:
		s.tries.shift(now, counts, 1)
	}
	return nil
}

// Declined counts for the card and for everybody behind the address.
func (s *Shield) Declined(try pay.Try) {
	now := s.now()
	s.tries.count(now, []counted{countedName(cardAllowance, try.Card), countedNetwork(declineAllowance, donorOfTry(try).Network)})
	s.tries.shift(now, flight(try), -1)
}

// Accepted takes the try back, and the start of the payment. With the first success of a card in an hour its
// browser starts anew, and one more start and a decline behind the address are forgiven. Where a captcha was
// passed, the others behind the address go on waiting: they may pass it too.
func (s *Shield) Accepted(try pay.Try) {
	d, now := donorOfTry(try), s.now()
	s.tries.shift(now, flight(try), -1)
	back := d.browser()
	begun, ok := s.end(try.Donation)
	if ok {
		back = append(back, begun.starting()...)
	}
	if begun.passed {
		s.tries.shift(now, back, -1)
		return
	}
	s.tries.takeBack(back)
	if s.tries.take(now, []counted{countedName(thanksAllowance, try.Card)}) == 0 {
		s.thank(d)
	}
}

// Unmade takes a try back that ended before its card was charged.
func (s *Shield) Unmade(try pay.Try) {
	s.tries.shift(s.now(), append(donorOfTry(try).browser(), flight(try)...), -1)
}

// Settled says what became of a payment: one that was made is taken back, one that failed counts as declined.
// Only the first word about its end counts, and none after Accepted.
func (s *Shield) Settled(donation fund.ID, said fund.PaymentState) {
	if said.Status == fund.PaymentOpen || said.Status == fund.PaymentProcessing {
		return
	}
	begun, ok := s.end(donation)
	switch {
	case !ok:
	case said.Status == fund.PaymentPaid && begun.passed:
		s.tries.shift(s.now(), begun.starting(), -1)
	case said.Status == fund.PaymentPaid:
		s.tries.takeBack(begun.starting())
		s.thank(begun.Donor)
	case said.Status == fund.PaymentFailed:
		s.tries.count(s.now(), begun.trying())
	}
}

// thank forgives others behind the address of somebody who paid.
func (s *Shield) thank(d Donor) {
	s.tries.forget(d.browser())
	s.tries.takeBack(d.behind())
}

func (s *Shield) knows(donation fund.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.starts[donation]
	return ok
}

// end forgets a payment that was begun, and gives what was known of it.
func (s *Shield) end(donation fund.ID) (start, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun, ok := s.starts[donation]
	delete(s.starts, donation)
	return begun, ok
}

// usePass uses up one of the tries that a captcha gave.
func (s *Shield) usePass(donation fund.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun := s.starts[donation]
	if begun.passes == 0 {
		return false
	}
	begun.passes--
	s.starts[donation] = begun
	return true
}

// makeRoom looks at a few payments and drops those that are over, or else the oldest when there are too many.
func (s *Shield) makeRoom(now time.Time) {
	var (
		oldest fund.ID
		at     time.Time
		looked int
	)
	for id, begun := range s.starts {
		if now.Sub(begun.at) >= startMemory {
			delete(s.starts, id)
		} else if at.IsZero() || begun.at.Before(at) {
			oldest, at = id, begun.at
		}
		if looked++; looked == 8 {
			break
		}
	}
	if len(s.starts) >= shieldStarts {
		delete(s.starts, oldest)
	}
}

func donorOfTry(try pay.Try) Donor {
	// Where no address is known, all count as one.
	address, err := netip.ParseAddr(try.Address)
	if err != nil {
		address = netip.Addr{}
	}
	return Donor{Session: try.Session, Network: address}
}

func waitFor(wait time.Duration, why string) *fault.Error {
	return &fault.Error{Kind: fault.RateLimited, RetryAfter: wait, Message: why + InWords(wait) + "."}
}
