package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// unratedRows is how many donations without a value in dollars are looked at together.
	unratedRows = 1000
	// ratedAtOnce is how many donations one transaction gives their value: other donations of the cause wait for it.
	ratedAtOnce = 200
)

// Recount is what CountUnrated did.
type Recount struct {
	// Counted is how many donations got their value in US dollars.
	Counted int64
	// Unrated is how many still have none: no rate is known for their day, or they are worth less than half a cent.
	Unrated int64
	// Full is how many of those have a rate, but would make a total too large.
	Full int64
}

// unrated is a donation without a value in US dollars.
type unrated struct {
	id, cause, fact fund.ID
	amount          int64
	currency        string
	day             time.Time
	usd             int64
}

// selectUnrated selects donations that count 0 in US dollars because no rate was known. Their day is that of their
// money, or for a pending one that of its beginning.
const selectUnrated = `SELECT id, cause_id, fact_id, amount, currency, COALESCE(completed_at, created_at) FROM donations
	WHERE usd = 0 AND currency <> 'USD' AND (completed_at IS NOT NULL OR state = 'pending') AND `

func scanUnrated(scan func(...any) error) (u unrated, err error) {
	err = scan(&u.id, &u.cause, &u.fact, &u.amount, &u.currency, instant{&u.day})
	return u, err
}

// CountUnrated gives donations that had no rate when they came their value in US dollars, now that one is known, and adds
// it to every total in dollars. Each transaction takes some donations of one cause, with all that counts them, so that
// it can be interrupted, repeated, and run beside servers. A donation that has a value keeps it.
func (s *Store) CountUnrated(ctx context.Context) (Recount, error) {
	var all Recount
	for after := beforeIDs; ; {
		page, err := s.unratedAfter(ctx, after)
		if err != nil || len(page) == 0 {
			return all, err
		}
		after = slices.Clone(page[len(page)-1].id[:])
		done, err := s.ratePage(ctx, page)
		all.Counted += done.Counted
		all.Full += done.Full
		all.Unrated += int64(len(page)) - done.Counted
		if err != nil {
			return all, err
		}
	}
}

// unratedAfter lists the next donations without a value, with the one they have now; 0 if no rate is known.
func (s *Store) unratedAfter(ctx context.Context, after []byte) (page []unrated, err error) {
	err = s.each(ctx, selectUnrated+"id > $1 ORDER BY id LIMIT $2", []any{after, unratedRows}, func(scan func(...any) error) error {
		u, err := scanUnrated(scan)
		page = append(page, u)
		return err
	})
	if err == nil {
		err = s.valued(ctx, page)
	}
	if err != nil {
		return nil, fmt.Errorf("donations without a rate: %w", err)
	}
	return page, nil
}

// valued fills in the values of donations.
func (q Queries) valued(ctx context.Context, all []unrated) (err error) {
	unknown := map[rateKey]bool{}
	for i := range all {
		u := &all[i]
		key := rateKey{u.currency, startOfDay(u.day)}
		if unknown[key] {
			continue
		}
		u.usd, err = q.InUSD(ctx, u.amount, u.currency, u.day)
		if unknown[key] = fault.Is(err, fault.NotFound); err != nil && !unknown[key] {
			return err
		}
	}
	return nil
}

// ratePage gives the donations of a page their values, cause by cause.
func (s *Store) ratePage(ctx context.Context, page []unrated) (all Recount, err error) {
	known := slices.DeleteFunc(slices.Clone(page), func(u unrated) bool { return u.usd == 0 })
	slices.SortStableFunc(known, func(a, b unrated) int { return cmp.Or(compareIDs(a.cause, b.cause), compareIDs(a.id, b.id)) })
	for len(known) > 0 {
		n := 1
		for n < min(len(known), ratedAtOnce) && known[n].cause == known[0].cause {
			n++
		}
		var done Recount
		err := s.Write(ctx, known[0].cause, func(ctx context.Context, t *Tx) (err error) {
			done, err = t.rate(ctx, known[:n])
			return err
		})
		if err != nil {
			return all, fmt.Errorf("donations of cause %s in US dollars: %w", known[0].cause, err)
		}
		all.Counted += done.Counted
		all.Full += done.Full
		known = known[n:]
	}
	return all, nil
}

