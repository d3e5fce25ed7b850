package shield

// Size is how many things are remembered.
func (g *Guesses) Size() int { return len(g.throttle.all) }
