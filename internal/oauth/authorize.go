package oauth

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// authorization is a request for consent that has been checked.
type authorization struct {
	// raw is the query that it came as.
	raw         string
	application fund.Application
	// back is where the user is sent to, redirectURI what the request said of that.
	back, redirectURI string
	state             string
	scopes            []string
	challenge         string
}

// reported is a mistake in a request that the application is told of, at its own address.
type reported struct{ error }

// readAuthorization checks a request for consent. Until it is known where the user may be sent back
// to, its errors are for the user; from then on they are told, which makes them for the
// application.
func (s *Server) readAuthorization(r *http.Request, raw string) (authorization, error) {
	in := authorization{raw: raw}
	query, err := url.ParseQuery(raw)
	if err != nil {
		return in, fault.Wrap(err, fault.Malformed, "The address cannot be read.")
	}
	clientID, err := single(query, "client_id")
	if err != nil {
		return in, err
	}
	if clientID == "" {
		return in, missing("client_id")
	}
	if in.application, err = s.app.FindApplication(r.Context(), clientID); err != nil {
		return in, err
	}
	if in.redirectURI, err = single(query, "redirect_uri"); err != nil {
		return in, err
	}
	if in.back, err = app.RedirectURI(in.application, in.redirectURI); err != nil {
		return in, err
	}
	if err := in.readRest(query); err != nil {
		return in, reported{err}
	}
	return in, nil
}

func (in *authorization) readRest(query url.Values) error {
	// The state comes first, for it belongs to every answer.
	var first error
	read := func(name string) string {
		value, err := single(query, name)
		if first == nil {
			first = err
		}
		return value
	}
	in.state = read("state")
	kind, scope := read("response_type"), read("scope")
	challenge, method := read("code_challenge"), read("code_challenge_method")
	if first != nil {
		return first
	}
	switch kind {
	case responseType:
	case "":
		return missing("response_type")
	default:
		return unsupported(fieldResponseType, "The response_type must be code.")
	}
	var err error
	if in.scopes, err = app.AllowedScopes(in.application, strings.Fields(scope)); err != nil {
		return err
	}
	if in.challenge, err = checkChallenge(challenge, method); err == nil && in.challenge == "" && in.application.Public() {
		err = missing("code_challenge")
	}
	return err
}

// single is a parameter that may come once.
func single(query url.Values, name string) (string, error) {
	if len(query[name]) > 1 {
		return "", fault.New(fault.Malformed, "The parameter %s was sent twice.", name)
	}
	return query.Get(name), nil
}

var sha256Challenge = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// The only response_type, and the only code_challenge_method.
const (
	responseType    = "code"
	challengeMethod = "S256"
)

// checkChallenge is PKCE with S256 or none. Without a method "plain" is meant (RFC 7636, section
// 4.3), which protects from nothing that matters here.
func checkChallenge(challenge, method string) (string, error) {
	switch {
	case challenge == "" && method == "":
		return "", nil
	case challenge == "":
		return "", missing("code_challenge")
	case method != challengeMethod:
		return "", fault.New(fault.Malformed, "The code_challenge_method must be S256: the transform algorithm is not supported.")
	case !sha256Challenge.MatchString(challenge):
		return "", fault.New(fault.Malformed, "The code_challenge must be 43 characters of base64url.")
	}
	return challenge, nil
}

// address is where the user is sent back to, with the parameters of an answer. Those that the
// registered address has of its own stay.
func (in authorization) address(answer url.Values) string {
	if in.state != "" {
		answer.Set("state", in.state)
	}
	back, err := url.Parse(in.back)
	if err != nil {
		return in.back // it was read when it was registered
	}
	if back.RawQuery != "" {
		back.RawQuery += "&"
	}
	back.RawQuery += answer.Encode()
	return back.String()
}

// sendBack sends the user to the application. 303 makes a GET of everything (RFC 9700, section 4.12).
func (s *Server) sendBack(w http.ResponseWriter, in authorization, answer url.Values) {
	w.Header().Set("Location", in.address(answer))
	w.WriteHeader(http.StatusSeeOther)
}

// sendError tells the application what went wrong.
func (s *Server) sendError(w http.ResponseWriter, r *http.Request, in authorization, err error) {
	f := fault.From(err)
	said := refusalOf(f)
	s.note(w, r, f)
	s.sendBack(w, in, url.Values{"error": {said.code}, "error_description": {bearer.Description(f.Message)}})
}

