package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/testpasskey"
	"github.com/almoner/almoner/internal/testworld"
)

// guest is who joins.
const guest = "guest@example.org"

// waysIn has every way in which a browser gets a session, as the user or as a guest: what is to be there before, and then the way itself.
var waysIn = map[string]struct {
	email  string
	before func(clubHouse) func(browser)
}{
	"password": {email, func(clubHouse) func(browser) { return func(b browser) { b.signIn("") } }},
	"passkey": {email, func(h clubHouse) func(browser) {
		desk, phone := h.browser(), testpasskey.New(h.t, testworld.BaseURL, h.user.ID[:])
		desk.signIn("")
		page := desk.Get(passkeysAt)
		desk.Post(addPasskeyAt, testbrowser.With(page.Form(h.t, addPasskeyAt), "name", "Phone", "answer", phone.Makes(h.t, options(h.t, page))))
		return func(b browser) {
			page := b.Get("/account/sign-in")
			b.Post(passkeySignInAt, testbrowser.With(page.Form(h.t, passkeySignInAt), "answer", phone.SignsIn(h.t, options(h.t, page))))
		}
	}},
	"provider": {email, func(h clubHouse) func(browser) {
		desk := h.browser()
		desk.signIn("")
		h.connect(desk)
		return func(b browser) { h.enter(b, "") }
	}},
	"code": {email, func(h clubHouse) func(browser) {
		desk := h.browser()
		desk.signIn("")
		key, _ := desk.turnOn()
		return func(b browser) {
			b.signIn("")
			b.Post(codeAt, testbrowser.With(b.Get(codeAt).Form(h.t, codeAt), "code", h.code(key)))
		}
	}},
	"recovery code": {email, func(h clubHouse) func(browser) {
		desk := h.browser()
		desk.signIn("")
		_, codes := desk.turnOn()
		return func(b browser) {
			b.signIn("")
			b.Post(codeAt, testbrowser.With(b.Get(codeAt+"?with=recovery").Form(h.t, codeAt), "code", codes[0]))
		}
	}},
	"invitation": {guest, func(h clubHouse) func(browser) {
		link := h.invite(guest)
		return func(b browser) {
			b.Post(joinAt, testbrowser.With(b.Follow(link).Form(h.t, joinAt), "username", "Guest", "password", password))
		}
	}},
	"sign-up": {guest, func(h clubHouse) func(browser) {
		must.Get(h.SetSetting(h.t.Context(), app.System(), fund.SettingSignUp, `"open"`))(h.t)
		h.browser().signUp(guest, "person")
		link := h.mailed()[guest]
		return func(b browser) {
			b.Post(joinAt, testbrowser.With(b.Follow(link).Form(h.t, joinAt), "username", "Guest", "password", password))
		}
	}},
	"invitation with a provider": {guest, func(h clubHouse) func(browser) {
		link := h.invite(guest)
		return func(b browser) {
			form := testbrowser.With(b.Follow(link).Form(h.t, joinAt), "username", "Guest", "password", "", "slug", "")
			b.Get(h.back(h.leave(b, elsewhereAt+"/join", form)))
		}
	}},
	"forgotten password": {email, func(h clubHouse) func(browser) {
		h.browser().forgot(email)
		link := h.mailed()[email]
		return func(b browser) {
			b.Post(resetAt, testbrowser.With(b.Follow(link).Form(h.t, resetAt), "password", otherPassword))
			page := b.Get("/account/sign-in")
			b.Post("/account/sign-in", testbrowser.With(page.Form(h.t, "/account/sign-in"), "email", email, "password", otherPassword))
		}
	}},
	"restored account": {email, func(h clubHouse) func(browser) {
		desk := h.browser()
		desk.signIn("")
		desk.Post(deleteAt, testbrowser.With(desk.Get(deleteAt).Form(h.t, deleteAt), "sure", "yes"))
		return func(b browser) {
			to := b.signIn("").Header.Get("Location")
			b.Post(restoreAt, b.Get(to).Form(h.t, restoreAt))
			b.signIn("")
		}
	}},
}

