package admin_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/admin"
)

// postman answers for a mail server.
type postman struct{ result app.DeliveryResult }

func (p postman) Send(ctx context.Context, _ app.Letter, hand func(context.Context) error) app.Delivery {
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	return app.Delivery{Result: p.result, Problem: "The mailbox is <full>.", Err: errors.New("mailbox full")}
}

// TestReceiptsAreSentAgain has a mail server refuse one.
func TestReceiptsAreSentAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	const path = "/admin/receipts"
	b, ctx, f := h.as("operator"), t.Context(), h.run("Run")
	shows(t, "none", b.Get(path), http.StatusOK, "There is nothing here.")
	var gift fund.CheckoutInput
	gift.Amount, gift.Email, gift.Name = "10", "owner@example.org", "Ada Lovelace"
	begun := must.Get(h.BeginDonation(ctx, app.Actor{}, testworld.ByID(f), gift))(t)
	testworld.Pay(ctx, h.sandbox, begun.URL, "4242424242424242")
	e := must.Get(h.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 1}))(t)[0]
	must.Do(t, h.ApplyProviderEvent(ctx, app.System(), e.ID))
	h.Node(func(o *app.Options) { o.Mailer = postman{app.MailRefused} }).DoDue(ctx, fund.WorkMail)
	page := b.Get(path)
	shows(t, "refused", page, http.StatusOK, begun.Donation.String(), "Send again", "The mailbox is &lt;full&gt;.")
	if strings.Contains(page.Text, "@example.org") || strings.Contains(page.Text, "Lovelace") {
		t.Error("got who donated, want ids only")
	}
	shows(t, "the overview", b.Get("/admin"), http.StatusOK, `<a href="/admin/receipts">Receipts that no mail server took</a>`)
	form := page.Form(t, path)
	h.Clock.Advance(4 * time.Minute)
	leads(t, "send", b.Post(path, form), path+"?done=resent")
	h.logged(fund.ActSendReceipt, begun.Donation)
	h.Node(func(o *app.Options) { o.Mailer = postman{app.MailLost} }).DoDue(ctx, fund.WorkMail)
	shows(t, "unknown", b.Get(path), http.StatusOK, begun.Donation.String(), "did not say whether it took these")
	shows(t, "sent a moment ago", b.Post(path, form), http.StatusConflict, "cannot be sent now")
	for what, status := range map[string]int{"": http.StatusBadRequest, "x": http.StatusBadRequest, fund.ID{9}.String(): http.StatusNotFound} {
		shows(t, "send "+what, b.Post(path, testbrowser.With(form, "donation", what)), status)
	}
}
