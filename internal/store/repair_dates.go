package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// DatesRepair says how donations that are dated ahead of now are dated again.
type DatesRepair struct {
	// PaidAt is when a provider says that a payment was made, by its own clock; the zero time for an event that does not
	// say that. Nil asks none.
	PaidAt func(fund.ProviderEvent) time.Time
	// DryRun changes nothing.
	DryRun bool
}

// The sources of a repaired date.
const (
	// DatedByProvider is the provider's own time of the payment, DatedByReceipt when its event came here.
	DatedByProvider = "provider"
	DatedByReceipt  = "received"
	// DatedByBeginning is when the donation was made here.
	DatedByBeginning = "created"
	// DatedByOrder is the time of its neighbors: nothing else is known.
	DatedByOrder = "order"
)

// Redated is a donation with a new date of completion.
type Redated struct {
	Donation, Cause fund.ID
	From, To        time.Time
	// Source is where the date is from.
	Source string
}

// Repaired is what RepairDates changed.
type Repaired struct {
	Donations []Redated
	// Entries is how many ledger entries got another date, those of the donations among them.
	Entries int
}

// LastDonation is when the money of any cause moved last, by the clocks of the servers that stamped it; the zero time
// for never.
func (q Queries) LastDonation(ctx context.Context) (at time.Time, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(last_gift_at), 0) FROM facts WHERE kind = $1", string(fund.KindCause)).
		Scan(instant{&at})
	if err != nil {
		return at, fmt.Errorf("last donation: %w", err)
	}
	return at, nil
}

// RepairDates dates donations again that are dated ahead of now, after a clock was: with everything that has their date,
// cause by cause, each in one transaction. The order of a cause's donations stays. The leaderboards and the hours are then
// folded anew, because they depend on dates; if this is interrupted, the next server does it.
func (s *Store) RepairDates(ctx context.Context, how DatesRepair) (Repaired, error) {
	var all Repaired
	now := s.now()
	causes, err := list(ctx, s.db, selecting("SELECT id FROM facts").and("kind = ?", string(fund.KindCause)).and("last_gift_at > ?", micros(now)).
		then("ORDER BY id"), func(r row) (id fund.ID, err error) { err = r.Scan(&id); return id, err })
	if err != nil {
		return all, fmt.Errorf("causes with donations ahead of now: %w", err)
	}
	for _, cause := range causes {
		var done Repaired
		err := s.Write(ctx, cause, func(ctx context.Context, t *Tx) (err error) {
			done, err = t.redate(ctx, &redating{cause: cause, now: micros(now), how: how})
			return err
		})
		if err != nil {
			return all, fmt.Errorf("dates of cause %s: %w", cause, err)
		}
		all.Donations = append(all.Donations, done.Donations...)
		all.Entries += done.Entries
	}
	if how.DryRun || len(causes) == 0 {
		return all, nil
	}
	if err := s.catchUp(ctx); err != nil {
		return all, err
	}
	return all, s.catchUpHours(ctx)
}

// redating is the new dates of one cause. Times are as they are stored.
type redating struct {
	cause fund.ID
	now   int64
	how   DatesRepair
	// stamps are the dates ahead of now at which money moved, in their order, with what is known about the true ones.
	stamps []stamp
	// to maps each stamp to its new date.
	to        map[int64]int64
	donations []dated
	entries   []dated
	facts     []fund.ID
}

// stamp is a date ahead of now, and a better one; 0 if there is none.
type stamp struct {
	at, better int64
	source     string
}

// dated is a row with a date.
type dated struct {
	id fund.ID
	at int64
}

// redate dates everything of a cause. Its row is locked, so that no money moves.
func (t *Tx) redate(ctx context.Context, r *redating) (Repaired, error) {
	if _, err := t.lockFacts(ctx, []fund.ID{r.cause}); err != nil {
		return Repaired{}, err
	}
	for _, step := range []func(context.Context, *redating) error{t.readStamps, t.readEvents} {
		if err := step(ctx, r); err != nil {
			return Repaired{}, err
		}
	}
	before, err := t.lastBefore(ctx, r)
	if err != nil {
		return Repaired{}, err
	}
	r.arrange(before)
	done := Repaired{Entries: len(r.entries)}
	for _, d := range r.donations {
		i, _ := slices.BinarySearchFunc(r.stamps, d.at, stamp.compare)
		done.Donations = append(done.Donations, Redated{
			Donation: d.id, Cause: r.cause, From: fromMicros(d.at), To: fromMicros(r.to[d.at]), Source: r.stamps[i].source,
		})
	}
	if r.how.DryRun {
		return done, nil
	}
	return done, t.writeDates(ctx, r, before)
}

func (s stamp) compare(at int64) int {
	switch {
	case s.at < at:
		return -1
	case s.at > at:
		return 1
	default:
		return 0
	}
}

