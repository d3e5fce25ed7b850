package admin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web/admin"
)

// TestTheLogIsReadAndSearched looks for what somebody did, and for acts of a kind.
func TestTheLogIsReadAndSearched(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, ctx := h.as("operator"), t.Context()
	actor := app.Actor{Kind: app.ActorUser, User: h.users["operator"].ID, Operator: true, Scopes: []string{fund.ScopeWrite}}
	f := h.run("Run")
	must.Get(h.TakeDown(ctx, actor, f.ID, "The reason stays away."))(t)
	must.Get(h.EndSessions(ctx, app.System(), h.users["owner"].ID))(t)
	all := b.Get("/admin/log")
	shows(t, "all", all, http.StatusOK, "<bdi>fact.takedown</bdi>", f.ID.String(), "<bdi>user.sessions.end</bdi>", "/admin/users/"+h.users["owner"].ID.String(), "<bdi>system</bdi>", "<bdi>operator</bdi>")
	if strings.Contains(all.Text, "The reason stays away.") {
		t.Error("got a text, want ids only")
	}
	if strings.Index(all.Text, "<bdi>user.sessions.end") > strings.Index(all.Text, "<bdi>fact.takedown") {
		t.Error("got the oldest first, want the newest")
	}
	for query, want := range map[string][2]string{
		"?by=operator": {"<bdi>fact.takedown", "<bdi>user.sessions.end"}, "?act=user.sessions.end": {"<bdi>user.sessions.end", "<bdi>fact.takedown"},
		"?by=operator%40example.org&act=fact.takedown": {"<bdi>fact.takedown", "<bdi>user.sessions.end"}, "?by=owner": {"There is nothing here.", "<bdi>fact.takedown"},
		"?by=&act=": {"<bdi>fact.takedown", "There is nothing here."},
	} {
		got := b.Get("/admin/log" + query)
		shows(t, query, got, http.StatusOK, want[0])
		if strings.Contains(got.Text, want[1]) {
			t.Errorf("%s: got %s, want it left out", query, want[1])
		}
	}
	shows(t, "nobody", b.Get("/admin/log?by=nobody+at+all"), http.StatusNotFound, `id="by-problem"`)
	shows(t, "no act", b.Get("/admin/log?act=nothing"), http.StatusBadRequest)
}

// TestTheLogIsPaged follows it to its end.
func TestTheLogIsPaged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	for range 51 {
		must.Get(h.EndSessions(t.Context(), app.System(), h.users["owner"].ID))(t)
	}
	b := h.as("operator")
	first := b.Get("/admin/log?act=user.sessions.end&by=")
	_, older, found := strings.Cut(first.Text, `<a href="/admin/log?`)
	if !found || strings.Count(first.Text, "<h3>") != 50 {
		t.Fatalf("got %d acts\n%s\nwant 50 and a link", strings.Count(first.Text, "<h3>"), first.Text)
	}
	older, _, _ = strings.Cut(older, `"`)
	second := b.Get("/admin/log?" + strings.ReplaceAll(older, "&amp;", "&"))
	if strings.Count(second.Text, "<h3>") != 1 || strings.Contains(second.Text, `<a href="/admin/log?`) {
		t.Errorf("got %s acts\n%s\nwant the last one of that kind", strconv.Itoa(strings.Count(second.Text, "<h3>")), second.Text)
	}
}
