package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// from is a form of a browser that claims a reward.
func from(browser string, r fund.Reward, quantity int64) fund.CheckoutInput {
	in := claiming(r, quantity)
	in.Amount, in.Session = "10000", browser
	return in
}

func (w *world) tryBegin(in fund.CheckoutInput) (app.StartedDonation, error) {
	return w.BeginDonation(context.Background(), app.Actor{}, campaignKey(w.campaign), in)
}

// keyIn is the key of a donation in the address of one of its pages.
func keyIn(t testing.TB, address string) string {
	t.Helper()
	_, rest, found := strings.Cut(address, "/gifts/")
	if !found {
		t.Fatalf("got %s, want an address of the donation", address)
	}
	return strings.Split(rest, "/")[0]
}

// TestRewardsAreHeldShortlyUntilThePaymentIsOpened checks both ends of the short hold and of the full one, on a payment page of this server
// and elsewhere.
func TestRewardsAreHeldShortlyUntilThePaymentIsOpened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		elsewhere bool
		// opens is when the donor opens the payment page; 0 for never.
		opens, ends time.Duration
	}{
		"never opened":             {ends: 3 * time.Minute},
		"opened":                   {opens: 3*time.Minute - time.Second, ends: 31 * time.Minute},
		"never opened, elsewhere":  {elsewhere: true, ends: 3 * time.Minute},
		"opened, but is elsewhere": {elsewhere: true, opens: 3*time.Minute - time.Second, ends: 31 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.elsewhere {
				w, _ = withChaos(t)
			}
			mug := w.reward(t, 3)
			begun := w.begin(t, claiming(mug, 2))
			until := func(at time.Duration) {
				t.Helper()
				w.Clock.Advance(at - w.Clock.Now().Sub(w.payment(t, begun.Donation).CreatedAt))
				w.DoDue(t.Context())
			}
			if c.opens > 0 {
				until(c.opens)
				w.open(t, begun)
			}
			until(c.ends - time.Microsecond)
			if got := w.stock(t, mug); got != [3]int64{0, 2, 1} {
				t.Errorf("just before the end: got %v, want two held (claimed, held, left)", got)
			}
			until(c.ends)
			if got := w.stock(t, mug); got != [3]int64{0, 0, 3} || w.donation(t, begun.Donation).State != fund.DonationExpired {
				t.Errorf("at the end: got %v and %s, want all back and the donation expired", got, w.donation(t, begun.Donation).State)
			}
			w.raised(t)
		})
	}
}

// open opens the payment page of a donation as a browser does that follows where it is sent.
func (w *world) open(t testing.TB, begun app.StartedDonation) {
	t.Helper()
	if !strings.HasSuffix(begun.URL, "/pay") {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, begun.URL, http.NoBody)
		w.sandbox.Page().ServeHTTP(httptest.NewRecorder(), r)
		return
	}
	to, err := w.OpenPayment(t.Context(), keyIn(t, begun.URL))
	must.Do(t, err)
	if to != "https://pay.example/pi_"+begun.Donation.String() {
		t.Errorf("got %s, want the page of the provider", to)
	}
}

// TestTheWayToAPaymentElsewhere checks where donors are led who pay at a provider with pages of its own.
func TestTheWayToAPaymentElsewhere(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	mug := w.reward(t, 3)
	page := func(begun app.StartedDonation) string { return "https://pay.example/pi_" + begun.Donation.String() }
	if plain := w.begin(t, fund.CheckoutInput{}); plain.URL != page(plain) {
		t.Errorf("without a reward: got %s, want the provider's page", plain.URL)
	}
	in := claiming(mug, 1)
	in.ID = fund.ID{1, 15: 1}
	held := w.begin(t, in)
	key := keyIn(t, held.URL)
	if again := w.begin(t, in); again != held {
		t.Errorf("the same form again: got %v, want %v", again, held)
	}
	w.open(t, held)
	w.open(t, held)
	if again := w.begin(t, in); again.URL != page(held) {
		t.Errorf("the same form once the payment is open: got %s, want the provider's page", again.URL)
	}
	must.Do(t, c.change("pi_"+held.Donation.String(), func(s *fund.PaymentState) { s.Status = fund.PaymentPaid }))
	must.Do(t, w.Reconcile(t.Context(), held.Donation))
	if to, err := w.OpenPayment(t.Context(), key); err != nil || strings.HasSuffix(to, "/pay") || keyIn(t, to) != key {
		t.Errorf("once it is paid: got %s, %v, want the page of the donation", to, err)
	}
	_, err := w.OpenPayment(t.Context(), "x"+key)
	wantKind(t, err, "not_found")
}

