package app_test

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

const back = "https://bot.test/back"

// application creates an application for the API version.
func (w *world) application(t *testing.T, api string, scopes ...string) fund.Application {
	t.Helper()
	made, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{
		Name: "Bot", API: api, RedirectURIs: []string{back}, Scopes: scopes,
	})
	must.Do(t, err)
	return made
}

// code is a new authorization code for the owner's grant.
func (w *world) code(t *testing.T, in app.Authorization) string {
	t.Helper()
	if in.Scopes == nil {
		in.Scopes = in.Application.Scopes
	}
	code, err := w.Authorize(t.Context(), w.owner, in)
	must.Do(t, err)
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(code) {
		t.Errorf("got code %q, want 64 lower-case hexadecimal digits", code)
	}
	return code
}

// granted exchanges a new code.
func (w *world) granted(t *testing.T, application fund.Application) app.Issued {
	t.Helper()
	issued, err := w.TradeCode(t.Context(), app.CodeTrade{Application: application, Code: w.code(t, app.Authorization{Application: application})})
	must.Do(t, err)
	return issued
}

func (w *world) next(t *testing.T, application fund.Application, refresh string) app.Issued {
	t.Helper()
	issued, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: application, Refresh: refresh})
	must.Do(t, err)
	return issued
}

// wantWorks checks whether access tokens work.
func (w *world) wantWorks(t *testing.T, want bool, tokens ...string) {
	t.Helper()
	for i, token := range tokens {
		_, err := w.Authenticate(t.Context(), token)
		if (err == nil) != want {
			t.Errorf("token %d: got %v, want it to work: %v", i, err, want)
		}
	}
}

// wantRefused requires an Invalid fault of one field whose message contains a text.
func wantRefused(t *testing.T, err error, field, message string) {
	t.Helper()
	f := fault.From(err)
	if f == nil || f.Kind != fault.Invalid || !f.Fields.Has(field) || !strings.Contains(f.Message, message) {
		t.Errorf("got %v, want a refusal of the %s: …%s…", err, field, message)
	}
}

func TestACodeIsTradedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5, "public", "write")
	code := w.code(t, app.Authorization{Application: bot, Scopes: []string{"write"}})
	issued, err := w.TradeCode(t.Context(), app.CodeTrade{Application: bot, Code: code})
	must.Do(t, err)
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(issued.Access) || !regexp.MustCompile(`^[a-z0-9]{64}$`).MatchString(issued.Refresh) {
		t.Errorf("got tokens %q and %q, want 64 hexadecimal digits and 64 of [a-z0-9]", issued.Access, issued.Refresh)
	}
	actor, err := w.Authenticate(t.Context(), issued.Access)
	must.Do(t, err)
	if actor.Kind != app.ActorUser || actor.User != w.owner.User || actor.Application != bot.ID || !slices.Equal(actor.Scopes, []string{"write"}) {
		t.Errorf("got %+v, want the owner through the bot with what was allowed", actor)
	}
	second := w.next(t, bot, issued.Refresh)
	other := w.granted(t, bot)
	w.wantWorks(t, true, issued.Access, second.Access, other.Access)

	// The thief, or the victim, presents the same code: neither keeps any token.
	before := w.position(t.Context(), t)
	_, err = w.TradeCode(t.Context(), app.CodeTrade{Application: bot, Code: code})
	wantRefused(t, err, app.FieldGrant, "used before")
	w.wantWorks(t, false, issued.Access, second.Access)
	w.wantWorks(t, true, other.Access)
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: second.Refresh})
	wantRefused(t, err, app.FieldGrant, "withdrawn")
	var ended []fund.ID
	for _, e := range w.events(t.Context(), t, before) {
		if e.Topic == fund.TopicTokenRevoked {
			ended = append(ended, e.Subject)
		}
	}
	if len(ended) != 2 || !slices.Contains(ended, issued.Token.ID) || !slices.Contains(ended, second.Token.ID) {
		t.Errorf("got events for the tokens %v, want one for each of both, so that other nodes forget them", ended)
	}
}

func TestTheClockAtTheEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		life time.Duration
		// make returns the call to make at the end of the lifetime.
		make func(*testing.T, *world, fund.Application) func() error
		want string
	}{
		{"code", 600 * time.Second, func(t *testing.T, w *world, bot fund.Application) func() error {
			code := w.code(t, app.Authorization{Application: bot})
			return func() error {
				_, err := w.TradeCode(t.Context(), app.CodeTrade{Application: bot, Code: code})
				return err
			}
		}, "authorization code has expired"},
		{"access token", 7200 * time.Second, func(t *testing.T, w *world, bot fund.Application) func() error {
			access := w.granted(t, bot).Access
			return func() error { _, err := w.Authenticate(t.Context(), access); return err }
		}, "access token has expired"},
		{"application's token", 7200 * time.Second, func(t *testing.T, w *world, bot fund.Application) func() error {
			issued, err := w.IssueToApplication(t.Context(), bot, bot.Scopes)
			must.Do(t, err)
			return func() error { _, err := w.Authenticate(t.Context(), issued.Access); return err }
		}, "access token has expired"},
		{"refresh token", 400 * 24 * time.Hour, func(t *testing.T, w *world, bot fund.Application) func() error {
			refresh := w.granted(t, bot).Refresh
			return func() error {
				_, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: refresh})
				return err
			}
		}, "refresh token has expired"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			bot := w.application(t, fund.APIV5)
			intime, late := c.make(t, w, bot), c.make(t, w, bot)
			w.Clock.Advance(c.life - time.Microsecond)
			must.Do(t, intime())
			w.Clock.Advance(time.Microsecond)
			if err := late(); err == nil || !strings.Contains(fault.From(err).Message, c.want) {
				t.Errorf("got %v, want …%s…", err, c.want)
			}
		})
	}
}

func TestTokensOfV3DoNotExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := w.application(t, fund.APIV3)
	issued := w.granted(t, old)
	own, err := w.IssueToApplication(t.Context(), old, old.Scopes)
	must.Do(t, err)
	w.Clock.Advance(20 * 365 * 24 * time.Hour)
	w.wantWorks(t, true, issued.Access, own.Access)
	if issued.Refresh != "" {
		t.Errorf("got refresh token %q, want none: what does not expire needs none", issued.Refresh)
	}
}

func TestWhatACodeIsBoundTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot, other := w.application(t, fund.APIV5), w.application(t, fund.APIV5)
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	for _, c := range []struct {
		name  string
		asked app.Authorization
		trade app.CodeTrade
		want  string // "" succeeds
	}{
		{"another application", app.Authorization{}, app.CodeTrade{Application: other}, "another application"},
		{"an unknown code", app.Authorization{}, app.CodeTrade{Code: "x"}, "not known"},
		{"no address as before", app.Authorization{}, app.CodeTrade{}, ""},
		{"the only address, named now", app.Authorization{}, app.CodeTrade{RedirectURI: back}, ""},
		{"another address", app.Authorization{}, app.CodeTrade{RedirectURI: back + "/"}, "redirect_uri"},
		{"the same address", app.Authorization{RedirectURI: back}, app.CodeTrade{RedirectURI: back}, ""},
		{"the address left out", app.Authorization{RedirectURI: back}, app.CodeTrade{}, "redirect_uri"},
		{"a longer address", app.Authorization{RedirectURI: back}, app.CodeTrade{RedirectURI: back + "?"}, "redirect_uri"},
		{"the verifier", app.Authorization{VerifierHash: challenge}, app.CodeTrade{Verifier: verifier}, ""},
		{"another verifier", app.Authorization{VerifierHash: challenge}, app.CodeTrade{Verifier: verifier + "v"}, "does not belong"},
		{"the challenge for a verifier", app.Authorization{VerifierHash: challenge}, app.CodeTrade{Verifier: challenge}, "does not belong"},
		{"no verifier", app.Authorization{VerifierHash: challenge}, app.CodeTrade{}, "is missing"},
		{"a verifier without a challenge", app.Authorization{}, app.CodeTrade{Verifier: verifier}, "no code_challenge"},
	} {
		c.asked.Application = bot
		if c.trade.Application.ID.IsZero() {
			c.trade.Application = bot
		}
		code := w.code(t, c.asked)
		wrong := c.trade
		if wrong.Code == "" {
			wrong.Code = code
		}
		_, err := w.TradeCode(t.Context(), wrong)
		if c.want == "" {
			if err != nil {
				t.Errorf("%s: got %v, want tokens", c.name, err)
			}
			continue
		}
		if f := fault.From(err); f == nil || !f.Fields.Has(app.FieldGrant) || !strings.Contains(f.Message, c.want) {
			t.Errorf("%s: got %v, want …%s…", c.name, err, c.want)
		}
		// A refusal of one application takes nothing from the rightful one.
		right := app.CodeTrade{Application: bot, Code: code, RedirectURI: c.asked.RedirectURI}
		if c.asked.VerifierHash != "" {
			right.Verifier = verifier
		}
		if _, err := w.TradeCode(t.Context(), right); err != nil {
			t.Errorf("%s: got %v from the right trade afterwards, want tokens", c.name, err)
		}
	}
}

func TestScopesOfARefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5, "public", "write", "cause")
	issued, err := w.TradeCode(t.Context(), app.CodeTrade{
		Application: bot, Code: w.code(t, app.Authorization{Application: bot, Scopes: []string{"public", "write"}}),
	})
	must.Do(t, err)
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: issued.Refresh, Scopes: []string{"public", "cause"}})
	wantRefused(t, err, app.FieldScope, `"cause" was not granted`)
	narrow, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: issued.Refresh, Scopes: []string{"public"}})
	must.Do(t, err)
	if !slices.Equal(narrow.Token.Scopes, []string{"public"}) {
		t.Errorf("got the scopes %q, want those that were asked for", narrow.Token.Scopes)
	}
	if wide := w.next(t, bot, narrow.Refresh); !slices.Equal(wide.Token.Scopes, []string{"public", "write"}) {
		t.Errorf("got the scopes %q, want those of the grant again", wide.Token.Scopes)
	}
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: w.application(t, fund.APIV5), Refresh: issued.Refresh})
	wantRefused(t, err, app.FieldGrant, "another application")
}

func TestAllowedScopes(t *testing.T) {
	t.Parallel()
	v3 := fund.Application{API: fund.APIV3, Scopes: []string{"public", "write"}}
	v5 := fund.Application{API: fund.APIV5, Scopes: []string{"cause", "public", "webhooks:write"}}
	hooks := fund.Application{API: fund.APIV5, Scopes: []string{"webhooks:write"}}
	for _, c := range []struct {
		application fund.Application
		asked, want string // a want with ! is part of the error message
	}{
		{v5, "", "public"}, {v5, "public", "public"}, {v5, "cause public", "cause public"}, {v5, "public public", "public"},
		{v5, "write", "!not given"}, {v5, "admin", "!no scope"}, {v5, "Public", "!no scope"}, {hooks, "", "webhooks:write"},
		{v3, "", "public write"}, {v3, "public", "public write"}, {v3, "write", "write"}, {v3, "cause", "!not given"},
	} {
		got, err := app.AllowedScopes(c.application, strings.Fields(c.asked))
		if refusal, is := strings.CutPrefix(c.want, "!"); is {
			wantRefused(t, err, app.FieldScope, refusal)
		} else if strings.Join(got, " ") != c.want || err != nil {
			t.Errorf("%s %q: got %q, %v, want %q", c.application.API, c.asked, got, err, c.want)
		}
	}
}

