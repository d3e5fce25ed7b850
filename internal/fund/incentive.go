package fund

import (
	"cmp"
	"slices"
	"time"
)

// Poll lets donors choose: each donation may count for one of its options.
type Poll struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	// Currency is the fact's.
	Currency string
	Name     string
	// Enabled is what its owner set; see Active.
	Enabled bool
	// Position is the poll's place; see Placed.
	Position             int64
	EndsAt               time.Time
	Options              []PollOption
	CreatedAt, UpdatedAt time.Time
}

// Active reports whether the poll takes votes at now.
func (p Poll) Active(now time.Time) bool {
	return p.Enabled && (p.EndsAt.IsZero() || now.Before(p.EndsAt))
}

// Ordered are the options in the order that the owner gave them, those without a place last, by their age. Options stands in the order of their age.
func (p Poll) Ordered() []PollOption {
	options := slices.Clone(p.Options)
	slices.SortStableFunc(options, func(a, b PollOption) int { return ComparePositions(a.Position, b.Position) })
	return options
}

// PollOption is one answer of a poll.
type PollOption struct {
	ID           ID
	LegacyID     int64
	PollID       ID
	PollLegacyID int64
	Name         string
	// Position is the option's place within its poll; see Placed.
	Position int64
	// Raised is the sum of donations for this option, in minor units.
	Raised               int64
	CreatedAt, UpdatedAt time.Time
}

// Target is something promised once enough was donated toward it (V3: a challenge).
type Target struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	Name         string
	// Amount is the sum to reach, Raised the sum of donations toward it, in minor units of Currency, which is the fact's.
	Amount, Raised int64
	Currency       string
	// FactEndsAt is when the fact ends, and the target with it; the zero time for never.
	FactEndsAt time.Time
	Enabled    bool
	// Position is the target's place; see Placed.
	Position             int64
	ActivatesAt, EndsAt  time.Time
	CreatedAt, UpdatedAt time.Time
}

// Active reports whether the target takes donations at now.
func (t Target) Active(now time.Time) bool { return t.Enabled && within(now, t.ActivatesAt, t.EndsAt) }

func within(now, from, until time.Time) bool {
	return !now.Before(from) && (until.IsZero() || now.Before(until))
}

// RewardKind is how a reward is delivered.
type RewardKind string

// The kinds of rewards.
const (
	RewardPhysical RewardKind = "physical"
	RewardVirtual  RewardKind = "virtual"
	RewardProduct  RewardKind = "product"
)

// Reward is a thank-you for donors who donate at least its price.
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
	// Quantity is the total stock, nil for no limit; Claimed is how many are claimed, Held how many are reserved for payments in progress
	// or disputed.
	Quantity      *int64
	Claimed, Held int64
	// FairMarketValue is the value of one for tax purposes, in minor units; nil if unknown.
	FairMarketValue         *int64
	ShippingAddressRequired bool
	ShippingNote            string
	// CustomQuestion is asked of everybody who claims the reward; "" for none.
	CustomQuestion string
	Image          string
	Enabled        bool
	// Position is the reward's place; see Placed.
	Position int64
	// AlwaysActive overrides StartsAt and EndsAt.
	AlwaysActive               bool
	StartsAt, EndsAt           time.Time
	ActivatedAt, DeactivatedAt time.Time
	RetiredAt                  time.Time
	CreatedAt, UpdatedAt       time.Time
}

// Active reports whether the reward can be claimed at now, regardless of stock.
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

// MostHeld is how many one donation may claim while it is unpaid; nil for no limit. See MaxHeld.
func (r Reward) MostHeld() *int64 {
	if r.Quantity == nil {
		return nil
	}
	most := max(MaxHeld, *r.Quantity/HeldShare)
	return &most
}

// NetworkShare is the part of a reward's stock that unpaid donations from one network claim at most: a half.
const NetworkShare = 2

// MostHeldByNetwork is how many unpaid donations from one network may claim together, so that a program that is a new browser each time leaves
// the rest to others; nil for no limit. It is never less than what one donation may claim.
func (r Reward) MostHeldByNetwork() *int64 {
	one := r.MostHeld()
	if one == nil {
		return nil
	}
	most := max(*one, (*r.Quantity+NetworkShare-1)/NetworkShare)
	return &most
}

// Milestone is a sum at which something happens, compared with the fact's total.
type Milestone struct {
	ID           ID
	LegacyID     int64
	FactID       ID
	FactLegacyID int64
	Name         string
	// Amount is in minor units of Currency, which is the fact's.
	Amount   int64
	Currency string
	Enabled  bool
	// ReachedAt is when the fact's total first reached Amount.
	ReachedAt            time.Time
	CreatedAt, UpdatedAt time.Time
}

// IncentiveKind is a kind of incentives that their owner puts in order. Milestones are in that of their amounts.
type IncentiveKind string

// The kinds of incentives with an order.
const (
	IncentivePoll   IncentiveKind = "poll"
	IncentiveTarget IncentiveKind = "target"
	IncentiveReward IncentiveKind = "reward"
)

// Placed is an incentive with its place among those of its kind, or an option with its place within its poll, from 1; 0 for behind all that have one. The lists
// of the API do not follow it.
type Placed struct {
	ID       ID
	Position int64
}

// ComparePositions orders two incentives by their places; those without one come last.
func ComparePositions(a, b int64) int {
	return cmp.Or(cmp.Compare(min(b, 1), min(a, 1)), cmp.Compare(a, b))
}
