package app_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testmail"
)

// What the donor of these tests wrote, each text unlike any other.
const (
	quuxName    = "Zwoelfine Quux"
	quuxEmail   = "Zwoelfine.Quux@quux.example"
	quuxComment = "Herzlichst aus Quuxhausen"
	quuxAnswer  = "XXL, quuxrot"
	quuxStreet  = "Am Quuxbach 12"
)

var quuxTexts = []string{quuxName, quuxEmail, quuxComment, quuxAnswer, quuxStreet}

// chatty is a provider whose events may say more than it knows.
type chatty struct {
	*sandbox.Provider
	says *pay.Event
}

func (p chatty) Decode(raw pay.Raw, now time.Time) (pay.Event, error) {
	if p.says.ID != "" && strings.Contains(string(raw.Body), quuxName) {
		return *p.says, nil
	}
	return p.Provider.Decode(raw, now)
}

// quuxWorld is a world whose donor leaves traces everywhere.
type quuxWorld struct {
	*hookWorld
	says *pay.Event
}

func newQuuxWorld(t *testing.T) *quuxWorld {
	t.Helper()
	says := &pay.Event{}
	w := &quuxWorld{says: says}
	w.hookWorld = hooksOf(t, newWorldWith(t, worldOptions{provider: func(p pay.Provider) pay.Provider {
		known, _ := p.(*sandbox.Provider)
		return chatty{known, says}
	}}))
	w.answer = func(q app.WebhookRequest) app.WebhookAnswer {
		return app.WebhookAnswer{Status: 200, Body: "Got " + string(q.Body)}
	}
	w.subscribe(t, w.to, w.campaign.ID, "public:direct:donation_updated")
	return w
}

// quux is a paid donation of the donor, with a claim.
func (w *quuxWorld) quux(t *testing.T, card string) fund.ID {
	t.Helper()
	shirt := w.reward(t, 9, func(p *fund.RewardPatch) {
		p.CustomQuestion, p.ShippingAddressRequired = fund.Some("Which size?"), fund.Some(true)
	})
	in := claiming(shirt, 1)
	in.Name, in.Email, in.Comment = quuxName, quuxEmail, quuxComment
	in.Claims[0].Answer, in.Claims[0].Address = quuxAnswer, fund.ShippingAddress{
		Recipient: quuxName, Phone: "+49 1", Address: fund.Address{Line1: quuxStreet, City: "Bonn", PostalCode: "53111", Country: "DE"},
	}
	begun := w.begin(t, in)
	w.payWith(t, begun, card)
	return begun.Donation
}

// tell has the provider send an event that repeats what the donor wrote. It returns whether it was taken.
func (w *quuxWorld) tell(t *testing.T, e pay.Event) {
	t.Helper()
	*w.says = e
	body := fmt.Sprintf(`{"customer_details": {"name": %q, "email": %q}, "id": %q}`, quuxName, quuxEmail, e.ID)
	must.Do(t, w.TakeProviderEvent(t.Context(), "sandbox", pay.Raw{Header: map[string][]string{"Note": {quuxName}}, Body: []byte(body)}))
	w.settle(t)
}

// wantGone wants the texts nowhere but in some columns.
func (w *quuxWorld) wantGone(t *testing.T, when string, but ...string) {
	t.Helper()
	for _, text := range quuxTexts {
		for _, column := range storetest.Holding(t, w.url, text) {
			if !slices.Contains(but, column) {
				t.Errorf("%s: %s still holds %q", when, column, text)
			}
		}
	}
}

func (w *quuxWorld) erase(t *testing.T) app.Erased {
	t.Helper()
	return must.Get(w.EraseDonor(t.Context(), app.System(), strings.ToUpper(quuxEmail)))(t)
}

