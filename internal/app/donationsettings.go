package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/store"
)

// GetDonationSettings returns the fact's own donation settings, without inherited ones, to those who may change how its donations are
// screened. Those who may by a grant see what is held, and nothing else.
func (a *App) GetDonationSettings(ctx context.Context, actor Actor, key FactKey) (fund.DonationSettings, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.DonationSettings{}, err
	}
	byRole, err := levelByRole(ctx, a.store.Queries, actor, setScreening, f)
	if err != nil {
		return fund.DonationSettings{}, err
	}
	if byRole == levelAllowed {
		return donationSettingsOf(ctx, a.store.Queries, f.ID)
	}
	if err := requireRole(ctx, a.store.Queries, actor, setScreening, f); err != nil {
		return fund.DonationSettings{}, err
	}
	g, err := donationSettingsOf(ctx, a.store.Queries, f.ID)
	return g.OnlyScreening(), err
}

// Suspension is why an operator suspended a fact, for those who look after it; "" for others, and while nobody did.
func (a *App) Suspension(ctx context.Context, actor Actor, f fund.Fact) (string, error) {
	if f.Suspension == "" {
		return "", nil
	}
	byRole, err := levelByRole(ctx, a.store.Queries, actor, setScreening, f)
	if err != nil || byRole == levelNone {
		return "", err
	}
	return f.Suspension, nil
}

func donationSettingsOf(ctx context.Context, q store.Queries, fact fund.ID) (fund.DonationSettings, error) {
	all, err := q.ListDonationSettings(ctx, []fund.ID{fact})
	g := all[fact]
	g.FactID = fact
	return g, err
}

// UpdateDonationSettings changes the donation settings of a fact. Those who raise money for a cause stay within the bounds of the cause.
func (a *App) UpdateDonationSettings(ctx context.Context, actor Actor, key FactKey, patch fund.DonationSettingsPatch) (fund.DonationSettings, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.DonationSettings{}, err
	}
	var g fund.DonationSettings
	screening := func(ctx context.Context, q store.Queries, f fund.Fact) error {
		return requireFully(ctx, q, actor, setScreening, f)
	}
	err = a.writeBelow(ctx, actor, f, screening, func(ctx context.Context, tx *store.Tx, e edit) error {
		var err error
		if g, err = donationSettingsOf(ctx, tx.Queries, f.ID); err != nil {
			return err
		}
		was := g
		wrong := patch.Apply(&g, f.Currency, e.now)
		if err := (boundsChange{e.fact, was, g}).check(ctx, tx.Queries, actor, &wrong); err != nil {
			return err
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		if !g.SameOffline(was) {
			if err := logAct(ctx, tx, actor, doneOn(fund.ActSetOffline, f.ID, e.now).of(f.Cause.ID).withAmount(g.OfflineMaximum)); err != nil {
				return err
			}
		}
		if g.StreamersShip != was.StreamersShip {
			act := doneOn(fund.ActSetShipping, f.ID, e.now).of(f.Cause.ID).with("streamers_ship", strconv.FormatBool(g.StreamersShip))
			if err := logAct(ctx, tx, actor, act); err != nil {
				return err
			}
		}
		if !g.SameTerms(was) {
			if err := logAct(ctx, tx, actor, doneOn(fund.ActSetTerms, f.ID, e.now).of(f.Cause.ID)); err != nil {
				return err
			}
		}
		byRole, err := levelByRole(ctx, tx.Queries, actor, setScreening, e.fact)
		if err != nil {
			return err
		}
		e.report(fund.TopicFactChanged, f.ID, fund.Detail{})
		if err := tx.PutDonationSettings(ctx, g); err != nil || byRole == levelAllowed {
			return err
		}
		g = g.OnlyScreening()
		return logAct(ctx, tx, actor, doneOn(fund.ActSetScreening, f.ID, e.now).of(f.Cause.ID).byGrant(f.ID))
	})
	if err != nil {
		return fund.DonationSettings{}, fmt.Errorf("donation settings of fact %s: %w", f.ID, err)
	}
	return g, nil
}

// boundsChange is a change of the donation settings of a fact.
type boundsChange struct {
	fact    fund.Fact
	was, is fund.DonationSettings
}