func TestReturnAddress(t *testing.T) {
	t.Parallel()
	one := fund.Application{RedirectURIs: []string{"http://127.0.0.1:1234/back?a=1"}}
	two := fund.Application{RedirectURIs: []string{"https://a.test/", "https://b.test/"}}
	for _, c := range []struct {
		application fund.Application
		asked, want string // "" is an error
	}{
		{one, "", "http://127.0.0.1:1234/back?a=1"}, {one, "http://127.0.0.1:1234/back?a=1", "http://127.0.0.1:1234/back?a=1"},
		{one, "http://127.0.0.1:1235/back?a=1", "http://127.0.0.1:1235/back?a=1"}, {one, "http://127.0.0.1:1234/back", ""}, {one, "http://127.0.0.1:1234/back?a=1&b=2", ""},
		{one, "HTTP://127.0.0.1:1234/back?a=1", ""}, {two, "", ""}, {two, "https://b.test/", "https://b.test/"}, {two, "https://b.test", ""},
		{two, "https://b.test/../", ""}, {fund.Application{}, "", ""},
	} {
		got, err := app.RedirectURI(c.application, c.asked)
		if got != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%q: got %q, %v, want %q", c.asked, got, err, c.want)
		}
		if err != nil {
			wantRefused(t, err, app.FieldRedirect, "redirect")
		}
	}
}

func TestWhatWasAllowedCanBeSeenAndWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot, overlay := w.application(t, fund.APIV5, "public", "write"), w.application(t, fund.APIV5)
	first := w.granted(t, bot)
	w.Clock.Advance(time.Hour)
	second := w.granted(t, bot)
	w.Clock.Advance(time.Second)
	kept := w.granted(t, overlay)
	w.wantWorks(t, true, first.Access, second.Access, kept.Access)
	all, err := w.AllowedApplications(t.Context(), w.owner)
	must.Do(t, err)
	if len(all) != 2 || all[0].Application.ID != overlay.ID || all[1].Application.ID != bot.ID ||
		!slices.Equal(all[1].Scopes, []string{"public", "write"}) || !all[1].Since.Equal(first.Token.CreatedAt) {
		t.Errorf("got %+v, want both applications, with what they may since when", all)
	}
	must.Do(t, w.Withdraw(t.Context(), w.stranger, bot.ID))
	w.wantWorks(t, true, first.Access)
	must.Do(t, w.Withdraw(t.Context(), w.owner, bot.ID))
	w.wantWorks(t, false, first.Access, second.Access)
	w.wantWorks(t, true, kept.Access)
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh})
	wantRefused(t, err, app.FieldGrant, "withdrawn")
	for _, actor := range []app.Actor{{}, w.program} {
		_, err = w.AllowedApplications(t.Context(), actor)
		wantKind(t, err, "unauthenticated")
		wantKind(t, w.Withdraw(t.Context(), actor, bot.ID), "unauthenticated")
		_, err = w.Authorize(t.Context(), actor, app.Authorization{Application: bot})
		wantKind(t, err, "unauthenticated")
	}
}

