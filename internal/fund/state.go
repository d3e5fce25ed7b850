package fund

import "time"

// The states of polls, targets, rewards and milestones, as the details of events name them.
const (
	StateOpen = "open"
	// StateClosed is a poll that takes no votes any more, or not now.
	StateClosed = "closed"
	// StateMet is a target that raised its amount, StateReached a milestone that the fact's total reached.
	StateMet     = "met"
	StateReached = "reached"
	// StateEnded is a target or reward that cannot be chosen any more, or not now.
	StateEnded   = "ended"
	StateSoldOut = "sold_out"
	// ClaimsOpen and ClaimsFulfilled are those of claims of a donation.
	ClaimsOpen      = "claims_open"
	ClaimsFulfilled = "claims_fulfilled"
	// StateDisabled is a milestone that its owner disabled, reached or not.
	StateDisabled = "disabled"
)

// State is open or closed.
func (p Poll) State(now time.Time) string {
	if p.Active(now) {
		return StateOpen
	}
	return StateClosed
}

// State is ended, met or open. A target that was met and then ended is ended; one that has yet to activate is open.
func (t Target) State(now time.Time) string {
	switch {
	case !t.Enabled || !t.EndsAt.IsZero() && !now.Before(t.EndsAt):
		return StateEnded
	case t.Raised >= t.Amount:
		return StateMet
	default:
		return StateOpen
	}
}

// State is ended, sold out or open. A reward whose time has yet to come is open.
func (r Reward) State(now time.Time) string {
	left := r.Remaining()
	switch {
	case !r.Enabled || !r.RetiredAt.IsZero() || !r.AlwaysActive && !r.EndsAt.IsZero() && !now.Before(r.EndsAt):
		return StateEnded
	case left != nil && *left == 0:
		return StateSoldOut
	default:
		return StateOpen
	}
}

// State is disabled, reached or open.
func (m Milestone) State() string {
	switch {
	case !m.Enabled:
		return StateDisabled
	case !m.ReachedAt.IsZero():
		return StateReached
	default:
		return StateOpen
	}
}
