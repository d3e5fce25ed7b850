package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fund"
)

// freezeReceipts is migration 28: a donation may have several receipts, of which one at most is not replaced, and each keeps what it states.
// Those that exist keep what they stated until now. It is in Go because the two databases build JSON in different ways.
func freezeReceipts() *goose.Migration {
	return goose.NewGoMigration(28, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		m := receiptMigration{tx: tx, charities: map[fund.ID]fund.ReceiptCharity{}}
		if err := m.exec(ctx, createReceipts...); err != nil {
			return err
		}
		if err := m.copyAll(ctx); err != nil {
			return err
		}
		return m.exec(ctx, renameReceipts...)
	}}, nil)
}

// createReceipts makes the table that takes the place of the old one. facts is the JSON of a fund.ReceiptFacts. document is the text as its
// donor sees it, in the form of internal/receipt, and empty until somebody looks at it. A file is kept when it is first handed out.
var createReceipts = []string{
	`CREATE TABLE receipts_frozen (
		cause_id BYTEA NOT NULL,
		number BIGINT NOT NULL,
		donation_id BYTEA NOT NULL REFERENCES donations (id),
		issued_at BIGINT NOT NULL,
		facts TEXT NOT NULL,
		document TEXT NOT NULL DEFAULT '',
		void_at BIGINT,
		void_reason TEXT NOT NULL DEFAULT '',
		replaced_by BIGINT,
		PRIMARY KEY (cause_id, number)
	)`,
	`CREATE TABLE receipt_files (
		cause_id BYTEA NOT NULL,
		number BIGINT NOT NULL,
		content BYTEA NOT NULL,
		created_at BIGINT NOT NULL,
		PRIMARY KEY (cause_id, number)
	)`,
}

var renameReceipts = []string{
	"DROP TABLE receipts",
	"ALTER TABLE receipts_frozen RENAME TO receipts",
	"CREATE UNIQUE INDEX receipts_current ON receipts (donation_id) WHERE replaced_by IS NULL",
	"CREATE INDEX receipts_donation ON receipts (donation_id, number)",
}

// receiptMigration is one run of migration 28.
type receiptMigration struct {
	tx        *sql.Tx
	charities map[fund.ID]fund.ReceiptCharity
}

// receiptsAtOnce is how many receipts are copied at once.
const receiptsAtOnce = 500

func (m *receiptMigration) exec(ctx context.Context, texts ...string) error {
	for _, text := range texts {
		if _, err := m.tx.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%s: %w", firstLine(text), err)
		}
	}
	return nil
}

func (m *receiptMigration) copyAll(ctx context.Context) error {
	var after fund.ID
	for {
		receipts, err := m.page(ctx, after)
		if err != nil || len(receipts) == 0 {
			return err
		}
		after = receipts[len(receipts)-1].DonationID
		if err := m.addRewards(ctx, receipts); err != nil {
			return err
		}
		if err := m.addCharities(ctx, receipts); err != nil {
			return err
		}
		if err := m.insert(ctx, receipts); err != nil {
			return err
		}
	}
}

// page reads the next receipts in the order of their donations.
func (m *receiptMigration) page(ctx context.Context, after fund.ID) ([]*fund.IssuedReceipt, error) {
	s := selecting(`SELECT r.donation_id, r.cause_id, r.number, r.issued_at, d.name, d.email, d.amount, d.currency, d.completed_at, d.state, f.name,
		COALESCE(p.fee_cover, 0), COALESCE(p.refunded, 0), COALESCE(p.disputed, 0), COALESCE(p.updated_at, d.updated_at)
		FROM receipts r JOIN donations d ON d.id = r.donation_id JOIN facts f ON f.id = d.fact_id
		LEFT JOIN payments p ON p.donation_id = r.donation_id`).and("r.donation_id > ?", after[:]).then("ORDER BY r.donation_id LIMIT ?", receiptsAtOnce)
	receipts, err := list(ctx, classified{on: m.tx}, s, scanOldReceipt)
	if err != nil {
		return nil, fmt.Errorf("receipts after that of donation %s: %w", after, err)
	}
	return receipts, nil
}

