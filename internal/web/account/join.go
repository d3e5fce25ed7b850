package account

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// joinPurpose is what the forms of who was invited are for. Their browsers need not be signed in.
const joinPurpose = "join"

// joinPage is what the pages of an invitation show.
type joinPage struct {
	Form, Key, Email string
	// Username and Slug are what was typed, Base is what stands before the slug in the address of the person's page.
	Username, Slug, Base string
	// Least is how many characters a password has at least. Wait is how long a link works, in words.
	Least int
	Wait  string
	// Providers are what stands in for a password.
	Providers []providerButton
	// NameProblem, SlugProblem and New are what is wrong with the name, the slug and the password, Problem what else did not work; "" at first.
	NameProblem, SlugProblem, New, Problem string
}

func (p joinPage) refused() bool { return p.NameProblem+p.SlugProblem+p.New+p.Problem != "" }

// askJoin is GET /account/join. It changes nothing, because programs that look at mails follow links, too.
func (s *Server) askJoin(w http.ResponseWriter, r *http.Request) error {
	return s.showJoin(w, r, http.StatusOK, joinPage{Key: r.URL.Query().Get("key")})
}

// showJoin shows the form, or the one that asks for another link in place of one that is too old.
func (s *Server) showJoin(w http.ResponseWriter, r *http.Request, status int, page joinPage) error {
	invitation, err := s.app.GetInvitation(r.Context(), page.Key)
	if err != nil {
		return s.closedJoin(w, r, err)
	}
	if page.Form, err = s.VisitorForm(w, r, joinPurpose); err != nil {
		return err
	}
	page.Providers = s.providerButtons()
	page.Email, page.Least, page.Base = invitation.Email, fund.MinPassword, s.BaseURL()+"/@"
	page.Wait = text.Of(r).Wait(fund.AccountLinkLife)
	v := session.View{Template: "join.html", Status: status, Title: session.Say(r, "join.title"), Data: page}
	if page.refused() {
		v.Title = session.Say(r, "join.error_title")
	}
	if !invitation.Open(s.app.Now()) {
		v.Template, v.Title = "joinlate.html", session.Say(r, "join.late.title")
	}
	s.Show(w, r, v)
	return nil
}

// closedJoin shows that an invitation does not hold, if that is the error.
func (s *Server) closedJoin(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "join.closed"), Text: session.Say(r, "join.closed.text")}))
	return nil
}

// join makes the account of who was invited, and signs in.
func (s *Server) join(w http.ResponseWriter, r *http.Request) error {
	page := joinPage{Key: r.PostForm.Get("key"), Username: r.PostForm.Get("username"), Slug: r.PostForm.Get("slug")}
	if err := s.CheckVisitorForm(r, joinPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showJoin(w, r, http.StatusForbidden, page)
	}
	l, password := text.Of(r), r.PostForm.Get("password")
	if page.New = passwordProblem(l, password); page.New != "" {
		return s.showJoin(w, r, http.StatusUnprocessableEntity, page)
	}
	started, err := s.app.AcceptInvitation(r.Context(), app.Joining{
		Key: page.Key, Username: page.Username, Slug: page.Slug, Password: password, Agent: r.UserAgent(), Address: s.Address(r),
		Before: s.Text(r), Language: l.Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		s.SignedIn(w, started)
		session.Redirect(w, session.Home)
		return nil
	case f.Kind == fault.Invalid:
		page.NameProblem, page.SlugProblem = joinProblems(l, f)
		return s.showJoin(w, r, http.StatusUnprocessableEntity, page)
	}
	return s.closedJoin(w, r, err)
}

// joinProblems are what is wrong with the name and the slug that somebody typed.
func joinProblems(l *text.Locale, f *fault.Error) (name, slug string) {
	for _, field := range f.Fields {
		switch {
		case field.Path == "username":
			name = l.Text("join.error.name", "Count", fund.MaxName)
		case field.Path == "slug" && field.Text == fund.Taken:
			slug = l.Text("join.error.slug.taken")
		case field.Path == "slug":
			slug = l.Text("join.error.slug", "Count", fund.MaxSlug)
		}
	}
	return name, slug
}

// resendJoin mails another link to who was invited.
func (s *Server) resendJoin(w http.ResponseWriter, r *http.Request) error {
	if err := s.CheckVisitorForm(r, joinPurpose); err != nil {
		return err
	}
	page, l := joinPage{Key: r.PostForm.Get("key")}, text.Of(r)
	invitation, err := s.app.ResendInvitation(r.Context(), app.InvitationAsk{
		Key: page.Key, Session: s.Visitor(r), Address: s.Address(r), Language: l.Language(),
	})
	f := fault.From(err)
	switch {
	case err == nil:
		page.Email, page.Wait = invitation.Email, l.Wait(fund.AccountLinkLife)
		s.Show(w, r, session.View{Template: "joinsent.html", Title: session.Say(r, "email.sent"), Data: page})
		return nil
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = session.Say(r, "forgot.limited", "Wait", l.Wait(f.RetryAfter))
		return s.showJoin(w, r, http.StatusTooManyRequests, page)
	}
	return s.closedJoin(w, r, err)
}
