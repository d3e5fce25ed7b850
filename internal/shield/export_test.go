package shield

// Size is the number of counters.
func (g *Guesses) Size() int { return len(g.throttle.all) }
