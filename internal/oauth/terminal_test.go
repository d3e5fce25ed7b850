package oauth_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// terminalBack is where a terminal waits; the port is its own.
const terminalBack = "http://127.0.0.1:50123/back"

// terminalQuery is a request for consent of the terminal, with some more parameters.
func terminalQuery(verifier string, pairs ...string) string {
	return ask(append([]string{
		"client_id", fund.TerminalClientID, "redirect_uri", terminalBack, "scope", "public write", "state", "s",
		"code_challenge", oauth2.S256ChallengeFromVerifier(verifier), "code_challenge_method", "S256",
	}, pairs...)...)
}

// logIn is a login of the terminal, up to its first tokens.
func (h *house) logIn(t *testing.T) map[string]any {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	to := must.Get(url.Parse(h.browser().decide(terminalQuery(verifier), "allow").Header.Get("Location")))(t)
	if !strings.HasPrefix(to.String(), terminalBack+"?") || to.Query().Get("state") != "s" {
		t.Fatalf("got %q, want the terminal's address with its state", to)
	}
	return h.token(url.Values{
		"grant_type": {"authorization_code"}, "client_id": {fund.TerminalClientID}, "code": {to.Query().Get("code")},
		"redirect_uri": {terminalBack}, "code_verifier": {verifier},
	}).JSON(t)
}

// TestTheTerminalLogsInWithoutASecret goes through everything that "almoner login" and "almoner logout" do.
func TestTheTerminalLogsInWithoutASecret(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	page := b.Get(b.signIn(terminalQuery(oauth2.GenerateVerifier())).Header.Get("Location"))
	for _, want := range []string{"Almoner terminal", "almoner login", "A program on your computer"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got a consent page without %q\n%s", want, page.Text)
		}
	}
	for range 2 { // the first consent makes the row of the terminal, the second one finds it
		issued := h.logIn(t)
		access := textOf(t, issued, "access_token")
		if actor := must.Get(h.Authenticate(t.Context(), access))(t); actor.User != h.user.ID || issued["scope"] != "public write" {
			t.Errorf("got %+v, %v, want the user with the scopes that were allowed", actor, issued)
		}
		refresh := url.Values{"grant_type": {"refresh_token"}, "client_id": {fund.TerminalClientID}, "refresh_token": {textOf(t, issued, "refresh_token")}}
		next := textOf(t, h.token(refresh).JSON(t), "refresh_token")
		revoked := h.program(http.MethodPost, "/oauth/revoke", testbrowser.FormType, url.Values{"client_id": {fund.TerminalClientID}, "token": {next}}.Encode())
		if _, err := h.Authenticate(t.Context(), access); err == nil || revoked.StatusCode != http.StatusOK {
			t.Errorf("got %d and a token that works, want the whole login ended", revoked.StatusCode)
		}
	}
	if all := must.Get(h.ListApplications(t.Context(), app.System(), fund.Page{Limit: 9}))(t); len(all) != 3 || all[2].Public() == all[1].Public() {
		t.Errorf("got %+v, want the terminal once", all)
	}
}

// TestWhatTheTerminalMayNot tries to use that it has no secret.
func TestWhatTheTerminalMayNot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := fund.TerminalClientID
	for name, path := range map[string]string{
		"another host":     terminalQuery("v", "redirect_uri", "http://evil.example/back"),
		"another path":     terminalQuery("v", "redirect_uri", "http://127.0.0.1:50123/other"),
		"localhost":        terminalQuery("v", "redirect_uri", "http://localhost:50123/back"),
		"no redirect_uri":  terminalQuery("v", "redirect_uri", ""),
		"a cousin of ours": terminalQuery("v", "client_id", id+"x"),
	} {
		if answer := h.browser().Get(path); answer.StatusCode != http.StatusBadRequest || answer.Header.Get("Location") != "" {
			t.Errorf("%s: got %d to %q, want a page", name, answer.StatusCode, answer.Header.Get("Location"))
		}
	}
	to := must.Get(url.Parse(h.browser().Get(terminalQuery("v", "code_challenge", "", "code_challenge_method", "")).Header.Get("Location")))(t)
	if got := to.Query(); got.Get("error") != "invalid_request" || !strings.Contains(got.Get("error_description"), "code_challenge") {
		t.Errorf("without PKCE: got %v, want it refused", got)
	}
	for name, form := range map[string]url.Values{
		"a token of its own":   {"grant_type": {"client_credentials"}, "client_id": {id}},
		"an empty secret":      {"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {""}},
		"any secret":           {"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {"x"}},
		"another's id alone":   {"grant_type": {"refresh_token"}, "client_id": {h.v5.ClientID}, "refresh_token": {"x"}},
		"nobody, as ever":      {"grant_type": {"refresh_token"}, "refresh_token": {"x"}},
		"an id of no one here": {"grant_type": {"refresh_token"}, "client_id": {"x"}, "refresh_token": {"x"}},
	} {
		if body := h.token(form).JSON(t); body["error"] != "invalid_client" {
			t.Errorf("%s: got %v, want invalid_client", name, body)
		}
	}
	inspected := h.program(http.MethodPost, "/oauth/introspect", testbrowser.FormType, url.Values{"client_id": {id}, "token": {"x"}}.Encode())
	if inspected.StatusCode != http.StatusUnauthorized {
		t.Errorf("introspection: got %d, want 401: it takes a secret", inspected.StatusCode)
	}
	other := textOf(t, h.granted(h.v5), "access_token")
	if got := h.program(http.MethodPost, "/oauth/revoke", testbrowser.FormType, url.Values{"client_id": {id}, "token": {other}}.Encode()); got.StatusCode == http.StatusOK {
		t.Errorf("got %d for another application's token, want it refused", got.StatusCode)
	}
	if _, err := h.RotateSecret(t.Context(), app.System(), fund.TerminalID()); err == nil {
		t.Error("got a secret for the terminal, want none")
	}
}

// TestAnOperatorEndsTheTerminal works before its first use, too.
func TestAnOperatorEndsTheTerminal(t *testing.T) {
	t.Parallel()
	for name, used := range map[string]bool{"unused": false, "used": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			var access string
			if used {
				access = textOf(t, h.logIn(t), "access_token")
			}
			found := must.Get(h.GetApplication(t.Context(), app.System(), fund.TerminalClientID))(t)
			must.Do(t, h.DisableApplication(t.Context(), app.System(), found.ID))
			if answer := h.browser().Get(terminalQuery("v")); answer.StatusCode != http.StatusBadRequest {
				t.Errorf("got %d, want a page that says so", answer.StatusCode)
			}
			if _, err := h.Authenticate(t.Context(), access); used && err == nil {
				t.Error("got a token that works, want it ended")
			}
		})
	}
}
