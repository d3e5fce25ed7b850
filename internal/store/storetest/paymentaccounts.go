package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testPaymentAccounts keeps all that is known of an account, and refuses what is learnt of one that changed meanwhile.
func testPaymentAccounts(t *testing.T, w *world) {
	ctx := t.Context()
	cause, other := w.cause("cause"), w.cause("other")
	_, err := w.s.GetPaymentAccount(ctx, cause.ID, "stripe")
	same(t, "no account", fault.Is(err, fault.NotFound), true)
	put := func(a fund.PaymentAccount) fund.PaymentAccount {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutPaymentAccount(ctx, a) })
		return must.Get(w.s.GetPaymentAccount(ctx, a.CauseID, a.Provider))(t)
	}
	begun := fund.PaymentAccount{CauseID: cause.ID, Provider: "stripe", Creation: w.id(), Mode: fund.ModeTest}
	same(t, "begun", put(begun), begun)
	known := begun
	known.Account, known.CheckedAt, known.EndedAt, known.Version = "acct_1", start, start.Add(time.Hour), 1
	known.State = fund.AccountState{
		Submitted: true, Charges: true, Payouts: true, Country: "DE", Due: []fund.AccountNeed{fund.NeedBank}, Late: []fund.AccountNeed{fund.NeedTerms},
		Checked: []fund.AccountNeed{fund.NeedPerson}, Until: start.Add(time.Minute), Closed: fund.ClosedReview,
	}
	update := func(a fund.PaymentAccount) error {
		return w.s.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UpdatePaymentAccount(ctx, a) })
	}
	learnt := known
	learnt.Version = 0
	must.Do(t, update(learnt))
	same(t, "learnt", must.Get(w.s.GetPaymentAccount(ctx, cause.ID, "stripe"))(t), known)
	same(t, "an older answer", fault.Is(update(learnt), fault.Stale), true)
	named := fund.PaymentAccount{CauseID: other.ID, Provider: "stripe", Account: "acct_1", Approved: true}
	same(t, "named by an operator", put(named), named)
	same(t, "causes paid to the account", len(must.Get(w.s.CausesPaidTo(ctx, "stripe", "acct_1", 9))(t)), 2)
	same(t, "accounts of a cause", must.Get(w.s.PaymentAccountsOf(ctx, cause.ID))(t), []fund.PaymentAccount{known})
	named.CauseID, named.Version = cause.ID, 2
	same(t, "another account", put(named), named)
}
