package account

import (
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// openIDPath is what everything about sign-ins at OpenID providers is below.
const openIDPath = "/account/openid/"

// OpenIDReturn is the address that browsers come back to from the provider with that id.
func OpenIDReturn(baseURL, provider string) string { return baseURL + openIDPath + provider + "/back" }

// providerButton is a button that leads to a provider.
type providerButton struct{ ID, Name string }

// providerButtons are the buttons of all providers.
func (s *Server) providerButtons() (all []providerButton) {
	for _, one := range s.app.OpenIDProviders() {
		all = append(all, providerButton{one.ID, one.Name})
	}
	return all
}

// leavePage is what the page shows that leads to a provider.
type leavePage struct{ Provider, URL string }

// openIDStop is what the page shows of a sign-in at a provider that leads no further.
type openIDStop struct {
	Heading, Text string
	// Link is where it goes on, and Name what that is called; "" for nowhere.
	Link, Name string
}

// signInElsewhere leads from the sign-in page to a provider.
func (s *Server) signInElsewhere(w http.ResponseWriter, r *http.Request) error {
	page := signInPage{Next: s.Next(r.PostForm.Get("next"))}
	if err := s.CheckVisitorForm(r, signInPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showSignIn(w, r, http.StatusForbidden, page)
	}
	return s.leave(w, r, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDSignIn, Browser: s.Visitor(r), Next: page.Next})
}

// joinElsewhere leads from the page of an invitation to a provider. A mistake shows the form again.
func (s *Server) joinElsewhere(w http.ResponseWriter, r *http.Request) error {
	page := joinPage{Key: r.PostForm.Get("key"), Username: r.PostForm.Get("username"), Slug: r.PostForm.Get("slug")}
	if err := s.CheckVisitorForm(r, joinPurpose); err != nil {
		if !fault.Is(err, fault.Forbidden) {
			return err
		}
		page.Problem = session.Say(r, "signin.out_of_date")
		return s.showJoin(w, r, http.StatusForbidden, page)
	}
	err := s.leave(w, r, app.Actor{}, app.OpenIDStart{
		Purpose: fund.OpenIDJoin, Browser: s.Visitor(r), Next: session.Home, Key: page.Key, Username: page.Username, Slug: page.Slug,
	})
	f := fault.From(err)
	switch {
	case err == nil:
		return nil
	case f.Kind == fault.Invalid:
		page.NameProblem, page.SlugProblem = joinProblems(text.Of(r), f)
		return s.showJoin(w, r, http.StatusUnprocessableEntity, page)
	}
	return s.closedJoin(w, r, err)
}

// connectElsewhere leads from the account to a provider whose account is added.
func (s *Server) connectElsewhere(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.leave(w, r, s.actor(r, v), app.OpenIDStart{Purpose: fund.OpenIDConnect, Browser: s.Text(r), Next: session.Sessions})
}

// proveElsewhere leads to a provider where somebody proves again who they are.
func (s *Server) proveElsewhere(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.leave(w, r, s.actor(r, v), app.OpenIDStart{Purpose: fund.OpenIDProve, Browser: s.Text(r), Next: s.Next(r.PostForm.Get("next"))})
}

// leave leads to the provider of the path, by a page of its own: browsers hold where a form redirects to against the form-action of the page that has it, and a provider may
// redirect to anywhere.
func (s *Server) leave(w http.ResponseWriter, r *http.Request, actor app.Actor, in app.OpenIDStart) error {
	provider, known := s.provider(r)
	if !known {
		return fault.New(fault.NotFound, "There is no such provider.")
	}
	in.Provider, in.Address, in.Language = provider.ID, s.Address(r), text.Of(r).Language()
	to, err := s.app.BeginOpenID(r.Context(), actor, in)
	switch f := fault.From(err); {
	case err == nil:
		w.Header().Set("Refresh", "0; url="+to)
		s.Show(w, r, session.View{
			Template: "leave.html", Title: session.Say(r, "openid.leave", "Provider", provider.Name), Data: leavePage{provider.Name, to},
		})
		return nil
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		said := openIDStop{session.Say(r, "openid.limited"), session.Say(r, "signin.limited", "Wait", text.Of(r).Wait(f.RetryAfter)), "", ""}
		s.showStop(w, r, http.StatusTooManyRequests, said)
		return nil
	case f.Rule == fund.OpenIDAway || f.Kind == fault.Gone:
		return s.failOpenID(w, r, err, app.OpenIDResult{Provider: provider.Name, Purpose: in.Purpose, Next: in.Next})
	default:
		return err
	}
}