// TestErasureLeavesNothing erases a donor whose texts are in every place where they can be, and wants them nowhere but where receipts are kept, money
// and totals as before, and subscribers told. On the day of its deletion the receipt is gone, too.
func TestErasureLeavesNothing(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	id := w.quux(t, goodCard)
	d := w.donation(t, id)
	other := w.paid(t, "other@example.org")
	offline := w.give(t, fund.DonationInput{Name: quuxName, Comment: quuxComment, Email: strings.ToLower(quuxEmail)})
	w.deliver(t)
	w.tell(t, pay.Event{ID: "said", Topic: "customer.updated", Ref: pay.Ref{Donation: id}})
	// A request that waits for the answer to its first try, and an event that says nothing of its donation.
	asked := app.OnceRequest{Key: "give", Hash: [32]byte{1}}
	owner := w.member("owner", 1)
	_, _, err := w.Once(ctx, owner, asked, func(context.Context, app.Actor) (fund.Answer, error) {
		return fund.Answer{Status: 201, Body: []byte(`{"id": "` + id.String() + `", "name": "` + quuxName + `", "email": "` + quuxEmail + `"}`)}, nil
	})
	must.Do(t, err)
	must.Do(t, w.Store.SaveProviderEvent(ctx, fund.ProviderEvent{
		ID: w.cause.ID, Provider: "sandbox", EventID: "old", Topic: "charge.updated", Header: "{}", Body: []byte(`{"email": "` + quuxEmail + `", "name": "` + quuxName + `"}`),
		ReceivedAt: w.Now(), AppliedAt: w.Now(),
	}))
	for _, column := range []string{
		"donations.name", "donations.email", "donations.comment", "reward_claims.answer", "reward_claims.address", "mails.recipient", "notices.body",
		"idempotency_keys.body", "webhook_deliveries.data", "webhook_attempts.answer", "sandbox_payments.body",
	} {
		if !slices.ContainsFunc(quuxTexts, func(text string) bool { return slices.Contains(storetest.Holding(t, w.url, text), column) }) {
			t.Errorf("%s holds nothing before, so that this proves nothing", column)
		}
	}
	raised := w.raised(t)

	if done := w.erase(t); done.Donations != 2 || done.Before != 0 || len(done.Waiting) != 0 {
		t.Errorf("got %+v, want two donations erased", done)
	}
	w.wantGone(t, "at once", "receipts_kept.record")
	w.settle(t)
	if again := w.erase(t); again.Donations+again.Before+len(again.Waiting) != 0 {
		t.Errorf("got %+v the second time, want that nothing is known of the address", again)
	}
	for _, id := range []fund.ID{id, offline.ID} {
		got := w.donation(t, id)
		if got.DisplayName() != fund.Anonymous || !got.Erased() || got.Email != "" || got.PrivateClaims() || got.DonorID == d.DonorID {
			t.Errorf("got %+v, want it erased", got)
		}
	}
	if got := w.donation(t, id); got.Net() != d.Net() || got.State != d.State || !got.CompletedAt.Equal(d.CompletedAt) || w.raised(t) != raised {
		t.Errorf("got %+v, want the money as before", got)
	}
	if got := w.donation(t, other); got.Name != "Ada" || got.Email != "other@example.org" {
		t.Errorf("got %+v, want the donation of somebody else as it was", got)
	}
	if _, _, err := w.Once(ctx, owner, asked, nil); err == nil {
		t.Error("got an answer, want that it counts as lost")
	}
	told := w.deliver(t)
	if len(told) != 2 {
		t.Errorf("got %d messages to subscribers, want one for each donation", len(told))
	}
	for _, q := range told {
		if s := readSent(t, q); s.Data["donor_name"] != fund.Anonymous {
			t.Errorf("got %s, want it to be anonymous", q.Body)
		}
	}
	if got, want := w.acts(t, id), []string{"system donation.erase"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}

	w.wantKept(t, id)
	w.Clock.Advance(4 * 366 * 24 * time.Hour)
	w.settle(t)
	w.DoDue(ctx)
	w.wantGone(t, "after years")
}

// wantKept wants what a receipt said, for those of the cause who may see it.
func (w *quuxWorld) wantKept(t *testing.T, id fund.ID) {
	t.Helper()
	page := fund.Page{Limit: 9, Order: fund.OldestFirst}
	for who, c := range map[string]struct {
		actor app.Actor
		want  string
	}{
		"the owner of the cause": {reading(w.causer), ""}, "its finance": {reading(w.causeMember(t, fund.CauseFinance)), ""},
		"an operator": {reading(w.operator(t)), ""}, "a member": {reading(w.causeMember(t, fund.CauseMember)), "forbidden"},
		"the streamer": {reading(w.owner), "forbidden"}, "a stranger": {reading(w.stranger), "forbidden"}, "the owner without the scope": {w.causer, "forbidden"},
	} {
		kept, err := w.ListKeptReceipts(t.Context(), c.actor, w.cause.ID, page)
		if wantKind(t, err, c.want); c.want != "" {
			continue
		}
		if len(kept) != 1 || kept[0].DonationID != id || kept[0].Name != quuxName || !strings.EqualFold(kept[0].Email, quuxEmail) || kept[0].Number != w.receipt(t, id).Number {
			t.Errorf("%s: got %+v, want what the receipt says", who, kept)
		}
	}
}