func TestRevokeAndInspect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	bot, other := w.application(t, fund.APIV5), w.application(t, fund.APIV5)
	inspect := func(application fund.Application, text string) app.TokenState {
		state, err := w.Inspect(ctx, application, text)
		must.Do(t, err)
		return state
	}
	first := w.granted(t, bot)
	state := inspect(bot, first.Access)
	if !state.Active || state.Refresh || state.User.ID != w.owner.User || state.ClientID != bot.ClientID || !state.ExpiresAt.Equal(first.Token.ExpiresAt) {
		t.Errorf("got %+v, want the state of the access token", state)
	}
	if state := inspect(bot, first.Refresh); !state.Active || !state.Refresh {
		t.Errorf("got %+v, want an active refresh token", state)
	}
	for _, text := range []string{first.Access, first.Refresh} {
		if state := inspect(other, text); state.Active || state.ClientID != "" {
			t.Errorf("got %+v for another application, want nothing", state)
		}
		wantRefused(t, w.RevokeIssued(ctx, other, text), app.FieldGrant, "another application")
	}
	must.Do(t, w.RevokeIssued(ctx, bot, "unknown"))

	// An access token ends alone, a refresh token with its whole grant, even one that was used.
	second := w.next(t, bot, first.Refresh)
	if inspect(bot, first.Refresh).Active {
		t.Error("got an active refresh token after its use, want it not to be")
	}
	w.wantWorks(t, true, first.Access, second.Access)
	must.Do(t, w.RevokeIssued(ctx, bot, first.Access))
	w.wantWorks(t, false, first.Access)
	w.wantWorks(t, true, second.Access)
	must.Do(t, w.RevokeIssued(ctx, bot, first.Refresh))
	w.wantWorks(t, false, second.Access)
	if inspect(bot, second.Access).Active || inspect(bot, second.Refresh).Active {
		t.Error("got active tokens of a grant that was ended, want none")
	}
	must.Do(t, w.RevokeIssued(ctx, bot, first.Refresh))
	third := w.granted(t, bot)
	w.Clock.Advance(2 * time.Hour)
	if inspect(bot, third.Access).Active || !inspect(bot, third.Refresh).Active {
		t.Error("got the access token active or the refresh token not, want only the refresh token after two hours")
	}
	if _, err := w.Validate(ctx, third.Access); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("got %v, want an expired token not to be validated", err)
	}
}

func TestWhatApplicationsMayBe(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for address, want := range map[string]string{
		"https://bot.test/back?x=1":   "",
		"http://127.0.0.1:4711/":      "",
		"http://127.9.9.9/":           "",
		"http://localhost:1/x":        "",
		"http://[::1]:80/":            "",
		"http://bot.test/":            "redirect_uri must begin with https:// unless it is on this machine (http://127.0.0.1…)",
		"http://localhost.evil.test/": "redirect_uri must begin with https:// unless it is on this machine (http://127.0.0.1…)",
		"https://bot.test/#here":      "redirect_uri must not have a fragment (#…)",
		"https://bot.test/#":          "redirect_uri must not have a fragment (#…)",
		"https://me@bot.test/":        "redirect_uri must not have a user name",
		"https://bot.test/a b":        "redirect_uri is not an address (https://…)",
		"https:///back":               "redirect_uri is not an address (https://…)",
		"bot://back":                  "redirect_uri is not an address (https://…)",
		"javascript:alert(1)":         "redirect_uri is not an address (https://…)",
		"/back":                       "redirect_uri is not an address (https://…)",
		"":                            "redirect_uri cannot be blank",
	} {
		_, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{back, address}})
		if want != "" {
			wantFields(t, err, want)
		} else if err != nil {
			t.Errorf("%s: got %v, want an application", address, err)
		}
	}
	for _, name := range []string{"Bot\u202etob", "\u2066Bot", "Bot\u200b"} { // users see this name on the consent page
		_, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{Name: name, RedirectURIs: []string{back}})
		wantFields(t, err, "name "+fund.ControlText)
	}
	_, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{Name: "Bot", API: "v4", Scopes: []string{"public", "all"}})
	wantFields(t, err, "redirect_uri cannot be blank", "api is not one of the allowed values", "scope is not one of the allowed values")
}

// TestWhatExpiredLongAgoIsDeleted keeps the tables from growing forever.
func TestWhatExpiredLongAgoIsDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5)
	first := w.granted(t, bot)
	// known reports whether the expired token is still stored.
	known := func() bool {
		_, err := w.Authenticate(t.Context(), first.Access)
		return strings.Contains(fault.From(err).Message, "has expired")
	}
	w.Clock.Advance(2*time.Hour + 30*24*time.Hour)
	second := w.next(t, bot, first.Refresh)
	if !known() {
		t.Error("got the token deleted, want it reported as expired for 30 days")
	}
	w.Clock.Advance(time.Microsecond)
	w.next(t, bot, second.Refresh)
	if known() {
		t.Error("got the token still there after 30 days, want it deleted")
	}
}
