package session

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/almoner/almoner/internal/fault"
)

// Account is what the forms of signed-in people are for. A form that must show what it allows, as the consent does, has a purpose of its own.
const Account = "account"

// visitorLife is how long somebody may leave a page with a form open, in seconds, without being signed in.
const visitorLife = 24 * 60 * 60

// leastVisitor is how many characters the text of a visitor has at least; another was not made here.
const leastVisitor = 20

// maxForm is how many bytes of a form are read.
const maxForm = 64 << 10

// errOldForm is the refusal of a form that was not made for this browser, or in an earlier session.
var errOldForm = fault.New(fault.Forbidden, "This form is out of date, or was not made for you.")

// token is what a form for that purpose must bring back: it can be made here only, and is good
// for one session, or one browser that has none yet.
func (s *Site) token(r *http.Request, browser, purpose string) (string, error) {
	key, err := s.app.Key(r.Context(), "form")
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(browser + "\n" + purpose))
	return hex.EncodeToString(mac.Sum(nil)), nil
}

// Form is the token of a form for that purpose, for who is signed in.
func (s *Site) Form(r *http.Request, purpose string) (string, error) {
	return s.token(r, s.Text(r), purpose)
}

// GrantForm is Form for a browser that accepted a grant on a fact without an account.
func (s *Site) GrantForm(r *http.Request, purpose string) (string, error) {
	return s.token(r, s.Grant(r), purpose)
}

// CheckGrantForm is CheckForm for a form of GrantForm.
func (s *Site) CheckGrantForm(r *http.Request, purpose string) error {
	return s.check(r, s.Grant(r), purpose)
}

// VisitorForm is the token of a form for a browser that need not be signed in, which it gives the cookie for that.
func (s *Site) VisitorForm(w http.ResponseWriter, r *http.Request, purpose string) (string, error) {
	browser := s.Visitor(r)
	if len(browser) < leastVisitor {
		browser = newVisitor()
	}
	// Renewed with each page: it lasts as long as somebody may leave the page open.
	s.setCookie(w, visitorCookie, browser, visitorLife)
	return s.token(r, browser, purpose)
}

// CheckForm is Forbidden for a form that was not made here for this session and this purpose.
func (s *Site) CheckForm(r *http.Request, purpose string) error {
	return s.check(r, s.Text(r), purpose)
}

// CheckVisitorForm is CheckForm for a form of VisitorForm.
func (s *Site) CheckVisitorForm(r *http.Request, purpose string) error {
	return s.check(r, s.Visitor(r), purpose)
}

func (s *Site) check(r *http.Request, browser, purpose string) error {
	want, err := s.token(r, browser, purpose)
	if err != nil {
		return err
	}
	if browser == "" || !hmac.Equal([]byte(want), []byte(r.PostForm.Get("form"))) {
		return errOldForm
	}
	return nil
}
