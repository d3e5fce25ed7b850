package shield

import (
	"slices"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// MaxHolds is how many unpaid payments of one browser, or of one form, may hold rewards at once.
	MaxHolds = 3
	// holdMemory is how long a hold is remembered: as long as a payment can be made.
	holdMemory = 31 * time.Minute
	// maxHolds limits the remembered holds: about 50 MB.
	maxHolds = 100_000
)

// Holder is who holds rewards: a browser's session and a form, "" for none.
type Holder struct{ Session, Form string }

func (h Holder) names() []Holder {
	var names []Holder
	if h.Session != "" {
		names = append(names, Holder{Session: h.Session})
	}
	if h.Form != "" {
		names = append(names, Holder{Form: h.Form})
	}
	return names
}

// Hold is an unpaid donation that holds rewards.
type Hold struct {
	Donation fund.ID
	// Rewards are how many it holds of each.
	Rewards map[fund.ID]int64
}

// heldBy is a hold with its holder.
type heldBy struct {
	Hold
	holder Holder
	at     time.Time
}

// holds remembers which unpaid donations hold rewards. It is safe for concurrent use.
type holds struct {
	mu  sync.Mutex
	all map[fund.ID]heldBy
	// of are the donations of each name of a holder.
	of map[Holder]map[fund.ID]bool
}

func newHolds() *holds {
	return &holds{all: map[fund.ID]heldBy{}, of: map[Holder]map[fund.ID]bool{}}
}

// Holds lists what the same browser or the same form holds, without that donation.
func (s *Shield) Holds(h Holder, without fund.ID) []Hold {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	var all []Hold
	for _, one := range s.held.others(h, without, s.now()) {
		all = append(all, one.Hold)
	}
	return all
}

// Hold remembers what a donation holds, until Release or until it is settled or withdrawn. The result is the other donations of the same
// browser or form that hold some of the same rewards: the caller ends them. It is RateLimited if MaxHolds other ones hold something else.
func (s *Shield) Hold(one Hold, h Holder) (earlier []fund.ID, err error) {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	now := s.now()
	others := s.held.others(h, one.Donation, now)
	for _, other := range others {
		if other.shares(one) {
			earlier = append(earlier, other.Donation)
		}
	}
	// Those that are about to end count too, so that many forms at once are no way around the limit.
	if len(others)-len(earlier) >= MaxHolds || len(others) > MaxHolds {
		wait := max(others[0].at.Add(holdMemory).Sub(now), time.Second)
		return nil, waitFor(wait, "There are unpaid donations from your browser that hold rewards. Pay for them, or try again in ")
	}
	s.held.put(heldBy{one, h, now})
	return earlier, nil
}

// Release forgets what a donation holds.
func (s *Shield) Release(donation fund.ID) {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	s.held.drop(donation)
}

func (h Hold) shares(other Hold) bool {
	for id := range h.Rewards {
		if other.Rewards[id] > 0 {
			return true
		}
	}
	return false
}

// others are the holds of a holder, oldest first.
func (s *holds) others(h Holder, without fund.ID, now time.Time) []heldBy {
	found := map[fund.ID]heldBy{}
	for _, name := range h.names() {
		for id := range s.of[name] {
			one := s.all[id]
			switch {
			case now.Sub(one.at) >= holdMemory:
				s.drop(id)
			case id != without:
				found[id] = one
			}
		}
	}
	var all []heldBy
	for _, one := range found {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b heldBy) int { return a.at.Compare(b.at) })
	return all
}

func (s *holds) put(one heldBy) {
	s.drop(one.Donation)
	for id := range s.all {
		if len(s.all) < maxHolds {
			break
		}
		s.drop(id)
	}
	s.all[one.Donation] = one
	for _, name := range one.holder.names() {
		if s.of[name] == nil {
			s.of[name] = map[fund.ID]bool{}
		}
		s.of[name][one.Donation] = true
	}
}

func (s *holds) drop(donation fund.ID) {
	for _, name := range s.all[donation].holder.names() {
		if delete(s.of[name], donation); len(s.of[name]) == 0 {
			delete(s.of, name)
		}
	}
	delete(s.all, donation)
}
