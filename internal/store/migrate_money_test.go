package store_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// onBothPast runs a test on databases without a schema.
func onBothPast(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Helper()
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{
		"sqlite":   func(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "almoner.db") },
		"postgres": testpg.Start,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), url(t), store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			test(t, s)
		})
	}
}

// priced is a database of version 5 with an amount in every column: 7 of the smallest unit, but for sums.
type priced struct {
	version1
	poll, option, target, reward, match, house, item, pending fund.ID
}

func fillPriced(p past, currency string) priced {
	p.Helper()
	store.MigrateTo(p, p.s, 1)
	old := priced{version1: fillVersion1(p)}
	old.grow(p, 4)
	store.MigrateTo(p, p.s, 5)
	for i, id := range []*fund.ID{&old.poll, &old.option, &old.target, &old.reward, &old.match, &old.house, &old.item, &old.pending} {
		*id = fund.ID{0: byte(50 + i), 15: 1}
	}
	for _, table := range []string{"facts", "donations", "ledger", "donation_matches"} {
		store.Damage(p, p.s, "UPDATE "+table+" SET currency = $1", currency)
	}
	store.Damage(p, p.s, "UPDATE facts SET goal = 7, original_goal = 7")
	store.Damage(p, p.s, "UPDATE milestones SET amount = 7")
	store.Damage(p, p.s, `UPDATE causes SET details = '{"legal_name":"R","settings":{"minimum_donation":7,"unknown":12345678901234567890}}'`)
	store.Damage(p, p.s, `UPDATE giving SET minimum = 7, maximum = 7, presets = '[7,7]'`)
	store.Damage(p, p.s, `UPDATE donation_matches SET pledged = 7, started_at = 7 WHERE id = $1`, openMatch)
	old.insertParts(p, currency)
	return old
}

func (old priced) insertParts(p past, currency string) {
	p.Helper()
	p.insert("polls", "id, legacy_id, fact_id, name, enabled, created_at, updated_at", old.poll, 1, old.campaign, "p", true, 1, 1)
	p.insert("poll_options", "id, legacy_id, poll_id, name, raised, created_at, updated_at", old.option, 1, old.poll, "o", 0, 1, 1)
	p.insert("targets", "id, legacy_id, fact_id, name, amount, raised, enabled, created_at, updated_at", old.target, 1, old.campaign, "t", 7, 0, true, 1, 1)
	p.insert("rewards", `id, legacy_id, fact_id, name, description, amount, currency, kind, fair_market_value, shipping_address_required,
		shipping_note, custom_question, image, enabled, always_active, created_at, updated_at`,
		old.reward, 1, old.campaign, "r", "", 7, currency, "digital", 7, false, "", "", "", true, true, 1, 1)
	p.insert("auction_houses", "fact_id, banner, pledged", old.campaign, "", 7)
	p.insert("auction_items", `id, house_id, name, short_description, description, legal, rules, images, fair_market_value, starting_bid,
		starts_at, ends_at, created_at, updated_at`, old.item, old.campaign, "i", "", "", "", "", "[]", 7, 7, 1, 2, 1, 1)
	p.insert("auction_bids", "id, item_id, amount, public_name, winning, created_at, updated_at", old.match, old.item, 7, "b", true, 1, 1)
	p.insert("donations", `id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
		sustained, reference, release_at, created_at, updated_at`,
		old.pending, 3, old.campaign, old.cause, 7, currency, 7, "pending", false, "Ada", "", "", false, false, nil, 61_000_000, 1_000_000, 1)
	p.insert("payments", `donation_id, provider, account, reference, status, reason, fee_cover, fee, refunded, disputed, created_at, updated_at`,
		old.pending, "sandbox", "", "p", "open", "", 7, 7, 7, 7, 1, 1)
	p.insert("sandbox_payments", "id, body, version", old.pending.String(),
		`{"Donated":7,"FeeCover":7,"Currency":"`+currency+`","Status":"open","Fee":7,"Refunded":0,"Disputed":0,"Refunds":null}`, 1)
	for id, board := range map[int]string{1: "donor", 2: "user_distance"} {
		p.insert("boards", "id, fact_id, board, period, begins", id, old.campaign, board, "day", 1)
		p.insert("scores", "board_id, entrant_id, score", id, old.ann, 7)
	}
}

