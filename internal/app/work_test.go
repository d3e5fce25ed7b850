package app_test

import (
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestNodesDoEachRowOnce has two nodes on one database do what is due at the same moment: payments are asked about and donations released
// once.
func TestNodesDoEachRowOnce(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	const rows = 24
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything), ReleaseAfter: fund.Some[int64](60)})
	unpaid, held := map[string]bool{}, map[fund.ID]int{}
	for range rows {
		unpaid["pi_"+w.begin(t, fund.CheckoutInput{}).Donation.String()] = true
		id := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: "Ada"}}).Donation
		held[id] = 0
		must.Do(t, chaos.change("pi_"+id.String(), func(s *fund.PaymentState) { s.Status, s.Fee = fund.PaymentPaid, new(int64) }))
		must.Do(t, w.Reconcile(t.Context(), id))
	}
	w.Clock.Advance(24 * time.Hour)
	before := w.position(t.Context(), t)
	var nodes sync.WaitGroup
	for _, node := range []*app.App{w.Node(nil), w.Node(nil)} {
		nodes.Go(func() { node.DoDue(t.Context()) })
	}
	nodes.Wait()
	for reference := range unpaid {
		// An open payment whose time is over is looked up before and after it is canceled.
		if n := chaos.lookUps[reference]; n != 2 {
			t.Errorf("%s: got it looked up %d times, want twice, by one node", reference, n)
		}
	}
	for _, e := range w.events(t.Context(), t, before) {
		if e.Topic == fund.TopicDonationScreened {
			held[e.Subject]++
		}
	}
	for id, n := range held {
		if n != 1 {
			t.Errorf("donation %s: got it released %d times, want once", id, n)
		}
	}
}
