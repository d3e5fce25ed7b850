package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/admin"
)

// TestUsersAreFound searches by all that an operator may know of somebody.
func TestUsersAreFound(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	ada := must.Get(h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Ada <i> Lovelace", Email: "ada@example.org"}))(t)
	b, path := h.as("operator"), "/admin/users/"+ada.ID.String()
	for _, typed := range []string{"ada@example.org", "ADA@example.org", " " + ada.Slug + " ", "@" + ada.Slug, ada.Username, strings.ToUpper(ada.Slug)} {
		leads(t, typed, b.Get("/admin/users?q="+url.QueryEscape(typed)), path)
	}
	for _, typed := range []string{"nobody", "@", "a@b", "\x00", strings.Repeat("a", app.MaxUserSearch), strings.Repeat("a", app.MaxUserSearch+1), "' OR 1=1 --", "%"} {
		shows(t, typed, b.Get("/admin/users?q="+url.QueryEscape(typed)), http.StatusNotFound, "Nobody has that name or address.", "Latest users")
	}
	shows(t, "the list", b.Get("/admin/users"), http.StatusOK, path, "Ada &lt;i&gt; Lovelace", "Operators")
	shows(t, "the page", b.Get(path), http.StatusOK, "ada@example.org", "Second factor", "None")
	for _, none := range []string{"x", fund.ID{}.String(), h.cause.ID.String()} {
		shows(t, none, b.Get("/admin/users/"+none), http.StatusNotFound)
	}
}

// TestAnAccountIsDisabledAndEnabled has its user notice.
func TestAnAccountIsDisabledAndEnabled(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, owner, id := h.as("operator"), h.as("owner"), h.users["owner"].ID
	path := "/admin/users/" + id.String()
	form := b.Get(path).Form(t, path)
	shows(t, "no button", b.Post(path, form), http.StatusBadRequest)
	leads(t, "end", b.Post(path, testbrowser.With(form, "do", "end")), path+"?done=ended")
	h.logged(fund.ActEndSessions, id)
	leads(t, "signed out", owner.Get("/account/sessions"), "/account/sign-in")
	owner = h.as("owner")
	leads(t, "disable", b.Post(path, testbrowser.With(form, "do", "disable")), path+"?done=disabled")
	h.logged(fund.ActDisableUser, id)
	leads(t, "disabled", owner.Get("/account/sessions"), "/account/sign-in")
	page := b.Get(path)
	shows(t, "the page", page, http.StatusOK, "Disabled", `value="enable"`)
	if strings.Contains(page.Text, `value="disable"`) {
		t.Error("got a button to disable who is disabled, want none")
	}
	leads(t, "enable", b.Post(path, testbrowser.With(form, "do", "enable")), path+"?done=enabled")
	h.logged(fund.ActEnableUser, id)
	shows(t, "enabled", h.as("owner").Get("/account/sessions"), http.StatusOK)
}

// TestNobodyDisablesThemselves keeps operators in.
func TestNobodyDisablesThemselves(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	b, path := h.as("operator"), "/admin/users/"+h.users["operator"].ID.String()
	page := b.Get(path)
	if strings.Contains(page.Text, `value="disable"`) {
		t.Error("got a button to disable oneself, want none")
	}
	shows(t, "the form", b.Post(path, testbrowser.With(page.Form(t, path), "do", "disable")), http.StatusConflict, "You cannot disable your own account.")
	shows(t, "afterwards", b.Get("/admin"), http.StatusOK)
}