// TestOneUnpaidDonationHoldsOnlySoMuch checks the limit for one donation at its edge.
func TestOneUnpaidDonationHoldsOnlySoMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ stock, most int64 }{{50, fund.MaxHeld}, {109, 10}, {110, 11}, {1000, 1000 / fund.HeldShare}} {
		r := w.reward(t, c.stock)
		_, err := w.tryBegin(from("", r, c.most+1))
		wantFields(t, err, fmt.Sprintf("rewards.0.quantity is more than the %d that one donation may claim", c.most))
		_, err = w.tryBegin(from("", r, c.stock+1))
		wantFields(t, err, fmt.Sprintf("rewards.0.quantity is more than the %d left", c.stock))
		twice := from("", r, c.most)
		twice.Claims = append(twice.Claims, fund.ClaimInput{Reward: fund.Key{ID: r.ID}, Quantity: 1})
		_, err = w.tryBegin(twice)
		wantFields(t, err, fmt.Sprintf("rewards.1.quantity is more than the %d that one donation may claim", c.most))
		w.begin(t, from("", r, c.most))
		if got := w.stock(t, r); got != [3]int64{0, c.most, c.stock - c.most} {
			t.Errorf("got %v, want %d of %d held", got, c.most, c.stock)
		}
	}
	free := w.reward(t, 1, func(p *fund.RewardPatch) { p.Quantity = fund.Some[*int64](nil) })
	begun := w.begin(t, from("", free, 500))
	if p := w.payment(t, begun.Donation); p.DueAt.Sub(p.CreatedAt) != 31*time.Minute {
		t.Errorf("got %s to pay for a reward without a limit, want 31m", p.DueAt.Sub(p.CreatedAt))
	}
}

// TestAnEarlierPaymentGivesItsRewardsBack submits a form again with other content, and another form in the same browser.
func TestAnEarlierPaymentGivesItsRewardsBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		browser, form [2]string
		gives         bool
	}{
		"same browser":             {browser: [2]string{"a", "a"}, form: [2]string{"f", "g"}, gives: true},
		"same form":                {browser: [2]string{"a", "b"}, form: [2]string{"f", "f"}, gives: true},
		"another browser and form": {browser: [2]string{"a", "b"}, form: [2]string{"f", "g"}},
		"unknown":                  {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			mug, hat := w.reward(t, 1), w.reward(t, 1)
			send := func(i int, r fund.Reward) (app.StartedDonation, error) {
				in := from(c.browser[i], r, 1)
				in.Form = c.form[i]
				return w.tryBegin(in)
			}
			first, err := send(0, mug)
			must.Do(t, err)
			w.open(t, first)
			other, err := send(0, hat)
			must.Do(t, err)
			second, err := send(1, mug)
			if !c.gives {
				wantFields(t, err, "rewards.0.quantity is more than the 0 left")
				return
			}
			must.Do(t, err)
			if got := w.donation(t, first.Donation).State; got != fund.DonationExpired {
				t.Errorf("got the first one %s, want it expired", got)
			}
			if got := w.donation(t, other.Donation).State; got != fund.DonationPending || w.stock(t, mug) != [3]int64{0, 1, 0} {
				t.Errorf("got one with another reward %s and %v mugs, want it pending and one mug held", got, w.stock(t, mug))
			}
			w.payWith(t, second, goodCard)
			if _, err = send(1, mug); err == nil || w.donation(t, second.Donation).State != fund.DonationCompleted {
				t.Errorf("got %v, and what was paid is %s, want no mug left", err, w.donation(t, second.Donation).State)
			}
			w.raised(t)
		})
	}
}

// TestAnInvalidFormGivesNothingBack sends a form with a mistake while another one holds the reward.
func TestAnInvalidFormGivesNothingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 1)
	first := w.begin(t, from("a", mug, 1))
	in := from("a", mug, 1)
	in.Email = "nobody"
	_, err := w.tryBegin(in)
	wantFields(t, err, "email is not an e-mail address")
	if got := w.donation(t, first.Donation).State; got != fund.DonationPending || w.stock(t, mug) != [3]int64{0, 1, 0} {
		t.Errorf("got %s and %v mugs, want the first one as it was", got, w.stock(t, mug))
	}
}

// TestOneBrowserHoldsOnlySoMuch checks the limit for one browser at its edge.
func TestOneBrowserHoldsOnlySoMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var begun []app.StartedDonation
	for range shield.MaxHolds {
		begun = append(begun, w.begin(t, from("a", w.reward(t, 1), 1)))
	}
	one := w.reward(t, 1)
	_, err := w.tryBegin(from("a", one, 1))
	wantKind(t, err, "rate_limited")
	if wait := fault.From(err).RetryAfter; wait != 31*time.Minute || w.stock(t, one) != [3]int64{0, 0, 1} {
		t.Errorf("got a wait of %s and %v, want 31m and nothing held", wait, w.stock(t, one))
	}
	w.begin(t, from("b", w.reward(t, 1), 1))
	w.begin(t, fund.CheckoutInput{Session: "a"})
	w.payWith(t, begun[0], goodCard)
	w.begin(t, from("a", one, 1))
}

