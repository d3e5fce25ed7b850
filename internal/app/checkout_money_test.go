package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testworld"
)

func TestAFormDonatesOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	form, err := w.NewForm(ctx)
	must.Do(t, err)
	id, err := w.OpenForm(ctx, form, "10")
	must.Do(t, err)
	if _, err := w.OpenForm(ctx, form[:len(form)-2]+"AA", "10"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a form that was made up: got %v, want that there is none", err)
	}
	in := fund.CheckoutInput{ID: id}
	first, second := w.begin(t, in), w.begin(t, in)
	if first != second || first.Donation != id {
		t.Errorf("got %v and %v, want one payment of donation %s", first, second, id)
	}
	w.payWith(t, first, goodCard)
	third := w.begin(t, in)
	gift, err := w.GetDonorView(ctx, third.URL[len(testworld.BaseURL+"/gifts/"):])
	must.Do(t, err)
	if gift.Donation.ID != id || gift.Donation.State != fund.DonationCompleted || w.raised(t) != 1000 {
		t.Errorf("got %s of %s, want the donation that was made", gift.Donation.State, gift.Donation.ID)
	}
	other := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Other"), Status: fund.Some(fund.Published)})
	_, err = w.BeginDonation(ctx, app.Actor{}, campaignKey(other), fund.CheckoutInput{ID: id, DonationInput: fund.DonationInput{Amount: "1"}})
	wantKind(t, err, "conflict")
}

func TestTheFeeIsKeptApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mug := w.reward(t, 9)
	in := claiming(mug, 2)
	in.CoverFee, in.Email = true, "ada@example.org"
	begun := w.begin(t, in)
	w.payWith(t, begun, goodCard)
	g, err := w.GetDonorView(t.Context(), donorKey(t, w, begun))
	must.Do(t, err)
	// 20.91 is paid; the fee of 2.9 % and 0.30 leaves 20.00.
	if g.Payment.FeeCover != 91 || *g.Payment.Fee != 91 || g.Donation.Amount != 2000 || w.raised(t) != 2000 {
		t.Errorf("got cover %d, fee %d, donation %d, want 91, 91 and 2000", g.Payment.FeeCover, *g.Payment.Fee, g.Donation.Amount)
	}
	if g.Receipt == nil || g.Receipt.Number != 1 || g.Donated() != 2091 {
		t.Errorf("got receipt %+v of %d, want number 1 of 2091", g.Receipt, g.Donated())
	}
	if got := w.issued(t, begun.Donation)[0].Facts; got.Kept() != 2091 || got.RewardValue() != 600 || got.Deductible() != 1491 {
		t.Errorf("got %d, worth %d, deductible %d, want 2091, 600 and 1491", got.Kept(), got.RewardValue(), got.Deductible())
	}
	if g.Receipt.Mail.State() != fund.MailWaiting {
		t.Errorf("got mail %s, want that it waits", g.Receipt.Mail.State())
	}
	d, err := w.RefundDonation(t.Context(), w.causer, fund.Key{ID: begun.Donation}, "5")
	must.Do(t, err)
	if d.State != fund.DonationPartiallyRefunded || d.Net() != 1500 || w.raised(t) != 1500 {
		t.Errorf("got %s with %d left, want a part refunded and 1500", d.State, d.Net())
	}
	d, err = w.RefundDonation(t.Context(), w.causer, fund.Key{ID: begun.Donation}, "")
	must.Do(t, err)
	g, err = w.GetDonorView(t.Context(), donorKey(t, w, begun))
	must.Do(t, err)
	if d.State != fund.DonationRefunded || w.raised(t) != 0 || g.Donated() != 0 || g.Receipt.Valid() {
		t.Errorf("got %s, %d raised, %d given, want all of it refunded, including the fee cover", d.State, w.raised(t), g.Donated())
	}
}

func donorKey(t *testing.T, w *world, begun app.StartedDonation) string {
	t.Helper()
	key, err := w.DonationKey(t.Context(), begun.Donation)
	must.Do(t, err)
	return key
}

