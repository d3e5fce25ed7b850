package app

import (
	"context"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ExportDonations calls fn for every donation to the fact that was completed within the span, whatever its state since. Refunds and disputes are those up to
// now. It is logged before the first call.
//
// Those who may read donors have all of each donation, and those to everything that supports the fact. Others who may see how donations were paid have those
// to the fact itself, without mail addresses, names behind anonymous donations, receipts, and what names payments and accounts.
func (a *App) ExportDonations(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.Record) error) error {
	e, err := a.exporting(ctx, actor, countMoney, fact, span)
	if err != nil {
		return err
	}
	return a.store.EachRecord(ctx, e.filter, func(r fund.Record) error {
		r = e.record(r)
		if r.Receipted != nil {
			issued := fund.IssuedReceipt{Receipt: fund.Receipt{Number: r.Receipt, IssuedAt: r.ReceiptAt}, Facts: *r.Receipted}
			cells, err := a.profiles.Cells(issued)
			if err != nil {
				return err
			}
			r.ReceiptCells = cells
		}
		return fn(r)
	})
}

// ExportMovements calls fn for every entry of the ledger within the span, for whom and of what ExportDonations says. It is logged before the first call.
func (a *App) ExportMovements(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.Movement) error) error {
	e, err := a.exporting(ctx, actor, countMoney, fact, span)
	if err != nil {
		return err
	}
	return a.store.EachMovement(ctx, e.filter, func(m fund.Movement) error {
		m.Record = e.record(m.Record)
		return fn(m)
	})
}

// ExportClaims calls fn for every reward that was claimed with a donation that was completed within the span, with the answer and the shipping address, for
// those who may fulfill them. It is logged before the first call. Those who may read donors have the claims of everything that supports the fact, too; others
// have nothing of the donation but what it is, when it was, and whether its money is here.
func (a *App) ExportClaims(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.ClaimRecord) error) error {
	e, err := a.exporting(ctx, actor, fulfillClaims, fact, span)
	if err != nil {
		return err
	}
	return a.store.EachClaim(ctx, e.filter, func(c fund.ClaimRecord) error {
		if c.Record = e.record(c.Record); !e.donors {
			c.Record = fund.Record{
				ID: c.ID, Number: c.Number, Fact: c.Fact, Kind: c.Kind, Cause: c.Cause, State: c.State, Amount: c.Net(), Currency: c.Currency,
				Anonymous: c.Anonymous, CompletedAt: c.CompletedAt,
			}
			if c.Net() > 0 && c.State.Arrived() {
				c.State = fund.DonationCompleted
			}
		}
		return fn(c)
	})
}

// ReceiptColumns are the names of the columns that profiles of receipts add to exported donations.
func (a *App) ReceiptColumns() []string { return a.profiles.ColumnNames() }

// exporting is an export that was allowed and logged.
type exporting struct {
	filter store.RecordFilter
	// donors reports whether it has who donated, references whether it has what offline donations were recorded with.
	donors, references bool
}

// exporting requires a right at the fact, finds out what the export has, and logs that it is made.
func (a *App) exporting(ctx context.Context, actor Actor, r right, fact fund.ID, span fund.Span) (exporting, error) {
	e := exporting{filter: store.RecordFilter{Fact: fact, Span: span}}
	f, err := a.seenFact(ctx, actor, fact)
	if err != nil {
		return e, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, r, f); err != nil {
		return e, err
	}
	if e.donors, err = a.readsDonors(ctx, actor, f); err != nil {
		return e, err
	}
	if !e.donors {
		if e.references, err = mayCredit(ctx, a.store.Queries, actor, f); err != nil {
			return e, err
		}
		answers, err := may(ctx, a.store.Queries, actor, fulfillClaims, f)
		if err != nil {
			return e, err
		}
		e.filter.Alone, e.filter.NoAnswers = true, !answers
	}
	return e, a.logExport(ctx, actor, f, span)
}

// logExport logs that somebody is about to read who donated.
func (a *App) logExport(ctx context.Context, actor Actor, f fund.Fact, span fund.Span) error {
	return a.write(ctx, actor.withoutTerms(), f.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		act := doneOn(fund.ActExportDonors, f.ID, now).of(f.Cause.ID).byGrant(f.ID)
		for name, at := range map[string]time.Time{"from": span.After, "to": span.Before} {
			if !at.IsZero() {
				act = act.with(name, at.UTC().Format(time.RFC3339))
			}
		}
		return logAct(ctx, tx, actor, act)
	})
}

// record is a donation as the export has it.
func (e exporting) record(r fund.Record) fund.Record {
	if e.donors {
		return r
	}
	r.Email, r.Receipt, r.ReceiptAt, r.Receipted, r.ContactConsentAt = "", 0, time.Time{}, nil, time.Time{}
	if r.Anonymous {
		r.Name = ""
	}
	if !e.references {
		r.Reference = ""
	}
	if r.Payment != nil {
		p := *r.Payment
		p.Account, p.Reference, p.PayoutReference = "", "", ""
		r.Payment = &p
	}
	return r
}

// FactByName finds a fact by a name for people: its UUID, @user/slug, +team/slug, the slug of a cause, or cause/event.
func (a *App) FactByName(ctx context.Context, actor Actor, name string) (fund.Fact, error) {
	seen, err := a.SeeByName(ctx, actor, name)
	return seen.fact, err
}

// SeeByName is FactByName for reads of what belongs to the fact.
func (a *App) SeeByName(ctx context.Context, actor Actor, name string) (Seen, error) {
	seen, err := a.seeByName(ctx, actor, name)
	if fault.Is(err, fault.NotFound) {
		return Seen{}, fault.New(fault.NotFound, "There is no fact %s; name it by its UUID, @user/slug, +team/slug, the slug of a cause, or cause/event.", name)
	}
	return seen, err
}

func (a *App) seeByName(ctx context.Context, actor Actor, name string) (Seen, error) {
	if id, err := fund.ParseID(name); err == nil {
		return a.See(ctx, actor, FactKey{Key: fund.Key{ID: id}, Kinds: AllKinds()})
	}
	owner, slug, below := strings.Cut(name, "/")
	switch {
	case owner == "":
		return Seen{}, missingNamed("fact", name)
	case !below:
		return a.See(ctx, actor, FactKey{Key: fund.Key{Slug: strings.ToLower(name)}, Kinds: []fund.Kind{fund.KindCause}})
	case owner[0] == '@' || owner[0] == '+':
		return a.SeeBySlugs(ctx, actor, owner, slug)
	case slug == "":
		return Seen{}, missingNamed("fact", name)
	default:
		cause := fund.Key{Slug: strings.ToLower(owner)}
		return a.See(ctx, actor, FactKey{Key: fund.Key{Slug: strings.ToLower(slug)}, Kinds: AllKinds(), Cause: &cause})
	}
}
