package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/shield"
)

// address is one of many unrelated addresses.
func address(i int) netip.Addr {
	return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
}

// try is a card tried by a browser at an address.
func try(card, session string, from netip.Addr) pay.Try {
	return pay.Try{Card: card, Session: session, Address: from.String()}
}

// declined tries a card that is declined.
func (w *world) declined(try pay.Try) error {
	err := w.shield.Card(try)
	if err == nil {
		w.shield.Declined(try)
	}
	return err
}

// waitOf is the wait in an error; 0 for none.
func waitOf(t testing.TB, err error) time.Duration {
	t.Helper()
	if err == nil {
		return 0
	}
	f := fault.From(err)
	if f.Kind != fault.RateLimited || f.RetryAfter <= 0 || f.Message == "" {
		t.Fatalf("got %v, want a public message with the wait", err)
	}
	return f.RetryAfter
}

// waits repeats a call, each time as soon as allowed, and returns the waits in between. Until a wait is over the call must be refused.
func (w *world) waits(t *testing.T, times int, do func(i int) error) string {
	t.Helper()
	var waits []string
	for i := range times {
		wait := waitOf(t, do(i))
		if wait == 0 {
			waits = append(waits, "-")
			continue
		}
		waits = append(waits, wait.String())
		w.Clock.Advance(wait - time.Microsecond)
		if rest := waitOf(t, do(i)); rest != time.Microsecond {
			t.Errorf("got a wait of %s at the last moment, want a microsecond", rest)
		}
		w.Clock.Advance(time.Microsecond)
		if wait := waitOf(t, do(i)); wait != 0 {
			t.Errorf("got a wait of %s after it was over, want none", wait)
		}
	}
	return fmt.Sprint(waits)
}

func TestACardThatIsDeclinedWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	again := func(i int) error { return w.declined(try("stolen", fmt.Sprint(i), address(i))) }
	if got, want := w.waits(t, 11, again), "[- - - 1m0s 2m0s 4m0s 8m0s 16m0s 32m0s 1h0m0s 1h0m0s]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.Clock.Advance(24*time.Hour - time.Microsecond)
	if w.declined(try("stolen", "x", home)) != nil || waitOf(t, w.declined(try("stolen", "x", home))) != time.Hour {
		t.Error("got the card forgotten within a day, want it to be remembered")
	}
	if got := fault.From(w.declined(try("stolen", "y", home))).Rule; got != pay.CardDeclined {
		t.Errorf("got the rule %q, want that another card may be tried", got)
	}
	w.Clock.Advance(24 * time.Hour)
	if got, want := w.waits(t, 4, again), "[- - - 1m0s]"; got != want {
		t.Errorf("got %s a day later, want %s", got, want)
	}
}

func TestABrowserWhoseCardsAreDeclinedWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	again := func(i int) error { return w.declined(try(fmt.Sprint(i), "browser", address(i))) }
	if got, want := w.waits(t, 15, again), "[- - - - - 5s 10s 20s 40s 1m20s 2m40s 5m20s 10m40s 15m0s 15m0s]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	w.Clock.Advance(time.Hour)
	if got, want := w.waits(t, 6, again), "[- - - - - 5s]"; got != want {
		t.Errorf("got %s an hour later, want %s", got, want)
	}
}

func TestANetworkWhoseCardsAreDeclinedWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	again := func(int) error {
		n++
		return w.declined(try(fmt.Sprint(n), fmt.Sprint(n), netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2:%x::1", n))))
	}
	if got, want := w.waits(t, 19, again), "[- - - - - - - - - - - - 5s 10s 20s 40s 1m20s 2m40s 2m40s]"; got != want { // one has leaked
		t.Errorf("got %s, want %s", got, want)
	}
	if err := w.declined(try("a", "a", netip.MustParseAddr("2001:db8:1:3::1"))); err != nil {
		t.Errorf("got %v from another network, want no wait", err)
	}
	begin := func() error {
		_, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{
			DonationInput: fund.DonationInput{Amount: "10"}, Session: "new", Address: netip.MustParseAddr("2001:db8:1:2::1"),
		})
		return err
	}
	if wait := waitOf(t, begin()); wait == 0 {
		t.Error("got a payment begun whose cards would not be taken, want a wait")
	}
}

// TestDeclinesBehindAnAddressLeak checks that one is forgotten every five minutes.
func TestDeclinesBehindAnAddressLeak(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := 0
	again := func(int) error { n++; return w.declined(try(fmt.Sprint(n), fmt.Sprint(n), home)) }
	for i := range 12 {
		must.Do(t, again(i))
	}
	w.Clock.Advance(5*time.Minute - time.Microsecond)
	must.Do(t, again(0)) // the thirteenth: nothing has leaked yet
	if wait := waitOf(t, again(0)); wait != 10*time.Second {
		t.Errorf("got a wait of %s just before five minutes, want 10s", wait)
	}
	w.Clock.Advance(10*time.Minute + time.Microsecond)
	if got, want := w.waits(t, 3, again), "[- - 5s]"; got != want {
		t.Errorf("got %s with three leaked, want %s", got, want)
	}
}

