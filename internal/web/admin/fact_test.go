package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/admin"
)

// run makes a campaign of the owner.
func (h *house) run(name string) fund.Fact {
	h.t.Helper()
	return must.Get(h.CreateCampaign(h.t.Context(), testworld.As(h.users["owner"]), fund.CampaignPatch{Name: fund.Some(name), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Published)}))(h.t)
}

// TestPagesAreTakenDownAndPutBack names one by all that an operator may have of it.
func TestPagesAreTakenDownAndPutBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	const path = "/admin/takedowns"
	b, ctx, f := h.as("operator"), t.Context(), h.run("Run")
	event := must.Get(h.CreateFundraisingEvent(ctx, app.System(), fund.Key{ID: h.cause.ID}, fund.EventPatch{Name: fund.Some("Gala"), Status: fund.Some(fund.Published)}))(t)
	shows(t, "none", b.Get(path), http.StatusOK, "Nothing is taken down.")
	form := testbrowser.With(b.Get(path).Form(t, path), "do", "takedown", "reason", "Not <b>theirs</b>.")
	for address, problem := range map[string]string{
		"": "Enter the address", "@nobody/run": "Enter the address", "https://elsewhere.example/@owner/run": "Enter the address", "/": "Enter the address", h.url: "Enter the address",
		strings.Repeat("a", 2001): "Enter the address", "water": "This is a cause", h.url + "/water": "This is a cause", "\x00": "Enter the address", "@owner/run\n": "",
	} {
		got := b.Post(path, testbrowser.With(form, "address", address))
		if problem == "" {
			leads(t, address, got, path+"?done=takendown")
			must.Get(h.PutBack(ctx, app.System(), f.ID))(t)
			continue
		}
		shows(t, address, got, http.StatusUnprocessableEntity, problem, `id="address-problem"`, "Not &lt;b&gt;theirs&lt;/b&gt;.")
	}
	shows(t, "no reason", b.Post(path, testbrowser.With(form, "address", "@owner/run", "reason", "")), http.StatusUnprocessableEntity, `id="reason-problem"`, `value="@owner/run"`)
	form.Set("reason", "Not <b>theirs</b>.")
	for _, address := range []string{"@owner/run", h.url + "/@owner/run?lang=de#top", " " + h.url + "/@owner/run/donate ", f.ID.String()} {
		leads(t, address, b.Post(path, testbrowser.With(form, "address", address)), path+"?done=takendown")
		h.logged(fund.ActTakeDown, f.ID)
		page := b.Get(path)
		shows(t, address, page, http.StatusOK, `href="/@owner/run"`, "Not &lt;b&gt;theirs&lt;/b&gt;.", f.ID.String())
		back := testbrowser.With(page.Form(t, path), "do", "putback", "fact", f.ID.String())
		leads(t, "put back", b.Post(path, back), path+"?done=putback")
		h.logged(fund.ActPutBack, f.ID)
		shows(t, "none", b.Get(path), http.StatusOK, "Nothing is taken down.")
	}
	leads(t, "an event", b.Post(path, testbrowser.With(form, "address", h.url+"/water/"+event.Slug)), path+"?done=takendown")
	shows(t, "an event", b.Get(path), http.StatusOK, `href="/water/`+event.Slug+`"`)
	must.Get(h.SuspendCause(ctx, app.System(), fund.Key{ID: h.cause.ID}, "x"))(t)
	if strings.Contains(b.Get(path).Text, "Water") {
		t.Error("got a cause, want it among the causes only")
	}
	for what, status := range map[string]int{"": http.StatusBadRequest, "x": http.StatusBadRequest, fund.ID{}.String(): http.StatusNotFound, h.cause.ID.String(): http.StatusBadRequest} {
		shows(t, "put back "+what, b.Post(path, testbrowser.With(form, "do", "putback", "fact", what)), status)
	}
	shows(t, "no button", b.Post(path, testbrowser.With(form, "do", "")), http.StatusBadRequest)
}
