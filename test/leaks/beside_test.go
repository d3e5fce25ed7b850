package leaks_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// readLogs wants no secret, no token and no address of a donor's page in what the nodes and the use cases wrote.
func (w *world) readLogs(t *testing.T) {
	t.Helper()
	for name, text := range map[string]string{"node": w.log.String(), "use cases": w.Log.String()} {
		for _, s := range w.secrets.in(text) {
			t.Errorf("the log of the %s has %s: %s", name, s.describe(w), around(text, s.text))
		}
		for caller, token := range w.Callers {
			if token != "" && strings.Contains(text, token) {
				t.Errorf("the log of the %s has the token of %s: %s", name, caller, around(text, strings.ToLower(token)))
			}
		}
		w.wantNoKeys(t, "the log of the "+name, text)
		for _, session := range w.sessions {
			if strings.Contains(text, session) {
				t.Errorf("the log of the %s has a session", name)
			}
		}
		if strings.Contains(text, password) {
			t.Errorf("the log of the %s has a password", name)
		}
		for caller, browser := range w.Browsers {
			for _, page := range browser.Secrets {
				if key := strings.Split(strings.TrimPrefix(page, testworld.BaseURL), "/")[2]; len(key) > 20 && strings.Contains(text, key) {
					t.Errorf("the log of the %s has the address of a page of %s", name, caller)
				}
			}
		}
	}
	if w.log.Len() == 0 {
		t.Error("the node wrote nothing")
	}
}

// readExports runs the exports of each cause: they have everything of its donations that were paid, and nothing of others.
func (w *world) readExports(t *testing.T) {
	t.Helper()
	must := func(args ...string) string {
		var out, wrong bytes.Buffer
		if code := command.Run(append(args, "--db", w.Database), command.Terminal{In: strings.NewReader(""), Out: &out, Err: &wrong}); code != 0 {
			t.Fatalf("%s: got %d %s", args, code, &wrong)
		}
		return out.String()
	}
	for cause, slug := range map[fund.ID]string{w.cause: "good-cause", w.elsewhere: "elsewhere"} {
		found := map[*secret]bool{}
		for _, more := range [][]string{nil, {"--entries"}, {"--claims"}, {"--format", "json"}} {
			text := must(append([]string{"export", "donations", "--fact", slug}, more...)...)
			for _, s := range w.secrets.in(text) {
				found[s] = true
				of := func(id fund.ID) bool { return w.donations[id].CauseID == cause }
				if len(s.donations) > 0 && !slices.ContainsFunc(s.donations, of) {
					t.Errorf("the export of %s %q shows %s of another cause", slug, more, s.describe(w))
				}
			}
		}
		for _, s := range w.secrets {
			paid := func(id fund.ID) bool { return w.donations[id].CauseID == cause && w.donations[id].State.Arrived() }
			if slices.ContainsFunc(s.donations, paid) && !found[s] {
				t.Errorf("the export of %s lacks %s", slug, s.describe(w))
			}
		}
	}
}

// readFiltered asks lists of donations and donors for what is not shown: no parameter picks or sorts by it.
func (w *world) readFiltered(t *testing.T) {
	t.Helper()
	ask := func(address string) string {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+address, http.NoBody)
		request.Header.Set("Authorization", "Bearer "+w.Callers["stranger"])
		return w.Serve(request).Body.String()
	}
	for _, list := range []string{"donations", "donor_leaderboard"} {
		address := "/api/public/campaigns/" + w.IDs["campaign_id"] + "/" + list
		plain := ask(address)
		if !strings.Contains(plain, `"id"`) {
			t.Errorf("%s lists nothing: %.300s", address, plain)
		}
		for _, s := range w.secrets {
			if len(s.donations) == 0 || !slices.Contains([]kind{kindName, kindMail, kindReference, kindComment}, s.kind) {
				continue
			}
			for _, query := range []string{"?name=", "?donor_name=", "?email=", "?donor_email=", "?q=", "?search=", "?reference=", "?donor_comment="} {
				if got := ask(address + query + s.text); got != plain {
					t.Fatalf("%s%s… is answered otherwise than without: %.300s", address, query, got)
				}
			}
			break
		}
		for _, query := range []string{"?sort=donor_email", "?order_by=donor_name", "?order=email", "?sort=-name", "?screening=held", "?anonymous=true"} {
			if got := ask(address + query); got != plain {
				t.Errorf("%s%s is answered otherwise than without: %.300s", address, query, got)
			}
		}
	}
}
