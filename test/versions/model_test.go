package versions_test

import (
	"cmp"
	"slices"
)

// model is what the world should be: a few sums that are added up anew after every step.
type model struct {
	facts []*fact
	gifts []*gift
	// polls, targets and rewards are of the first campaign.
	options []named
	target  named
	reward  named
}

// named is a thing by both of its ids.
type named struct {
	ID       string `json:"id"`
	LegacyID int64  `json:"legacy_id"`
}

// fact is a cause, an event, a team campaign or a campaign.
type fact struct {
	named
	kind   string
	parent *fact
	// retired facts take no money and never change again.
	retired bool
}

// donation is a donation.
type gift struct {
	named
	to               *fact
	amount, refunded int64
	name, comment    string
	screened         bool
	option, target   bool
	claims           int64
	order            int
	match            bool
}

func (g *gift) net() int64 { return g.amount - g.refunded }

// raised is what was given directly to a fact.
func (m *model) raised(f *fact) (sum int64) {
	for _, g := range m.gifts {
		if g.to == f {
			sum += g.net()
		}
	}
	return sum
}

// total is what was given to a fact and to all below it.
func (m *model) total(f *fact) int64 {
	sum := m.raised(f)
	for _, below := range m.facts {
		if below.parent == f {
			sum += m.total(below)
		}
	}
	return sum
}

// listed are the donations of a fact that lists show, the newest first.
func (m *model) listed(f *fact) []*gift {
	var some []*gift
	for _, g := range m.gifts {
		if g.to == f && g.net() > 0 {
			some = append(some, g)
		}
	}
	slices.SortFunc(some, func(a, b *gift) int { return cmp.Compare(b.order, a.order) })
	return some
}

// sum adds up the donations that a thing is chosen by.
func (m *model) sum(chosen func(*gift) int64) (sum int64) {
	for _, g := range m.gifts {
		sum += chosen(g)
	}
	return sum
}

// below reports whether f stands somewhere below other, or is it.
func (f *fact) below(other *fact) bool {
	for ; f != nil; f = f.parent {
		if f == other {
			return true
		}
	}
	return false
}
