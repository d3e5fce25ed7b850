package store_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestMigrateMails moves receipts whose mails are in every state to the outbox: none is forgotten, and none that may have been sent is
// due again.
func TestMigrateMails(t *testing.T) {
	at := func(n int64) time.Time { return time.UnixMicro(n).UTC() }
	states := []struct {
		name              string
		email             string
		due, handed, sent any
		tries             int
		problem           string
		want              fund.Mail
		state             fund.MailState
		dueNow, listed    bool
	}{
		{name: "no address", state: fund.MailNone},
		{name: "waiting", email: "w@example.org", due: 100, want: fund.Mail{DueAt: at(100)}, state: fund.MailWaiting, dueNow: true},
		{
			name: "put off", email: "p@example.org", due: 900, tries: 3, problem: "grey",
			want: fund.Mail{DueAt: at(900), Tries: 3, Problem: "grey"}, state: fund.MailWaiting,
		},
		{name: "claimed", email: "c@example.org", due: 501, want: fund.Mail{DueAt: at(501)}, state: fund.MailWaiting},
		{name: "handed", email: "h@example.org", handed: 200, want: fund.Mail{HandedAt: at(200)}, state: fund.MailUnknown, listed: true},
		{
			name: "lost", email: "l@example.org", handed: 200, tries: 1, problem: "no answer",
			want: fund.Mail{HandedAt: at(200), Tries: 1, Problem: "no answer"}, state: fund.MailUnknown, listed: true,
		},
		{
			name: "sent", email: "s@example.org", handed: 200, sent: 300, tries: 1,
			want: fund.Mail{HandedAt: at(200), SentAt: at(300), Tries: 1}, state: fund.MailSent,
		},
		{
			name: "refused", email: "r@example.org", tries: 1, problem: "nobody",
			want: fund.Mail{Tries: 1, Problem: "nobody"}, state: fund.MailRefused, listed: true,
		},
	}
	onBothPast(t, func(t *testing.T, s *store.Store) {
		p := past{t, s}
		store.MigrateTo(t, s, 1)
		old := fillVersion1(p)
		old.grow(p, 9)
		for i, c := range states {
			id := fund.ID{0: byte(100 + i), 15: 1}
			p.insert("donations", `id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
				sustained, completed_at, created_at, updated_at, origin`,
				id, 100+i, old.campaign, old.cause, 1, "USD", 1, "completed", true, "Ada", "", c.email, false, false, 50, 50, 50, "payment")
			p.insert("receipts", "donation_id, cause_id, number, tries, problem, due_at, handed_at, sent_at, issued_at",
				id, old.cause, i+1, c.tries, c.problem, c.due, c.handed, c.sent, 50)
		}
		if _, _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		var due []fund.ID
		looked := map[fund.ID]fund.MailState{}
		for i, c := range states {
			id := fund.ID{0: byte(100 + i), 15: 1}
			want := fund.Receipt{DonationID: id, CauseID: old.cause, Number: int64(i + 1), IssuedAt: at(50), Mail: c.want}
			if c.state != fund.MailNone {
				m := &want.Mail
				m.ID, m.Kind, m.Recipient, m.About, m.CreatedAt = id, fund.MailReceipt, c.email, id, at(50)
			}
			r, err := s.GetReceipt(t.Context(), id)
			if err != nil || r != want || r.Mail.State() != c.state {
				t.Errorf("%s: got %+v, %v, want %+v, %s", c.name, r, err, want, c.state)
			}
			if c.dueNow {
				due = append(due, id)
			}
			if c.listed {
				looked[id] = c.state
			}
		}
		got, err := s.DueWork(t.Context(), fund.WorkMail, at(500), 9)
		if err != nil || len(got) != 1 || got[0] != due[0] {
			t.Errorf("got %v due, %v, want only the one that waits", got, err)
		}
		for _, state := range []fund.MailState{fund.MailUnknown, fund.MailRefused} {
			all, err := s.ListReceipts(t.Context(), state, fund.Page{Limit: 9, Order: fund.OldestFirst})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				if looked[r.DonationID] != state {
					t.Errorf("got receipt %d listed as %s", r.Number, state)
				}
				delete(looked, r.DonationID)
			}
		}
		if len(looked) > 0 {
			t.Errorf("got %v not listed", looked)
		}
	})
}
