package admin_test

import (
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

// event stores an event of the payment provider about a payment that nobody knows.
func (h *house) event(number byte, due time.Time) fund.ProviderEvent {
	h.t.Helper()
	e := fund.ProviderEvent{
		ID: fund.ID{number}, Provider: "sandbox", EventID: "evt_" + string('a'+rune(number)), Topic: "payment.<paid>", Reference: "nowhere", Header: "{}",
		Body: []byte(`{"email":"ada@example.org"}`), DueAt: due, ReceivedAt: h.Now(),
	}
	must.Do(h.t, h.Store.SaveProviderEvent(h.t.Context(), e))
	return e
}

// TestStuckEventsAreAppliedAndDismissed looks at one that cannot be applied.
func TestStuckEventsAreAppliedAndDismissed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b := h.as("operator")
	shows(t, "none", b.Get("/admin/events"), http.StatusOK, "No event is stuck.")
	h.event(1, h.Now().Add(time.Hour)) // which is simply on its way
	shows(t, "on its way", b.Get("/admin/events"), http.StatusOK, "No event is stuck.")
	e := h.event(2, h.Now())
	path := "/admin/events/" + e.ID.String()
	shows(t, "stuck", b.Get("/admin/events"), http.StatusOK, path, "payment.&lt;paid&gt;")
	shows(t, "the overview", b.Get("/admin"), http.StatusOK, `<a href="/admin/events">Events of the payment provider that are stuck</a>`)
	page := b.Get(path)
	shows(t, "the page", page, http.StatusOK, "Waits to be applied", "evt_c", "nowhere")
	if strings.Contains(page.Text, "ada@example.org") {
		t.Error("got what the event says of people, want none of it")
	}
	form := page.Form(t, path)
	shows(t, "no button", b.Post(path, form), http.StatusBadRequest)
	shows(t, "apply", b.Post(path, testbrowser.With(form, "do", "apply")), http.StatusConflict, "could not be applied", "No donation is known for the payment nowhere.", "and is tried again")
	shows(t, "the reason in the list", b.Get("/admin/events"), http.StatusOK, "No donation is known")
	shows(t, "no reason", b.Post(path, testbrowser.With(form, "do", "dismiss", "reason", " ")), http.StatusUnprocessableEntity, "Enter a reason")
	leads(t, "dismiss", b.Post(path, testbrowser.With(form, "do", "dismiss", "reason", "Of another program.")), path+"?done=dismissed")
	h.logged(fund.ActDismissEvent, e.ID)
	shows(t, "dismissed", b.Get(path), http.StatusOK, "Dismissed", "Of another program.")
	if strings.Contains(b.Get(path).Text, `name="do"`) {
		t.Error("got a form for what was dismissed, want none")
	}
	shows(t, "again", b.Post(path, testbrowser.With(form, "do", "dismiss", "reason", "Again.")), http.StatusConflict, "applied or dismissed meanwhile")
	shows(t, "the dismissed", b.Get("/admin/events/dismissed"), http.StatusOK, path, "Of another program.")
	shows(t, "no longer stuck", b.Get("/admin/events"), http.StatusOK, "No event is stuck.")
}

// TestAnEventIsAppliedByItsOperator has one succeed.
func TestAnEventIsAppliedByItsOperator(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, ctx := h.as("operator"), t.Context()
	campaign := must.Get(h.CreateCampaign(ctx, testworld.As(h.users["owner"]), fund.CampaignPatch{Name: fund.Some("Run"), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Published)}))(t)
	var gift fund.CheckoutInput
	gift.Amount = "10"
	begun := must.Get(h.BeginDonation(ctx, app.Actor{}, app.FactKey{Key: fund.Key{ID: campaign.ID}}, gift))(t)
	testworld.Pay(ctx, h.sandbox, begun.URL, "4242424242424242")
	e := must.Get(h.ListOpenProviderEvents(ctx, app.System(), fund.Page{Limit: 1}))(t)[0]
	path := "/admin/events/" + e.ID.String()
	form := testbrowser.With(b.Get(path).Form(t, path), "do", "apply")
	for range 2 { // the second time there is nothing left to do
		leads(t, "apply", b.Post(path, form), path+"?done=applied")
		h.logged(fund.ActApplyEvent, e.ID)
	}
	shows(t, "applied", b.Get(path), http.StatusOK, "Applied")
	if f := must.Get(h.GetFact(ctx, app.System(), testworld.ByID(campaign)))(t); f.Raised != 1000 {
		t.Errorf("got %d raised, want 1000", f.Raised)
	}
}
