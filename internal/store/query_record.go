package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// recordPage is how many records are read at once.
const recordPage = 1000

// RecordFilter selects the exported records.
type RecordFilter struct {
	// Fact is the fact that received the donations: itself or, unless Alone is set, anything that supports it.
	Fact  fund.ID
	Alone bool
	// NoAnswers leaves out of the claims of donations what donors answered.
	NoAnswers bool
	// Span is when money arrived or moved. An open end is not set.
	Span fund.Span
}

const (
	recordColumns = `d.id, d.legacy_id, d.state, d.amount, d.refunded, d.disputed, d.currency, CASE WHEN d.given_name <> '' THEN d.given_name ELSE d.name END, d.email, d.anonymous, d.is_match, d.origin,
		d.reference, p.provider, p.account, p.reference, p.fee_cover, p.fee, p.refunded, p.disputed, p.payout_reference, p.via, r.number, r.issued_at,
		d.completed_at, d.updated_at,
		(SELECT k.given_at FROM consents k WHERE k.donation_id = d.id AND k.channel = 'mail' AND k.withdrawn_at IS NULL), d.comment, COALESCE(o.name, ''), COALESCE(b.name, ''), COALESCE(t.name, '')`
	recordTables = ` LEFT JOIN payments p ON p.donation_id = d.id LEFT JOIN receipts r ON r.donation_id = d.id AND ` + currentReceipt + `
		LEFT JOIN poll_options o ON o.id = d.poll_option_id LEFT JOIN polls b ON b.id = o.poll_id LEFT JOIN targets t ON t.id = d.target_id`
	// recordAnswer is the answer that a claim has.
	recordAnswer = ` || CASE WHEN c.answer = '' THEN '' ELSE ': ' || c.answer END`
)

// claims is what a donation claims, as one text.
func (f RecordFilter) claims() string {
	answer := recordAnswer
	if f.NoAnswers {
		answer = ""
	}
	return ", COALESCE((SELECT string_agg(CAST(c.quantity AS TEXT) || ' × ' || w.name" + answer + `, '; ' ORDER BY c.id)
		FROM reward_claims c JOIN rewards w ON w.id = c.reward_id WHERE c.donation_id = d.id), '')`
}

// EachRecord calls fn for every donation whose money arrived within the span: one fact after the other, in each the
// earliest first. All is read from one snapshot. It holds a few pages in memory, and reads on while fn is called.
func (s *Store) EachRecord(ctx context.Context, filter RecordFilter, fn func(fund.Record) error) error {
	return eachOfFacts(ctx, s, filter, records[fund.Record]{
		of: func(to donatedTo) *statement {
			return selecting("SELECT "+recordColumns+filter.claims()+", COALESCE(r.facts, '') FROM donations d"+recordTables).and("d.fact_id = ?", to.fact.ID).
				and("d.completed_at IS NOT NULL").within("d.completed_at", filter.Span).then("ORDER BY d.completed_at, d.id")
		},
		scan: donatedTo.scanRecord,
	}, fn)
}

// EachMovement calls fn for every entry of the ledger within the span, as EachRecord does.
func (s *Store) EachMovement(ctx context.Context, filter RecordFilter, fn func(fund.Movement) error) error {
	return eachOfFacts(ctx, s, filter, records[fund.Movement]{
		of: func(to donatedTo) *statement {
			return selecting("SELECT "+recordColumns+filter.claims()+", l.id, l.kind, l.amount, l.at FROM ledger l JOIN donations d ON d.id = l.donation_id"+
				recordTables).and("l.fact_id = ?", to.fact.ID).within("l.at", filter.Span).then("ORDER BY l.at, l.id")
		},
		scan: donatedTo.scanMovement,
	}, fn)
}

// EachClaim calls fn for every reward that was claimed with a donation whose money arrived within the span, as EachRecord
// does.
func (s *Store) EachClaim(ctx context.Context, filter RecordFilter, fn func(fund.ClaimRecord) error) error {
	return eachOfFacts(ctx, s, filter, records[fund.ClaimRecord]{
		of: func(to donatedTo) *statement {
			return selecting("SELECT "+recordColumns+", '', c.id, c.quantity, c.answer, c.address, c.fulfilled_at, w.id, w.legacy_id, w.name FROM donations d"+
				" JOIN reward_claims c ON c.donation_id = d.id JOIN rewards w ON w.id = c.reward_id"+recordTables).
				and("d.fact_id = ?", to.fact.ID).and("d.completed_at IS NOT NULL").within("d.completed_at", filter.Span).
				then("ORDER BY d.completed_at, d.id, c.id")
		},
		scan: donatedTo.scanClaim,
	}, fn)
}

// records reads the rows that belong to a fact, in their order. They are streamed, however many there are.
type records[T any] struct {
	of   func(donatedTo) *statement
	scan func(donatedTo, row) (T, error)
}

// eachOfFacts calls fn for all items of the fact and of its supporting facts.
func eachOfFacts[T any](ctx context.Context, s *Store, filter RecordFilter, r records[T], fn func(T) error) error {
	return s.readTx(ctx, func(q Queries) error {
		facts, err := q.factsDonatedTo(ctx, filter)
		if err != nil {
			return err
		}
		ctx, stop := context.WithCancel(ctx)
		ready, failed := make(chan []T), make(chan error, 1)
		go func() {
			defer close(ready)
			failed <- r.all(ctx, q, facts, ready)
		}()
		for page := range ready {
			for _, one := range page {
				if err == nil {
					err = fn(one)
				}
			}
			if err != nil {
				stop()
			}
		}
		stop()
		if read := <-failed; err == nil {
			err = read
		}
		return err
	})
}

