package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// TestMigrateClaims finds claims that were there before: those with an answer or an address are due some time after their donation changed
// last, others never.
func TestMigrateClaims(t *testing.T) {
	onBothPast(t, func(t *testing.T, s *store.Store) {
		p := past{t, s}
		store.MigrateTo(t, s, 1)
		old := fillVersion1(p)
		old.grow(p, 9)
		donation, reward := fund.ID{0: 100, 15: 1}, fund.ID{0: 101, 15: 1}
		p.insert("donations", `id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
			sustained, completed_at, created_at, updated_at, origin`,
			donation, 100, old.campaign, old.cause, 1, "USD", 1, "completed", true, "Ada", "", "", false, false, 50, 50, 70, "offline")
		p.insert("rewards", `id, legacy_id, fact_id, name, description, amount, currency, kind, shipping_address_required, shipping_note, custom_question,
			image, enabled, always_active, created_at, updated_at`, reward, 100, old.campaign, "Mug", "", 1, "USD", "", true, "", "", "", true, true, 50, 50)
		claims := []fund.ID{{0: 102, 15: 1}, {0: 103, 15: 1}, {0: 104, 15: 1}}
		for i, private := range [][2]string{{"L", ""}, {"", `{"City":"Bonn"}`}, {"", ""}} {
			p.insert("reward_claims", "id, donation_id, reward_id, quantity, answer, address", claims[i], donation, reward, 1, private[0], private[1])
		}
		if _, _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		due := time.UnixMicro(70).Add(fund.ClaimRetention)
		for when, want := range map[time.Time][]fund.ID{due.Add(-time.Microsecond): nil, due: claims[:2]} {
			got := must.Get(s.DueWork(t.Context(), fund.WorkClaim, when, 9))(t)
			slices.SortFunc(got, func(a, b fund.ID) int { return slices.Compare(a[:], b[:]) })
			if !slices.Equal(got, want) {
				t.Errorf("got %v due at %s, want %v", got, when, want)
			}
		}
	})
}