func TestDisputesAreConceded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.begin(t, fund.CheckoutInput{})
	w.payWith(t, begun, wonCard)
	key := fund.Key{ID: begun.Donation}
	_, err := w.ConcedeDispute(ctx, w.causer, key)
	wantKind(t, err, "conflict")
	w.settle(t)
	_, err = w.ConcedeDispute(ctx, w.stranger, key)
	wantKind(t, err, "not_found")
	_, err = w.RefundDonation(ctx, w.causer, key, "")
	wantKind(t, err, "conflict")
	d, err := w.ConcedeDispute(ctx, w.causer, key)
	must.Do(t, err)
	if d.State != fund.DonationLost || d.Net() != 0 || w.raised(t) != 0 {
		t.Errorf("got %s with %d left, want lost", d.State, d.Net())
	}
}

func TestDonationsHaveBounds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.UpdateDonationSettings(ctx, w.stranger, campaignKey(w.campaign), fund.DonationSettingsPatch{})
	wantKind(t, err, "forbidden")
	_, err = w.UpdateDonationSettings(ctx, w.owner, campaignKey(w.campaign), fund.DonationSettingsPatch{
		Minimum: fund.Some("5"), Maximum: fund.Some("4"), Presets: fund.Some([]string{"x"}), Screening: fund.Some(fund.ScreeningMode("some")),
		Words: fund.Some([]string{" "}), ReleaseAfter: fund.Some[int64](-1),
	})
	wantFields(t, err, "maximum must not be less than the minimum", "presets.0 is not a number", "screening is not one of the allowed values",
		"words.0 cannot be blank", "release_after must be from 0 to 2592000 seconds (30 days)")
	donate := func(amount string) error {
		_, err := w.BeginDonation(ctx, app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: amount}})
		return err
	}
	must.Do(t, donate("1"))
	wantFields(t, donate("0.99"), "amount is less than the minimum donation of $1.00")
	must.Do(t, donate("999999.99"))
	wantFields(t, donate("1000000"), "amount is more than the maximum donation of $999,999.99")
	_, err = w.UpdateDonationSettings(ctx, w.causer, app.FactKey{Key: fund.Key{ID: w.cause.ID}, Kinds: []fund.Kind{fund.KindCause}}, fund.DonationSettingsPatch{Minimum: fund.Some("3")})
	must.Do(t, err)
	wantFields(t, donate("2.99"), "amount is less than the minimum donation of $3.00")
	_, err = w.UpdateDonationSettings(ctx, w.owner, campaignKey(w.campaign), fund.DonationSettingsPatch{Minimum: fund.Some("2"), Maximum: fund.Some("4")})
	wantFields(t, err, "minimum must not be less than the cause's: $3.00")
	_, err = w.UpdateDonationSettings(ctx, w.owner, campaignKey(w.campaign), fund.DonationSettingsPatch{Minimum: fund.Some("3.50"), Maximum: fund.Some("4")})
	must.Do(t, err)
	wantFields(t, donate("3.49"), "amount is less than the minimum donation of $3.50")
	must.Do(t, donate("3.50"))
	wantFields(t, donate("4.01"), "amount is more than the maximum donation of $4.00")
}

func TestScreeningHoldsAndReleases(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := func(patch fund.DonationSettingsPatch) {
		t.Helper()
		_, err := w.UpdateDonationSettings(t.Context(), w.owner, campaignKey(w.campaign), patch)
		must.Do(t, err)
	}
	donate := func(name, comment string) fund.Donation {
		t.Helper()
		begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: name, Comment: comment}})
		w.payWith(t, begun, goodCard)
		return w.donation(t, begun.Donation)
	}
	want := func(d fund.Donation, name, comment string) {
		t.Helper()
		if got := w.donation(t, d.ID); got.DisplayName() != name || got.DisplayComment() != comment {
			t.Errorf("got %q, %q, want %q, %q", got.DisplayName(), got.DisplayComment(), name, comment)
		}
	}
	want(donate("Ada", "hi"), "Ada", "hi")
	set(fund.DonationSettingsPatch{Words: fund.Some([]string{"Straße"})})
	want(donate("Ada", "in der STRASSE"), "Ada", "")
	want(donate("ｓｔｒａßｅ", "hi"), fund.Anonymous, "")
	set(fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenComments), ReleaseAfter: fund.Some[int64](3600)})
	held, word := donate("Ada", "hello"), donate("Ada", "straße")
	want(held, "Ada", "")
	want(donate("Ada", ""), "Ada", "")
	set(fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	all := donate("Bo", "ho")
	want(all, fund.Anonymous, "")
	if got := w.raised(t); got != 7000 {
		t.Errorf("got %d raised, want 7000: money always counts", got)
	}
	w.Clock.Advance(time.Hour)
	w.settle(t)
	want(held, "Ada", "hello")
	want(all, "Bo", "ho")
	want(word, "Ada", "") // somebody has to review it
	if got := w.acts(t, all.ID); got != nil {
		t.Errorf("got the acts %q, want none: nobody released it", got)
	}
}

