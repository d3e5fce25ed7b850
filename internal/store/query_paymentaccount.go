package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const selectPaymentAccount = "SELECT cause_id, provider, account, creation, mode, approved, state, checked_at, ended_at, version FROM payment_accounts"

// GetPaymentAccount returns the cause's account at the provider; NotFound without one.
func (q Queries) GetPaymentAccount(ctx context.Context, cause fund.ID, provider string) (fund.PaymentAccount, error) {
	s := selecting(selectPaymentAccount).and("cause_id = ?", cause).and("provider = ?", provider)
	return one(ctx, q.db, s, scanPaymentAccount, thing{noun: "payment account"})
}

// PaymentAccountsOf lists the accounts of a cause at all providers, of which there are few.
func (q Queries) PaymentAccountsOf(ctx context.Context, cause fund.ID) ([]fund.PaymentAccount, error) {
	return q.paymentAccounts(ctx, selecting(selectPaymentAccount).and("cause_id = ?", cause).then("ORDER BY provider"))
}

// CausesPaidTo lists the causes that are paid to an account of a provider, at most so many.
func (q Queries) CausesPaidTo(ctx context.Context, provider, account string, limit int) ([]fund.PaymentAccount, error) {
	s := selecting(selectPaymentAccount).and("provider = ?", provider).and("account = ?", account).then("ORDER BY cause_id LIMIT ?", limit)
	return q.paymentAccounts(ctx, s)
}

func (q Queries) paymentAccounts(ctx context.Context, s *statement) ([]fund.PaymentAccount, error) {
	all, err := list(ctx, q.db, s, scanPaymentAccount)
	if err != nil {
		return nil, fmt.Errorf("payment accounts: %w", err)
	}
	return all, nil
}

// PutPaymentAccount writes the cause's account at the provider, whatever stood there. Its version is the next one.
func (t *Tx) PutPaymentAccount(ctx context.Context, a fund.PaymentAccount) error {
	row, err := accountColumns(a)
	if err != nil {
		return err
	}
	row = append(columns{{"cause_id", a.CauseID}, {"provider", a.Provider}, {"created_at", micros(t.now())}, {"version", int64(0)}}, row...)
	s := inserting("payment_accounts", row).then(`ON CONFLICT (cause_id, provider) DO UPDATE SET account = excluded.account, creation = excluded.creation, mode = excluded.mode,
		approved = excluded.approved, state = excluded.state, checked_at = excluded.checked_at, ended_at = excluded.ended_at, version = payment_accounts.version + 1`)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"payment account", a.Account}.refused(err)
	}
	return nil
}

// UpdatePaymentAccount writes what was learnt of an account. It is Stale when the stored one has another version than was read.
func (t *Tx) UpdatePaymentAccount(ctx context.Context, a fund.PaymentAccount) error {
	row, err := accountColumns(a)
	if err != nil {
		return err
	}
	row = append(row, columns{{"version", a.Version + 1}}...)
	s := updating("payment_accounts", row).and("cause_id = ?", a.CauseID).and("provider = ?", a.Provider).and("version = ?", a.Version)
	err = t.update(ctx, thing{"payment account", a.Account}, s)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Stale, "The payment account of cause %s has changed meanwhile; look at it again.", a.CauseID)
	}
	return err
}

func accountColumns(a fund.PaymentAccount) (columns, error) {
	state := ""
	if !a.CheckedAt.IsZero() {
		text, err := json.Marshal(toAccountJSON(a.State))
		if err != nil {
			return nil, fmt.Errorf("state of account %s: %w", a.Account, err)
		}
		state = string(text)
	}
	return columns{
		{"account", a.Account}, {"creation", a.Creation}, {"mode", string(a.Mode)}, {"approved", a.Approved}, {"state", state},
		{"checked_at", nullMicros(a.CheckedAt)}, {"ended_at", nullMicros(a.EndedAt)},
	}, nil
}

// accountJSON is what a provider said of an account, as it is stored.
type accountJSON struct {
	Submitted bool               `json:"submitted,omitempty"`
	Charges   bool               `json:"charges,omitempty"`
	Payouts   bool               `json:"payouts,omitempty"`
	Country   string             `json:"country,omitempty"`
	Due       []fund.AccountNeed `json:"due,omitempty"`
	Late      []fund.AccountNeed `json:"late,omitempty"`
	Checked   []fund.AccountNeed `json:"checked,omitempty"`
	// Until is in microseconds; see micros.
	Until  int64  `json:"until,omitempty"`
	Closed string `json:"closed,omitempty"`
}

func toAccountJSON(s fund.AccountState) accountJSON {
	j := accountJSON{
		Submitted: s.Submitted, Charges: s.Charges, Payouts: s.Payouts, Country: s.Country, Due: s.Due, Late: s.Late, Checked: s.Checked, Closed: string(s.Closed),
	}
	if !s.Until.IsZero() {
		j.Until = micros(s.Until)
	}
	return j
}

func (j accountJSON) state() fund.AccountState {
	s := fund.AccountState{
		Submitted: j.Submitted, Charges: j.Charges, Payouts: j.Payouts, Country: j.Country, Due: j.Due, Late: j.Late, Checked: j.Checked, Closed: fund.AccountClosure(j.Closed),
	}
	if j.Until != 0 {
		s.Until = time.UnixMicro(j.Until).UTC()
	}
	return s
}

func scanPaymentAccount(r row) (a fund.PaymentAccount, err error) {
	var state string
	err = r.Scan(&a.CauseID, &a.Provider, &a.Account, &a.Creation, &a.Mode, &a.Approved, &state, instant{&a.CheckedAt}, instant{&a.EndedAt}, &a.Version)
	if err != nil || state == "" {
		return a, err
	}
	var j accountJSON
	if err := json.Unmarshal([]byte(state), &j); err != nil {
		return a, fmt.Errorf("state of account %s: %w", a.Account, err)
	}
	a.State = j.state()
	return a, nil
}
