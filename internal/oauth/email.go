package oauth

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// confirmPurpose is what the form that confirms an address is for. Its browser need not be signed in.
const confirmPurpose = "confirm an address"

// AccountPages are the addresses of a server's pages that mails about accounts link to.
func AccountPages(baseURL string) app.AccountPages {
	pages := app.AccountPages{
		Site: baseURL, Account: baseURL + sessionsPath,
		Confirm:  func(key string) string { return baseURL + confirmPath + "?" + url.Values{"key": {key}}.Encode() },
		Password: func(key string) string { return baseURL + resetPath + "?" + url.Values{"key": {key}}.Encode() },
		Join:     func(key string) string { return baseURL + joinPath + "?" + url.Values{"key": {key}}.Encode() },
	}
	if base, err := url.Parse(baseURL); err == nil {
		pages.Site = base.Host
	}
	return pages
}

// emailPage is what the page shows that asks for another address, and the one after it.
type emailPage struct {
	Form, Now, Email string
	// Wait is how long the link works, in words. Problem is why it did not work; "" at first.
	Wait, Problem string
}

// askEmail is GET /account/email.
func (s *Server) askEmail(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		redirect(w, signInAt(emailPath))
		return nil
	}
	if err != nil {
		return err
	}
	return s.showEmail(w, r, http.StatusOK, emailPage{Now: v.User.Email})
}

// showEmail shows the form, or that this server sends no mail.
func (s *Server) showEmail(w http.ResponseWriter, r *http.Request, status int, page emailPage) (err error) {
	if !s.app.SendsMail() {
		said := stop{Heading: say(r, "email.title"), Text: say(r, "email.none")}
		s.show(w, r, view{template: "stop.html", status: status, Title: said.Heading, Data: said})
		return nil
	}
	if page.Form, err = s.formToken(r, s.cookie(r, sessionCookie), accountPurpose); err != nil {
		return err
	}
	title := say(r, "email.title")
	if page.Problem != "" {
		title = say(r, "email.error_title")
	}
	s.show(w, r, view{template: "email.html", status: status, Title: title, Data: page})
	return nil
}

// sendEmail asks for another address. What it answers does not depend on whether that has an account.
func (s *Server) sendEmail(w http.ResponseWriter, r *http.Request) error {
	v, err := s.visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		redirect(w, signInAt(emailPath))
		return nil
	}
	if err == nil {
		err = s.checkForm(r, accountPurpose)
	}
	if err != nil {
		return err
	}
	page := emailPage{Now: v.User.Email, Email: r.PostForm.Get("email"), Wait: text.Of(r).Wait(fund.AccountLinkLife)}
	if !s.app.SendsMail() {
		return s.showEmail(w, r, http.StatusUnprocessableEntity, page)
	}
	err = s.app.AskEmail(r.Context(), v.Actor().From(s.address(r)).Reading(text.Of(r).Language()), page.Email)
	if fault.Is(err, fault.Invalid) {
		page.Problem = emailProblem(text.Of(r), fault.From(err))
		return s.showEmail(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	s.show(w, r, view{template: "emailsent.html", Title: say(r, "email.sent"), Data: page})
	return nil
}

// emailProblem is what is wrong with an address that somebody typed.
func emailProblem(l *text.Locale, f *fault.Error) string {
	said := map[string]text.ID{fund.OwnEmail: "email.own", fund.ManyChanges: "email.many", fund.Blank: "email.wrong", fund.NotEmail: "email.wrong"}
	for _, field := range f.Fields {
		if id := said[field.Text]; id != "" {
			return l.Text(id)
		}
	}
	return l.Text("email.long")
}

// confirmPage is what the page shows that a link in a mail leads to.
type confirmPage struct {
	Form, Key, User, Email string
	Problem                string
}

// askConfirm is GET /account/email/confirm. It changes nothing, because programs that look at mails follow links, too.
func (s *Server) askConfirm(w http.ResponseWriter, r *http.Request) error {
	return s.showConfirm(w, r, http.StatusOK, confirmPage{Key: r.URL.Query().Get("key")})
}

func (s *Server) showConfirm(w http.ResponseWriter, r *http.Request, status int, page confirmPage) error {
	pending, err := s.app.GetPendingLogin(r.Context(), page.Key)
	if err != nil {
		return s.closedLink(w, r, err)
	}
	if page.Form, err = s.visitorForm(w, r, confirmPurpose); err != nil {
		return err
	}
	page.User, page.Email = pending.User.Username, pending.Email
	title := say(r, "email.confirm")
	if page.Problem != "" {
		title = say(r, "email.error_confirm")
	}
	s.show(w, r, view{template: "emailconfirm.html", status: status, Title: title, Data: page})
	return nil
}

// closedLink shows that a link does not work, if that is the error.
func (s *Server) closedLink(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	said := stop{Heading: say(r, "email.closed"), Text: say(r, "email.closed.text", "Wait", text.Of(r).Wait(fund.AccountLinkLife))}
	s.show(w, r, view{template: "stop.html", status: http.StatusNotFound, Title: said.Heading, Data: said})
	return nil
}

// confirmEmail takes the password and changes the address.
func (s *Server) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	if err := s.checkForm(r, confirmPurpose); err != nil {
		return err
	}
	page := confirmPage{Key: r.PostForm.Get("key")}
	user, err := s.app.ConfirmEmail(r.Context(), app.LoginProof{
		Key: page.Key, Password: r.PostForm.Get("password"), Address: s.address(r), Session: s.cookie(r, sessionCookie),
		Language: text.Of(r).Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.show(w, r, view{template: "emaildone.html", Title: say(r, "email.done"), Data: emailPage{Now: user.Email}})
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = say(r, "email.confirm.wrong")
		return s.showConfirm(w, r, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.RateLimited:
		api.LogLimited(r.Context(), s.log, s.address(r), f)
		page.Problem = say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter))
		retryAfter(w, f)
		return s.showConfirm(w, r, http.StatusTooManyRequests, page)
	}
	return s.closedLink(w, r, err)
}

// forVisitors reports whether a form is for browsers that need not be signed in.
func forVisitors(purpose string) bool {
	return slices.Contains([]string{signInPurpose, confirmPurpose, forgotPurpose, newPasswordPurpose, joinPurpose}, purpose)
}
