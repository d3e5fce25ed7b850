package ui

import "strconv"

// Goal is the bar that shows how much of a goal is reached.
type Goal struct {
	// Total and Aim are in minor units. Aim is positive: without a goal there is no bar.
	Total, Aim int64
	// Text is what the bar says to those who cannot see it: "$12 of $20".
	Text string
	// Marks are the milestones on the bar, in their order.
	Marks []GoalMark
}

// GoalMark is a milestone on a bar.
type GoalMark struct {
	// At is the place on the bar, from 0 to 100 percent of its width, with one decimal.
	At      string
	Reached bool
}

// Mark adds a milestone at an amount in minor units; one beyond the end of the bar is left out.
func (g *Goal) Mark(amount int64, reached bool) {
	if g.Aim > 0 && amount > 0 && amount <= g.Aim {
		g.Marks = append(g.Marks, GoalMark{At: share(amount, g.Aim), Reached: reached})
	}
}

// share is part of whole in percent with one decimal.
func share(part, whole int64) string {
	return strconv.FormatFloat(float64(part)/float64(whole)*100, 'f', 1, 64)
}
