package app_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

const password = "correct horse"

var home = netip.MustParseAddr("192.0.2.1")

// account creates a user who can sign in.
func (w *world) account(t *testing.T, email string) fund.User {
	t.Helper()
	user, err := w.CreateUser(t.Context(), app.System(), app.NewUser{Username: email, Email: email, Password: password})
	must.Do(t, err)
	return user
}

func (w *world) signIn(t *testing.T, in app.Credentials) string {
	t.Helper()
	if in.Password == "" {
		in.Password = password
	}
	return must.Get(w.SignIn(t.Context(), in))(t).Session
}

// wantSignedIn checks whether sessions work.
func (w *world) wantSignedIn(t *testing.T, want bool, sessions ...string) {
	t.Helper()
	for i, text := range sessions {
		_, err := w.GetVisit(t.Context(), text)
		if (err == nil) != want || err != nil && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("session %d: got %v, want it to work: %v", i, err, want)
		}
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pat := w.account(t, "pat@example.org")
	text := w.signIn(t, app.Credentials{Email: " Pat@Example.org ", Agent: "Browser\n1" + strings.Repeat("é", 200), Address: home})
	visit, err := w.GetVisit(t.Context(), text)
	must.Do(t, err)
	if visit.User.ID != pat.ID || visit.Session.Address != "192.0.2.1" || !strings.HasPrefix(visit.Session.Agent, "Browser1é") || len(visit.Session.Agent) > 255 {
		t.Errorf("got %+v, want the session of pat with the beginning of what the browser says", visit)
	}
	for _, language := range []string{"de", ""} { // a sign-in that says none changes none
		w.signIn(t, app.Credentials{Email: "pat@example.org", Language: language})
		if got := must.Get(w.Store.GetUser(t.Context(), fund.Key{ID: pat.ID}))(t).Language; got != "de" {
			t.Errorf("got the language %q after a sign-in in %q, want de", got, language)
		}
	}
	for name, in := range map[string]app.Credentials{
		"wrong password":                 {Email: "pat@example.org", Password: password + "!"},
		"no password":                    {Email: "pat@example.org"},
		"unknown address":                {Email: "nobody@example.org", Password: password},
		"account without a password":     {Email: "owner@example.org", Password: password},
		"and nothing to compare it with": {Email: "owner@example.org"},
		"nothing":                        {},
	} {
		_, err := w.SignIn(t.Context(), in)
		if got, want := fault.From(err).Message, "The e-mail address or the password is not right."; got != want || !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: got %v, want the one refusal for all", name, err)
		}
	}
}

func TestSessionsAreNewAtEachSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "pat@example.org")
	w.account(t, "sam@example.org")
	first := w.signIn(t, app.Credentials{Email: "pat@example.org"})
	second := w.signIn(t, app.Credentials{Email: "pat@example.org", Before: first})
	if first == second {
		t.Error("got the same session again, want a new one")
	}
	w.wantSignedIn(t, false, first)
	w.wantSignedIn(t, true, second)
	third := w.signIn(t, app.Credentials{Email: "sam@example.org", Before: second})
	w.wantSignedIn(t, false, second)
	fourth := w.signIn(t, app.Credentials{Email: "sam@example.org", Before: "made up"})
	w.wantSignedIn(t, true, third, fourth)
	w.wantSignedIn(t, false, "made up", "")
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "pat@example.org")
	w.account(t, "sam@example.org")
	phone := w.signIn(t, app.Credentials{Email: "pat@example.org", Agent: "phone"})
	w.Clock.Advance(time.Second)
	desk := w.signIn(t, app.Credentials{Email: "pat@example.org", Agent: "desk"})
	pat, err := w.GetVisit(t.Context(), desk)
	must.Do(t, err)
	sam, err := w.GetVisit(t.Context(), w.signIn(t, app.Credentials{Email: "sam@example.org"}))
	must.Do(t, err)
	list, err := w.ListSessions(t.Context(), pat.Actor())
	must.Do(t, err)
	if len(list) != 2 || list[0].ID != pat.Session.ID || list[1].Agent != "phone" {
		t.Errorf("got %+v, want both sessions of pat, newest first", list)
	}
	wantKind(t, w.EndSession(t.Context(), sam.Actor(), list[1].ID), "not_found")
	w.wantSignedIn(t, true, phone)
	before := w.position(t.Context(), t)
	must.Do(t, w.EndSession(t.Context(), pat.Actor(), list[1].ID))
	w.wantSignedIn(t, false, phone)
	w.wantSignedIn(t, true, desk)
	if events := w.events(t.Context(), t, before); len(events) != 1 || events[0].Topic != fund.TopicSessionEnded || events[0].Subject != list[1].ID {
		t.Errorf("got %+v, want one event for the end of the session", events)
	}
	list, err = w.ListSessions(t.Context(), pat.Actor())
	must.Do(t, err)
	if len(list) != 1 {
		t.Errorf("got %d sessions, want the one that is left", len(list))
	}
	wantKind(t, w.EndSession(t.Context(), app.Actor{}, list[0].ID), "unauthenticated")
	_, err = w.ListSessions(t.Context(), w.program)
	wantKind(t, err, "unauthenticated")
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "pat@example.org")
	const idle, life = 14 * 24 * time.Hour, 90 * 24 * time.Hour
	in := app.Credentials{Email: "pat@example.org"}
	unused, used := w.signIn(t, in), w.signIn(t, in)
	w.Clock.Advance(idle - time.Microsecond)
	w.wantSignedIn(t, true, used)
	w.Clock.Advance(time.Microsecond)
	w.wantSignedIn(t, false, unused)
	visit, err := w.GetVisit(t.Context(), used)
	must.Do(t, err)
	if list, err := w.ListSessions(t.Context(), visit.Actor()); err != nil || len(list) != 1 {
		t.Errorf("got %d sessions, %v, want only the one that is used", len(list), err)
	}
	// It ends no matter how often it is used.
	for passed := idle; passed+idle < life; passed += idle {
		w.Clock.Advance(idle - time.Hour)
		w.wantSignedIn(t, true, used)
		w.Clock.Advance(time.Hour)
		w.wantSignedIn(t, true, used)
	}
	w.Clock.Advance(life - life/idle*idle - time.Microsecond)
	w.wantSignedIn(t, true, used)
	w.Clock.Advance(time.Microsecond)
	w.wantSignedIn(t, false, used)
}

