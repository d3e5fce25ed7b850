package ui

import "time"

// Card is a fact at a glance.
type Card struct {
	// ID is the fact's.
	ID string
	// Name, Owner and Cause are names, each with the path of its page; "" for none.
	Name, Link, Owner, OwnerLink string
	Cause, CauseLink             string
	// Raised and Goal are amounts, and Percent is how much of the goal is reached; the last two are "" without a goal.
	Raised, Goal, Percent string
	Cover                 Cover
	Portrait              Portrait
	// Bar shows how much of the goal is reached; nil without a goal.
	Bar *Goal
	// StartsAt is when the fact begins, where that is still to come, and EndsAt when it ends or has ended; the zero time where nothing is said.
	StartsAt, EndsAt time.Time
	// Live is set where the streamer says that they are live, or something was just donated, Ended where it is over.
	Live, Ended bool
	// LiveUntil is until when it is live if nothing happens; the zero time where it is not.
	LiveUntil time.Time
}
