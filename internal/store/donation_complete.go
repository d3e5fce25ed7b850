package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Completion is a donation whose money has arrived.
type Completion struct {
	// Donation names the fact, cause, amount, incentives and claims; the store gives it its
	// legacy id, event, state and times. Its id and the ids of its claims must be set.
	Donation fund.Donation
	// USD is the amount in US cents at the rate of the day.
	USD int64
	// Reference is the caller's own name of the payment, unique for the cause; "" for none. A reference that was
	// completed before returns that donation, and nothing is counted again. With another name, amount or fact it is
	// Invalid at that field.
	Reference string
	// Entry is why the money arrived; "" is EntryDonation.
	Entry fund.EntryKind
	// RelayKey is the relay key that brought the donor; the zero id for none. One that was used for another donation
	// is Invalid at relay_key.
	RelayKey fund.ID
	// At is when the money arrived, for donations that are imported; the zero time is now.
	At time.Time
}

// incomingDonation is a donation on its way through a lane: one that has arrived, one that begins, or one that began
// earlier and whose money arrives now.
type incomingDonation struct {
	Completion
	fact   chainLink
	repeat fund.ID
	// matches are the donation matches that the donation counts towards.
	matches []fund.ID
	// begins is set for a donation whose money has yet to arrive, settles for one that began earlier.
	begins  *fund.Payment
	settles *settled
	// held is the change in reserved rewards.
	held []fund.Claim
}

// arrives reports whether the money of the donation has arrived.
func (g *incomingDonation) arrives() bool { return g.begins == nil }

// isNew reports whether the donation is not in the database yet.
func (g *incomingDonation) isNew() bool { return g.settles == nil }

// Complete records a donation with its ledger entry and adds it to every total: of its fact
// and all facts above, its poll option and target, the stock of its rewards, its user and
// team. It returns after the commit is durable.
//
// A fact that is not published is a Conflict, and so is a donation of another mode than the database has; a reward
// with too little left is Invalid at rewards.N.quantity.
func (s *Store) Complete(ctx context.Context, c Completion) (fund.Donation, error) {
	g := &incomingDonation{Completion: c}
	if err := s.lane(c.Donation.CauseID).submit(ctx, &job{incoming: g}); err != nil {
		return fund.Donation{}, err
	}
	return g.outcome(ctx, s.Queries)
}

// Complete is Store.Complete inside another write.
func (t *Tx) Complete(ctx context.Context, c Completion) (fund.Donation, error) {
	g := &incomingDonation{Completion: c}
	refused, err := t.complete(ctx, []*incomingDonation{g})
	if err != nil {
		return fund.Donation{}, err
	}
	if refused[0] != nil {
		return fund.Donation{}, refused[0]
	}
	return g.outcome(ctx, t.Queries)
}

// outcome is the recorded donation, or the one that the reference was used for earlier.
func (g *incomingDonation) outcome(ctx context.Context, q Queries) (fund.Donation, error) {
	if g.repeat.IsZero() {
		return g.Donation, nil
	}
	before, err := q.GetDonation(ctx, fund.Key{ID: g.repeat})
	if err != nil {
		return fund.Donation{}, err
	}
	if err := g.sameAs(before); err != nil {
		return fund.Donation{}, err
	}
	return before, nil
}

// sameAs requires what a repeated reference must have in common with the donation that it was used for. Of a donation to another fact, which the
// caller may have nothing to do with, it says nothing more.
func (g *incomingDonation) sameAs(before fund.Donation) error {
	var wrong fault.Fields
	if before.Fact.ID != g.Donation.Fact.ID {
		wrong.Add("reference", "was used for another donation")
		return wrong.Err()
	}
	if before.Amount != g.Donation.Amount {
		wrong.Add("amount", "is not that of the donation with the same reference")
	}
	if before.GivenName() != g.Donation.Name {
		wrong.Add("name", "is not that of the donation with the same reference")
	}
	return wrong.Err()
}