// provider is that of the path.
func (s *Server) provider(r *http.Request) (providerButton, bool) {
	for _, one := range s.providerButtons() {
		if one.ID == r.PathValue("provider") {
			return one, true
		}
	}
	return providerButton{}, false
}

// openIDBack is GET /account/openid/{provider}/back: a browser comes back from a provider.
func (s *Server) openIDBack(w http.ResponseWriter, r *http.Request) error {
	provider, known := s.provider(r)
	if !known {
		return fault.New(fault.NotFound, "There is no such provider.")
	}
	query := r.URL.Query()
	result, err := s.app.FinishOpenID(r.Context(), app.OpenIDReturn{
		Provider: provider.ID, State: query.Get("state"), Code: query.Get("code"), Issuer: query.Get("iss"), Problem: query.Get("error"),
		Visitor: s.Visitor(r), Session: s.Text(r), Agent: r.UserAgent(), Address: s.Address(r), Language: text.Of(r).Language(),
	})
	result.Provider = provider.Name
	if err != nil {
		return s.failOpenID(w, r, err, result)
	}
	next := s.Next(result.Next)
	switch result.Outcome {
	case app.OpenIDSignedIn:
		s.passedFirst(w, result.SignedIn, next)
	case app.OpenIDConnected, app.OpenIDProved:
		session.Redirect(w, next)
	default:
		s.showStop(w, r, http.StatusForbidden, s.outcome(r, result))
	}
	return nil
}

// outcome says what came of a sign-in that let nobody in, and the way out.
func (s *Server) outcome(r *http.Request, result app.OpenIDResult) openIDStop {
	l, provider := text.Of(r), result.Provider
	back, name := s.backTo(r, result)
	switch result.Outcome {
	case app.OpenIDDeclined:
		return openIDStop{l.Text("openid.declined", "Provider", provider), l.Text("openid.declined.text", "Provider", provider), back, name}
	case app.OpenIDKnownEmail:
		return openIDStop{
			l.Text("openid.known"), l.Text("openid.known.text", "Provider", provider, "Email", result.Email), session.SignInAt(session.Sessions), l.Text("signin.title"),
		}
	case app.OpenIDTaken:
		return openIDStop{l.Text("openid.taken", "Provider", provider), l.Text("openid.taken.text", "Provider", provider), back, name}
	case app.OpenIDFull:
		return openIDStop{l.Text("openid.full"), l.Text("openid.full.text", "Count", fund.MaxIdentities), back, name}
	case app.OpenIDDisabled:
		return openIDStop{l.Text("openid.disabled"), l.Text("openid.disabled.text"), "", ""}
	}
	if result.Purpose == fund.OpenIDProve {
		return openIDStop{l.Text("openid.stranger", "Provider", provider), l.Text("openid.stranger.text", "Provider", provider), back, name}
	}
	said := openIDStop{l.Text("openid.unknown", "Provider", provider), l.Text("openid.unknown.invitation", "Provider", provider), session.SignInAt(session.Home), l.Text("signin.title")}
	switch {
	case result.SignUp == fund.SignUpOpen && s.app.SendsMail():
		said.Text, said.Link, said.Name = l.Text("openid.unknown.open", "Provider", provider), signUpPath, l.Text("signup.title")
	case result.SignUp == fund.SignUpClosed:
		said.Text = l.Text("openid.unknown.closed", "Provider", provider)
	}
	return said
}

// backTo is where somebody begins again.
func (s *Server) backTo(r *http.Request, result app.OpenIDResult) (to, name string) {
	switch result.Purpose {
	case fund.OpenIDConnect:
		return session.Sessions, session.Say(r, "account.title")
	case fund.OpenIDProve:
		return session.ProveAt(s.Next(result.Next)), session.Say(r, "openid.again")
	case fund.OpenIDJoin:
		return "", "" // the link is in the mail
	default:
		return session.SignInAt(s.Next(result.Next)), session.Say(r, "openid.again")
	}
}