// TestMigrationKeepsAmountsInMajorUnits multiplies what was stored without the decimals of its currency.
func TestMigrationKeepsAmountsInMajorUnits(t *testing.T) {
	t.Parallel()
	for currency, factor := range map[string]int64{"USD": 1, "RSD": 100, "IQD": 1000} {
		t.Run(currency, func(t *testing.T) {
			onBothPast(t, func(t *testing.T, s *store.Store) {
				old := fillPriced(past{t, s}, currency)
				if _, _, err := s.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				old.checkPriced(t, s, factor)
				store.Damage(t, s, "DELETE FROM scores")
				store.Damage(t, s, "DELETE FROM boards")
				if report, err := s.Audit(t.Context()); err != nil || len(report.Differences) > 0 {
					t.Errorf("audit: got %v, %v, want no difference", report.Differences, err)
				}
			})
		})
	}
}

func (old priced) checkPriced(t *testing.T, s *store.Store, factor int64) {
	t.Helper()
	for query, was := range map[string]int64{
		"SELECT SUM(goal) FROM facts":                               14,
		"SELECT SUM(original_goal) FROM facts":                      14,
		"SELECT SUM(raised) FROM facts":                             1000,
		"SELECT SUM(supported) FROM facts":                          1000,
		"SELECT SUM(amount) FROM targets":                           7,
		"SELECT SUM(amount) FROM rewards":                           7,
		"SELECT SUM(fair_market_value) FROM rewards":                7,
		"SELECT SUM(amount) FROM milestones":                        7,
		"SELECT SUM(amount) FROM donations":                         1007,
		"SELECT SUM(amount) FROM ledger":                            1000,
		"SELECT SUM(amount) FROM events":                            1000,
		"SELECT SUM(pledged) FROM auction_houses":                   7,
		"SELECT SUM(fair_market_value) FROM auction_items":          7,
		"SELECT SUM(starting_bid) FROM auction_items":               7,
		"SELECT SUM(amount) FROM auction_bids":                      7,
		"SELECT SUM(pledged) FROM donation_matches":                 207,
		"SELECT SUM(started_at) FROM donation_matches":              7,
		"SELECT SUM(score) FROM scores WHERE board_id = 1":          7,
		"SELECT SUM(minimum + maximum) FROM giving":                 14,
		"SELECT SUM(fee_cover + fee + refunded) FROM payments":      21,
		"SELECT SUM(disputed) FROM payments":                        7,
		"SELECT COUNT(*) FROM donations WHERE origin = 'payment'":   0,
		"SELECT SUM(screen_after) FROM donations WHERE usd = 7":     0,
		"SELECT SUM(usd) - 1007 FROM donations":                     0,
		"SELECT SUM(score) - 7 FROM scores WHERE board_id = 2":      0,
		"SELECT SUM(raised_usd) - 1000 FROM users":                  0,
		"SELECT COUNT(*) - 2 FROM donations WHERE origin='offline'": 0,
	} {
		want := was * factor
		switch {
		case strings.Contains(query, "'payment'"):
			want = 1
		case strings.Contains(query, "screen_after"):
			want = 60
		}
		var got int64
		if store.Scan(t, s, &got, query); got != want {
			t.Errorf("%s: got %d, want %d", query, got, want)
		}
	}
	unit := fmt.Sprint(7 * factor)
	for query, want := range map[string]string{
		"SELECT presets FROM giving": "[" + unit + "," + unit + "]",
		"SELECT details FROM causes": `{"legal_name":"R","settings":{"minimum_donation":` + unit + `,"unknown":12345678901234567890}}`,
	} {
		var got string
		if store.Scan(t, s, &got, query); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
	var body string
	store.Scan(t, s, &body, "SELECT body FROM sandbox_payments")
	for _, key := range []string{"Donated", "FeeCover", "Fee"} {
		if want := `"` + key + `":` + unit + ","; !strings.Contains(body, want) {
			t.Errorf("sandbox payment: got %s, want %s", body, want)
		}
	}
}

// TestMigrationRefusesWhatIsNoAmount changes nothing in a database with values that cannot be counted, and names them.
func TestMigrationRefusesWhatIsNoAmount(t *testing.T) {
	t.Parallel()
	type bad struct{ damage, mend, names, value string }
	for currency, all := range map[string][]bad{
		"USD": {
			{"UPDATE facts SET supported = 9007199254740992 WHERE kind = 'cause'", "UPDATE facts SET supported = 1000 WHERE kind = 'cause'", "facts.supported of ", "9007199254740992"},
			{"UPDATE users SET raised_usd = -1 WHERE legacy_id = 2", "UPDATE users SET raised_usd = 0 WHERE legacy_id = 2", "users.raised_usd of ", "-1"},
			{"UPDATE donations SET refunded = 400, disputed = 301 WHERE legacy_id = 1", "UPDATE donations SET refunded = 0, disputed = 0", "donations.refunded of ", "400, with 301"},
		},
		"IQD": {
			{"UPDATE targets SET amount = 9007199254741", "UPDATE targets SET amount = 7", "targets.amount of ", "9007199254741"},
			{"UPDATE giving SET presets = '[1.5]'", "UPDATE giving SET presets = '[7,7]'", "giving.presets of ", ""},
		},
	} {
		t.Run(currency, func(t *testing.T) {
			onBothPast(t, func(t *testing.T, s *store.Store) {
				fillPriced(past{t, s}, currency)
				for _, c := range all {
					store.Damage(t, s, c.damage)
					_, _, err := s.Migrate(t.Context())
					if text := fault.From(err).Message; !strings.Contains(text, c.names) || !strings.Contains(text, c.value) || !strings.Contains(text, "nothing was changed") {
						t.Errorf("got %v, want %q refused with its value", err, c.names)
					}
					store.Damage(t, s, c.mend)
				}
				var raised int64
				if store.Scan(t, s, &raised, "SELECT raised FROM facts WHERE kind = 'campaign'"); raised != 1000 {
					t.Errorf("got a total of %d, want it unchanged", raised)
				}
				if _, _, err := s.Migrate(t.Context()); err != nil {
					t.Errorf("mended: %v", err)
				}
			})
		})
	}
}

// TestMigrationRefusesRealNumbers is about SQLite, which stores a sum that overflows as a REAL.
func TestMigrationRefusesRealNumbers(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "almoner.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	old := fillPriced(past{t, s}, "USD")
	store.Damage(t, s, "UPDATE facts SET supported = 9223372036854775807 WHERE id = $1", old.cause)
	store.Damage(t, s, "UPDATE facts SET supported = supported + 1000 WHERE id = $1", old.cause)
	_, _, err = s.Migrate(t.Context())
	if text := fault.From(err).Message; !strings.Contains(text, "facts.supported of "+old.cause.String()+" is 9.2233720368547") {
		t.Errorf("got %v, want the total named with its value", err)
	}
}

// TestNoColumnTakesWhatIsNoAmount tries to store what is just beyond each bound.
func TestNoColumnTakesWhatIsNoAmount(t *testing.T) {
	onBothPast(t, func(t *testing.T, s *store.Store) {
		fillPriced(past{t, s}, "USD")
		if _, _, err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, c := range store.MoneyColumns() {
			beyond := []any{c.Most + 1, c.Least - 1}
			if c.Most == math.MaxInt64 {
				beyond = nil
			}
			if store.Lite(s) {
				beyond = append(beyond, "9.3e18", "1.5")
			}
			for _, value := range beyond {
				if err := store.TryDamage(t, s, fmt.Sprintf("UPDATE %s SET %s = %v", c.Table, c.Column, value)); err == nil {
					t.Errorf("%s.%s: %v was stored, want it refused", c.Table, c.Column, value)
				}
			}
			for _, value := range []int64{c.Least, c.Most} {
				if c.Table == "donations" {
					continue // what went back is at most the amount
				}
				if err := store.TryDamage(t, s, fmt.Sprintf("UPDATE %s SET %s = %d", c.Table, c.Column, value)); err != nil {
					t.Errorf("%s.%s: %d: %v", c.Table, c.Column, value, err)
				}
			}
		}
		if err := store.TryDamage(t, s, "UPDATE donations SET refunded = amount, disputed = 1"); err == nil {
			t.Error("more went back of a donation than its amount, want it refused")
		}
	})
}
