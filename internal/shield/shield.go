// Package shield slows down abuse of public endpoints: testing of stolen cards, payments that are started and abandoned, guessing of
// passwords. It counts by browser, network, card and account, in memory and per node; it does no I/O, and its callers supply the time.
package shield

import (
	"net/netip"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// The allowances of donors. Declined cards are what distinguishes a thief; abandoned payments are a weaker sign, and common for a crowd
// behind one address. So few declines are allowed and they are forgotten slowly, while many starts are allowed and they are forgotten soon.
var (
	// sessionAllowance is for started payments and declined cards of one browser together: a donor who mistypes a number and tries a second
	// card needs four.
	sessionAllowance = &allowance{free: 5, first: 5 * time.Second, longest: 15 * time.Minute, memory: time.Hour}
	// declineAllowance is for declined cards from one network. One is forgotten every five minutes, so that in the long run twelve an hour
	// get through.
	declineAllowance = &allowance{free: 12, first: 5 * time.Second, longest: 15 * time.Minute, leak: 5 * time.Minute, memory: time.Hour}
	// startAllowance is for unpaid payments started from one network, which a hall or a campus may share. One is forgotten every ten
	// seconds.
	startAllowance = &allowance{free: 300, first: 5 * time.Second, longest: time.Minute, leak: 10 * time.Second, memory: time.Hour}
	// cardAllowance is for one declined card, regardless of who tries it and where.
	cardAllowance = &allowance{free: 3, first: time.Minute, longest: time.Hour, memory: 24 * time.Hour}
	// pendingAllowance is for pending tries from one network or of one card. Tries count as declined only once they are, so that many
	// donors at once do not look like thieves; this limits how many can be pending at once. One whose result is never reported is forgotten
	// after a second.
	pendingAllowance = &allowance{free: 100, first: time.Second, longest: time.Second, leak: time.Second, memory: time.Minute}
	// returnAllowance is for asking the provider about one open payment because its donor came back. However often and by
	// whomever the page is loaded, a payment that is never made costs eight questions in the 31 minutes that it is open.
	returnAllowance = &allowance{free: 1, first: 15 * time.Second, longest: 10 * time.Minute, memory: startMemory}
	// mailAllowance is for receipts that somebody wants sent to one address or from one browser in an hour; see Mail. Most donors need
	// one. A network has none: a hall full of donors may share it.
	mailAllowance = &allowance{free: MailsAnHour, first: mailSpan, longest: mailSpan, leak: mailSpan, memory: time.Hour}
	// forgedAllowance is for provider events from one network that no provider signed, or that cannot be read. A provider sends again what
	// was refused, and payments are asked about, so that waiting loses nothing.
	forgedAllowance = &allowance{free: ForgedEvents, first: time.Second, longest: time.Minute, leak: 10 * time.Second, memory: time.Hour}
	// caseAllowance is for cases that are opened from one network; see OpenCase.
	caseAllowance = &allowance{free: CasesAnHour, first: caseSpan, longest: caseSpan, leak: caseSpan, memory: time.Hour}
	// statementAllowance is for yearly statements of one donor; see MakeStatement.
	statementAllowance = &allowance{free: StatementsAnHour, first: statementSpan, longest: statementSpan, leak: statementSpan, memory: time.Hour}
	// searchAllowance is for searches from one network; see Search.
	searchAllowance = &allowance{free: SearchesAtOnce, first: searchSpan, longest: searchSpan, leak: searchSpan, memory: time.Hour}
	// registrationAllowance is for applications that register themselves from one network; see Register.
	registrationAllowance = &allowance{free: RegistrationsAnHour, first: registrationSpan, longest: registrationSpan, leak: registrationSpan, memory: time.Hour}
	// openIDAllowance is for sign-ins that begin at OpenID providers from one network; see OpenID.
	openIDAllowance = &allowance{free: OpenIDsAtOnce, first: openIDSpan, longest: openIDSpan, leak: openIDSpan, memory: time.Hour}
	// rehearsalAllowance is for test events at one fact; see Rehearse.
	rehearsalAllowance = &allowance{free: RehearsalsAnHour, first: rehearsalSpan, longest: rehearsalSpan, leak: rehearsalSpan, memory: time.Hour}
	// webhookTestAllowance is for test messages to webhook endpoints of one application; see TestWebhook.
	webhookTestAllowance = &allowance{free: WebhookTestsAnHour, first: webhookTestSpan, longest: webhookTestSpan, leak: webhookTestSpan, memory: time.Hour}
	// webhookResendAllowance is for having everything since an instant sent again to webhook endpoints of one application; see ResendWebhooks.
	webhookResendAllowance = &allowance{free: WebhookResendsAnHour, first: webhookResendSpan, longest: webhookResendSpan, leak: webhookResendSpan, memory: time.Hour}
	// liveAllowance is for facts of one owner that go live; see StartLive.
	liveAllowance = &allowance{free: LiveStartsAnHour, first: liveStartSpan, longest: liveStartSpan, leak: liveStartSpan, memory: time.Hour}
	// uploadAllowance is for pictures of one owner; see Upload.
	uploadAllowance = &allowance{free: UploadsAnHour, first: uploadSpan, longest: uploadSpan, leak: uploadSpan, memory: time.Hour}
	// linkAllowance is for links that are mailed to one address, and for those that one browser asks for; linkNetworkAllowance for those of a network.
	// See Link.
	linkAllowance        = &allowance{free: LinksAnHour, first: linkSpan, longest: linkSpan, leak: linkSpan, memory: time.Hour}
	linkNetworkAllowance = &allowance{free: NetworkLinksAnHour, first: networkLinkSpan, longest: networkLinkSpan, leak: networkLinkSpan, memory: time.Hour}
	// charityAllowance is for invitations of charities that are asked for from one network; see InviteCharity.
	charityAllowance = &allowance{free: CharitiesAnHour, first: charitySpan, longest: charitySpan, leak: charitySpan, memory: time.Hour}
	// connectAllowance is for ways to the payment provider's form for the account of one cause, lookAllowance for questions about it; see ConnectAccount and LookAtAccount.
	connectAllowance = &allowance{free: AccountLinksAnHour, first: accountSpan, longest: accountSpan, leak: accountSpan, memory: time.Hour}
	lookAllowance    = &allowance{free: AccountLooksAnHour, first: lookSpan, longest: lookSpan, leak: lookSpan, memory: time.Hour}
	// forgivenessAllowance is how often an accepted card earns forgiveness for its network, so that one good card does not buy tries of
	// stolen ones.
	forgivenessAllowance = &allowance{free: 1, first: time.Hour, longest: time.Hour, memory: time.Hour}
)

const (
	// ForgedEvents is how many forged provider events of one network are looked at before it has to wait.
	ForgedEvents = 30
	// AccountLinksAnHour is how often a payment provider's form for the account of one cause may be opened in an hour.
	AccountLinksAnHour = 20
	// accountSpan is the time in which one opening is forgotten.
	accountSpan = time.Hour / AccountLinksAnHour
	// AccountLooksAnHour is how often a payment provider is asked in an hour about the account of one cause whose people look at it.
	AccountLooksAnHour = 240
	// lookSpan is the time in which one question is forgotten.
	lookSpan = time.Hour / AccountLooksAnHour
	// MailsAnHour is how many receipts one browser may have sent, and one address may be sent, in an hour.
	MailsAnHour = 20
	// CasesAnHour is how many cases may be opened from one network in an hour.
	CasesAnHour = 20
	// caseSpan is the time in which one case is forgotten.
	caseSpan = time.Hour / CasesAnHour
	// StatementsAnHour is how many yearly statements one donor may have made in an hour.
	StatementsAnHour = 60
	// statementSpan is the time in which one statement is forgotten.
	statementSpan = time.Hour / StatementsAnHour
	// SearchesAtOnce is how many searches one network may make at once: a hall full of visitors shares it.
	SearchesAtOnce = 60
	// searchSpan is the time in which one search is forgotten, so that one a second goes on.
	searchSpan = time.Second
	// RegistrationsAnHour is how many applications may register themselves from one network in an hour.
	RegistrationsAnHour = 10
	// registrationSpan is the time in which one registration is forgotten.
	registrationSpan = time.Hour / RegistrationsAnHour
	// OpenIDsAtOnce is how many sign-ins may begin at OpenID providers from one network at once: those who look after a marathon may share one.
	OpenIDsAtOnce = 60
	// openIDSpan is the time in which one of them is forgotten, so that six a minute go on.
	openIDSpan = 10 * time.Second
	// RehearsalsAnHour is how many test events a fact may have in an hour.
	RehearsalsAnHour = 120
	// rehearsalSpan is the time in which one test event is forgotten.
	rehearsalSpan = time.Hour / RehearsalsAnHour
	// WebhookTestsAnHour is how many test messages, and single messages once more, an application may have sent to its webhook endpoints in an
	// hour.
	WebhookTestsAnHour = 120
	// webhookTestSpan is the time in which one test message is forgotten.
	webhookTestSpan = time.Hour / WebhookTestsAnHour
	// WebhookResendsAnHour is how often an application may have everything since an instant sent again to its webhook endpoints in an hour.
	WebhookResendsAnHour = 30
	// webhookResendSpan is the time in which one such request is forgotten.
	webhookResendSpan = time.Hour / WebhookResendsAnHour
	// UploadsAnHour is how many pictures may be uploaded for a user, a team or a cause in an hour.
	UploadsAnHour = 60
	// uploadSpan is the time in which one upload is forgotten.
	uploadSpan = time.Hour / UploadsAnHour
	// LiveStartsAnHour is how often the facts of a user, a team or a cause may go live in an hour.
	LiveStartsAnHour = 20
	// liveStartSpan is the time in which one start is forgotten.
	liveStartSpan = time.Hour / LiveStartsAnHour
	// LinksAnHour is how many links of one use may be mailed to one address in an hour, and how many one browser may ask for.
	LinksAnHour = 6
	// NetworkLinksAnHour is how many may be asked for from one network.
	NetworkLinksAnHour = 60
	// CharitiesAnHour is how many invitations of charities may be asked for from one network.
	CharitiesAnHour = 10
	// charitySpan is the time in which one of them is forgotten.
	charitySpan = time.Hour / CharitiesAnHour
	// linkSpan and networkLinkSpan are the times in which one of them is forgotten.
	linkSpan        = time.Hour / LinksAnHour
	networkLinkSpan = time.Hour / NetworkLinksAnHour
	// mailSpan is the time in which one mail is forgotten.
	mailSpan = time.Hour / MailsAnHour
	// shieldSize limits the counters of a shield, shieldStarts its started payments: about 30 MB together.
	shieldSize   = 100_000
	shieldStarts = 100_000
	// TriesOfPass is how many cards may be tried per passed captcha.
	TriesOfPass = 3
	// startMemory is how long a started payment is remembered: an hour longer than it can be paid.
	startMemory = 31*time.Minute + time.Hour
)

// Shield slows down testing of stolen cards. It counts per node and is safe for concurrent use. It is the pay.Guard of providers whose card
// page this server shows; for others it learns only the result of a payment.
type Shield struct {
	now   func() time.Time
	tries *throttle

	mu     sync.Mutex
	starts map[fund.ID]start

	held *holds
}

var _ pay.Guard = (*Shield)(nil)

// New returns a Shield with the clock; nil is time.Now.
func New(now func() time.Time) *Shield {
	if now == nil {
		now = time.Now
	}
	return &Shield{now: now, tries: newThrottle(shieldSize), starts: map[fund.ID]start{}, held: newHolds()}
}

// Donor identifies a donor by the browser's session ("" for none) and its network address.
type Donor struct {
	Session string
	Network netip.Addr
}

// start is a started payment.
type start struct {
	Donor
	at time.Time
	// passes is how many cards may still be tried without a wait after a passed captcha.
	passes int
	passed bool
}

// startCounters count a started payment.
func (d Donor) startCounters() []counter {
	return append(d.browserCounter(), networkCounter(startAllowance, d.Network))
}

// declineCounters count a declined card.
func (d Donor) declineCounters() []counter {
	return append(d.browserCounter(), networkCounter(declineAllowance, d.Network))
}

// networkCounters are shared by everybody behind the same address.
func (d Donor) networkCounters() []counter {
	return []counter{networkCounter(startAllowance, d.Network), networkCounter(declineAllowance, d.Network)}
}

// pendingCounters count a pending try.
func pendingCounters(try pay.Try) []counter {
	return []counter{networkCounter(pendingAllowance, donorOfTry(try).Network), nameCounter(pendingAllowance, try.Card)}
}

// browserCounter counts for the browser, if it has a session.
func (d Donor) browserCounter() []counter {
	if d.Session == "" {
		return nil
	}
	return []counter{nameCounter(sessionAllowance, d.Session)}
}

// NearLimit reports whether the donor has used up half of an allowance.
func (s *Shield) NearLimit(d Donor) bool {
	return s.tries.nearLimit(s.now(), append(d.browserCounter(), d.networkCounters()...))
}

// Begin counts a started payment. It is RateLimited if the donor has to wait, also because of declined cards, since another would not be
// accepted now. A donor who passed a captcha does not have to wait, neither now nor for the next passes cards. A payment is counted only
// once.
func (s *Shield) Begin(donation fund.ID, d Donor, passes int) error {
	now := s.now()
	if s.started(donation) {
		return nil
	}
	wait := s.tries.take(now, d.startCounters(), d.networkCounters()...)
	switch {
	case wait > 0 && passes == 0:
		return waitFor(wait, "There were too many payments from your browser or network that did not succeed. Nothing was charged; try again in ")
	case wait > 0:
		s.tries.shift(now, d.startCounters(), 1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.makeRoom(now)
	s.starts[donation] = start{Donor: d, at: now, passes: passes, passed: passes > 0}
	return nil
}

// Mail counts a receipt that a donor wants sent to an address, and reports whether it may be. Otherwise a form would be a way to have this
// server fill anybody's mailbox. One that may not is not counted.
func (s *Shield) Mail(d Donor, address string) bool {
	return s.tries.take(s.now(), d.mailCounters(address)) == 0
}

// WithdrawMail forgets a receipt that Mail counted and that is not to be sent, because the payment could not be started.
func (s *Shield) WithdrawMail(d Donor, address string) { s.tries.takeBack(d.mailCounters(address)) }

// mailCounters count a receipt that is asked for.
func (d Donor) mailCounters(address string) []counter {
	all := []counter{nameCounter(mailAllowance, "address "+address)}
	if d.Session != "" {
		all = append(all, nameCounter(mailAllowance, "browser "+d.Session))
	}
	return all
}

// Withdraw forgets a payment that could not be started through no fault of its donor.
func (s *Shield) Withdraw(donation fund.ID) {
	s.Release(donation)
	if begun, ok := s.end(donation); ok {
		s.tries.takeBack(begun.startCounters())
	}
}

// Card counts a try of a card. It is RateLimited if the donor or the card has to wait.
func (s *Shield) Card(try pay.Try) error {
	d, now := donorOfTry(try), s.now()
	if wait := s.tries.take(now, nil, nameCounter(cardAllowance, try.Card)); wait > 0 {
		refused := waitFor(wait, "This card was declined too often. Nothing was charged; use another card, or try this one again in ")
		refused.Rule = pay.CardDeclined
		return refused
	}
	counts := append(d.browserCounter(), pendingCounters(try)...)
	wait := s.tries.take(now, counts, networkCounter(declineAllowance, d.Network))
	switch {
	case wait > 0 && !s.usePass(try.Donation):
		return waitFor(wait, "Too many cards from your browser or network were declined. Nothing was charged; try again in ")
	case wait > 0:
		s.tries.shift(now, counts, 1)
	}
	return nil
}

// Declined counts against the card and its network.
func (s *Shield) Declined(try pay.Try) {
	now := s.now()
	s.tries.count(now, []counter{nameCounter(cardAllowance, try.Card), networkCounter(declineAllowance, donorOfTry(try).Network)})
	s.tries.shift(now, pendingCounters(try), -1)
}

// Accepted undoes the counts of the try and of the payment's start. The first success of a card in an hour also resets its browser and
// forgives its network one more start and one decline. After a passed captcha the network is not forgiven: the others can pass one too.
func (s *Shield) Accepted(try pay.Try) {
	d, now := donorOfTry(try), s.now()
	s.tries.shift(now, pendingCounters(try), -1)
	back := d.browserCounter()
	begun, ok := s.end(try.Donation)
	if ok {
		back = append(back, begun.startCounters()...)
	}
	if begun.passed {
		s.tries.shift(now, back, -1)
		return
	}
	s.tries.takeBack(back)
	if s.tries.take(now, []counter{nameCounter(forgivenessAllowance, try.Card)}) == 0 {
		s.forgive(d)
	}
}

// Voided undoes the count of a try that ended before the card was charged.
func (s *Shield) Voided(try pay.Try) {
	s.tries.shift(s.now(), append(donorOfTry(try).browserCounter(), pendingCounters(try)...), -1)
}

// MayAsk reports whether the provider may be asked now about an open payment whose donor came back, and counts the
// question. The first one needs no wait.
func (s *Shield) MayAsk(donation fund.ID) bool {
	return s.tries.take(s.now(), returnCounter(donation)) == 0
}

func returnCounter(donation fund.ID) []counter {
	return []counter{nameCounter(returnAllowance, donation.String())}
}

// Settled reports the state of a payment: a paid one is no longer counted, a failed one counts as declined. Only the first final state
// counts, and none after Accepted.
func (s *Shield) Settled(donation fund.ID, state fund.PaymentState) {
	if state.Status == fund.PaymentOpen || state.Status == fund.PaymentProcessing {
		return
	}
	s.tries.forget(returnCounter(donation))
	s.Release(donation)
	begun, ok := s.end(donation)
	switch {
	case !ok:
	case state.Status == fund.PaymentPaid && begun.passed:
		s.tries.shift(s.now(), begun.startCounters(), -1)
	case state.Status == fund.PaymentPaid:
		s.tries.takeBack(begun.startCounters())
		s.forgive(begun.Donor)
	case state.Status == fund.PaymentFailed:
		s.tries.count(s.now(), begun.declineCounters())
	}
}

// forgive resets the browser of a donor who paid and undoes one count of the network.
func (s *Shield) forgive(d Donor) {
	s.tries.forget(d.browserCounter())
	s.tries.takeBack(d.networkCounters())
}

func (s *Shield) started(donation fund.ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.starts[donation]
	return ok
}

// end removes and returns a started payment.
func (s *Shield) end(donation fund.ID) (start, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	begun, ok := s.starts[donation]
	delete(s.starts, donation)
	return begun, ok
}

// usePass uses up one of the tries granted by a captcha.
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

// makeRoom checks a few payments and drops the expired ones, or the oldest if there are too many.
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
	// All donors without a known address count as one network.
	address, err := netip.ParseAddr(try.Address)
	if err != nil {
		address = netip.Addr{}
	}
	return Donor{Session: try.Session, Network: address}
}

func waitFor(wait time.Duration, why string) *fault.Error {
	return &fault.Error{Kind: fault.RateLimited, RetryAfter: wait, Message: why + InWords(wait) + "."}
}