// received answers requests that do not get to the consent page; it reports false for one that does.
func (s *Server) received(w http.ResponseWriter, r *http.Request, in authorization, err error) bool {
	if mistake, ok := errors.AsType[reported](err); ok {
		s.sendError(w, r, in, mistake.error)
		return true
	}
	f := fault.From(err)
	switch {
	case err == nil:
		return false
	case f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		s.pages.Fail(w, r, err)
	case f.Kind == fault.NotFound:
		s.stop(w, r, session.Say(r, "account.app.unknown"), session.Say(r, "account.app.unknown.text"))
	default:
		s.stop(w, r, session.Say(r, "account.app.mistake"), session.Say(r, "account.app.mistake.text", "Detail", f.Message))
	}
	return true
}

// stop says on a page of ours what is wrong with a request that may not be answered elsewhere.
func (s *Server) stop(w http.ResponseWriter, r *http.Request, heading, said string) {
	s.pages.Show(w, r, session.StopView(http.StatusBadRequest, session.Stop{Heading: heading, Text: said}))
}

// askConsent is GET /oauth/authorize.
func (s *Server) askConsent(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readAuthorization(r, r.URL.RawQuery)
	if s.received(w, r, in, err) {
		return nil
	}
	v, err := s.pages.Visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		session.Redirect(w, session.SignInAt(session.Authorize+"?"+in.raw))
		return nil
	}
	if err != nil {
		return err
	}
	return s.showConsent(w, r, in, v)
}

// consentPurpose binds a form to one request: what was pressed was shown.
func consentPurpose(in authorization) string { return "consent " + in.raw }

// consent takes what the user decided on the page.
func (s *Server) consent(w http.ResponseWriter, r *http.Request) error {
	in, err := s.readAuthorization(r, r.PostForm.Get("request"))
	if s.received(w, r, in, err) {
		return nil
	}
	v, err := s.pages.Visit(r)
	if fault.Is(err, fault.Unauthenticated) {
		session.Redirect(w, session.SignInAt(session.Authorize+"?"+in.raw))
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.pages.CheckForm(r, consentPurpose(in)); err != nil {
		return err
	}
	if r.PostForm.Get("decision") != "allow" {
		s.sendBack(w, in, url.Values{"error": {"access_denied"}, "error_description": {"The user did not allow it."}})
		return nil
	}
	code, err := s.app.Authorize(r.Context(), v.Actor(), app.Authorization{
		Application: in.application, RedirectURI: in.redirectURI, Scopes: in.scopes, VerifierHash: in.challenge,
	})
	if err != nil {
		s.sendError(w, r, in, err)
		return nil
	}
	s.sendBack(w, in, url.Values{"code": {code}})
	return nil
}

// consentPage is what the consent page shows.
type consentPage struct {
	Form, AccountForm, Request, Next string
	App, Host                        string
	User, Email                      string
	// Registered reports whether the application registered itself, Terminal whether it is a program on this computer.
	Registered, Terminal bool
	May                  []string
}

func (s *Server) showConsent(w http.ResponseWriter, r *http.Request, in authorization, v app.Visit) error {
	form, err := s.pages.Form(r, consentPurpose(in))
	if err != nil {
		return err
	}
	account, err := s.pages.Form(r, session.Account)
	if err != nil {
		return err
	}
	page := consentPage{
		Form: form, AccountForm: account, Request: in.raw, Next: session.Authorize + "?" + in.raw,
		App: in.application.Name, User: v.User.Username, Email: v.User.Email, May: session.InWords(text.Of(r), in.scopes),
		Registered: in.application.Registered, Terminal: in.application.Public(),
	}
	if back, err := url.Parse(in.back); err == nil {
		page.Host = back.Host
	}
	// Some browsers hold the addresses that a form is sent on to against its form-action too, all of
	// them, and only the application knows where its own address leads on to.
	w.Header().Set("Content-Security-Policy", ui.ContentPolicy("'self' http: https:", ui.Sources{}))
	s.pages.Show(w, r, session.View{Template: "consent.html", Title: session.Say(r, "consent.title", "App", in.application.Name), Data: page})
	return nil
}
