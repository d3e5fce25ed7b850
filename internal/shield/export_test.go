package shield

// Size is the number of counters.
func (g *Guesses) Size() int { return len(g.throttle.all) }

// MostHolds is the limit of remembered holds.
const MostHolds = maxHolds

// HoldCount is how many holds of how many holders are remembered.
func (s *Shield) HoldCount() (all, holders int) { return len(s.held.all), len(s.held.of) }