// TestWhatComesAfterAnErasure has events of the provider say again what was erased, and answers and messages come late.
func TestWhatComesAfterAnErasure(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	id := w.quux(t, goodCard)
	w.erase(t)
	w.DoDue(ctx)
	reference := must.Get(w.Store.GetPayment(ctx, id))(t).Reference
	// One that was received before the erasure, and stored after it.
	must.Do(t, w.Store.SaveProviderEvent(ctx, fund.ProviderEvent{
		ID: w.cause.ID, Provider: "sandbox", EventID: "late", Topic: "charge.updated", Reference: reference, Header: "{}", Body: []byte(quuxName),
		ReceivedAt: w.Now(), AppliedAt: w.Now(),
	}))
	w.Clock.Advance(time.Minute)
	w.DoDue(ctx)
	w.wantGone(t, "after a minute", "receipts_kept.record")
	for name, e := range map[string]pay.Event{
		"of the donation":        {ID: "a", Topic: "customer.updated", Ref: pay.Ref{Donation: id}},
		"of the payment":         {ID: "b", Topic: "charge.updated", Ref: pay.Ref{Reference: reference}},
		"that concerns no money": {ID: "c", Topic: "customer.created"},
	} {
		w.tell(t, e)
		w.wantGone(t, "after an event "+name, "receipts_kept.record")
	}
	w.wantEvents(t, 0, 0)
	if w.raised(t) != 2000 {
		t.Error("got another total")
	}
}