// check requires the right to change more than the screening, and the cause's bounds of those who raise money for it.
func (c boundsChange) check(ctx context.Context, q store.Queries, actor Actor, wrong *fault.Fields) error {
	if !c.is.SameOffline(c.was) {
		if c.fact.Kind != fund.KindCause {
			wrong.Add("offline_maximum", "is set by the cause")
			return nil
		}
		if err := requireFully(ctx, q, actor, governCause, c.fact); err != nil {
			return err
		}
	}
	if !c.is.SameTerms(c.was) {
		if c.fact.Kind != fund.KindCause {
			wrong.Add(c.changedTerm(), "is set by the cause")
			return nil
		}
		if err := requireFully(ctx, q, actor, governCause, c.fact); err != nil {
			return err
		}
	}
	if !c.is.SameWords(c.was) {
		if err := requireFully(ctx, q, actor, editFact, c.fact); err != nil {
			return err
		}
	}
	if c.is.StreamersShip != c.was.StreamersShip {
		if err := requireFully(ctx, q, actor, letStreamersShip, c.fact); err != nil {
			return err
		}
	}
	if c.is.SameBounds(c.was) {
		return nil
	}
	got, err := requireRight(ctx, q, actor, setBounds, c.fact)
	if err != nil || got != levelLimited {
		return err
	}
	cause, err := donationSettingsOf(ctx, q, c.fact.Cause.ID)
	if err == nil {
		c.is.CheckWithin(wrong, cause, c.fact.Currency)
	}
	return err
}

// changedTerm is the field of what only a cause sets that changes.
func (c boundsChange) changedTerm() string {
	if c.is.Statement != c.was.Statement {
		return "statement"
	}
	return "instant_only"
}

// DonateForm is a fact as donors see it.
type DonateForm struct {
	fund.Fact
	// Seen is the fact, for reading its other parts.
	Seen Seen
	// Settings are the fact's donation settings, including inherited ones.
	Settings fund.DonationSettings
	// OpensAt is when the fact begins to take donations; the zero time for no limit. Closed reports whether it takes none itself.
	OpensAt time.Time
	Closed  bool
	// StreamersShip reports whether those who raise the money see the answers and shipping addresses of claimed rewards.
	StreamersShip bool
	// Receiver is who gets the money.
	Receiver fund.Receiver
	// Profile is that of the cause's receipts.
	Profile receipt.Profile
	// Fee is the provider's fee for a donation, as far as known.
	Fee fund.FeeRate
	// Delayed reports whether donors may pay by methods whose money takes days to come.
	Delayed bool
	// Unready is a sentence that says why the cause cannot take payments; "" if it can. Only GetDonateForm sets it.
	Unready string
}

// TaxReceipt is what the receipts of the cause are called; "" where they are a proof of payment and no tax receipt.
func (g DonateForm) TaxReceipt() string {
	if g.Profile.Name == fund.PlainReceipts {
		return ""
	}
	return g.Profile.Title
}

// check returns why the fact takes no donations now.
func (g DonateForm) check(wrong *fault.Fields, now time.Time) {
	switch {
	case g.Closed:
		wrong.Add("fact", "takes no donations of its own; give to one of its campaigns")
	case now.Before(g.OpensAt):
		wrong.Add("fact", "takes no donations before it starts, "+g.OpensAt.UTC().Format("2006-01-02 15:04 UTC"))
	}
}

// checkIncrement refuses an amount that is not a multiple of the provider's increment.
func checkIncrement(wrong *fault.Fields, amount, step int64, currency string) {
	if amount%step != 0 {
		wrong.AddField(fault.Field{Path: "amount", Text: "must be a multiple of " + money.English.Amount(step, currency), Rule: fund.NotMultiple, Limit: step})
	}
}

// formSettings is what is cached of a fact for its donors.
type formSettings struct {
	settings      fund.DonationSettings
	opensAt       time.Time
	closed        bool
	streamersShip bool
	receiver      fund.Receiver
}

// GetDonateForm finds a fact for a donor.
func (a *App) GetDonateForm(ctx context.Context, actor Actor, key FactKey) (DonateForm, error) {
	f, err := a.donatableFact(ctx, actor, key)
	if err != nil {
		return DonateForm{}, err
	}
	return a.DonateFormOf(ctx, Seen{fact: f, actor: actor})
}

// DonateFormOf is GetDonateForm for a loaded fact.
func (a *App) DonateFormOf(ctx context.Context, s Seen) (DonateForm, error) {
	g, err := a.donateForm(ctx, s.fact)
	if err != nil {
		return g, err
	}
	g.Seen = s
	_, _, err = a.payee(ctx, s.fact)
	if fault.Is(err, fault.Unavailable) && !store.IsAway(err) {
		g.Unready = fault.From(err).Message
		err = nil
	}
	return g, err
}