// start starts a payment of a browser at an address.
func (w *world) start(t testing.TB, session string, from netip.Addr) (app.StartedDonation, error) {
	t.Helper()
	return w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{
		DonationInput: fund.DonationInput{Amount: "10"}, Session: session, Address: from,
	})
}

// TestReceiptsToOneAddressHaveALimit begins donations for one address until its mailbox has had enough, and then one without an address.
// Those that could not begin do not count.
func TestReceiptsToOneAddressHaveALimit(t *testing.T) {
	t.Parallel()
	w, provider := withChaos(t)
	begin := func(email string) error {
		var in fund.CheckoutInput
		in.Amount, in.Email = "5", email
		_, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), in)
		return err
	}
	provider.set(true, false)
	for range shield.MailsAnHour {
		wantKind(t, begin("victim@example.org"), "unavailable")
	}
	provider.set(false, false)
	for i := range shield.MailsAnHour {
		if err := begin([]string{"Victim@example.org", "victim@EXAMPLE.org"}[i%2]); err != nil {
			t.Fatalf("donation %d: %v", i, err)
		}
	}
	wantFields(t, begin("victim@example.org"), "email "+fund.ManyMails)
	must.Do(t, begin(""))
	must.Do(t, begin("other@example.org"))
}

func TestStartedPaymentsThatAreNotMadeWait(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		free int
		who  func(i int) (string, netip.Addr)
		want []string
	}{
		"one browser": {
			5, func(i int) (string, netip.Addr) { return "browser", address(i) },
			[]string{"5s", "10s", "20s", "40s", "1m20s", "2m40s", "5m20s", "10m40s", "15m0s", "15m0s"},
		},
		// During a wait, one is forgotten every ten seconds.
		"one address": {
			300, func(i int) (string, netip.Addr) { return fmt.Sprint(i), home },
			[]string{"5s", "10s", "10s", "10s"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			n := 0
			again := func(int) error {
				n++
				session, from := c.who(n)
				_, err := w.start(t, session, from)
				return err
			}
			for i := range c.free {
				must.Do(t, again(i))
			}
			if got, want := w.waits(t, len(c.want), again), fmt.Sprint(c.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestWhoPaysIsForgiven(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pay := func(session string) int {
		begun, err := w.start(t, session, home)
		must.Do(t, err)
		status, _ := w.payWith(t, begun, goodCard)
		return status
	}
	for i := range 3 {
		must.Do(t, w.declined(try(fmt.Sprint(i), "browser", home)))
	}
	if got := pay("browser"); got != 303 {
		t.Fatalf("got %d, want the payment made", got)
	}
	for i := range 5 {
		must.Do(t, w.declined(try(fmt.Sprint("b", i), "browser", home)))
	}
	if wait := waitOf(t, w.declined(try("c", "browser", home))); wait != 5*time.Second {
		t.Errorf("got a wait of %s, want 5s: the browser started anew and has used that up", wait)
	}
	// The address had eight declines, of which the success undid one. The same card does so only once.
	if got := pay("other"); got != 303 {
		t.Fatalf("got %d, want the payment made", got)
	}
	for i := range 5 {
		must.Do(t, w.declined(try(fmt.Sprint("d", i), fmt.Sprint(i), home)))
	}
	if wait := waitOf(t, w.declined(try("e", "e", home))); wait == 0 {
		t.Error("got no wait after twelve declines, want one")
	}
}

// TestACrowdBehindOneAddress has more people pay from one address in an hour than may start without paying.
func TestACrowdBehindOneAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 400 {
		begun, err := w.start(t, fmt.Sprint(i), home)
		must.Do(t, err)
		w.shield.Accepted(pay.Try{Donation: begun.Donation, Card: fmt.Sprint(i), Session: fmt.Sprint(i), Address: home.String()})
	}
}

// TestManyCardsAtOnce has the maximum number of concurrent tries from one address, and of one card.
func TestManyCardsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := func(i int) pay.Try { return try("card", fmt.Sprint(i), home) }
	for i := range 100 {
		must.Do(t, w.shield.Card(at(i)))
	}
	if wait := waitOf(t, w.shield.Card(at(100))); wait != time.Second {
		t.Errorf("got a wait of %s for one more, want 1s", wait)
	}
	for i := range 100 {
		w.shield.Accepted(at(i))
	}
	w.Clock.Advance(time.Second)
	for i := range 100 {
		must.Do(t, w.shield.Card(at(i)))
	}
	w.Clock.Advance(time.Minute) // the results of these were never reported
	must.Do(t, w.shield.Card(at(100)))
	for i := range 12 {
		w.shield.Declined(try(fmt.Sprint(i), fmt.Sprint(i), home))
	}
	if wait := waitOf(t, w.shield.Card(at(101))); wait != 5*time.Second {
		t.Errorf("got a wait of %s after twelve were declined, want 5s", wait)
	}
}

// TestWhatBecameOfAPaymentElsewhere is about providers with their own card pages.
func TestWhatBecameOfAPaymentElsewhere(t *testing.T) {
	t.Parallel()
	for card, want := range map[string]string{
		goodCard:   "[- - - - - 5s]", // the browser is reset
		bounceCard: "[10s]",          // five were started, and one failed
	} {
		t.Run(card, func(t *testing.T) {
			t.Parallel()
			w := newWorldWith(t, worldOptions{elsewhere: true})
			var begun app.StartedDonation
			for range 5 {
				var err error
				begun, err = w.start(t, "browser", home)
				must.Do(t, err)
			}
			w.payWith(t, begun, card, "code=001")
			again := func(int) error { _, err := w.start(t, "browser", home); return err }
			if got := w.waits(t, len(strings.Fields(want)), again); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// away is a provider that cannot be asked.
type away struct{ pay.Provider }

func (away) Start(context.Context, pay.Order) (pay.Started, error) {
	return pay.Started{}, fault.New(fault.Unavailable, "away")
}

func TestAPaymentThatCouldNotBeginIsNotCounted(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, worldOptions{provider: func(p pay.Provider) pay.Provider { return away{p} }})
	for range 20 {
		_, err := w.start(t, "browser", home)
		wantKind(t, err, "unavailable")
	}
}

// gate is a captcha that accepts one token.
type gate struct {
	asked int
	fails error
}

func (g *gate) Passed(_ context.Context, token string, from netip.Addr) (bool, error) {
	g.asked++
	return token == "human" && from == home, g.fails
}

func (g *gate) Widget() (siteKey, scriptURL string) { return "key", "https://captcha.test/widget.js" }

func TestACaptchaGoesBeforeWaiting(t *testing.T) {
	t.Parallel()
	var g gate
	w := newWorldWith(t, worldOptions{captcha: &g})
	if key, script, ok := w.CaptchaWidget(); !ok || key != "key" || script != "https://captcha.test/widget.js" {
		t.Errorf("got %q, %q, %v, want the widget", key, script, ok)
	}
	start := func(token string) (app.StartedDonation, error) {
		return w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{
			DonationInput: fund.DonationInput{Amount: "10"}, Session: "browser", Address: home, Captcha: token,
		})
	}
	for i := range 5 {
		_, err := start("robot") // a failed captcha changes nothing while nobody has to wait
		must.Do(t, err)
		if want := max(0, i-2); g.asked != want {
			t.Errorf("got asked %d times after %d starts, want %d: from half of the five on", g.asked, i+1, want)
		}
	}
	for _, token := range []string{"", "robot"} {
		if _, err := start(token); waitOf(t, err) != 5*time.Second {
			t.Errorf("%q: got %v, want a wait of 5s", token, err)
		}
	}
	g.fails = errors.New("unreachable")
	if _, err := start("human"); waitOf(t, err) != 5*time.Second {
		t.Errorf("got %v when the captcha cannot be asked, want a wait of 5s", err)
	}
	g.fails = nil
	begun, err := start("human")
	must.Do(t, err)
	card := func(card string) error {
		return w.declined(pay.Try{Donation: begun.Donation, Card: card, Session: "browser", Address: home.String()})
	}
	for i := range 3 {
		must.Do(t, card(fmt.Sprint(i)))
	}
	if wait := waitOf(t, card("fourth")); wait == 0 {
		t.Error("got a fourth card tried for one captcha, want a wait")
	}
	begun, err = start("human")
	must.Do(t, err)
	for range 3 {
		must.Do(t, w.declined(try("stolen", "", netip.Addr{})))
	}
	if wait := waitOf(t, card("stolen")); wait == 0 {
		t.Error("got a declined card tried because of a captcha, want a wait for the card itself")
	}
}

// TestTriesThatWereNotMadeAreNotHeldAgainstAnybody has one donor retry while nothing can be charged.
func TestTriesThatWereNotMadeAreNotHeldAgainstAnybody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 200 {
		must.Do(t, w.shield.Card(try("card", "browser", home)))
		w.shield.Voided(try("card", "browser", home))
	}
}
