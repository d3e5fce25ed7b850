package fund

import "time"

// Poll asks donors to choose: each donation may go to one of its options.
type Poll struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	Name         string
	// Enabled is what its owner set; see Active.
	Enabled              bool
	EndsAt               time.Time
	Options              []PollOption
	CreatedAt, UpdatedAt time.Time
}

// Active reports whether the poll takes votes at now.
func (p Poll) Active(now time.Time) bool {
	return p.Enabled && (p.EndsAt.IsZero() || now.Before(p.EndsAt))
}

// PollOption is one answer of a poll.
type PollOption struct {
	ID           ID
	LegacyID     int64
	PollID       ID
	PollLegacyID int64
	Name         string
	// Raised is what was given to this option, in minor units.
	Raised               int64
	CreatedAt, UpdatedAt time.Time
}

// Target is something that is promised for when enough was given to it (V3: a challenge).
type Target struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	Name         string
	// Amount is what is asked, Raised what was given to it, in minor units.
	Amount, Raised       int64
	Enabled              bool
	ActivatesAt, EndsAt  time.Time
	CreatedAt, UpdatedAt time.Time
}

// Active reports whether the target takes money at now.
func (t Target) Active(now time.Time) bool { return t.Enabled && within(now, t.ActivatesAt, t.EndsAt) }

func within(now, from, until time.Time) bool {
	return !now.Before(from) && (until.IsZero() || now.Before(until))
}

// RewardKind is how a reward reaches its donor.
type RewardKind string

// The kinds of rewards.
const (
	RewardPhysical RewardKind = "physical"
	RewardVirtual  RewardKind = "virtual"
	RewardProduct  RewardKind = "product"
)

// Reward is given to those who give at least its price.
type Reward struct {
	ID                ID
	LegacyID          int64
	FactID            ID
	FactLegacyID      int64
	Name, Description string
	// Amount is the price of one, in minor units of Currency.
	Amount   int64
	Currency string
	Kind     RewardKind
	// Quantity is how many there are in all, nil for no limit; Claimed how many are taken, Held how many
	// are kept for donors whose money is on its way or disputed.
	Quantity      *int64
	Claimed, Held int64
	// FairMarketValue is what one is worth for the tax office, in minor units; nil if unknown.
	FairMarketValue         *int64
	ShippingAddressRequired bool
	ShippingNote            string
	// CustomQuestion is asked of everybody who claims the reward; "" for none.
	CustomQuestion string
	Image          string
	Enabled        bool
	// AlwaysActive makes StartsAt and EndsAt not count.
	AlwaysActive               bool
	StartsAt, EndsAt           time.Time
	ActivatedAt, DeactivatedAt time.Time
	RetiredAt                  time.Time
	CreatedAt, UpdatedAt       time.Time
}

// Active reports whether the reward can be claimed at now, stock aside.
func (r Reward) Active(now time.Time) bool {
	return r.Enabled && r.RetiredAt.IsZero() && (r.AlwaysActive || within(now, r.StartsAt, r.EndsAt))
}

// Remaining is how many are left; nil for no limit.
func (r Reward) Remaining() *int64 {
	if r.Quantity == nil {
		return nil
	}
	left := max(*r.Quantity-r.Claimed-r.Held, 0)
	return &left
}

// Milestone is a sum at which something happens; it is reached by the fact's total.
type Milestone struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	Name         string
	Amount       int64
	Enabled      bool
	// ReachedAt is when the fact's total first was at least Amount.
	ReachedAt            time.Time
	CreatedAt, UpdatedAt time.Time
}
