package shield

import (
	"maps"
	"net/netip"
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
	// networkWait is after how long a network that holds its share of a reward is told to try again: as long as a donation holds whose
	// payment page nobody opens.
	networkWait = 3 * time.Minute
	// maxHolds limits the remembered holds: about 50 MB.
	maxHolds = 100_000
)

// Holder is who holds rewards: a browser's session and a form, "" for none, and where it is, the zero Addr for nowhere.
type Holder struct {
	Session, Form string
	Address       netip.Addr
}

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

// network names everybody at the holder's address; the zero Holder for nobody.
func (h Holder) network() Holder { return Holder{Address: networkOf(h.Address)} }

// everyName are the names under which a hold is found.
func (h Holder) everyName() []Holder {
	names := h.names()
	if h.Address.IsValid() {
		names = append(names, h.network())
	}
	return names
}

// Hold is an unpaid donation that holds rewards.
type Hold struct {
	Donation fund.ID
	// Rewards are how many it holds of each.
	Rewards map[fund.ID]int64
	// Most are how many of each one network may hold; a reward that is not in it has no such limit.
	Most map[fund.ID]int64
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
	return asHolds(s.held.others(h.names(), without, s.now()))
}

// NetworkHolds lists what all browsers at the address hold.
func (s *Shield) NetworkHolds(h Holder) []Hold {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	return asHolds(s.held.others([]Holder{h.network()}, fund.ID{}, s.now()))
}

func asHolds(found []heldBy) []Hold {
	var all []Hold
	for _, one := range found {
		all = append(all, one.Hold)
	}
	return all
}

// Hold remembers what a donation holds, until Release or until it is settled or withdrawn. The result is the other donations of the same
// browser or form that hold some of the same rewards: the caller ends them. It is RateLimited if MaxHolds other ones hold something else, or if
// the network would hold more of a reward than Most.
func (s *Shield) Hold(one Hold, h Holder) (earlier []fund.ID, err error) {
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	now := s.now()
	others := s.held.others(h.names(), one.Donation, now)
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
	if s.held.exceeds(one, h, earlier, now) {
		return nil, waitFor(networkWait, "Too many unpaid donations from your network hold this reward. Try again in ")
	}
	s.held.put(heldBy{one, h, now})
	return earlier, nil
}

// exceeds reports whether the network of the holder would hold more of a reward than it may, once the earlier ones have ended.
func (s *holds) exceeds(one Hold, h Holder, earlier []fund.ID, now time.Time) bool {
	if !h.Address.IsValid() {
		return false
	}
	held := maps.Clone(one.Rewards)
	for _, other := range s.others([]Holder{h.network()}, one.Donation, now) {
		if slices.Contains(earlier, other.Donation) {
			continue
		}
		for id := range held {
			held[id] += other.Rewards[id]
		}
	}
	for id, most := range one.Most {
		if held[id] > most {
			return true
		}
	}
	return false
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

// others are the holds of those names, oldest first.
func (s *holds) others(names []Holder, without fund.ID, now time.Time) []heldBy {
	found := map[fund.ID]heldBy{}
	for _, name := range names {
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
	for _, name := range one.holder.everyName() {
		if s.of[name] == nil {
			s.of[name] = map[fund.ID]bool{}
		}
		s.of[name][one.Donation] = true
	}
}

func (s *holds) drop(donation fund.ID) {
	for _, name := range s.all[donation].holder.everyName() {
		if delete(s.of[name], donation); len(s.of[name]) == 0 {
			delete(s.of, name)
		}
	}
	delete(s.all, donation)
}
