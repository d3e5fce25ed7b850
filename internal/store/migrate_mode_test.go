package store_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// TestTheModeOfADatabaseWithDonations migrates databases from before modes, with and without donations.
func TestTheModeOfADatabaseWithDonations(t *testing.T) {
	t.Parallel()
	payment := func(provider, reference string) func(past, version1) {
		return func(p past, old version1) {
			p.insert("payments", "donation_id, provider, account, reference, status, reason, fee_cover, created_at, updated_at",
				old.first, provider, "", reference, "paid", "", 0, 1, 1)
		}
	}
	for name, c := range map[string]struct {
		more func(past, version1)
		want fund.Mode
	}{
		"nothing":                  {func(p past, _ version1) { empty(p) }, ""},
		"by hand":                  {func(past, version1) {}, fund.ModeLive},
		"real payments":            {payment("stripe", "cs_live_a1"), fund.ModeLive},
		"test payments":            {payment("stripe", "cs_test_a1"), fund.ModeTest},
		"payments of the sandbox":  {payment("sandbox", "cs_live_a1"), fund.ModeSandbox},
		"a similar id":             {payment("stripe", "csXliveXa1"), fund.ModeLive},
		"an application triggered": {func(p past, _ version1) { p.exec("UPDATE applications SET scopes = 'public sandbox'") }, fund.ModeSandbox},
		"a token triggered":        {func(p past, _ version1) { p.exec("UPDATE tokens SET scopes = 'sandbox write'") }, fund.ModeSandbox},
		"another scope":            {func(p past, _ version1) { p.exec("UPDATE tokens SET scopes = 'sandboxes'") }, fund.ModeLive},
		"real ones and play money": {func(p past, old version1) {
			payment("stripe", "cs_live_a1")(p, old)
			p.exec("UPDATE tokens SET scopes = 'sandbox'")
		}, fund.ModeLive},
	} {
		for database, url := range map[string]func(testing.TB) string{"sqlite": newFile, "postgres": testpg.Start} {
			t.Run(name+" on "+database, func(t *testing.T) {
				t.Parallel()
				s := nodeOf(t, url(t), "")
				store.MigrateTo(t, s, 1)
				p := past{t, s}
				old := fillVersion1(p)
				old.grow(p, 5)
				c.more(p, old)
				if _, _, err := s.Migrate(t.Context()); err != nil {
					t.Fatal(err)
				}
				wantMode(t, s, c.want)
			})
		}
	}
}

// exec changes rows.
func (p past) exec(text string) {
	p.Helper()
	store.Damage(p, p.s, text)
}

// empty takes out the donations.
func empty(p past) {
	p.Helper()
	p.exec("UPDATE donation_matches SET donation_id = NULL")
	p.exec("DELETE FROM donations")
}
