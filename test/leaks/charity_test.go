package leaks_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// charities has somebody invite charities: one that joins, one that an operator refuses, one that declines, and one that does not answer; and has mails about the payments of one. Their addresses, and what is written to
// them, are secrets of who asked.
func (w *world) charities(t *testing.T) {
	t.Helper()
	ctx, by := t.Context(), testworld.As(w.private.User)
	ask := func(name string) (fund.ID, string) {
		address, said := w.secrets.make(kindAccount), w.secrets.make(kindAccount)
		address.inviter, said.inviter, address.newer = w.private.ID, w.private.ID, said
		i := must.Get(w.AskCharity(ctx, by, fund.CharityInvitation{
			Name: name, Website: "https://meadow.example", Email: address.text + "@example.org", Country: "GB", Message: "Dear " + said.text, Language: "en",
		}))(t)
		return i.ID, i.Email
	}
	key := func(id fund.ID, address string) string {
		must.Get(w.ApproveCharity(ctx, app.System(), id))(t)
		w.DoDue(ctx, fund.WorkMail)
		for _, m := range w.mails.Messages() {
			if m.To == address {
				return keysIn(read(t, m))[0]
			}
		}
		t.Fatal("no charity was mailed")
		return ""
	}
	joins, address := ask("Private Meadow")
	owner := testworld.As(w.account(t, "meadow").User)
	must.Get(w.AcceptCharity(ctx, owner, key(joins, address)))(t)
	cause := must.Get(w.SetUpCharity(ctx, owner, joins, fund.CausePatch{Name: fund.Some("Private Meadow"), Currency: fund.Some("GBP"), LegalName: fund.Some("Private Meadow")}))(t)
	must.Get(w.ApproveCause(ctx, app.System(), fund.Key{ID: cause.ID}, cause.ApprovalVersion()))(t)
	refused, _ := ask("Refused Meadow")
	must.Get(w.DeclineCharity(ctx, app.System(), refused, "No"))(t)
	declines, address := ask("Declining Meadow")
	must.Do(t, w.DeclineCharityLink(ctx, key(declines, address), false))
	id := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{21})))(t)
	must.Do(t, w.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertMail(ctx, fund.Mail{ID: id, Kind: fund.MailCharityExpired, Recipient: w.private.Email, About: declines, DueAt: w.Now(), CreatedAt: w.Now()})
	}))
	for i, kind := range fund.PaymentsMails() {
		id := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{22, byte(i)})))(t)
		must.Do(t, w.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertMail(ctx, fund.Mail{ID: id, Kind: kind, Recipient: w.private.Email, About: cause.ID, DueAt: w.Now(), CreatedAt: w.Now()})
		}))
	}
	ask("Silent Meadow")
	w.DoDue(ctx, fund.WorkMail)
}
