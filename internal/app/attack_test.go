package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testworld"
)

// attack is an hour in which a thief tries stolen cards, one every four seconds or as fast as allowed, while others donate. It goes through
// the donate form's use case and the payment page, as a program would.
type attack struct {
	*world
	// who returns the browser, address and card of a try.
	who func(i int) (session string, from netip.Addr, card string)
	// open are the payments that browsers have started.
	open map[string]payment
	// tried counts the cards about which the thief learned something, stopped those that were refused.
	tried, stopped int
	// far and near count the donors at other addresses and at the thief's.
	far, near crowd
}

// crowd counts honest donors and how many of them had to wait.
type crowd struct{ gave, waited int }

// payment is a payment started by a browser.
type payment struct {
	url string
	at  time.Time
}

// noShield lets everybody through: on its clock, a day passes between any two calls.
func noShield() *shield.Shield {
	var asked atomic.Int64
	return shield.New(func() time.Time { return time.Unix(0, 0).Add(time.Duration(asked.Add(1)) * 25 * time.Hour) })
}

// tries is how many cards the thief would try in the hour.
const tries = 900

// play plays the hour. Every twenty seconds one honest donor donates from an address of their own, and one from the thief's.
func (a *attack) play(t *testing.T) {
	t.Helper()
	a.open = map[string]payment{}
	for i := range tries {
		a.Clock.Advance(time.Hour / tries)
		a.steal(t, i)
		if i%5 == 0 {
			_, from, _ := a.who(i)
			a.donate(t, &a.far, i, address(1_000_000+i))
			a.donate(t, &a.near, 1_000_000+i, from)
		}
	}
}

// steal tries one stolen card, on a payment that the browser has started or on a new one.
func (a *attack) steal(t *testing.T, i int) {
	t.Helper()
	session, from, card := a.who(i)
	p, ok := a.open[session]
	if !ok || a.Clock.Now().Sub(p.at) > 20*time.Minute {
		begun, err := a.start(t, session, from)
		if fault.Is(err, fault.RateLimited) {
			a.stopped++
			return
		}
		must.Do(t, err)
		p = payment{begun.URL, a.Clock.Now()}
		a.open[session] = p
	}
	switch status := a.card(t, p.url, card); status {
	case http.StatusUnprocessableEntity:
		a.tried++
	case http.StatusTooManyRequests:
		a.stopped++
	default:
		t.Fatalf("got %d for a stolen card, want it declined or stopped", status)
	}
}

// donate makes an honest donation; every fifth donor mistypes the card at first.
func (a *attack) donate(t *testing.T, of *crowd, i int, from netip.Addr) {
	t.Helper()
	begun, err := a.BeginDonation(t.Context(), app.Actor{}, campaignKey(a.campaign), fund.CheckoutInput{
		DonationInput: fund.DonationInput{Amount: "10"}, Session: fmt.Sprint("donor ", i), Address: from, Captcha: "human",
	})
	of.gave++
	if fault.Is(err, fault.RateLimited) {
		of.waited++
		return
	}
	must.Do(t, err)
	if i%25 == 0 {
		a.card(t, begun.URL, fmt.Sprintf("40000099%08d", 50_000_000+i))
	}
	if a.card(t, begun.URL, fmt.Sprintf("40000088%08d", i)) != http.StatusSeeOther {
		of.waited++
	}
}

// card submits a card on the payment page and returns the response's status.
func (a *attack) card(t *testing.T, page, number string) int {
	t.Helper()
	answer := testworld.Pay(t.Context(), a.sandbox, page, number)
	if wait := answer.Header().Get("Retry-After"); (answer.Code == http.StatusTooManyRequests) != (wait != "") {
		t.Errorf("got %d with Retry-After %q, want it with 429 only", answer.Code, wait)
	}
	return answer.Code
}

// stolen is the number of one of many stolen cards, all of which are declined.
func stolen(i int) string { return fmt.Sprintf("40000099%08d", i) }

// human is a captcha that only people pass.
type human struct{}

func (human) Passed(_ context.Context, token string, _ netip.Addr) (bool, error) {
	return token == "human", nil
}
func (human) Widget() (siteKey, scriptURL string) { return "", "" }

// TestCardTesting plays attacks. The figures are those of docs/shield.md.
func TestCardTesting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		who     func(i int) (session string, from netip.Addr, card string)
		captcha app.Captcha
		shield  *shield.Shield
		// most is how many cards may be tried in the hour, near how many of 180 donors at the thief's address may have to wait.
		most, near int
	}{
		"one address, one browser, no shield": {
			who: func(i int) (string, netip.Addr, string) { return "thief", home, stolen(i) }, most: tries, shield: noShield(),
		},
		"one address, one browser": {
			who: func(i int) (string, netip.Addr, string) { return "thief", home, stolen(i) }, most: 20,
		},
		"one address, a new browser each time": {
			who: func(i int) (string, netip.Addr, string) { return fmt.Sprint(i), home, stolen(i) }, most: 40, near: 180,
		},
		"one address, a new browser each time, and a captcha for all": {
			who: func(i int) (string, netip.Addr, string) { return fmt.Sprint(i), home, stolen(i) }, most: 40,
			captcha: human{},
		},
		"one card, a new browser and address each time": {
			who: func(i int) (string, netip.Addr, string) { return fmt.Sprint(i), address(i), stolen(0) }, most: 9,
		},
		"20 addresses, a new browser and card each time": {
			who: func(i int) (string, netip.Addr, string) { return fmt.Sprint(i), address(i % 20), stolen(i) }, most: 640, near: 20,
		},
		"900 addresses, a new browser and card each time": {
			who: func(i int) (string, netip.Addr, string) { return fmt.Sprint(i), address(i), stolen(i) }, most: tries,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name != "one address, one browser" {
				t.Skip("-short leaves all attacks out but one: each tries cards for an hour of its clock")
			}
			t.Parallel()
			a := attack{world: newWorldWith(t, worldOptions{captcha: c.captcha, shield: c.shield}), who: c.who}
			a.play(t)
			t.Logf("%d of %d cards tried in an hour; had to wait: %d of %d donors elsewhere, %d of %d behind the same address",
				a.tried, tries, a.far.waited, a.far.gave, a.near.waited, a.near.gave)
			if a.tried > c.most || c.most == tries && a.tried < tries {
				t.Errorf("got %d tried, want at most %d, and all if that is all", a.tried, c.most)
			}
			if a.far.waited > 0 || a.near.waited > c.near {
				t.Errorf("got %d donors elsewhere and %d behind the same address made to wait, want 0 and at most %d",
					a.far.waited, a.near.waited, c.near)
			}
		})
	}
}