// arrange gives each stamp a date after the one before it. What nothing is known about comes right before the next that
// something is known about.
func (r *redating) arrange(before int64) {
	next := r.now + 1
	for i := len(r.stamps) - 1; i >= 0; i-- {
		s := &r.stamps[i]
		if s.better == 0 {
			s.better, s.source = next-1, DatedByOrder
		}
		next = s.better
	}
	r.to = map[int64]int64{}
	for i := range r.stamps {
		before = max(r.stamps[i].better, before+1)
		r.to[r.stamps[i].at] = before
	}
}

// readStamps reads what is dated ahead of now: entries of the ledger, and ends of donation matches.
func (t *Tx) readStamps(ctx context.Context, r *redating) error {
	better := map[int64]stamp{}
	err := t.each(ctx, "SELECT id, fact_id, completed_at, created_at FROM donations WHERE cause_id = $1 AND completed_at > $2 ORDER BY completed_at, id",
		[]any{r.cause, r.now}, func(scan func(...any) error) error {
			var d dated
			var fact fund.ID
			var created int64
			err := scan(&d.id, &fact, &d.at, &created)
			r.donations, r.facts = append(r.donations, d), append(r.facts, fact)
			better[d.at] = r.beginning(d, created)
			return err
		})
	if err != nil {
		return fmt.Errorf("donations ahead of now: %w", err)
	}
	err = t.each(ctx, `SELECT l.id, l.fact_id, l.at FROM ledger l JOIN donations d ON d.id = l.donation_id WHERE d.cause_id = $1 AND l.at > $2`,
		[]any{r.cause, r.now}, func(scan func(...any) error) error {
			var e dated
			var fact fund.ID
			err := scan(&e.id, &fact, &e.at)
			r.entries, r.facts = append(r.entries, e), append(r.facts, fact)
			if _, known := better[e.at]; !known {
				better[e.at] = stamp{at: e.at}
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("entries ahead of now: %w", err)
	}
	err = t.each(ctx, `SELECT m.completed_at FROM donation_matches m JOIN facts f ON f.id = m.fact_id WHERE f.cause_id = $1 AND m.completed_at > $2`,
		[]any{r.cause, r.now}, func(scan func(...any) error) error {
			var at int64
			err := scan(&at)
			if _, known := better[at]; !known {
				better[at] = stamp{at: at}
			}
			return err
		})
	if err != nil {
		return fmt.Errorf("matches ahead of now: %w", err)
	}
	for _, s := range better {
		r.stamps = append(r.stamps, s)
	}
	slices.SortFunc(r.stamps, func(a, b stamp) int { return a.compare(b.at) })
	r.facts = unique(append(r.facts, r.cause))
	return nil
}

// beginning is when a donation was made, unless that is ahead of now, too. Its id has the time of the clock even where
// the donation itself was dated after the last one.
func (r *redating) beginning(d dated, created int64) stamp {
	if made, ok := d.id.Time(); ok && created > r.now {
		created = micros(made)
	}
	if created <= 0 || created > r.now {
		return stamp{at: d.at}
	}
	return stamp{d.at, created, DatedByBeginning}
}

// readEvents prefers the dates in the journal of the providers' events: their own, or that of the receipt.
func (t *Tx) readEvents(ctx context.Context, r *redating) error {
	if r.how.PaidAt == nil {
		return nil
	}
	for _, d := range r.donations {
		i, _ := slices.BinarySearchFunc(r.stamps, d.at, stamp.compare)
		events, err := t.providerEvents(ctx, selecting(selectProviderEvent+" JOIN payments p ON p.provider = n.provider").and("p.donation_id = ?", d.id).
			and("(n.donation_id = p.donation_id OR n.reference = p.reference)").then("ORDER BY n.id"))
		if err != nil {
			return err
		}
		for _, e := range events {
			paid := r.how.PaidAt(e)
			if paid.IsZero() {
				continue
			}
			s := &r.stamps[i]
			if at := micros(paid); at <= r.now {
				s.better, s.source = at, DatedByProvider
			} else if at := micros(e.ReceivedAt); at <= r.now && s.source != DatedByProvider {
				s.better, s.source = at, DatedByReceipt
			}
		}
	}
	return nil
}

// lastBefore is when the cause's money moved last that is not ahead of now.
func (t *Tx) lastBefore(ctx context.Context, r *redating) (last int64, err error) {
	err = t.db.QueryRowContext(ctx, `SELECT COALESCE(MAX(at), 0) FROM (
		SELECT l.at FROM ledger l JOIN donations d ON d.id = l.donation_id WHERE d.cause_id = $1 AND l.at <= $2
		UNION ALL SELECT m.completed_at FROM donation_matches m JOIN facts f ON f.id = m.fact_id
			WHERE f.cause_id = $3 AND m.completed_at <= $4) moved`, r.cause, r.now, r.cause, r.now).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("last donation that is not ahead of now: %w", err)
	}
	return last, nil
}
