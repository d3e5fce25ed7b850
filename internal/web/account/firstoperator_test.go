package account_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/account"
)

// TestTheFirstOperatorByPage types the code that the server printed, from the server itself or over https only, and runs the server then. Nobody does so twice.
func TestTheFirstOperatorByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	if page := b.Get(account.SetUpPath); page.StatusCode != http.StatusForbidden || !strings.Contains(page.Text, "Not over this connection") || strings.Contains(page.Text, "<form method=\"post\" action=\"/setup\"") {
		t.Errorf("got %d from elsewhere over plain HTTP\n%s", page.StatusCode, page.Text)
	}
	h.from = netip.MustParseAddr("127.0.0.1")
	code, _, err := h.SetUpCode(t.Context(), app.System())
	must.Do(t, err)
	page := b.Get(account.SetUpPath + "?code=" + code)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.Text, `name="code" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="100" required value="`+code+`"`) {
		t.Errorf("got %d\n%s", page.StatusCode, page.Text)
	}
	send := func(fields ...string) testbrowser.Answer {
		return b.Post(account.SetUpPath, testbrowser.With(b.Get(account.SetUpPath).Form(t, account.SetUpPath), fields...))
	}
	for problem, fields := range map[string][]string{
		"code-problem":     {"code", "none", "username", "Root", "email", "root@example.org", "password", "correct horse battery"},
		"username-problem": {"code", code, "username", "", "email", "root@example.org", "password", "correct horse battery"},
		"email-problem":    {"code", code, "username", "Root", "email", "ana@example.org", "password", "correct horse battery"},
		`id="problem"`:     {"code", code, "username", "Root", "email", "root@example.org", "password", "short"},
	} {
		if got := send(fields...); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, problem) || strings.Contains(got.Text, "correct horse battery") {
			t.Errorf("%v: got %d, want %s\n%s", fields, got.StatusCode, problem, got.Text)
		}
	}
	if got := b.Post(account.SetUpPath, testbrowser.With(b.Get(account.SetUpPath).Form(t, account.SetUpPath), "form", "forged", "code", code, "username", "Root", "email", "root@example.org", "password", "correct horse battery")); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a forged form", got.StatusCode)
	}
	if got := send("code", code, "username", "Root", "email", "root@example.org", "password", "correct horse battery"); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/admin" {
		t.Errorf("got %d to %q, want the pages of operators", got.StatusCode, got.Header.Get("Location"))
	}
	if needed := must.Get(h.NeedsOperator(t.Context()))(t); needed {
		t.Error("got no operator")
	}
	for _, again := range []testbrowser.Answer{b.Get(account.SetUpPath), h.browser().Get(account.SetUpPath + "?code=" + code)} {
		if again.StatusCode != http.StatusNotFound || strings.Contains(again.Text, "<form method=\"post\" action=\"/setup\"") {
			t.Errorf("got %d, want that the server is set up\n%s", again.StatusCode, again.Text)
		}
	}
}