// TestADisputePutsErasureOff erases a donation only after its dispute is over; the donor's others at once.
func TestADisputePutsErasureOff(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	good, disputed := w.quux(t, goodCard), w.quux(t, wonCard)
	w.settle(t)
	if got := w.donation(t, disputed).State; got != fund.DonationDisputed {
		t.Fatalf("got %s, want a dispute", got)
	}
	done := w.erase(t)
	if done.Donations != 1 || done.Waiting[fund.HeldByDispute] != 1 || !w.donation(t, good).Erased() || w.donation(t, disputed).Erased() {
		t.Errorf("got %+v, want one erased, and one that waits", done)
	}
	w.settle(t)
	if got := w.donation(t, disputed); got.State != fund.DonationCompleted || got.Erased() {
		t.Errorf("got %+v, want the dispute over, and nobody to have looked yet", got)
	}
	w.Clock.Advance(fund.ErasureWait)
	w.DoDue(ctx)
	w.wantGone(t, "after the dispute", "receipts_kept.record")
	w.raised(t)
	if got, want := w.acts(t, disputed), []string{"system donation.erase"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// TestAnOpenCasePutsErasureOff erases a donation only once its case was answered; the donor's others at once. Nothing of the case is left, and nothing
// in the mails about it.
func TestAnOpenCasePutsErasureOff(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	good, asked := w.quux(t, goodCard), w.quux(t, goodCard)
	opened := must.Get(w.OpenCase(ctx, must.Get(w.DonationKey(ctx, asked))(t), quuxComment, home))(t)
	done := w.erase(t)
	if done.Donations != 1 || done.Waiting[fund.HeldByCase] != 1 || !w.donation(t, good).Erased() || w.donation(t, asked).Erased() {
		t.Errorf("got %+v, want one erased, and one that waits", done)
	}
	hold := func() string {
		record := must.Get(w.ExportDonation(ctx, app.System(), asked))(t)[0]
		return fmt.Sprint(record.AskedErasure, " ", record.ErasureHold, " ", len(record.Cases))
	}
	if got := hold(); got != "true case 1" {
		t.Errorf("got %q, want an erasure that waits for the case", got)
	}
	w.Clock.Advance(fund.ErasureWait)
	w.DoDue(ctx)
	if got := w.donation(t, asked); got.Erased() || got.Name != quuxName {
		t.Errorf("got %+v after an hour, want it to wait for the answer", got)
	}
	must.Get(w.AnswerCase(ctx, w.causer, opened.ID, app.CaseReply{Reason: quuxAnswer}))(t)
	if got := hold(); got != "true  1" {
		t.Errorf("got %q after the answer, want an erasure that nothing holds", got)
	}
	for _, column := range []string{"cases.message", "cases.reason", "mails.recipient"} {
		if !slices.ContainsFunc(quuxTexts, func(text string) bool { return slices.Contains(storetest.Holding(t, w.url, text), column) }) {
			t.Errorf("%s holds nothing before, so that this proves nothing", column)
		}
	}
	w.Clock.Advance(fund.ErasureWait)
	w.DoDue(ctx)
	w.wantGone(t, "after the answer", "receipts_kept.record")
	w.raised(t)
}

// TestACaseEndsItsHold has a cause that never answers. The erasure waits until the case is as old as fund.CaseHold, not a microsecond longer, though nobody
// has answered. The money can still go back after it, and a reason is not stored any more.
func TestACaseEndsItsHold(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	id, other := w.quux(t, goodCard), w.quux(t, goodCard)
	w.Clock.Advance(time.Hour)
	opened := must.Get(w.OpenCase(ctx, must.Get(w.DonationKey(ctx, id))(t), quuxComment, home))(t)
	late := must.Get(w.OpenCase(ctx, must.Get(w.DonationKey(ctx, other))(t), quuxComment, home))(t)
	end := opened.OpenedAt.Add(fund.CaseHold)
	w.Clock.Advance(end.Sub(w.Now()) - 90*time.Minute)
	w.erase(t)
	for range 2 {
		w.Clock.Advance(min(fund.ErasureWait, end.Sub(w.Now())-time.Microsecond))
		w.DoDue(ctx, fund.WorkErasure)
		if got := w.donation(t, id); got.Erased() || got.Name != quuxName {
			t.Fatalf("got %+v at %s, want it to wait until %s", got, w.Now(), end)
		}
	}
	w.Clock.Advance(time.Microsecond)
	w.DoDue(ctx)
	w.wantGone(t, "at the end of the hold", "receipts_kept.record")
	open := must.Get(w.ListCases(ctx, w.causer, app.CaseQuery{Cause: &fund.Key{ID: w.cause.ID}, Open: true, Overdue: true}, fund.Page{Limit: 9}))(t)
	if len(open) != 2 || open[0].Message != "" {
		t.Errorf("got the cases %+v, want both open, without what the donor wrote", open)
	}
	if got := must.Get(w.AnswerCase(ctx, w.causer, opened.ID, app.CaseReply{}))(t); got.State != fund.CaseRefunded || got.Refunded == 0 {
		t.Errorf("got %+v, want the money back", got)
	}
	if got := must.Get(w.AnswerCase(ctx, w.causer, late.ID, app.CaseReply{Reason: quuxAnswer}))(t); got.State != fund.CaseDeclined {
		t.Errorf("got %+v, want it declined", got)
	}
	w.settle(t)
	w.wantGone(t, "after the answers", "receipts_kept.record")
}

// TestManyAreErasedTogether erases more donations than one batch has, while others are given, in one round of the background work, which ends with
// nothing due before the next look.
func TestManyAreErasedTogether(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	for range fund.ErasureBatch + 1 {
		w.give(t, fund.DonationInput{Name: quuxName, Comment: quuxComment, Email: quuxEmail})
	}
	server := testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	w.ask(t, node, quuxEmail)
	session := must.Get(node.UseDonorLink(ctx, linkIn(server, strings.ToLower(quuxEmail))))(t)
	if done := must.Get(node.EraseOwn(ctx, session))(t); done.Waiting[""] != fund.ErasureBatch+1 {
		t.Fatalf("got %+v, want all to wait", done)
	}
	for range 2 {
		node.DoDue(ctx, fund.WorkErasure)
	}
	w.wantGone(t, "after the work")
	if due := must.Get(w.Store.DueWork(ctx, fund.WorkErasure, w.Now(), 9))(t); len(due) > 0 {
		t.Errorf("got %d erasures due, want them all to wait for the next look", len(due))
	}
	w.raised(t)
}

// TestAnErasureThatCannotBeginIsNotDone has the database fail before anything is erased. The command says that the donation waits, and background work
// erases it once the database is back.
func TestAnErasureThatCannotBeginIsNotDone(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	d := w.give(t, fund.DonationInput{Name: quuxName, Comment: quuxComment, Email: quuxEmail})
	driver, source := "pgx", w.url
	if path, file := strings.CutPrefix(w.url, "sqlite:"); file {
		driver, source = "sqlite", path
	}
	db := must.Get(sql.Open(driver, source))(t)
	defer func() { _ = db.Close() }()
	must.Get(db.ExecContext(ctx, "ALTER TABLE notices RENAME TO notices_away"))(t)
	if done := w.erase(t); done.Donations != 0 || done.Waiting[""] != 1 || w.donation(t, d.ID).Erased() {
		t.Errorf("got %+v, want one that waits, and none erased", done)
	}
	must.Get(db.ExecContext(ctx, "ALTER TABLE notices_away RENAME TO notices"))(t)
	w.DoDue(ctx, fund.WorkErasure)
	w.wantGone(t, "once the database is back")
}

// TestErasureWhileADonationCompletes erases a donor again and again while donations of the donor complete, and wants that the last one leaves nothing.
func TestErasureWhileADonationCompletes(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	var begun []app.StartedDonation
	for range 6 {
		begun = append(begun, w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: quuxName, Email: quuxEmail, Comment: quuxComment}}))
	}
	for _, one := range begun {
		w.submitCard(t, one, goodCard)
	}
	var all sync.WaitGroup
	all.Go(func() { w.Settle(ctx, w.sandbox) })
	for range 3 {
		all.Go(func() {
			if _, err := w.EraseDonor(ctx, app.System(), quuxEmail); err != nil {
				t.Errorf("erase: %v", err)
			}
		})
	}
	all.Wait()
	w.settle(t)
	w.DoDue(ctx)
	w.wantGone(t, "after all completed", "receipts_kept.record")
	if got := w.raised(t); got != 6000 {
		t.Errorf("got %d raised, want all six donations", got)
	}
	for _, one := range begun {
		if m := w.receipt(t, one.Donation).Mail; m.Recipient != "" || !m.DueAt.IsZero() {
			t.Errorf("got a mail %+v, want none to be sent", m)
		}
		wantKind(t, w.ResendReceipt(ctx, app.System(), one.Donation), "conflict")
	}
}