func scanOldReceipt(r row) (*fund.IssuedReceipt, error) {
	var (
		is      fund.IssuedReceipt
		payment fund.Payment
		state   fund.DonationState
		changed time.Time
	)
	f := &is.Facts
	err := r.Scan(&is.DonationID, &is.CauseID, &is.Number, instant{&is.IssuedAt}, &f.Donor.Name, &f.Donor.Email, &f.Donated, &f.Currency,
		instant{&f.PaidAt}, &state, &f.For, &f.FeeCover, &payment.Refunded, &payment.Disputed, instant{&changed})
	f.Profile, f.FirstIssuedAt, f.Returned = fund.LegacyReceipts, is.IssuedAt, fund.ReturnedOf(payment, state)
	if f.Kept() == 0 {
		is.Void, is.VoidAt = fund.VoidRefunded, changed
	}
	return &is, err
}

// addRewards adds the rewards that came with the donations, with their values as they stand.
func (m *receiptMigration) addRewards(ctx context.Context, receipts []*fund.IssuedReceipt) error {
	by, ids := map[fund.ID]*fund.IssuedReceipt{}, make([]fund.ID, len(receipts))
	for i, r := range receipts {
		by[r.DonationID], ids[i] = r, r.DonationID
	}
	condition, args := anyID("c.donation_id", ids)
	s := selecting(`SELECT c.donation_id, w.name, c.quantity, w.fair_market_value FROM reward_claims c JOIN rewards w ON w.id = c.reward_id`).
		and(condition, args...).then("ORDER BY c.id")
	_, err := list(ctx, classified{on: m.tx}, s, func(r row) (none struct{}, err error) {
		var donation fund.ID
		reward, err := scanReceiptReward(r, &donation)
		if is := by[donation]; err == nil && is != nil {
			is.Facts.Rewards = append(is.Facts.Rewards, reward)
		}
		return none, err
	})
	if err != nil {
		return fmt.Errorf("rewards on receipts: %w", err)
	}
	return nil
}

// addCharities adds the causes as they are named now.
func (m *receiptMigration) addCharities(ctx context.Context, receipts []*fund.IssuedReceipt) error {
	for _, r := range receipts {
		charity, known := m.charities[r.CauseID]
		if !known {
			var details causeJSON
			var name string
			err := m.tx.QueryRowContext(ctx, "SELECT f.name, x.details FROM facts f JOIN causes x ON x.fact_id = f.id WHERE f.id = $1", r.CauseID).
				Scan(&name, jsonColumn{&details})
			if err != nil {
				return fmt.Errorf("cause %s: %w", r.CauseID, err)
			}
			charity = fund.CharityOf(details.cause(fund.Fact{Name: name}))
			m.charities[r.CauseID] = charity
		}
		r.Facts.Charity = charity
	}
	return nil
}

func (m *receiptMigration) insert(ctx context.Context, receipts []*fund.IssuedReceipt) error {
	var names []string
	var rows []string
	var args []any
	for _, r := range receipts {
		row, err := receiptRow(r)
		if err != nil {
			return err
		}
		names = row.names()
		marks := make([]string, len(row))
		for i, c := range row {
			args = append(args, c.value)
			marks[i] = fmt.Sprint("$", len(args))
		}
		rows = append(rows, "("+strings.Join(marks, ", ")+")")
	}
	text := "INSERT INTO receipts_frozen (" + strings.Join(names, ", ") + ") VALUES " + strings.Join(rows, ", ") //nolint:gosec // names and marks of our own
	if _, err := m.tx.ExecContext(ctx, text, args...); err != nil {
		return fmt.Errorf("copy receipts: %w", err)
	}
	return nil
}
