package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// stall is a fact with its open incentives.
type stall struct {
	fact    fund.Fact
	digits  int
	polls   []fund.Poll
	targets []fund.Target
	rewards []fund.Reward
	matches []fund.DonationMatch
}

func newStall(fact fund.Fact) (*stall, error) {
	digits, err := money.Digits(fact.Currency)
	if err != nil {
		return nil, err
	}
	return &stall{fact: fact, digits: digits}, nil
}

// donor generates donations.
type donor struct {
	rng *rand.Rand
}

// chance is true with the given probability.
func (g donor) chance(share float64) bool { return g.rng.Float64() < share }

func pick[T any](g donor, from []T) T { return from[g.rng.IntN(len(from))] }

// donation generates a donation to the stall at an instant. It also updates the stall's stock.
func (g donor) donation(s *stall, at time.Time) fund.DonationInput {
	amount, name := g.amount(), g.name()
	in := fund.DonationInput{
		Fact: fund.Key{ID: s.fact.ID}, Currency: s.fact.Currency, Name: name, Comment: g.comment(s.fact.Name),
		Email: g.email(name), Anonymous: g.chance(0.07), Sustained: g.chance(0.04),
	}
	if option, ok := g.vote(s, at); ok {
		in.PollOption = &option
	}
	if target, ok := g.dare(s, at); ok {
		in.Target = &target
	}
	if reward := g.reward(s, at); reward != nil {
		quantity := g.quantity(reward)
		reward.Claimed += quantity
		in.Claims = []fund.ClaimInput{{Reward: fund.Key{ID: reward.ID}, Quantity: quantity}}
		amount = max(amount, reward.Amount*quantity)
	}
	in.Amount = money.Fixed(amount, s.digits)
	return in
}

// amount is in minor units: mostly round sums, some odd ones, and occasionally a large one. A yen is worth about a cent, so that the same
// numbers serve all currencies.
func (g donor) amount() int64 {
	round := []int64{500, 500, 500, 1000, 1000, 1000, 1000, 1500, 2000, 2000, 2500, 2500, 3000, 5000, 5000, 10000}
	switch share := g.rng.Float64(); {
	case share < 0.60:
		return pick(g, round)
	case share < 0.96:
		return max(100, int64(math.Exp(7+0.8*g.rng.NormFloat64())))
	default:
		// A Pareto tail from 100 up, capped so that no donation dwarfs all others.
		return min(500_000, int64(10_000/math.Pow(1-g.rng.Float64(), 1/1.3)))
	}
}

// name is "" for donors who left the field empty.
func (g donor) name() string {
	switch share := g.rng.Float64(); {
	case share < 0.04:
		return ""
	case share < 0.10:
		return pick(g, oddNames)
	case share < 0.35:
		return pick(g, handles)
	case share < 0.50:
		return pick(g, firstNames)
	default:
		return pick(g, firstNames) + " " + pick(g, lastNames)
	}
}

// comment is "" for the 8 % of donors who say nothing.
func (g donor) comment(fact string) string {
	switch share := g.rng.Float64(); {
	case share < 0.08:
		return ""
	case share < 0.12:
		return pick(g, oddComments)
	default:
		return strings.ReplaceAll(pick(g, comments), "%s", fact)
	}
}

// email is always the same for donors with a handle, who return.
func (g donor) email(name string) string {
	if i := slices.Index(handles, name); i >= 0 {
		return fmt.Sprintf("regular-%d@givers.example", i+1)
	}
	const letters = "abcdefghijklmnopqrstuvwxyz"
	box := make([]byte, 8)
	for i := range box {
		box[i] = letters[g.rng.IntN(len(letters))]
	}
	return string(box) + "@givers.example"
}

// vote chooses an option of an open poll.
func (g donor) vote(s *stall, at time.Time) (fund.Key, bool) {
	if !g.chance(0.3) {
		return fund.Key{}, false
	}
	var options []fund.PollOption
	for _, poll := range s.polls {
		if poll.Active(at) {
			options = append(options, poll.Options...)
		}
	}
	if len(options) == 0 {
		return fund.Key{}, false
	}
	return fund.Key{ID: pick(g, options).ID}, true
}

// dare chooses an open target.
func (g donor) dare(s *stall, at time.Time) (fund.Key, bool) {
	if !g.chance(0.2) {
		return fund.Key{}, false
	}
	var open []fund.Target
	for _, target := range s.targets {
		if target.Active(at) {
			open = append(open, target)
		}
	}
	if len(open) == 0 {
		return fund.Key{}, false
	}
	return fund.Key{ID: pick(g, open).ID}, true
}

// reward chooses a reward to claim; nil for none. Scarce rewards are chosen first, as people do.
func (g donor) reward(s *stall, at time.Time) *fund.Reward {
	if !g.chance(0.15) {
		return nil
	}
	var open, scarce []*fund.Reward
	for i := range s.rewards {
		reward := &s.rewards[i]
		left := reward.Remaining()
		if !reward.Active(at) || left != nil && *left == 0 {
			continue
		}
		open = append(open, reward)
		if left != nil && *left <= 5 {
			scarce = append(scarce, reward)
		}
	}
	if len(scarce) > 0 && g.chance(0.6) {
		return pick(g, scarce)
	}
	if len(open) == 0 {
		return nil
	}
	return pick(g, open)
}

func (g donor) quantity(reward *fund.Reward) int64 {
	left := reward.Remaining()
	if g.chance(0.15) && (left == nil || *left >= 2) {
		return 2
	}
	return 1
}
