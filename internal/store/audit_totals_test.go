package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// everything makes an appeal with donations of every kind: paid through a provider, pending, in cash, partly
// refunded, with a vote, a target, rewards and a donation match. It returns the donation that was paid.
func everything(t *testing.T, s *store.Store) (*appeal, fund.ID) {
	t.Helper()
	a := newAppeal(t, s, 100)
	match := fund.DonationMatch{
		ID: newID(), DonationID: newID(), FactID: a.solo.ID, Type: fund.MatchAll, MatchedBy: "Bo", Pledged: 10_000, Currency: "USD",
		StartsAt: epoch, EndsAt: time.Now().Add(time.Hour), CreatedAt: epoch, UpdatedAt: epoch,
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, match) })
	full := func(amount int64) store.Completion {
		c := a.donation(amount)
		c.Donation.PollOption, c.Donation.Target = &fund.Ref{ID: a.poll.Options[0].ID}, &fund.Ref{ID: a.target.ID}
		c.Donation.Claims = []fund.Claim{{ID: newID(), Reward: fund.Ref{ID: a.reward.ID}, Quantity: 3}}
		return c
	}
	var begun []fund.ID
	for _, amount := range []int64{700, 900} {
		d, err := s.Begin(t.Context(), store.PendingDonation{Completion: full(amount), Payment: fund.Payment{Provider: "fake", DueAt: time.Now().Add(time.Hour)}})
		if err != nil {
			t.Fatal(err)
		}
		begun = append(begun, d.ID)
	}
	settle(t, s, begun[0], fund.PaymentState{Status: fund.PaymentPaid, Paid: 700, Currency: "USD"})
	forTeam := a.donation(60)
	forTeam.Donation.Fact, forTeam.Donation.FactKind = *ref(a.together), a.together.Kind
	for _, c := range []store.Completion{full(100), full(200), full(300), forTeam} {
		if _, err := s.Complete(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, s, begun[0], fund.PaymentState{Status: fund.PaymentPaid, Paid: 700, Currency: "USD", Refunded: 50})
	return a, begun[0]
}

func settle(t *testing.T, s *store.Store, donation fund.ID, reported fund.PaymentState) {
	t.Helper()
	p, err := s.GetPayment(t.Context(), donation)
	if err == nil {
		err = s.Settle(t.Context(), store.Settlement{Payment: p, Reported: reported})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestAuditFindsAndRebuildMendsEveryTotal damages each total once.
func TestAuditFindsAndRebuildMendsEveryTotal(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.SmallRanges(s)
		everything(t, s)
		wantClean(t, s)
		for _, total := range []string{
			"facts.raised", "facts.supported", "poll_options.raised", "targets.raised", "rewards.claimed", "rewards.held",
			"users.raised_usd", "teams.raised_usd", "donation_matches.raised",
		} {
			table, column, _ := strings.Cut(total, ".")
			store.Damage(t, s, "UPDATE "+table+" SET "+column+" = "+column+" + 1 WHERE "+column+" > 0")
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) == 0 {
				t.Errorf("%s: got %v, %v, want a difference", total, report.Differences, err)
			}
			for _, d := range report.Differences {
				if d.Total != total || d.Stored != d.Folded+1 {
					t.Errorf("%s: got %s, want it to be 1 more", total, d)
				}
			}
			mended, err := s.Rebuild(t.Context())
			if err != nil || len(mended) != len(report.Differences) {
				t.Errorf("%s: got %v, %v, want what the audit found", total, mended, err)
			}
			wantClean(t, s)
		}
	})
}

