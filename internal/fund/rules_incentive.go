package fund

import (
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes a poll and merges its options: those with an id or a legacy id are changed, those without are appended and have no id yet.
func (p PollPatch) Apply(poll *Poll, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&poll.Name)
	p.Enabled.To(&poll.Enabled)
	p.EndsAt.To(&poll.EndsAt)
	CheckName(&wrong, "name", &poll.Name)
	poll.Options = slices.Clone(poll.Options)
	for i, o := range p.Options {
		o.apply(poll, now, fmt.Sprintf("options.%d", i), &wrong)
	}
	switch {
	case len(poll.Options) == 0:
		wrong.Add("options", Blank)
	case len(poll.Options) > MaxOptions:
		wrong.Add("options", TooMany(MaxOptions))
	}
	poll.UpdatedAt = now
	return wrong
}

func (p PollOptionPatch) apply(poll *Poll, now time.Time, path string, wrong *fault.Fields) {
	at := len(poll.Options)
	switch {
	case !p.ID.IsZero():
		at = slices.IndexFunc(poll.Options, func(o PollOption) bool { return o.ID == p.ID })
	case p.LegacyID != 0:
		at = slices.IndexFunc(poll.Options, func(o PollOption) bool { return o.LegacyID == p.LegacyID })
	default:
		poll.Options = append(poll.Options, PollOption{PollID: poll.ID, PollLegacyID: poll.LegacyID, CreatedAt: now})
	}
	if at < 0 {
		wrong.Add(path+".id", Missing)
		return
	}
	option := &poll.Options[at]
	p.Name.To(&option.Name)
	CheckName(wrong, path+".name", &option.Name)
	option.UpdatedAt = now
}

// Apply changes a target of a fact with the currency.
func (p TargetPatch) Apply(t *Target, currency string, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&t.Name)
	p.Enabled.To(&t.Enabled)
	p.ActivatesAt.To(&t.ActivatesAt)
	p.EndsAt.To(&t.EndsAt)
	CheckName(&wrong, "name", &t.Name)
	checkSameCurrency(&wrong, p.Currency, currency)
	checkAmount(&wrong, p.Amount, &t.Amount, currency)
	if !t.ActivatesAt.IsZero() && !t.EndsAt.IsZero() && !t.EndsAt.After(t.ActivatesAt) {
		wrong.Add("ends_at", AfterActive)
	}
	t.UpdatedAt = now
	return wrong
}

// Apply changes a milestone of a fact with the currency.
func (p MilestonePatch) Apply(m *Milestone, currency string, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&m.Name)
	p.Enabled.To(&m.Enabled)
	CheckName(&wrong, "name", &m.Name)
	checkSameCurrency(&wrong, p.Currency, currency)
	checkAmount(&wrong, p.Amount, &m.Amount, currency)
	m.UpdatedAt = now
	return wrong
}

// Apply changes a reward. Amounts are in the reward's currency, which must be set.
func (p RewardPatch) Apply(r *Reward, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	if !r.RetiredAt.IsZero() {
		wrong.Add("status", "is retired: a retired reward cannot be changed")
	}
	enabled := r.Enabled
	p.Name.To(&r.Name)
	p.Description.To(&r.Description)
	p.Image.To(&r.Image)
	p.Kind.To(&r.Kind)
	p.Quantity.To(&r.Quantity)
	p.ShippingAddressRequired.To(&r.ShippingAddressRequired)
	p.ShippingNote.To(&r.ShippingNote)
	p.CustomQuestion.To(&r.CustomQuestion)
	if p.Asks.Set && !p.Asks.Value {
		r.CustomQuestion = ""
	}
	p.Enabled.To(&r.Enabled)
	p.AlwaysActive.To(&r.AlwaysActive)
	p.StartsAt.To(&r.StartsAt)
	p.EndsAt.To(&r.EndsAt)
	r.check(&wrong)
	if p.Asks.Value && invisible(r.CustomQuestion) {
		wrong.Add("custom_question", Blank)
	}
	checkSameCurrency(&wrong, p.Currency, r.Currency)
	checkAmount(&wrong, p.Amount, &r.Amount, r.Currency)
	p.fairMarketValue(r, &wrong)
	switch {
	case r.Enabled && !enabled:
		r.ActivatedAt = now
	case !r.Enabled && enabled:
		r.DeactivatedAt = now
	}
	r.UpdatedAt = now
	return wrong
}

func (r *Reward) check(wrong *fault.Fields) {
	CheckName(wrong, "name", &r.Name)
	checkLong(wrong, "description", r.Description, MaxDescription)
	checkAddress(wrong, "image", &r.Image)
	CheckOneOf(wrong, "kind", r.Kind, []RewardKind{RewardPhysical, RewardVirtual, RewardProduct})
	checkLong(wrong, "shipping_note", r.ShippingNote, MaxAbout)
	checkText(wrong, "custom_question", &r.CustomQuestion, MaxComment)
	CheckSpan(wrong, r.StartsAt, r.EndsAt)
	if r.Quantity == nil {
		return
	}
	switch {
	case *r.Quantity < 0:
		wrong.Add("quantity", "cannot be negative")
	case *r.Quantity > MaxQuantity:
		wrong.Add("quantity", TooMuch(MaxQuantity))
	case *r.Quantity < r.Claimed:
		wrong.AddField(fault.Field{
			Path: "quantity", Text: fmt.Sprintf("is less than the %d that are claimed already", r.Claimed), Rule: BelowClaimed, Limit: r.Claimed,
		})
	}
}

func (p RewardPatch) fairMarketValue(r *Reward, wrong *fault.Fields) {
	if !p.FairMarketValue.Set {
		return
	}
	if p.FairMarketValue.Value == "" {
		r.FairMarketValue = nil
		return
	}
	value := parseAmount(wrong, "fair_market_value", p.FairMarketValue.Value, r.Currency)
	r.FairMarketValue = &value
}
