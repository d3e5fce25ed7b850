package apiv5

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// poll asks donors to choose. What was given to it is what was given to its options.
type poll struct {
	ID           string       `json:"id" format:"uuid"`
	LegacyID     int64        `json:"legacy_id"`
	Name         string       `json:"name"`
	Active       bool         `json:"active"`
	AmountRaised amount       `json:"amount_raised"`
	Options      []pollOption `json:"options"`
	InsertedAt   string       `json:"inserted_at" format:"date-time"`
	UpdatedAt    string       `json:"updated_at" format:"date-time"`
}

type pollOption struct {
	ID           string `json:"id" format:"uuid"`
	LegacyID     int64  `json:"legacy_id"`
	Name         string `json:"name"`
	AmountRaised amount `json:"amount_raised"`
	InsertedAt   string `json:"inserted_at" format:"date-time"`
	UpdatedAt    string `json:"updated_at" format:"date-time"`
}

// target is something that is promised for when enough was given to it.
type target struct {
	ID           string `json:"id" format:"uuid"`
	LegacyID     int64  `json:"legacy_id"`
	Name         string `json:"name"`
	Active       bool   `json:"active"`
	Amount       amount `json:"amount"`
	AmountRaised amount `json:"amount_raised"`
	EndsAt       string `json:"ends_at" format:"date-time" doc:"The end of the fact where it has none of its own, and 2999-12-31T23:59:59Z where that has none."`
	InsertedAt   string `json:"inserted_at" format:"date-time"`
	UpdatedAt    string `json:"updated_at" format:"date-time"`
}

type reward struct {
	ID                string  `json:"id" format:"uuid"`
	LegacyID          int64   `json:"legacy_id"`
	Name              string  `json:"name"`
	Description       *string `json:"description"`
	Active            bool    `json:"active"`
	Highlighted       bool    `json:"highlighted"`
	Amount            amount  `json:"amount"`
	FairMarketValue   *amount `json:"fair_market_value"`
	Quantity          *int64  `json:"quantity"`
	QuantityRemaining *int64  `json:"quantity_remaining"`
	Image             image   `json:"image"`
	StartsAt          *string `json:"starts_at" format:"date-time"`
	EndsAt            *string `json:"ends_at" format:"date-time"`
	InsertedAt        string  `json:"inserted_at" format:"date-time"`
	UpdatedAt         string  `json:"updated_at" format:"date-time"`
}

type milestone struct {
	ID         string `json:"id" format:"uuid"`
	LegacyID   int64  `json:"legacy_id"`
	Name       string `json:"name"`
	Active     bool   `json:"active"`
	Amount     amount `json:"amount"`
	InsertedAt string `json:"inserted_at" format:"date-time"`
	UpdatedAt  string `json:"updated_at" format:"date-time"`
}

// schedule is one entry of what happens when at a fact.
type schedule struct {
	ID          string  `json:"id" format:"uuid"`
	LegacyID    int64   `json:"legacy_id"`
	Name        string  `json:"name"`
	Description *string `json:"description"`
	StartsAt    string  `json:"starts_at" format:"date-time"`
	EndsAt      *string `json:"ends_at" format:"date-time"`
	InsertedAt  string  `json:"inserted_at" format:"date-time"`
	UpdatedAt   string  `json:"updated_at" format:"date-time"`
}

// Parts of a fact have no currency of their own: they are in the fact's.

// endless is what a target without an end shows where its fact has none either: strict clients refuse the
// whole list for a null. Who sends it means no end.
var endless = time.Date(2999, time.December, 31, 23, 59, 59, 0, time.UTC)

func (v *version) toPoll(p fund.Poll) poll {
	var raised int64
	for _, o := range p.Options {
		raised += o.Raised
	}
	return poll{
		ID: p.ID.String(), LegacyID: p.LegacyID, Name: p.Name, Active: p.Active(v.now()),
		AmountRaised: fixed(raised, p.Currency),
		Options: list(p.Options, func(o fund.PollOption) pollOption {
			return pollOption{
				ID: o.ID.String(), LegacyID: o.LegacyID, Name: o.Name, AmountRaised: fixed(o.Raised, p.Currency),
				InsertedAt: seconds(o.CreatedAt), UpdatedAt: seconds(o.UpdatedAt),
			}
		}),
		InsertedAt: seconds(p.CreatedAt), UpdatedAt: seconds(p.UpdatedAt),
	}
}

func (v *version) toTarget(t fund.Target) target {
	return target{
		ID: t.ID.String(), LegacyID: t.LegacyID, Name: t.Name, Active: t.Active(v.now()),
		Amount: short(t.Amount, t.Currency), AmountRaised: fixed(t.Raised, t.Currency), EndsAt: seconds(targetEnd(t)),
		InsertedAt: seconds(t.CreatedAt), UpdatedAt: seconds(t.UpdatedAt),
	}
}

// targetEnd is the target's own end, or its fact's, or one that nobody comes to see.
func targetEnd(t fund.Target) time.Time {
	switch {
	case !t.EndsAt.IsZero():
		return t.EndsAt
	case !t.FactEndsAt.IsZero():
		return t.FactEndsAt
	default:
		return endless
	}
}

// toReward leaves the window out of a reward that is always active: it does not count.
func (v *version) toReward(r fund.Reward) reward {
	made := reward{
		ID: r.ID.String(), LegacyID: r.LegacyID, Name: r.Name, Description: textOrNull(r.Description),
		Active: r.Active(v.now()), Amount: short(r.Amount, r.Currency),
		Quantity: r.Quantity, QuantityRemaining: r.Remaining(), Image: v.image(r.Image, defaultReward, sizeReward),
		InsertedAt: seconds(r.CreatedAt), UpdatedAt: seconds(r.UpdatedAt),
	}
	if !r.AlwaysActive {
		made.StartsAt, made.EndsAt = secondsOrNull(r.StartsAt), secondsOrNull(r.EndsAt)
	}
	if r.FairMarketValue != nil {
		value := short(*r.FairMarketValue, r.Currency)
		made.FairMarketValue = &value
	}
	return made
}

func (v *version) toMilestone(m fund.Milestone) milestone {
	return milestone{
		ID: m.ID.String(), LegacyID: m.LegacyID, Name: m.Name, Active: m.Enabled, Amount: short(m.Amount, m.Currency),
		InsertedAt: seconds(m.CreatedAt), UpdatedAt: seconds(m.UpdatedAt),
	}
}

func (v *version) toSchedule(s fund.ScheduleItem) schedule {
	return schedule{
		ID: s.ID.String(), LegacyID: s.LegacyID, Name: s.Name, Description: textOrNull(s.Description),
		StartsAt: seconds(s.StartsAt), EndsAt: secondsOrNull(s.EndsAt),
		InsertedAt: seconds(s.CreatedAt), UpdatedAt: seconds(s.UpdatedAt),
	}
}
