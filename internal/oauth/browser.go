package oauth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

// Cookies: one names the session, the other ties forms to a browser that has none yet. Over https
// they have the prefix __Host-, which no other host and no page over http can set.
const (
	sessionCookie = "almoner_session"
	visitorCookie = "almoner_visitor"
)

func (s *Server) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Server) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(s.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// SessionText is the text of the session cookie of a request; "" without one.
func (s *Server) SessionText(r *http.Request) string { return s.cookie(r, sessionCookie) }

// setCookie sets a cookie for some seconds, less than 0 to remove it. SameSite=Lax, not Strict: the
// user comes from the application's site and is signed in here already.
func (s *Server) setCookie(w http.ResponseWriter, name, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is not set only where the server is reached over http, as in a demo
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	})
}

// visit is who is signed in; Unauthenticated for nobody.
func (s *Server) visit(r *http.Request) (app.Visit, error) {
	text := s.cookie(r, sessionCookie)
	if text == "" {
		return app.Visit{}, fault.New(fault.Unauthenticated, "You are not signed in.")
	}
	return s.app.GetVisit(r.Context(), text)
}

// formToken is what a form for that purpose must bring back: it can be made here only, and is good
// for one session, or one browser that has none yet.
func (s *Server) formToken(r *http.Request, browser, purpose string) (string, error) {
	key, err := s.app.Key(r.Context(), "form")
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(browser + "\n" + purpose))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// checkForm reports whether a form was made here for this browser and this purpose.
func (s *Server) checkForm(r *http.Request, purpose string) error {
	browser := s.cookie(r, sessionCookie)
	if forVisitors(purpose) {
		browser = s.cookie(r, visitorCookie)
	}
	want, err := s.formToken(r, browser, purpose)
	if err != nil {
		return err
	}
	if browser == "" || !hmac.Equal([]byte(want), []byte(r.PostForm.Get("form"))) {
		return errOldForm
	}
	return nil
}

// visitorForm is the form token for a browser that need not be signed in, which it gives the cookie for that.
func (s *Server) visitorForm(w http.ResponseWriter, r *http.Request, purpose string) (string, error) {
	browser := s.cookie(r, visitorCookie)
	if len(browser) < 20 {
		browser = newText()
	}
	// Renewed with each page: it lasts as long as somebody may leave the page open.
	s.setCookie(w, visitorCookie, browser, 24*60*60)
	return s.formToken(r, browser, purpose)
}

// errOldForm is the refusal of a form that was not made for this browser, or in an earlier session.
var errOldForm = fault.New(fault.Forbidden, "This form is out of date, or was not made for you.")

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
}

// signInAt is the address of the sign-in page that leads on to a page of ours.
func signInAt(next string) string { return signInPath + "?" + url.Values{"next": {next}}.Encode() }

// nextPage is where somebody goes after the sign-in: one of the pages that want one, and nothing
// else, so that the link to the sign-in leads nowhere else.
func nextPage(asked string) string {
	if strings.HasPrefix(asked, authorizePath+"?") || slices.Contains([]string{sessionsPath, emailPath, passwordPath}, asked) {
		return asked
	}
	return sessionsPath
}
