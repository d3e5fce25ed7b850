package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testApprovals changes the approval of a cause, which every fact of the cause shows, and which lists for everybody ask.
func testApprovals(t *testing.T, w *world) {
	ctx := t.Context()
	ann := w.user("ann")
	waiting := fund.Cause{Fact: w.fact(fund.KindCause, "waiting")}
	waiting.Approval, waiting.Proposed = fund.Pending, &fund.LegalIdentity{LegalName: odd, GovernmentID: "7"}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertCause(ctx, &waiting) })
	same(t, "proposed", must.Get(w.s.GetCause(ctx, fund.Key{ID: waiting.ID}))(t).Proposed, waiting.Proposed)
	own := w.campaign(waiting, ann, "own")
	campaigns := []fund.Kind{fund.KindCampaign}
	public := []fund.Status{fund.Published}
	for _, c := range []struct {
		approval  fund.Approval
		everybody int
	}{{fund.Pending, 0}, {fund.Approved, 1}, {fund.Suspended, 0}} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, waiting.ID, c.approval, "") })
		same(t, "approval of the cause", must.Get(w.s.GetCause(ctx, fund.Key{ID: waiting.ID}))(t).Approval, c.approval)
		same(t, "approval of its campaign", w.read(own.ID).Approval, c.approval)
		same(t, "causes", len(must.Get(w.s.ListCauses(ctx, public, page(9)))(t)), c.everybody)
		for filter, want := range map[*store.FactFilter]int{
			{Kinds: campaigns, Statuses: public}:                           c.everybody,
			{Kinds: campaigns, Statuses: public, VisibleTo: ann.ID}:        1,
			{Kinds: campaigns, Statuses: public, VisibleTo: w.id()}:        c.everybody,
			{Kinds: campaigns, Statuses: append(public, fund.Unpublished)}: 1,
			{Kinds: campaigns}: 1,
			{Kinds: campaigns, Statuses: []fund.Status{fund.Retired}, VisibleTo: ann.ID}: 0,
		} {
			if got := must.Get(w.s.ListFacts(ctx, *filter, page(9)))(t); len(got) != want {
				t.Errorf("%s, %+v: got %d campaigns, want %d", c.approval, *filter, len(got), want)
			}
		}
	}
	decided := must.Get(w.s.GetCause(ctx, fund.Key{ID: waiting.ID}))(t)
	decided.Proposed = nil
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCause(ctx, decided) })
	same(t, "nothing proposed", must.Get(w.s.GetCause(ctx, fund.Key{ID: waiting.ID}))(t), decided)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, w.id(), fund.Approved, "") })
	// A fact alone can be suspended, too.
	for _, id := range []fund.ID{waiting.ID, own.ID} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, id, fund.Approved, "") })
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, own.ID, fund.Suspended, odd) })
	same(t, "approval of what is taken down", w.read(own.ID).Approval, fund.Suspended)
	same(t, "why", w.read(own.ID).Suspension, odd)
	same(t, "others", len(must.Get(w.s.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public}, page(9)))(t)), 0)
}

// testOperators makes a user an operator, which the user's tokens show.
func testOperators(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	for i, user := range []fund.User{ann, bob, {}} {
		kind := fund.TokenUser
		if user.ID.IsZero() {
			kind = fund.TokenApplication
		}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertToken(ctx, fund.Token{ID: w.id(), Kind: kind, UserID: user.ID, CreatedAt: w.at()}, []byte{byte(i)})
		})
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.MakeOperator(ctx, ann.ID) })
	for i, want := range []bool{true, false, false} {
		same(t, "token", must.Get(w.s.GetToken(ctx, []byte{byte(i)}))(t).Operator, want)
	}
	// A change of the user keeps the role.
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, ann) })
	same(t, "user", must.Get(w.s.GetUser(ctx, fund.Key{ID: ann.ID}))(t).Operator, true)
	same(t, "other user", must.Get(w.s.GetUser(ctx, fund.Key{ID: bob.ID}))(t).Operator, false)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.MakeOperator(ctx, w.id()) })
	operators := must.Get(w.s.ListOperators(ctx, page(9)))(t)
	if len(operators) != 1 || operators[0].ID != ann.ID {
		t.Errorf("got operators %v, want ann alone", operators)
	}

	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndOperator(ctx, ann.ID) })
	same(t, "token of who was an operator", must.Get(w.s.GetToken(ctx, []byte{0}))(t).Operator, false)
	same(t, "operators left", len(must.Get(w.s.ListOperators(ctx, page(9)))(t)), 0)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.EndOperator(ctx, w.id()) })
}

func testActs(t *testing.T, w *world) {
	ctx := t.Context()
	subject := w.id()
	all := []fund.LoggedAct{
		{Number: 1, At: w.at(), Actor: w.id(), Role: "operator", Act: fund.ActApproveCause, Subject: subject, Detail: map[string]string{"cause": "7"}, Address: "192.0.2.1"},
		{Number: 2, At: w.at(), Role: "system", Act: fund.ActAddOperator, Subject: w.id(), Detail: map[string]string{}},
		{Number: 3, At: w.at(), Actor: w.id(), Role: "finance", Act: fund.ActRefund, Subject: subject, Detail: map[string]string{}},
	}
	for _, a := range all {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.LogAct(ctx, a) })
	}
	oldest := fund.Page{Limit: 9, Order: fund.OldestFirst}
	same(t, "all", must.Get(w.s.ListActs(ctx, fund.ID{}, oldest))(t), all)
	same(t, "newest", must.Get(w.s.ListActs(ctx, fund.ID{}, page(1)))(t), all[2:])
	same(t, "on the subject", must.Get(w.s.ListActs(ctx, subject, oldest))(t), []fund.LoggedAct{all[0], all[2]})
}