// cookie is what a cookie of a browser has; "" for none.
func (b browser) cookie(name string) string {
	for _, c := range b.Jar.Cookies(must.Get(url.Parse(b.h.url))(b.h.t)) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// plant gives a browser a cookie.
func (b browser) plant(name, value string) {
	b.Jar.SetCookies(must.Get(url.Parse(b.h.url))(b.h.t), []*http.Cookie{{Name: name, Value: value, Path: "/"}})
}

// signedInAs reports whether a browser sees the account of an address.
func (b browser) signedInAs(address string) bool {
	page := b.Get("/account/sessions")
	return page.StatusCode == http.StatusOK && strings.Contains(page.Text, address)
}

// planting is a browser into which somebody puts a cookie behind the back of who sits there: after a page was opened, and before what signs in.
type planting struct{ cookie *http.Cookie }

func (p planting) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := r.Cookie(p.cookie.Name); err != nil && (r.Method == http.MethodPost || strings.HasSuffix(r.URL.Path, "/back")) {
		r = r.Clone(r.Context())
		r.AddCookie(p.cookie)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// TestNoCookieFromBeforeGetsRights comes in by every way with a cookie in the browser that somebody else knows: of a session of theirs, of one that there is not, of a browser that has seen a form, or
// of a sign-in that waits for its second factor. It is not signed in as who came in, and the session of the stranger is over.
func TestNoCookieFromBeforeGetsRights(t *testing.T) {
	t.Parallel()
	const stranger = "stranger@example.org"
	for name, way := range waysIn {
		for _, planted := range []string{"almoner_session", "made up", "almoner_visitor", "almoner_sign_in"} {
			t.Run(name+" with "+planted, func(t *testing.T) {
				t.Parallel()
				h := newClubHouse(t, func(o *app.Options) { o.Mailer, o.Captcha = links{}, person{} })
				must.Get(h.CreateUser(t.Context(), app.System(), app.NewUser{Username: "Stranger", Email: stranger, Password: password}))(t)
				comes, known, b := way.before(h), h.browser(), h.browser()
				cookie := &http.Cookie{Name: planted, Value: strings.Repeat("a", 64), Path: "/"}
				switch page := known.Get("/account/sign-in"); planted {
				case "almoner_session":
					known.Post("/account/sign-in", testbrowser.With(page.Form(t, "/account/sign-in"), "email", stranger, "password", password))
					cookie.Value = known.cookie(planted)
				case "almoner_visitor":
					cookie.Value = known.cookie(planted)
				case "made up":
					cookie.Name = "almoner_session"
				}
				if planted == "almoner_visitor" { // which is there from the beginning
					b.plant(cookie.Name, cookie.Value)
				} else {
					b.Client = &http.Client{Jar: b.Jar, CheckRedirect: b.CheckRedirect, Transport: planting{cookie}}
				}
				comes(b)
				if !b.signedInAs(way.email) || cookie.Value == "" {
					t.Fatalf("got nobody signed in, with %v", cookie)
				}
				if now := b.cookie("almoner_session"); now == "" || now == cookie.Value {
					t.Errorf("got the session %q, want one that nobody knew", now)
				}
				if known.signedInAs(way.email) || known.signedInAs(stranger) {
					t.Error("got the browser signed in that knew the cookie")
				}
				for _, place := range []string{"almoner_session", "almoner_visitor", "almoner_sign_in"} {
					other := h.browser()
					other.plant(place, cookie.Value)
					if other.signedInAs(way.email) {
						t.Errorf("got rights by it as %s", place)
					}
				}
			})
		}
	}
}

// TestOldSessionsAreDead copies the cookie of a browser before everything that ends sessions, and wants it to be nobody's afterwards.
func TestOldSessionsAreDead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		// own reports whether the session that does it ends, too.
		own bool
		act func(clubHouse, browser)
	}{
		"sign-out": {true, func(h clubHouse, b browser) {
			b.Post("/account/sign-out", b.Get("/account/sessions").Form(h.t, "/account/sign-out"))
		}},
		"password": {false, func(h clubHouse, b browser) {
			b.Post(passwordAt, testbrowser.With(b.Get(passwordAt).Form(h.t, passwordAt), "present", password, "password", otherPassword))
		}},
		"two steps": {false, func(_ clubHouse, b browser) { b.turnOn() }},
		"no two steps": {false, func(h clubHouse, b browser) {
			b.turnOn()
			b.Post(offAt, b.Get(twoStepAt).Form(h.t, offAt))
		}},
		"address": {false, func(h clubHouse, b browser) {
			b.ask("new@example.org")
			b.confirm(b.Follow(h.mailed()["new@example.org"]), password)
		}},
		"forgotten password": {true, func(h clubHouse, b browser) {
			b.forgot(email)
			b.Post(resetAt, testbrowser.With(b.Follow(h.mailed()[email]).Form(h.t, resetAt), "password", otherPassword))
		}},
		"deletion": {true, func(h clubHouse, b browser) {
			b.Post(deleteAt, testbrowser.With(b.Get(deleteAt).Form(h.t, deleteAt), "sure", "yes"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newClubHouse(t, func(o *app.Options) { o.Mailer, o.Captcha = links{}, person{} })
			desk, phone, copied := h.browser(), h.browser(), h.browser()
			desk.signIn("")
			phone.signIn("")
			copied.plant("almoner_session", desk.cookie("almoner_session"))
			if !copied.signedInAs(email) || !phone.signedInAs(email) {
				t.Fatal("got nobody signed in before")
			}
			c.act(h, desk)
			address := email
			if name == "address" {
				address = "new@example.org"
			}
			if copied.signedInAs(address) == c.own {
				t.Errorf("got the session that did it over: %t, want %t", !c.own, c.own)
			}
			if others := phone.signedInAs(address); others == (name != "sign-out") {
				t.Errorf("got the other browser signed in: %t", others)
			}
		})
	}
}