// TestWhoErases by hand.
func TestWhoErases(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	id := w.quux(t, goodCard)
	for _, actor := range []app.Actor{{}, w.owner, reading(w.causer), w.causeToken, w.operator(t)} {
		_, err := w.EraseDonation(ctx, actor, id)
		wantKind(t, err, "forbidden")
		_, err = w.EraseDonor(ctx, actor, quuxEmail)
		wantKind(t, err, "forbidden")
	}
	_, err := w.EraseDonation(ctx, app.System(), w.cause.ID)
	wantKind(t, err, "not_found")
	if done := must.Get(w.EraseDonation(ctx, app.System(), id))(t); done.Donations != 1 {
		t.Errorf("got %+v, want it erased", done)
	}
	if done := must.Get(w.EraseDonation(ctx, app.System(), id))(t); done.Before != 1 || done.Donations != 0 {
		t.Errorf("got %+v, want that it was erased before", done)
	}
}

// TestErasureDestroysBytes wants nothing in the file of the database and its log, once those have ended who read what was there before.
func TestErasureDestroysBytes(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	path, file := strings.CutPrefix(w.url, "sqlite:")
	if !file {
		t.Skip("the server of the database does this")
	}
	w.give(t, fund.DonationInput{Name: quuxName, Comment: quuxComment, Email: quuxEmail})
	w.deliver(t)
	left := func() (all []string) {
		for _, name := range []string{path, path + "-wal"} {
			content := must.Get(os.ReadFile(name))(t)
			for _, text := range quuxTexts {
				if bytes.Contains(content, []byte(text)) {
					all = append(all, text+" in "+name[len(path):])
				}
			}
		}
		return all
	}
	reader := must.Get(sql.Open("sqlite", path))(t)
	defer func() { _ = reader.Close() }()
	reading := must.Get(reader.BeginTx(ctx, nil))(t)
	var name string
	must.Do(t, reading.QueryRowContext(ctx, "SELECT name FROM donations").Scan(&name))
	w.erase(t)
	w.DoDue(ctx)
	if len(left()) == 0 {
		t.Error("got nothing left although somebody still reads it, so that this proves nothing")
	}
	// While somebody reads, only the destruction is tried again, ever more seldom. Whole tables are read when it is time to look, and no more often.
	scans, tries := 0, 0
	for range int(3 * time.Minute / fund.ErasureRetry) {
		w.Clock.Advance(fund.ErasureRetry)
		for _, text := range w.Statements(func() { w.DoDue(ctx) }) {
			if strings.HasPrefix(text, "SELECT w.id, w.donation_id, w.created_at FROM webhook_deliveries") {
				scans++
			}
			if strings.Contains(text, "INSERT INTO erasures") {
				tries++
			}
		}
	}
	if scans != 1 || tries < 6 || tries > 12 {
		t.Errorf("got %d scans and %d tries in three minutes, want one scan after a minute, and some tries", scans, tries)
	}
	must.Do(t, reading.Rollback())
	w.Clock.Advance(fund.ErasureRetryMost)
	w.DoDue(ctx)
	if all := left(); len(all) > 0 {
		t.Errorf("got %q, want nothing left", all)
	}
	w.Clock.Advance(2 * fund.AnswerLife)
	w.DoDue(ctx)
	w.DoDue(ctx)
	if n := len(must.Get(w.Store.DueWork(ctx, fund.WorkErasure, w.Now().Add(fund.AnswerLife), 9))(t)); n > 0 {
		t.Errorf("got %d erasures due, want that they end", n)
	}
}
