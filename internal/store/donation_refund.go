package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Refund returns part of a donation, in minor units of its currency, and subtracts it from every total that the
// donation was added to. A fully refunded donation leaves the lists, and its claims return to the stock. An amount
// that is not more than zero, or more than is left, is Invalid; a donation whose money has not arrived is a Conflict.
func (t *Tx) Refund(ctx context.Context, id fund.ID, amount int64) (fund.Donation, error) {
	chains, err := t.lockChainOf(ctx, id)
	if err != nil {
		return fund.Donation{}, err
	}
	d, err := t.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return fund.Donation{}, err
	}
	to, err := d.Refunding(amount)
	if err != nil {
		return fund.Donation{}, err
	}
	if err := t.move(ctx, chains, id, to); err != nil {
		return fund.Donation{}, fmt.Errorf("refund of donation %s: %w", id, err)
	}
	return t.GetDonation(ctx, fund.Key{ID: id})
}

// lockChainOf locks the donation's fact and everything above it, as completing does, before any mutable part of the
// donation is read.
func (t *Tx) lockChainOf(ctx context.Context, donation fund.ID) (chains, error) {
	what := thing{"donation", donation.String()}
	fact, err := one(ctx, t.db, selecting("SELECT fact_id FROM donations").and("id = ?", donation),
		func(r row) (id fund.ID, err error) { err = r.Scan(&id); return id, err }, what)
	if err != nil {
		return nil, err
	}
	return t.lockChains(ctx, []*incomingDonation{{Completion: Completion{Donation: fund.Donation{Fact: fund.Ref{ID: fact}}}}})
}

// movement is a donation that loses or regains money.
type movement struct {
	incomingDonation
	// before and after are the donation as it was and as it will be; usd is its full value in US cents.
	before, after fund.Donation
	usd           int64
	// entries is how many ledger entries it has.
	entries int64
	at      time.Time
}

// move changes the state of a donation whose money has arrived: what is refunded and disputed of it, and every total
// that counts it. Its facts are locked.
func (t *Tx) move(ctx context.Context, chains chains, id fund.ID, to fund.Outcome) error {
	d, err := t.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return err
	}
	after := d
	after.State, after.Refunded, after.Disputed = to.State, to.Refunded, to.Disputed
	if after.State == d.State && after.Refunded == d.Refunded && after.Disputed == d.Disputed {
		return nil
	}
	m := &movement{incomingDonation: incomingDonation{Completion: Completion{Donation: d}, fact: chains[d.Fact.ID]}, before: d, after: after}
	err = t.db.QueryRowContext(ctx, "SELECT usd, (SELECT COUNT(*) FROM ledger WHERE donation_id = $1) FROM donations WHERE id = $2", id, id).
		Scan(&m.usd, &m.entries)
	if err != nil {
		return fmt.Errorf("donation %s: %w", id, err)
	}
	return t.writeMovement(ctx, m, chains)
}

// writeMovement writes the entries of a movement and every total that counts the donation.
func (t *Tx) writeMovement(ctx context.Context, m *movement, chains chains) error {
	root := chains.later(m.fact.causeID, t.now())
	m.at = fromMicros(root.lastDonationAt)
	for _, match := range m.before.Matches {
		if match.CompletedAt.IsZero() {
			m.matches = append(m.matches, match.ID)
		}
	}
	entries, events := m.entriesAndEvents(chains)
	m.Donation.Amount = m.after.Net() - m.before.Net()
	m.USD = m.share(m.after.Net()) - m.share(m.before.Net())
	// What comes back needs room, as what arrives does; what goes is always let go.
	if m.Donation.Amount > 0 {
		if err := newRoom(chains).fits(&m.incomingDonation); err != nil {
			return err
		}
	}
	m.Donation.Claims, m.held = m.claims()
	sums := sumUp([]*incomingDonation{&m.incomingDonation}, chains)
	moved := batchStatement{update: "donations"}
	moved.add(columns{
		{"id", m.after.ID}, {"refunded", m.after.Refunded}, {"disputed", m.after.Disputed}, {"state", string(m.after.State)},
		{"listed", m.after.Listed()}, {"updated_at", micros(m.at)},
	})
	w := t.watching(sums, chains, m.at)
	statements := append([]batchStatement{moved, entries}, sums.statements(w)...)
	statements = append(statements, consequences(w, m.at)...)
	if err := t.store.dialect.run(ctx, t, append(statements, root.donatedAt())...); err != nil {
		return err
	}
	for _, e := range events {
		t.Append(e)
	}
	w.counted(m.after.ID, m.after.Fact.ID, m.after.Target.IDOrZero(), m.Donation.Amount)
	return w.end(ctx)
}