// rate gives donations their values, unless they got one meanwhile.
func (t *Tx) rate(ctx context.Context, some []unrated) (done Recount, err error) {
	chains, err := t.lockFacts(ctx, unique(factsOf(some)))
	if err != nil {
		return done, err
	}
	if some, err = t.stillUnrated(ctx, some); err != nil {
		return done, err
	}
	entries, err := t.entriesOf(ctx, some)
	if err != nil {
		return done, err
	}
	donations, ledger := batchStatement{update: "donations"}, batchStatement{update: "ledger"}
	room, incoming := newRoom(chains), []*incomingDonation(nil)
	for _, u := range some {
		g := &incomingDonation{fact: chains[u.fact]}
		g.Donation.Fact.ID = u.fact
		rows, left := u.worth(entries[u.id])
		if g.USD = left; room.fits(g) != nil {
			done.Full++
			continue
		}
		room.take(g)
		done.Counted++
		donations.add(columns{{"id", u.id}, {"usd", u.usd}})
		for _, e := range rows {
			ledger.add(columns{{"id", e.id}, {"usd", e.usd}})
		}
		incoming = append(incoming, g)
	}
	sums := sumUp(incoming, chains)
	if err := t.store.dialect.run(ctx, t, append([]batchStatement{donations, ledger}, sums.statements(nil)...)...); err != nil {
		return done, err
	}
	t.announceOwnerTotals(sums)
	return done, nil
}

func factsOf(some []unrated) []fund.ID {
	ids := make([]fund.ID, len(some))
	for i, u := range some {
		ids[i] = u.fact
	}
	return ids
}

// stillUnrated reads the donations again, now that their facts are locked and with them everything about their money.
func (t *Tx) stillUnrated(ctx context.Context, some []unrated) (now []unrated, err error) {
	ids := make([]fund.ID, len(some))
	locked := map[fund.ID]bool{}
	for i, u := range some {
		ids[i], locked[u.fact] = u.id, true
	}
	err = t.eachOf(ctx, selectUnrated+"id IN ", ids, func(scan func(...any) error) error {
		u, err := scanUnrated(scan)
		if locked[u.fact] {
			now = append(now, u)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := t.valued(ctx, now); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(now, func(u unrated) bool { return u.usd == 0 }), nil
}

// ledgerEntry is the part of an entry that its value in US dollars depends on.
type ledgerEntry struct {
	id      fund.ID
	kind    fund.EntryKind
	amount  int64
	at, usd int64
}

// entriesOf reads the entries of donations.
func (t *Tx) entriesOf(ctx context.Context, some []unrated) (map[fund.ID][]ledgerEntry, error) {
	ids := make([]fund.ID, len(some))
	for i, u := range some {
		ids[i] = u.id
	}
	entries := map[fund.ID][]ledgerEntry{}
	err := t.eachOf(ctx, "SELECT id, donation_id, kind, amount, at FROM ledger WHERE donation_id IN ", ids, func(scan func(...any) error) error {
		var e ledgerEntry
		var donation fund.ID
		err := scan(&e.id, &donation, &e.kind, &e.amount, &e.at)
		entries[donation] = append(entries[donation], e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("entries of donations: %w", err)
	}
	return entries, nil
}

// worth divides the value of a donation among its entries in the order in which they were written, and returns what is
// left of it after them all.
func (u unrated) worth(entries []ledgerEntry) (_ []ledgerEntry, left int64) {
	slices.SortStableFunc(entries, func(a, b ledgerEntry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(writtenAt(a.kind), writtenAt(b.kind)))
	})
	var net int64
	for i := range entries {
		e := &entries[i]
		net += e.amount
		before := left
		left = shareOf(u.usd, u.amount, net)
		e.usd = left - before
	}
	return entries, left
}

// writtenAt is the place of a kind among the entries of one movement; see entriesAndEvents.
func writtenAt(kind fund.EntryKind) int {
	switch kind {
	case fund.EntryRefund, fund.EntryRefundReversal:
		return 1
	case fund.EntryDispute, fund.EntryDisputeReversal:
		return 2
	default:
		return 0
	}
}

// announceOwnerTotals invalidates cached answers about the users and teams whose totals change.
func (t *Tx) announceOwnerTotals(s *sums) {
	for total, topic := range map[int]fund.Topic{usersRaised: fund.TopicUserChanged, teamsRaised: fund.TopicTeamChanged} {
		for id := range s[total] {
			t.Append(fund.Event{Topic: topic, Subject: id, At: t.now()})
		}
	}
}