// failOpenID shows why a sign-in at a provider failed.
func (s *Server) failOpenID(w http.ResponseWriter, r *http.Request, err error, result app.OpenIDResult) error {
	l := text.Of(r)
	back, name := s.backTo(r, result)
	switch fault.From(err).Kind {
	case fault.Unauthenticated: // the session ended meanwhile
		session.Redirect(w, session.SignInAt(session.Home))
	case fault.NotFound:
		if result.Purpose == fund.OpenIDJoin {
			return s.closedJoin(w, r, err)
		}
		if _, err := s.Visit(r); err == nil { // most likely this page was loaded again
			session.Redirect(w, session.Home)
			return nil
		}
		s.showStop(w, r, http.StatusNotFound, openIDStop{l.Text("openid.late"), l.Text("openid.late.text", "Wait", l.Wait(fund.OpenIDRequestLife)), back, name})
	case fault.Gone:
		s.showStop(w, r, http.StatusGone, openIDStop{l.Text("openid.late"), l.Text("openid.late.text", "Wait", l.Wait(fund.OpenIDRequestLife)), back, name})
	case fault.Forbidden:
		s.showStop(w, r, http.StatusForbidden, openIDStop{l.Text("openid.distrusted"), l.Text("openid.distrusted.text", "Provider", result.Provider), back, name})
	case fault.Invalid:
		s.showStop(w, r, http.StatusConflict, openIDStop{l.Text("openid.renamed"), l.Text("openid.renamed.text"), "", ""})
	case fault.Unavailable:
		if fault.From(err).Rule != fund.OpenIDAway {
			return err
		}
		s.showStop(w, r, http.StatusServiceUnavailable, openIDStop{l.Text("openid.away", "Provider", result.Provider), l.Text("openid.away.text", "Provider", result.Provider), back, name})
	default:
		return err
	}
	return nil
}

func (s *Server) showStop(w http.ResponseWriter, r *http.Request, status int, said openIDStop) {
	s.Show(w, r, session.View{Template: "openid.html", Status: status, Title: said.Heading, Data: said})
}

// removeIdentity is POST /account/identities/remove: somebody no longer signs in with an account at a provider.
func (s *Server) removeIdentity(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		session.Redirect(w, session.Sessions)
		return nil //nolint:nilerr // what is no id needs no end
	}
	err = s.app.RemoveIdentity(r.Context(), s.actor(r, v), id)
	switch {
	case err == nil, fault.Is(err, fault.NotFound): // what is not there, or another's, needs no end
		session.Redirect(w, session.Sessions)
		return nil
	case fault.Is(err, fault.Conflict):
		s.showStop(w, r, http.StatusConflict, openIDStop{
			session.Say(r, "openid.only"), session.Say(r, "openid.only.text"), forgotPath, session.Say(r, "openid.set_password"),
		})
		return nil
	}
	return err
}

// waysPage is what the account shows of how its user signs in.
type waysPage struct {
	Password   bool
	Identities []app.UserIdentity
	// Providers are those that may be added.
	Providers []addButton
}

// addButton adds an account at a provider. Another reports whether there is one already.
type addButton struct {
	providerButton

	Another bool
}

// ways are how somebody signs in; nothing where that is the password alone, and nothing else can be.
func (s *Server) ways(r *http.Request, v app.Visit) (page waysPage, err error) {
	ways, err := s.app.SignInWays(r.Context(), v.Actor())
	page.Password, page.Identities = ways.Password, ways.Identities
	for _, one := range s.app.OpenIDProviders() {
		has := slices.ContainsFunc(ways.Identities, func(i app.UserIdentity) bool { return i.Issuer == one.Issuer })
		page.Providers = append(page.Providers, addButton{providerButton{one.ID, one.Name}, has})
	}
	return page, err
}

// Any reports whether there is anything to show.
func (p waysPage) Any() bool { return len(p.Identities)+len(p.Providers) > 0 }

// withoutPassword shows that something takes a password, to somebody who has none, and reports whether it did.
func (s *Server) withoutPassword(w http.ResponseWriter, r *http.Request, v app.Visit, title text.ID) (bool, error) {
	ways, err := s.app.SignInWays(r.Context(), v.Actor())
	if err != nil || ways.Password {
		return false, err
	}
	s.showStop(w, r, http.StatusOK, openIDStop{session.Say(r, title), session.Say(r, "openid.no_password"), forgotPath, session.Say(r, "openid.set_password")})
	return true, nil
}