// TestAuditFindsPaymentsAndReceiptsThatDoNotFit damages the payment and the receipt of a donation.
func TestAuditFindsPaymentsAndReceiptsThatDoNotFit(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.SmallRanges(s)
		a, paid := everything(t, s)
		for _, c := range []struct {
			total, damage, mend string
			id                  fund.ID
		}{
			{"payments.status", "UPDATE payments SET status = 'open' WHERE donation_id = $1", "UPDATE payments SET status = 'paid' WHERE donation_id = $1", paid},
			{"payments.status", "UPDATE payments SET status = 'failed' WHERE donation_id = $1", "UPDATE payments SET status = 'paid' WHERE donation_id = $1", paid},
			{"payments.status", "UPDATE payments SET refunded = 49 WHERE donation_id = $1", "UPDATE payments SET refunded = 50 WHERE donation_id = $1", paid},
			{"payments.status", "UPDATE payments SET disputed = 1 WHERE donation_id = $1", "UPDATE payments SET disputed = 0 WHERE donation_id = $1", paid},
			{"receipts.number", "UPDATE receipts SET number = 9 WHERE donation_id = $1 AND replaced_by IS NULL", "UPDATE receipts SET number = 2 WHERE donation_id = $1 AND replaced_by IS NULL", a.cause.ID},
			{"receipts.donation_id", "UPDATE receipts SET cause_id = donation_id WHERE donation_id = $1", "UPDATE receipts SET cause_id = (SELECT d.cause_id FROM donations d WHERE d.id = receipts.donation_id) WHERE donation_id = $1", paid},
			{"receipts.donation_id", "DELETE FROM receipts WHERE donation_id = $1", "", paid},
		} {
			store.Damage(t, s, c.damage, paid)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != c.total || report.Differences[0].ID != c.id {
				t.Errorf("%s: got %v, %v, want one difference in %s of %s", c.damage, report.Differences, err, c.total, c.id)
			}
			if c.mend != "" {
				store.Damage(t, s, c.mend, paid)
				wantClean(t, s)
			}
		}
	})
}

// TestAuditCountsUnknownMails counts unknown mails, none of which is a difference.
func TestAuditCountsUnknownMails(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		_, paid := everything(t, s)
		store.Damage(t, s, "INSERT INTO mails (id, kind, recipient, about, handed_at, created_at) SELECT id, 'receipt', email, id, 1, 1 FROM donations WHERE id = $1", paid)
		report, err := s.Audit(t.Context())
		if err != nil || report.UnknownMails != 1 || len(report.Differences) > 0 {
			t.Errorf("got %+v, %v, want one unknown mail and no difference", report, err)
		}
	})
}

// TestAuditFindsAndRebuildMendsHours changes, deletes and adds a row of what was raised by hour.
func TestAuditFindsAndRebuildMendsHours(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		store.SmallRanges(s)
		a, _ := everything(t, s)
		for _, damage := range []string{
			"UPDATE raised_hours SET amount = amount + 1 WHERE fact_id = $1",
			"DELETE FROM raised_hours WHERE fact_id = $1",
			"UPDATE raised_hours SET hour = hour + 1 WHERE fact_id = $1",
		} {
			wantClean(t, s)
			store.Damage(t, s, damage, a.cause.ID)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) == 0 {
				t.Errorf("%s: got %v, %v, want a difference", damage, report.Differences, err)
			}
			for _, d := range report.Differences {
				if d.Total != "raised_hours.amount" || d.ID != a.cause.ID || d.Hour.IsZero() || !strings.Contains(d.String(), "in the hour from 2") {
					t.Errorf("%s: got %s, want an hour of the cause", damage, d)
				}
			}
			mended, err := s.Rebuild(t.Context())
			if err != nil || len(mended) != len(report.Differences) {
				t.Errorf("%s: got %v, %v, want what the audit found", damage, mended, err)
			}
		}
		wantClean(t, s)
		// Hours that lag behind the log are compared with what they have yet to follow.
		if _, err := s.Complete(t.Context(), a.donation(100)); err != nil {
			t.Fatal(err)
		}
		if wrong := store.HoursNow(t, s); len(wrong) > 0 {
			t.Errorf("got %v, want no difference in hours that lag behind", wrong)
		}
	})
}
