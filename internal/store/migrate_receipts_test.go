package store_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestMigrateReceipts freezes receipts of an earlier version: they state what the earlier version would have shown, under their old numbers.
func TestMigrateReceipts(t *testing.T) {
	at := func(n int64) time.Time { return time.UnixMicro(n).UTC() }
	onBothPast(t, func(t *testing.T, s *store.Store) {
		p := past{t, s}
		store.MigrateTo(t, s, 27)
		ann, cause, campaign := fund.ID{0: 1, 15: 1}, fund.ID{0: 5, 15: 1}, fund.ID{0: 6, 15: 1}
		p.user(ann, 1, 5)
		p.fact(cause, cause, fund.ID{})
		p.insert("causes", "fact_id, details", cause, `{"legal_name":"Water, Inc.","government_id":"12-3456789","address":{"city":"Bath","country":"GB"}}`)
		p.fact(campaign, cause, ann)
		for i, c := range []struct {
			state              string
			refunded, disputed int64
		}{{"completed", 0, 0}, {"partially_refunded", 30, 0}, {"refunded", 105, 0}, {"disputed", 0, 105}, {"lost", 0, 105}} {
			id := fund.ID{0: byte(100 + i), 15: 1}
			p.insert("donations", `id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
				sustained, completed_at, created_at, updated_at, origin, refunded, disputed`,
				id, 100+i, campaign, cause, 100, "USD", 1, c.state, true, "Ada", "", "a@example.org", false, false, 50, 50, 50, "payment",
				min(100, c.refunded), min(100, c.disputed))
			p.insert("payments", "donation_id, provider, account, reference, status, reason, fee_cover, refunded, disputed, version, created_at, updated_at",
				id, "stripe", "acct_1", id.String(), "paid", "", 5, c.refunded, c.disputed, 1, 50, 70)
			p.insert("receipts", "donation_id, cause_id, number, issued_at", id, cause, i+1, 60)
		}
		if _, _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, returned := range []int64{0, 30, 105, 0, 105} {
			id := fund.ID{0: byte(100 + i), 15: 1}
			all, err := s.ListIssuedReceipts(t.Context(), id)
			if err != nil || len(all) != 1 {
				t.Fatalf("got %v, %v, want one receipt", all, err)
			}
			f, r := all[0].Facts, all[0].Receipt
			if r.Number != int64(i+1) || !r.IssuedAt.Equal(at(60)) || r.Valid() != (returned < 105) || r.Valid() != r.VoidAt.IsZero() {
				t.Errorf("got %+v, want the receipt as it was", r)
			}
			charity := fund.ReceiptCharity{Name: "f", LegalName: "Water, Inc.", GovernmentID: "12-3456789", Address: fund.Address{City: "Bath", Country: "GB"}}
			if f.Profile != fund.LegacyReceipts || f.Charity != charity || f.Donor.Name != "Ada" || f.Donor.Email != "a@example.org" || f.For != "f" ||
				f.Donated != 100 || f.FeeCover != 5 || f.Returned != returned || !f.PaidAt.Equal(at(50)) || !f.FirstIssuedAt.Equal(at(60)) {
				t.Errorf("got %+v, want what it stated", f)
			}
		}
	})
}