// donatableFact finds the fact of a donate page. Published ones are cached, as by donatedFact.
func (a *App) donatableFact(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	name, now := key.name(), a.Now()
	if f, known := a.donatedTo.get(name, now); known && name.owner != "" {
		return f, nil
	}
	era := a.donatedTo.era.Load()
	f, err := a.GetFact(ctx, actor, key)
	if err == nil && f.TakesDonations() && name.owner != "" {
		a.donatedTo.put(name, remembered[fund.Fact]{value: f, until: now.Add(rememberFor)}, era)
	}
	return f, err
}

// name is the key as a page has it: with the slug of an owner for any kind of fact, or the fact's own id and kind. Other keys have no
// owner.
func (k FactKey) name() donatedKey {
	if !k.ID.IsZero() && len(k.Kinds) == 1 {
		return donatedKey{k.Key, "page of a " + string(k.Kinds[0])}
	}
	if len(k.Kinds) != len(AllKinds()) {
		return donatedKey{}
	}
	for _, one := range []struct {
		sign  string
		owner *fund.Key
	}{{"page @", k.User}, {"page +", k.Team}, {"page ", k.Cause}} {
		if one.owner != nil && one.owner.Slug != "" {
			return donatedKey{k.Key, one.sign + one.owner.Slug}
		}
	}
	return donatedKey{}
}

func (a *App) donateForm(ctx context.Context, f fund.Fact) (DonateForm, error) {
	out := DonateForm{Fact: f, Fee: a.payments.Fee}
	known, ok := a.donateForms.get(f.ID, a.Now())
	if !ok {
		era := a.donateForms.era.Load()
		var err error
		if known, err = a.findDonateForm(ctx, f); err != nil {
			return out, fmt.Errorf("donation settings of fact %s: %w", f.ID, err)
		}
		a.donateForms.put(f.ID, remembered[formSettings]{value: known, until: a.Now().Add(rememberFor)}, era)
	}
	out.Settings, out.OpensAt, out.Closed, out.StreamersShip = known.settings, known.opensAt, known.closed, known.streamersShip
	out.Receiver, out.Profile = known.receiver, a.profileOf(known.receiver)
	out.Delayed = a.payments.Delayed && !out.Settings.InstantOnly
	out.Settings.Maximum = min(out.Settings.Maximum, a.donationLimit.Of(f.Currency))
	return out, nil
}

// profileOf is the profile of a cause's receipts; that of causes that chose none where there is no such profile.
func (a *App) profileOf(to fund.Receiver) receipt.Profile {
	for _, name := range []string{to.ReceiptProfile, fund.PlainReceipts} {
		if profile, err := a.profiles.Get(name); err == nil {
			return profile
		}
	}
	return receipt.Profile{Name: fund.PlainReceipts}
}

// findDonateForm reads the settings of the fact and its ancestors, nearest first. The page settings of causes and events contain a minimum
// donation, too, and say whether they take donations before they start.
func (a *App) findDonateForm(ctx context.Context, f fund.Fact) (formSettings, error) {
	chain, err := a.store.SettingsChain(ctx, f)
	if err != nil {
		return formSettings{}, err
	}
	g := formSettings{settings: fund.DonationSettings{FactID: f.ID}}
	for _, one := range chain {
		own := one.DonationSettings
		if own.Minimum == 0 {
			own.Minimum = one.Page.MinimumDonation
		}
		if one.FactID == f.ID && !one.Visibility.Shown("donate") {
			g.closed = true
		}
		if option, set := one.Visibility["prevent_donations_before_start"]; set && option.Visible && one.Kind == fund.KindFundraisingEvent {
			g.opensAt = one.StartsAt
		}
		if one.FactID == f.ID {
			g.settings.Thanks, g.settings.StreamDelay = own.Thanks, own.StreamDelay
		}
		if one.Kind == fund.KindCause {
			g.receiver = one.Receiver
			g.settings.Statement, g.settings.InstantOnly = own.Statement, own.InstantOnly
		}
		g.streamersShip = g.streamersShip || own.StreamersShip && !ofCause(f)
		g.settings = g.settings.Over(own)
	}
	g.settings = g.settings.Over(fund.DefaultDonationSettings())
	return g, nil
}
