package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestDonorID groups donations by donor: those of one line have the same id, and no two lines have.
func TestDonorID(t *testing.T) {
	t.Parallel()
	key, cause := []byte("0123456789abcdef0123456789abcdef"), fund.ID{15: 1}
	donation := func(email, name string) fund.Donation {
		return fund.Donation{ID: fund.ID{14: 1}, CauseID: cause, Email: email, Name: name}
	}
	elsewhere, anonymous, another := donation("a@example.org", "Ada"), donation("a@example.org", "Ada"), donation("a@example.org", "")
	elsewhere.CauseID, anonymous.Anonymous, anonymous.ID, another.ID = fund.ID{15: 2}, true, fund.ID{14: 2}, fund.ID{14: 3}
	seen := map[fund.ID]int{}
	for line, donations := range [][]fund.Donation{
		{donation("a@example.org", "Ada"), donation("A@example.org ", "ADA"), donation("a@example.org", " ada\t")},
		{donation("a@example.org", "Ada L"), donation("a@example.org", "ada\u00a0 l")},
		{donation("b@example.org", "Ada")},
		{donation("", "Ada")},
		{donation("", "\u00c9lodie"), donation("", "E\u0301lodie"), donation("", "e\u0301LODIE")},
		{donation("", "Stra\u00dfe"), donation("", "STRASSE")},
		{elsewhere}, {anonymous}, {another}, {donation("", "")},
	} {
		for _, d := range donations {
			id := fund.DonorID(key, d)
			if other, found := seen[id]; found && other != line {
				t.Errorf("%+v: got the donor of line %d, want its own", d, other)
			}
			if seen[id] = line; id != fund.DonorID(key, donations[0]) {
				t.Errorf("%+v: got another donor than %+v, want the same", d, donations[0])
			}
			if id == fund.DonorID([]byte("another key"), d) {
				t.Errorf("%+v: got the same id with another key", d)
			}
		}
	}
}