// all sends the rows of every fact, page by page, until ctx ends.
func (r records[T]) all(ctx context.Context, q Queries, facts []donatedTo, ready chan<- []T) error {
	for _, to := range facts {
		if err := r.ofFact(ctx, q, to, ready); err != nil {
			return fmt.Errorf("records of fact %s: %w", to.fact.ID, err)
		}
	}
	return nil
}

func (r records[T]) ofFact(ctx context.Context, q Queries, to donatedTo, ready chan<- []T) error {
	page := make([]T, 0, recordPage)
	hand := func() error {
		select {
		case ready <- page:
			page = make([]T, 0, recordPage)
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s := r.of(to)
	err := q.each(ctx, s.String(), s.args, func(scan func(...any) error) error {
		one, err := r.scan(to, scanned(scan))
		if page = append(page, one); err != nil || len(page) < recordPage {
			return err
		}
		return hand()
	})
	if err != nil || len(page) == 0 {
		return err
	}
	return hand()
}

// scanned is a row whose values come from a function.
type scanned func(to ...any) error

// Scan reads the values.
func (s scanned) Scan(to ...any) error { return s(to...) }

// donatedTo is a fact that received donations. All of its records share it, so it is read once.
type donatedTo struct {
	fact, cause fund.Ref
	kind        fund.Kind
}

// factsDonatedTo lists those of the fact and, as the filter says, of its supporting facts that received donations, by id.
func (q Queries) factsDonatedTo(ctx context.Context, filter RecordFilter) ([]donatedTo, error) {
	within := "UNION SELECT f.id FROM facts f JOIN below b ON f.parent_id = b.id"
	if filter.Alone {
		within = ""
	}
	facts, err := list(ctx, q.db, selecting(`WITH RECURSIVE below (id) AS (SELECT id FROM facts`).and("id = ?", filter.Fact).
		then(within+`)
			SELECT f.id, f.legacy_id, f.slug, f.name, f.kind, c.id, c.legacy_id, c.slug, c.name
			FROM below b JOIN facts f ON f.id = b.id JOIN facts c ON c.id = f.cause_id
			WHERE EXISTS (SELECT 1 FROM donations d WHERE d.fact_id = b.id) ORDER BY f.id`),
		func(r row) (to donatedTo, err error) {
			err = r.Scan(&to.fact.ID, &to.fact.LegacyID, &to.fact.Slug, &to.fact.Name, &to.kind,
				&to.cause.ID, &to.cause.LegacyID, &to.cause.Slug, &to.cause.Name)
			return to, err
		})
	if err != nil {
		return nil, fmt.Errorf("facts below %s: %w", filter.Fact, err)
	}
	return facts, nil
}

func (to donatedTo) scanRecord(r row) (fund.Record, error) {
	var facts string
	d, err := to.scanRecordAnd(r, &facts)
	if err != nil || facts == "" {
		return d, err
	}
	d.Receipted = &fund.ReceiptFacts{}
	return d, json.Unmarshal([]byte(facts), d.Receipted)
}

func (to donatedTo) scanMovement(r row) (fund.Movement, error) {
	var m fund.Movement
	var err error
	m.Record, err = to.scanRecordAnd(r, &m.ID, &m.Kind, &m.Moved, instant{&m.At})
	return m, err
}

func (to donatedTo) scanClaim(r row) (fund.ClaimRecord, error) {
	var c fund.ClaimRecord
	var err error
	c.Record, err = to.scanRecordAnd(r, &c.Claim.ID, &c.Claim.Quantity, &c.Claim.Answer, textJSON{&c.Claim.Address}, instant{&c.Claim.FulfilledAt},
		&c.Claim.Reward.ID, &c.Claim.Reward.LegacyID, &c.Claim.Reward.Name)
	return c, err
}

func (to donatedTo) scanRecordAnd(r row, more ...any) (fund.Record, error) {
	d := fund.Record{Fact: to.fact, Kind: to.kind, Cause: to.cause}
	var reference, provider, account, paid, payout, via sql.NullString
	var cover, fee, refunded, disputed, receipt sql.NullInt64
	err := r.Scan(append([]any{
		&d.ID, &d.Number, &d.State, &d.Amount, &d.Refunded, &d.Disputed, &d.Currency, &d.Name, &d.Email, &d.Anonymous, &d.IsMatch, &d.Origin,
		&reference, &provider, &account, &paid, &cover, &fee, &refunded, &disputed, &payout, &via, &receipt, instant{&d.ReceiptAt}, instant{&d.CompletedAt},
		instant{&d.UpdatedAt}, instant{&d.ContactConsentAt}, &d.Comment, &d.PollOption, &d.Poll, &d.Target, &d.Claims,
	}, more...)...)
	d.Reference, d.Receipt = reference.String, receipt.Int64
	if provider.Valid {
		d.Payment = &fund.Payment{
			Provider: provider.String, Account: account.String, Reference: paid.String, FeeCover: cover.Int64, PayoutReference: payout.String, Via: via.String,
			Refunded: refunded.Int64, Disputed: disputed.Int64,
		}
		if fee.Valid {
			d.Payment.Fee = &fee.Int64
		}
	}
	return d, err
}
