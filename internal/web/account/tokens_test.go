package account_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

const tokensAt, newTokenAt, endTokenAt = "/account/tokens", "/account/tokens/new", "/account/tokens/end"

var shownToken = regexp.MustCompile(`<input id="token" readonly [^>]*value="([0-9a-f]{64})"`)

// TestTokensAreMadeByPage makes a token, which is shown once, and ends it.
func TestTokensAreMadeByPage(t *testing.T) {
	t.Parallel()
	h := newMailHouse(t)
	b := h.browser()
	b.signIn("")
	if page := b.Get("/account/sessions"); !strings.Contains(page.Text, `href="/account/tokens"`) {
		t.Errorf("got an account page without the way to the tokens\n%s", page.Text)
	}
	form := b.Get(newTokenAt).Form(t, newTokenAt)
	chosen := func(name, days string, scopes ...string) url.Values {
		return url.Values{"form": form["form"], "name": {name}, "days": {days}, "scope": scopes}
	}
	for name, c := range map[string]struct {
		sent url.Values
		want string
	}{
		"no name":  {chosen("", "30", "public"), `id="name-problem"`},
		"no scope": {chosen("Bot <1>", "30"), `id="scope-problem"`},
		"no end":   {chosen("Bot <1>", "31", "public"), `id="problem"`},
	} {
		refused := b.Post(newTokenAt, c.sent)
		if refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.Text, c.want) || !strings.Contains(refused.Text, "<title>Error: New token") {
			t.Errorf("%s: got %d\n%s\nwant %s", name, refused.StatusCode, refused.Text, c.want)
		}
	}
	made := b.Post(newTokenAt, chosen("Bot <1>", "30", "public", "write"))
	found := shownToken.FindStringSubmatch(made.Text)
	if made.StatusCode != http.StatusOK || found == nil || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d\n%s\nwant the token", made.StatusCode, made.Text)
	}
	if actor := must.Get(h.Authenticate(t.Context(), found[1]))(t); actor.User != h.user.ID || strings.Join(actor.Scopes, " ") != "public write" {
		t.Errorf("got %+v, want the user", actor)
	}
	page := b.Get(tokensAt)
	if !strings.Contains(page.Text, "Bot &lt;1&gt;") || strings.Contains(page.Text, found[1]) || !strings.Contains(page.Text, "23 December 2026") {
		t.Errorf("got\n%s\nwant the token in the list, without its text", page.Text)
	}
	end := page.Form(t, endTokenAt)
	if got := h.browser().Post(endTokenAt, end); got.Header.Get("Location") != "/account/sign-in?next=%2Faccount%2Ftokens" {
		t.Errorf("got %d for nobody, want the sign-in", got.StatusCode)
	}
	for _, id := range []string{"", "x", h.user.ID.String(), end.Get("id"), end.Get("id")} {
		if got := b.Post(endTokenAt, testbrowser.With(end, "id", id)); got.Header.Get("Location") != tokensAt {
			t.Errorf("id %q: got %d, want the list again", id, got.StatusCode)
		}
	}
	if _, err := h.Authenticate(t.Context(), found[1]); err == nil {
		t.Error("got a token that works after its end")
	}
	if page := b.Get(tokensAt); strings.Contains(page.Text, "Bot &lt;1&gt;") {
		t.Error("got a token in the list that has ended")
	}
}

// TestTokensByPageTakeAProof asks for the password before the form, and after it.
func TestTokensByPageTakeAProof(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	b.signIn("")
	form := testbrowser.With(b.Get(newTokenAt).Form(t, newTokenAt), "name", "Bot", "days", "7", "scope", "public")
	h.Clock.Advance(fund.ProofLife)
	for _, got := range []testbrowser.Answer{b.Get(newTokenAt), b.Post(newTokenAt, form)} {
		if got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/account/prove?next=%2Faccount%2Ftokens%2Fnew" {
			t.Errorf("got %d to %q, want to be asked for the password", got.StatusCode, got.Header.Get("Location"))
		}
	}
	if page := b.Get(tokensAt); page.StatusCode != http.StatusOK {
		t.Errorf("got %d for the list, want it", page.StatusCode)
	}
	operators := must.Get(h.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: h.user.ID, Scopes: []string{"public"}}))(t)
	if page := b.Get(tokensAt); !strings.Contains(page.Text, "Made by the operator") || !strings.Contains(page.Text, "does not end") {
		t.Errorf("got\n%s\nwant what an operator made, too", page.Text)
	}
	b.Post(endTokenAt, b.Get(tokensAt).Form(t, endTokenAt))
	if _, err := h.Authenticate(t.Context(), operators); err == nil {
		t.Error("got a token of the operator that works after its user ended it")
	}
}