// TestHoldsThatAnotherNodeSettled settles what one node counts on another node.
func TestHoldsThatAnotherNodeSettled(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	other := w.Node(func(o *app.Options) { o.Shield = shield.New(w.Clock.Now) })
	for range shield.MaxHolds {
		begun := w.begin(t, from("a", w.reward(t, 1), 1))
		must.Do(t, c.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Status = fund.PaymentPaid }))
		must.Do(t, other.Reconcile(t.Context(), begun.Donation))
	}
	w.begin(t, from("a", w.reward(t, 1), 1))
}

// TestManyFormsOfOneBrowserAtOnce lets one browser submit many forms for one reward at once.
func TestManyFormsOfOneBrowserAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 100)
	var running sync.WaitGroup
	for range 60 {
		running.Go(func() {
			if _, err := w.tryBegin(from("a", mug, 10)); err != nil && !fault.Is(err, fault.RateLimited) && !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v, want a donation or a wait", err)
			}
		})
	}
	running.Wait()
	if got := w.stock(t, mug); got[1] < 10 || got[1] > 10*(shield.MaxHolds+1) {
		t.Errorf("got %v, want between 10 and %d held", got, 10*(shield.MaxHolds+1))
	}
	w.Clock.Advance(3 * time.Minute)
	w.DoDue(t.Context())
	if got := w.stock(t, mug); got != [3]int64{0, 0, 100} {
		t.Errorf("got %v after three minutes, want all back", got)
	}
	w.raised(t)
}

// TestMoneyAfterAShortHold pays after the short hold ran out: the money counts, with the reward while one is left.
func TestMoneyAfterAShortHold(t *testing.T) {
	t.Parallel()
	for name, left := range map[string]bool{"one is left": true, "none is left": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := withChaos(t)
			mug := w.reward(t, 1)
			late := w.begin(t, claiming(mug, 1))
			w.Clock.Advance(3 * time.Minute)
			w.DoDue(t.Context())
			want := [3]int64{1, 0, 0}
			if !left {
				w.open(t, w.begin(t, claiming(mug, 1)))
				want = [3]int64{0, 1, 0}
			}
			must.Do(t, c.change("pi_"+late.Donation.String(), func(s *fund.PaymentState) { s.Status = fund.PaymentPaid }))
			must.Do(t, w.Reconcile(t.Context(), late.Donation))
			d := w.donation(t, late.Donation)
			if d.State != fund.DonationCompleted || (len(d.Unavailable) == 0) != left || w.stock(t, mug) != want || w.raised(t) != 2000 {
				t.Errorf("got %s without %v, stock %v, want completed and %v", d.State, d.Unavailable, w.stock(t, mug), want)
			}
		})
	}
}

// TestGivingBackWhileTheProviderIsAway begins a second payment while the first cannot be ended: it ends as soon as that is possible.
func TestGivingBackWhileTheProviderIsAway(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	mug := w.reward(t, 1)
	first := w.begin(t, from("a", mug, 1))
	w.open(t, first)
	c.deaf = true
	_, err := w.tryBegin(from("a", mug, 1))
	wantFields(t, err, "rewards.0.quantity is more than the 0 left")
	c.deaf = false
	w.Clock.Advance(time.Minute)
	w.DoDue(t.Context())
	if got := w.donation(t, first.Donation).State; got != fund.DonationExpired || w.stock(t, mug) != [3]int64{0, 0, 1} {
		t.Errorf("got %s and %v, want the first one expired and its mug back", got, w.stock(t, mug))
	}
}

// TestAProgramWithoutCookiesHoldsHalf sends a form as a new browser each time, from one address. Another address still gets the rest.
func TestAProgramWithoutCookiesHoldsHalf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 50)
	form := func(i int, address string) error {
		in := from(fmt.Sprint("browser ", i), mug, 10)
		in.Address = netip.MustParseAddr(address)
		_, err := w.tryBegin(in)
		return err
	}
	for i := range 5 {
		if err := form(i, "192.0.2.1"); (err == nil) != (i < 2) || err != nil && !fault.Is(err, fault.RateLimited) {
			t.Errorf("form %d: got %v", i, err)
		}
	}
	if got := w.stock(t, mug); got != [3]int64{0, 20, 30} {
		t.Errorf("got %v, want less than half held", got)
	}
	must.Do(t, form(9, "192.0.2.2"))
	w.Clock.Advance(3 * time.Minute)
	w.DoDue(t.Context())
	must.Do(t, form(3, "192.0.2.1"))
}