// entriesAndEvents returns the entries of refunds and disputes, each with its event. A dispute that moves no money
// has an event, too.
func (m *movement) entriesAndEvents(chains chains) (batchStatement, []fund.Event) {
	entries, net := insertEntries, m.before.Net()
	var events []fund.Event
	announce := func(topic fund.Topic, amount int64) {
		e := m.event(topic, chains)
		e.Amount, e.At = amount, m.at
		if m.before.State != m.after.State {
			e.Detail = fund.Detail{From: string(m.before.State), To: string(m.after.State)}
		}
		events = append(events, e)
	}
	for _, part := range []struct {
		amount              int64
		out, back           fund.EntryKind
		topicOut, topicBack fund.Topic
	}{
		{m.before.Refunded - m.after.Refunded, fund.EntryRefund, fund.EntryRefundReversal, fund.TopicDonationRefunded, fund.TopicDonationRestored},
		{m.before.Disputed - m.after.Disputed, fund.EntryDispute, fund.EntryDisputeReversal, fund.TopicDonationDisputed, fund.TopicDonationRestored},
	} {
		if part.amount == 0 {
			continue
		}
		kind, topic := part.out, part.topicOut
		if part.amount > 0 {
			kind, topic = part.back, part.topicBack
		}
		usd := m.share(net+part.amount) - m.share(net)
		net += part.amount
		entries.add(columns{
			{"id", m.entryID()}, {"donation_id", m.after.ID}, {"fact_id", m.after.Fact.ID}, {"kind", string(kind)},
			{"amount", part.amount}, {"currency", m.after.Currency}, {"usd", usd}, {"at", micros(m.at)},
		})
		m.entries++
		announce(topic, part.amount)
	}
	if len(events) == 0 {
		topic := fund.TopicDonationRestored
		if m.after.State == fund.DonationDisputed {
			topic = fund.TopicDonationDisputed
		}
		announce(topic, 0)
	}
	return entries, events
}

// claims returns how the movement changes the claimed and the reserved rewards: while the whole amount is disputed,
// its rewards are not claimed, but are not available to others either.
func (m *movement) claims() (claimed, held []fund.Claim) {
	if change := btoi(m.after.Listed()) - btoi(m.before.Listed()); change != 0 {
		claimed = times(m.before.Claims, change)
	}
	if change := btoi(keeps(m.after)) - btoi(keeps(m.before)); change != 0 {
		held = times(m.before.Claims, change)
	}
	return claimed, held
}

// keeps reports whether rewards stay reserved for a donation that has not claimed them.
func keeps(d fund.Donation) bool {
	return d.State == fund.DonationPending || d.State == fund.DonationDisputed && d.Net() == 0
}

func btoi(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// times multiplies the quantities of claims.
func times(claims []fund.Claim, n int64) []fund.Claim {
	all := make([]fund.Claim, len(claims))
	for i, c := range claims {
		c.Quantity *= n
		all[i] = c
	}
	return all
}

// share is the part of the US dollars that belongs to a part of the amount.
func (m *movement) share(part int64) int64 { return shareOf(m.usd, m.before.Amount, part) }

// shareOf is the part of a donation's US cents that belongs to a part of its amount. Rounded down, what leaves a
// donation subtracts exactly what it added when nothing is left. Between the entries of one movement the part can be
// below zero for a moment: a refund that takes the place of a dispute is written first.
func shareOf(usd, amount, part int64) int64 {
	part = min(max(part, 0), amount)
	high, low := bits.Mul64(uint64(usd), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(amount))
	return int64(quotient)
}

// entryID is the id of the donation's next entry: at most one exists for each number.
func (m *movement) entryID() fund.ID {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(append([]byte("entry"), m.after.ID[:]...), uint64(m.entries)))
	id := fund.ID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	return id
}
