package apiv5

import (
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
	ID           string  `json:"id" format:"uuid"`
	LegacyID     int64   `json:"legacy_id"`
	Name         string  `json:"name"`
	Active       bool    `json:"active"`
	Amount       amount  `json:"amount"`
	AmountRaised amount  `json:"amount_raised"`
	EndsAt       *string `json:"ends_at" format:"date-time"`
	InsertedAt   string  `json:"inserted_at" format:"date-time"`
	UpdatedAt    string  `json:"updated_at" format:"date-time"`
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

func (v *version) toPoll(p fund.Poll, currency string) poll {
	var raised int64
	for _, o := range p.Options {
		raised += o.Raised
	}
	return poll{
		ID: p.ID.String(), LegacyID: p.LegacyID, Name: p.Name, Active: p.Active(v.now()),
		AmountRaised: fixed(raised, currency),
		Options: list(p.Options, func(o fund.PollOption) pollOption {
			return pollOption{
				ID: o.ID.String(), LegacyID: o.LegacyID, Name: o.Name, AmountRaised: fixed(o.Raised, currency),
				InsertedAt: seconds(o.CreatedAt), UpdatedAt: seconds(o.UpdatedAt),
			}
		}),
		InsertedAt: seconds(p.CreatedAt), UpdatedAt: seconds(p.UpdatedAt),
	}
}

func (v *version) toTarget(t fund.Target, currency string) target {
	return target{
		ID: t.ID.String(), LegacyID: t.LegacyID, Name: t.Name, Active: t.Active(v.now()),
		Amount: short(t.Amount, currency), AmountRaised: fixed(t.Raised, currency), EndsAt: secondsOrNull(t.EndsAt),
		InsertedAt: seconds(t.CreatedAt), UpdatedAt: seconds(t.UpdatedAt),
	}
}

// toReward leaves the window out of a reward that is always active: it does not count.
func (v *version) toReward(r fund.Reward, _ string) reward {
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

func (v *version) toMilestone(m fund.Milestone, currency string) milestone {
	return milestone{
		ID: m.ID.String(), LegacyID: m.LegacyID, Name: m.Name, Active: m.Enabled, Amount: short(m.Amount, currency),
		InsertedAt: seconds(m.CreatedAt), UpdatedAt: seconds(m.UpdatedAt),
	}
}

func (v *version) toSchedule(s fund.ScheduleItem, _ string) schedule {
	return schedule{
		ID: s.ID.String(), LegacyID: s.LegacyID, Name: s.Name, Description: textOrNull(s.Description),
		StartsAt: seconds(s.StartsAt), EndsAt: secondsOrNull(s.EndsAt),
		InsertedAt: seconds(s.CreatedAt), UpdatedAt: seconds(s.UpdatedAt),
	}
}
