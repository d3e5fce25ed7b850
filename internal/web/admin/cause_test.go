package admin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/admin"
)

// approval is how it was decided on a cause.
func (h *house) approval(id fund.ID) fund.Approval {
	h.t.Helper()
	return must.Get(h.GetCause(h.t.Context(), app.System(), fund.Key{ID: id}))(h.t).Approval
}

// TestACauseIsApprovedAndSuspended goes through the life of one.
func TestACauseIsApprovedAndSuspended(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	ctx, b := t.Context(), h.as("operator")
	made := must.Get(h.CreateCauseFor(ctx, app.System(), h.users["owner"].ID, fund.CausePatch{
		Name: fund.Some("Water <b>"), Currency: fund.Some("USD"), LegalName: fund.Some("Water e.V."), GovernmentID: fund.Some("12-34"), ContactEmail: fund.Some("office@water.example"),
	}))(t)
	path := "/admin/causes/" + made.ID.String()
	list := b.Get("/admin/causes")
	shows(t, "the list", list, http.StatusOK, "Waiting for approval", path)
	if strings.Index(list.Text, path) > strings.Index(list.Text, "All causes") {
		t.Error("got what waits below, want it first")
	}
	page := b.Get(path)
	shows(t, "the page", page, http.StatusOK, "What you would approve", "Water &lt;b&gt;", "Water e.V.", "12-34", "office@water.example", "Names that look alike", "/admin/causes/"+h.cause.ID.String())
	form := page.Form(t, path)
	owner := testworld.As(h.users["owner"])
	must.Get(h.UpdateCause(ctx, owner, fund.Key{ID: made.ID}, fund.CausePatch{LegalName: fund.Some("Wine e.V.")}))(t)
	shows(t, "what was not shown", b.Post(path, testbrowser.With(form, "do", "approve")), http.StatusConflict, "changed after you opened", "Wine e.V.")
	if got := h.approval(made.ID); got != fund.Pending {
		t.Fatalf("got %s, want it not approved", got)
	}
	shows(t, "no button", b.Post(path, testbrowser.With(b.Get(path).Form(t, path), "do", "")), http.StatusBadRequest)
	leads(t, "approve", b.Post(path, testbrowser.With(b.Get(path).Form(t, path), "do", "approve")), path+"?done=approved")
	h.logged(fund.ActApproveCause, made.ID)
	if got := h.approval(made.ID); got != fund.Approved {
		t.Fatalf("got %s, want it approved", got)
	}
	shows(t, "done", b.Get(path+"?done=approved"), http.StatusOK, "The cause is approved.")
	must.Get(h.UpdateCause(ctx, owner, fund.Key{ID: made.ID}, fund.CausePatch{LegalName: fund.Some("Milk e.V.")}))(t)
	shows(t, "a proposal", b.Get(path), http.StatusOK, "Milk e.V.", "(now: <bdi>Wine e.V.</bdi>)")
	shows(t, "a proposal in the list", b.Get("/admin/causes"), http.StatusOK, "proposes a change")
	form = b.Get(path).Form(t, path)
	shows(t, "no reason", b.Post(path, testbrowser.With(form, "do", "suspend", "reason", " ")), http.StatusUnprocessableEntity, "Enter a reason")
	long := strings.Repeat("é", fund.MaxReason+1)
	shows(t, "a long reason", b.Post(path, testbrowser.With(form, "do", "suspend", "reason", long)), http.StatusUnprocessableEntity, "at most "+strconv.Itoa(fund.MaxReason), long)
	leads(t, "suspend", b.Post(path, testbrowser.With(form, "do", "suspend", "reason", strings.Repeat("é", fund.MaxReason))), path+"?done=suspended")
	h.logged(fund.ActSuspendCause, made.ID)
	shows(t, "suspended", b.Get(path), http.StatusOK, "Suspended", strings.Repeat("é", fund.MaxReason))
}

// TestCausesArePaged looks at a list that does not fit one page.
func TestCausesArePaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	for i := range 51 {
		must.Get(h.ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "cause-" + strconv.Itoa(i), Currency: "USD"}}))(t)
	}
	b := h.as("operator")
	first := b.Get("/admin/causes")
	_, older, found := strings.Cut(first.Text, `<a href="/admin/causes?before=`)
	if !found || strings.Count(first.Text, "<h3>") != 50 {
		t.Fatalf("got %d causes\n%s\nwant 50 and a link to the others", strings.Count(first.Text, "<h3>"), first.Text)
	}
	older, _, _ = strings.Cut(older, `"`)
	second := b.Get("/admin/causes?before=" + older)
	if strings.Count(second.Text, "<h3>") != 2 || strings.Contains(second.Text, "/admin/causes?before=") || !strings.Contains(second.Text, h.cause.ID.String()) {
		t.Errorf("got\n%s\nwant the two oldest", second.Text)
	}
	for _, wrong := range []string{"x", "0", "-1", "99999999999999999999"} {
		shows(t, wrong, b.Get("/admin/causes?before="+wrong), http.StatusBadRequest)
	}
	for _, none := range []string{"x", fund.ID{}.String(), h.users["owner"].ID.String()} {
		shows(t, none, b.Get("/admin/causes/"+none), http.StatusNotFound)
	}
}