// guess tries a wrong password, and returns the wait.
func (w *world) guess(t *testing.T, email string, from netip.Addr) time.Duration {
	t.Helper()
	_, err := w.SignIn(t.Context(), app.Credentials{Email: email, Password: "a wrong guess", Address: from})
	f := fault.From(err)
	if f == nil || f.Kind != fault.Unauthenticated && f.Kind != fault.RateLimited {
		t.Fatalf("got %v, want a refusal or a wait", err)
	}
	return f.RetryAfter
}

func TestGuessesForAnAccountSlowDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "pat@example.org")
	from := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}) }
	n := 0
	guess := func() time.Duration { n++; return w.guess(t, "PAT@example.org", from(n)) }
	for range 5 {
		if wait := guess(); wait != 0 {
			t.Errorf("got a wait of %s within the first five, want none", wait)
		}
	}
	var waits []string
	for range 8 {
		wait := guess()
		waits = append(waits, wait.String())
		w.Clock.Advance(wait - time.Microsecond)
		if rest := guess(); rest != time.Microsecond {
			t.Errorf("got a wait of %s at the last moment, want a microsecond", rest)
		}
		w.Clock.Advance(time.Microsecond)
		if wait := guess(); wait != 0 {
			t.Errorf("got a wait of %s after it was over, want none", wait)
		}
	}
	if got, want := fmt.Sprint(waits), "[5s 10s 20s 40s 1m20s 2m40s 5m0s 5m0s]"; got != want {
		t.Errorf("got the waits %s, want %s", got, want)
	}
	_, err := w.SignIn(t.Context(), app.Credentials{Email: "pat@example.org", Password: password, Address: home})
	if got, want := fault.From(err).Message, "There were too many attempts to sign in. Try again in 5 minutes."; got != want {
		t.Errorf("got %q, want %q: also for the right password", got, want)
	}
	w.Clock.Advance(5 * time.Minute)
	w.signIn(t, app.Credentials{Email: "pat@example.org", Address: home})
	for range 5 {
		if wait := guess(); wait != 0 {
			t.Errorf("got a wait of %s after a sign-in, want the account to start anew", wait)
		}
	}
}

func TestGuessesFromANetworkSlowDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.account(t, "pat@example.org")
	n := 0
	guess := func() time.Duration {
		n++
		// One machine may use all addresses of a /64.
		from := netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2:%x::1", n))
		return w.guess(t, fmt.Sprintf("nobody%d@example.org", n), from)
	}
	for i := range 20 {
		if wait := guess(); wait != 0 {
			t.Fatalf("got a wait of %s at attempt %d, want none", wait, i+1)
		}
	}
	if wait := guess(); wait != 5*time.Second {
		t.Errorf("got a wait of %s, want 5s", wait)
	}
	if wait := w.guess(t, "someone@example.org", netip.MustParseAddr("2001:db8:1:3::1")); wait != 0 {
		t.Errorf("got a wait of %s from another network, want none", wait)
	}
	w.Clock.Advance(5 * time.Second)
	// A correct password undoes its own attempt and no other.
	w.signIn(t, app.Credentials{Email: "pat@example.org", Address: netip.MustParseAddr("2001:db8:1:2::1")})
	if wait := guess(); wait != 0 {
		t.Errorf("got a wait of %s, want none", wait)
	}
	if wait := guess(); wait != 10*time.Second {
		t.Errorf("got a wait of %s, want 10s: it goes on where it was", wait)
	}
	w.Clock.Advance(time.Hour)
	if wait := guess(); wait != 0 {
		t.Errorf("got a wait of %s an hour later, want none", wait)
	}
}

func TestKeysAreForOnePurpose(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, err := w.Key(t.Context(), "one")
	must.Do(t, err)
	again, err := w.Key(t.Context(), "one")
	must.Do(t, err)
	other, err := w.Key(t.Context(), "other")
	must.Do(t, err)
	node := w.Node(nil)
	there, err := node.Key(t.Context(), "one")
	must.Do(t, err)
	if len(one) != 32 || string(one) != string(again) || string(one) != string(there) || string(one) == string(other) {
		t.Errorf("got %x, %x, %x and %x, want 32 bytes, the same everywhere for one purpose only", one, again, there, other)
	}
}

// TestNamesThatNoDatabaseTakes looks up names with bytes that PostgreSQL refuses: they belong to nobody.
func TestNamesThatNoDatabaseTakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, name := range []string{"a\x00@example.org", "a\xff@example.org"} {
		_, err := w.SignIn(ctx, app.Credentials{Email: name, Password: "wrong"})
		wantKind(t, err, "unauthenticated")
		_, err = w.FindApplication(ctx, name)
		wantKind(t, err, "not_found")
		_, err = w.CheckApplication(ctx, name, "secret")
		wantKind(t, err, "unauthenticated")
	}
}