// reference names a payment for its cause.
type reference struct {
	cause fund.ID
	text  string
}

// CompleteAll records many donations of one cause in their order and in one transaction; all or none stay. It is
// meant for imports.
func (t *Tx) CompleteAll(ctx context.Context, completions []Completion) error {
	for chunk := range slices.Chunk(completions, groupSize) {
		incoming := make([]*incomingDonation, len(chunk))
		for i := range chunk {
			incoming[i] = &incomingDonation{Completion: chunk[i]}
		}
		refused, err := t.completeSlice(ctx, incoming, nil)
		if err != nil {
			return err
		}
		for i, err := range refused {
			if err == nil {
				_, err = incoming[i].outcome(ctx, t.Queries)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// complete records donations as a slice. A slice with a reference that was completed before breaks the unique key on
// references: only then are the known ones looked up. Where the slice fails for another unforeseen reason (an option
// that was just deleted), each donation is tried alone, so that one failure fails alone.
func (t *Tx) complete(ctx context.Context, incoming []*incomingDonation) ([]error, error) {
	if len(incoming) == 0 {
		return nil, nil
	}
	refused, err := t.attempt(ctx, incoming, nil)
	if err == nil || t.broken(err) {
		return refused, err
	}
	if key, _ := brokenKey(err); strings.Contains(key, "reference") {
		known, lost := t.knownReferences(ctx, incoming)
		if lost != nil {
			return nil, lost
		}
		if refused, err = t.attempt(ctx, incoming, known); err == nil || t.broken(err) {
			return refused, err
		}
	}
	if len(incoming) == 1 {
		return []error{counted(err)}, nil
	}
	refused = make([]error, len(incoming))
	for i, g := range incoming {
		one, err := t.complete(ctx, []*incomingDonation{g})
		if err != nil {
			return nil, err
		}
		refused[i] = one[0]
	}
	return refused, nil
}

func (t *Tx) attempt(ctx context.Context, incoming []*incomingDonation, known map[reference]fund.ID) (refused []error, err error) {
	err = t.savepoint(ctx, func() error {
		refused, err = t.completeSlice(ctx, incoming, known)
		return err
	})
	return refused, err
}

func (t *Tx) broken(err error) bool { return (&lane{store: t.store}).fatal(err) }

// completeSlice checks what can race, writes what passes and appends its events. The result holds why a donation was
// refused, or nil. Donations whose reference is known, or repeats one of the slice, are not recorded again.
func (t *Tx) completeSlice(ctx context.Context, incoming []*incomingDonation, known map[reference]fund.ID) ([]error, error) {
	chains, err := t.lockChains(ctx, incoming)
	if err != nil {
		return nil, err
	}
	if err := t.loadSettled(ctx, incoming); err != nil {
		return nil, err
	}
	stock, err := t.lockStock(ctx, incoming)
	if err != nil {
		return nil, err
	}
	keys, err := t.lockRelayKeys(ctx, incoming)
	if err != nil {
		return nil, err
	}
	done := maps.Clone(known)
	if done == nil {
		done = map[reference]fund.ID{}
	}
	now, room := t.now(), newRoom(chains)
	refused := make([]error, len(incoming))
	taken := make([]*incomingDonation, 0, len(incoming))
	for i, g := range incoming {
		g.repeat = fund.ID{}
		named := reference{chains[g.Donation.Fact.ID].causeID, g.Reference}
		if id, before := done[named]; before && g.Reference != "" {
			g.repeat = id
			continue
		}
		if g.repeat = keys.before(g); !g.repeat.IsZero() {
			continue
		}
		if refused[i] = keys.check(g); refused[i] != nil {
			continue
		}
		if refused[i] = g.check(room, stock); refused[i] != nil {
			continue
		}
		room.take(g)
		keys.take(g)
		if g.Reference != "" {
			done[named] = g.Donation.ID
		}
		taken = append(taken, g)
	}
	if len(taken) == 0 {
		return refused, nil
	}
	if slices.ContainsFunc(taken, (*incomingDonation).isNew) {
		if err := t.fixMode(ctx); err != nil {
			return nil, err
		}
	}
	return refused, t.record(ctx, taken, chains, now)
}

// check validates one donation against what the group knows so far, and takes its stock. Money that has arrived is
// not refused, whatever became of the fact and its incentives meanwhile; it waits if it cannot be counted.
func (g *incomingDonation) check(room *room, stock map[fund.ID]*rewardStock) error {
	fact, found := room.chains[g.Donation.Fact.ID]
	if !found {
		return fault.New(fault.NotFound, "There is no such fact to give to.")
	}
	if g.settles != nil {
		g.fact = fact
		return g.settle(room, stock)
	}
	// A match is paid even after its fact has ended.
	if fact.status != fund.Published && (g.Entry != fund.EntryMatch || fact.status != fund.Retired) {
		return fault.New(fault.Conflict, "Donations are taken by published facts only; this one is %s.", fact.status)
	}
	for _, one := range []chainLink{fact, room.chains[fact.causeID]} {
		if one.approval != fund.Approved && g.Entry != fund.EntryMatch {
			return fault.New(fault.Conflict, "Donations are taken for what is approved only; this %s is %s.", kindNoun(one.kind), one.approval)
		}
	}
	g.fact = fact
	if err := room.fits(g); err != nil {
		return err
	}
	if err := takeStock(g.Donation.Claims, fact.id, stock); err != nil {
		return err
	}
	if g.begins != nil {
		g.held = g.Donation.Claims
	}
	return nil
}

// record writes the donations and every total that counts them.
func (t *Tx) record(ctx context.Context, incoming []*incomingDonation, chains chains, now time.Time) error {
	if err := t.number(ctx, incoming); err != nil {
		return err
	}
	open, err := t.lockMatches(ctx, incoming, chains)
	if err != nil {
		return err
	}
	rules, err := t.readScreening(ctx, incoming, chains)
	if err != nil {
		return err
	}
	for _, g := range incoming {
		if g.begins != nil {
			g.begin(now)
			continue
		}
		g.stamp(now, chains)
		g.screen(rules)
		g.matches = open.of(g)
	}
	statements, err := incomingStatements(incoming)
	if err != nil {
		return err
	}
	paid, err := t.paymentStatements(ctx, incoming)
	if err != nil {
		return err
	}
	sums := sumUp(incoming, chains)
	w := t.watching(sums, chains, now)
	statements = append(append(statements, paid...), sums.statements(w)...)
	statements = append(statements, consequences(w, lastOf(incoming))...)
	if err := t.store.dialect.run(ctx, t, statements...); err != nil {
		return fmt.Errorf("donations: %w", err)
	}
	t.events = slices.Grow(t.events, len(incoming))
	for _, g := range incoming {
		if g.begins != nil {
			continue
		}
		e := g.event(fund.TopicDonationCompleted, chains)
		if !g.At.IsZero() {
			e.At = now // the log is in the order of what happened here
		}
		t.Append(e)
		w.counted(g.Donation.ID, g.Donation.Fact.ID, g.Donation.Target.IDOrZero(), g.Donation.Amount)
	}
	return w.end(ctx)
}

// number assigns legacy ids to the donations that are new.
func (t *Tx) number(ctx context.Context, incoming []*incomingDonation) error {
	fresh := slices.DeleteFunc(slices.Clone(incoming), func(g *incomingDonation) bool { return !g.isNew() })
	if len(fresh) == 0 {
		return nil
	}
	ids, err := t.donationIDs(ctx, len(fresh))
	for i, id := range ids {
		fresh[i].Donation.LegacyID = id
	}
	return err
}

// lastOf is when the last of the donations arrived: for an import that may be long ago. The zero time if none did.
func lastOf(incoming []*incomingDonation) time.Time {
	last := incoming[0].Donation.CompletedAt
	for _, g := range incoming {
		if g.Donation.CompletedAt.After(last) {
			last = g.Donation.CompletedAt
		}
	}
	return last
}

// stamp sets the times and state of the donation. Donations of one cause get strictly increasing times, whatever the
// clocks of the nodes say: the cause's row is locked, and stores the last one. Imported donations keep their times,
// and later ones follow the last of them.
func (g *incomingDonation) stamp(now time.Time, chains chains) {
	d, root := &g.Donation, chains[g.fact.causeID]
	at := micros(g.At)
	if g.At.IsZero() {
		at = max(micros(now), root.lastDonationAt+1)
	}
	root.lastDonationAt = max(at, root.lastDonationAt)
	chains[root.id] = root
	if g.Entry == "" {
		g.Entry = fund.EntryDonation
	}
	d.CompletedAt = fromMicros(at)
	if d.CreatedAt.IsZero() {
		d.CreatedAt = d.CompletedAt
	}
	d.UpdatedAt, d.State = d.CompletedAt, fund.DonationCompleted
	d.CauseID, d.EventID = g.fact.above()
}

// event announces the donation's amount: Facts are its fact and all above, then its user and team.
func (g *incomingDonation) event(topic fund.Topic, chains chains) fund.Event {
	return fund.Event{
		Topic: topic, Subject: g.Donation.ID, Facts: chains.showing(g.Donation.Fact.ID), Amount: g.Donation.Amount, At: g.Donation.CompletedAt,
	}
}

// donatedAt stores in the cause when its money last moved.
func (l chainLink) donatedAt() batchStatement {
	return batchStatement{
		text: "UPDATE facts SET last_gift_at = $1 WHERE id = $2 AND last_gift_at < $3",
		args: []any{l.lastDonationAt, l.id, l.lastDonationAt},
	}
}

// consequences follow from new totals: milestones are reached, and causes store the time of their last donation.
func consequences(w *watch, at time.Time) []batchStatement {
	statements := reachMilestones(w, at)
	for _, id := range w.sums.facts() {
		if link := w.chains[id]; id == link.causeID {
			statements = append(statements, link.donatedAt())
		}
	}
	return statements
}

// reachMilestones stores which milestones the totals of the facts reach now.
func reachMilestones(w *watch, at time.Time) []batchStatement {
	var statements []batchStatement
	for chunk := range slices.Chunk(w.sums.facts(), groupSize) {
		args := padded(idArgs(chunk))
		statements = append(statements, batchStatement{
			text: `UPDATE milestones SET reached_at = $1 WHERE reached_at IS NULL
				AND amount <= (SELECT raised + supported FROM facts WHERE id = milestones.fact_id)
				AND fact_id IN ` + placeholders(2, len(args)),
			args:      append([]any{micros(at)}, args...),
			returning: "id, fact_id, amount, enabled", found: w.foundMilestone,
		})
	}
	return statements
}

func (t *Tx) knownReferences(ctx context.Context, incoming []*incomingDonation) (map[reference]fund.ID, error) {
	known := map[reference]fund.ID{}
	byCause := map[fund.ID][]any{}
	for _, g := range incoming {
		if g.Reference != "" {
			byCause[g.Donation.CauseID] = append(byCause[g.Donation.CauseID], g.Reference)
		}
	}
	for cause, texts := range byCause {
		for chunk := range slices.Chunk(texts, groupSize) {
			args := padded(chunk)
			text := "SELECT reference, id FROM donations WHERE cause_id = $1 AND reference IN " + placeholders(2, len(args))
			err := t.each(ctx, text, append([]any{cause}, args...), func(scan func(...any) error) error {
				named := reference{cause: cause}
				var id fund.ID
				err := scan(&named.text, &id)
				known[named] = id
				return err
			})
			if err != nil {
				return nil, fmt.Errorf("references of a group: %w", err)
			}
		}
	}
	return known, nil
}