func TestMatchesEndByTheClock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	m, err := w.CreateMatch(ctx, w.owner, campaignKey(w.campaign), fund.MatchPatch{
		MatchedBy: fund.Some("Grace"), Pledged: fund.Some("50"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	var begun []app.StartedDonation
	for range 4 {
		begun = append(begun, w.begin(t, fund.CheckoutInput{}))
		w.payWith(t, begun[len(begun)-1], goodCard)
	}
	for i := range 2 {
		_, err = w.RefundDonation(ctx, w.causer, fund.Key{ID: begun[i].Donation}, "")
		must.Do(t, err)
	}
	w.Clock.Advance(time.Hour)
	for range 2 { // it happens once
		w.settle(t)
	}
	if m, err = w.GetMatch(ctx, app.System(), fund.Key{ID: m.ID}); err != nil || m.CompletedAt.IsZero() {
		t.Fatalf("got %+v, %v, want an end", m, err)
	}
	d := w.donation(t, m.DonationID)
	if d.Amount != 2000 || !d.IsMatch || d.Name != "Grace" || w.raised(t) != 4000 {
		t.Errorf("got %d of %s, %d raised, want 2000 of Grace, not refunded", d.Amount, d.Name, w.raised(t))
	}
}

// TestProviderEventsWaitForTheirPayment has a provider event that cannot be applied yet: it stays, is retried less and less often, and is
// applied once it can be.
func TestProviderEventsWaitForTheirPayment(t *testing.T) {
	t.Parallel()
	w, c := withChaos(t)
	ctx := t.Context()
	begun := w.begin(t, fund.CheckoutInput{})
	must.Do(t, c.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Status, s.Currency = fund.PaymentPaid, "EUR" }))
	must.Do(t, w.TakeProviderEvent(ctx, "chaos", c.event(begun.Donation, "paid", chaosWord)))
	w.settle(t)
	open, err := w.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 9})
	must.Do(t, err)
	want := "The provider says that 1000 EUR were paid, but 1000 USD were asked for (in minor units)."
	if len(open) != 1 || open[0].Problem != want || open[0].Tries != 1 || w.raised(t) != 0 {
		t.Fatalf("got %+v, want one event with the problem %q", open, want)
	}
	must.Do(t, c.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Currency = "USD" }))
	must.Do(t, w.ApplyProviderEvent(ctx, app.System(), open[0].ID))
	must.Do(t, w.ApplyProviderEvent(ctx, app.System(), open[0].ID)) // nothing more
	if open, err = w.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 9}); err != nil || len(open) != 0 || w.raised(t) != 1000 {
		t.Errorf("got %v left, %v, %d raised, want none and 1000", open, err, w.raised(t))
	}
	for _, raw := range []pay.Raw{{}, {Body: []byte("{")}, {Body: make([]byte, 1<<20+1)}} {
		if err := w.TakeProviderEvent(ctx, sandbox.Name, raw); err == nil {
			t.Errorf("an event of %d bytes without a signature: got no error", len(raw.Body))
		}
	}
	wantKind(t, w.TakeProviderEvent(ctx, "nobody", pay.Raw{}), "not_found")
}

// TestAFormThatComesTwiceAtOnce is a donor with two clicks: both lead to the one payment.
func TestAFormThatComesTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := fund.NewID(w.Clock.Now(), idBits)
	must.Do(t, err)
	mug := w.reward(t, 1)
	in := claiming(mug, 1)
	in.ID = id
	var clicks sync.WaitGroup
	begun := make([]app.StartedDonation, 8)
	for i := range begun {
		clicks.Go(func() {
			var err error
			if begun[i], err = w.BeginDonation(context.Background(), app.Actor{}, campaignKey(w.campaign), in); err != nil {
				t.Errorf("click %d: got %v, want the payment", i, err)
			}
		})
	}
	clicks.Wait()
	for _, one := range begun {
		if one != begun[0] || one.Donation != id {
			t.Errorf("got %+v and %+v, want one payment of donation %s", one, begun[0], id)
		}
	}
	if got := w.stock(t, mug); got != [3]int64{0, 1, 0} {
		t.Errorf("got %v, want the last mug held", got)
	}
}
