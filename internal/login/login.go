package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/glyph"
)

const (
	// terminalID is the client id that the terminal has at every server.
	terminalID = "almoner-terminal"
	// loginTimeout is how long a login waits for the browser.
	loginTimeout = 10 * time.Minute
	// backPath is where the browser comes back to.
	backPath = "/back"
)

// terminal is how the terminal speaks OAuth to a server: as a public client, without a secret (RFC 8252, section 8.4).
func terminal(server string) oauth2.Config {
	return oauth2.Config{ClientID: terminalID, Endpoint: oauth2.Endpoint{
		AuthURL: server + "/oauth/authorize", TokenURL: server + "/oauth/token", AuthStyle: oauth2.AuthStyleInParams,
	}}
}

// straight follows no redirects: codes and tokens are for the server that was named.
var straight = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// withHTTP makes the OAuth library use our own HTTP client, for a request.
func withHTTP(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithValue(ctx, oauth2.HTTPClient, straight), requestTimeout)
}

// Request is what a login asks for.
type Request struct {
	// Server is where, and Scopes what the token may do.
	Server string
	Scopes []string
	// Open shows the user the page that asks for consent.
	Open func(page string)
}

// Run logs in through the user's browser: it shows the server's consent page, waits for the browser to come back to a port of this machine, and
// trades what it brings for tokens. PKCE and the state bind that to this login (RFC 8252, sections 7.3 and 8.1).
func (l Request) Run(ctx context.Context) (Profile, error) {
	if err := l.checkIssuer(ctx); err != nil {
		return Profile{}, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, loginTimeout,
		fault.New(fault.Unavailable, "Nobody answered in the browser within %s; try again.", loginTimeout))
	defer cancel()
	var listener net.ListenConfig
	port, err := listener.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return Profile{}, fault.Wrap(err, fault.Unavailable, "No port of this machine could be opened for the browser to come back to.")
	}
	config := terminal(l.Server)
	config.Scopes, config.RedirectURL = l.Scopes, "http://"+port.Addr().String()+backPath
	verifier, state := oauth2.GenerateVerifier(), rand.Text()
	answers := make(chan url.Values, 1)
	back := &http.Server{Handler: comeBack(state, answers), ReadHeaderTimeout: requestTimeout}
	go func() { _ = back.Serve(port) }()
	defer func() { _ = back.Shutdown(context.WithoutCancel(ctx)) }()
	l.Open(config.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier)))
	var answer url.Values
	select {
	case answer = <-answers:
	case <-ctx.Done():
		return Profile{}, context.Cause(ctx)
	}
	if said := answer.Get("error"); said != "" {
		return Profile{}, fault.New(fault.Forbidden, "The server refused the login: %s", repeated(answer.Get("error_description")+" ("+said+")"))
	}
	ctx, done := withHTTP(ctx)
	defer done()
	token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		return Profile{}, tokenError(err, l.Server, DefaultProfile)
	}
	return Profile{Server: l.Server}.with(token), nil
}

// checkIssuer asks the server what it calls itself: cookies and forms of its pages work at that address only (RFC 8414, section 3.3).
func (l Request) checkIssuer(ctx context.Context) error {
	asked := New(l.Server, nil)
	var metadata struct{ Issuer string }
	if err := asked.Get(ctx, "/.well-known/oauth-authorization-server", &metadata); err != nil {
		return err
	}
	if metadata.Issuer != l.Server {
		return fault.New(fault.Conflict, "The server calls itself %q; log in with --server %s", fault.Echo(metadata.Issuer), fault.Echo(metadata.Issuer))
	}
	return nil
}

// comeBack answers the browser, and passes on the first answer with the state of this login.
func comeBack(state string, answers chan<- url.Values) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+backPath, func(w http.ResponseWriter, r *http.Request) {
		answer := r.URL.Query()
		h := w.Header()
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Connection", "close")
		if subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(state)) != 1 {
			http.Error(w, "This is not an answer to the login in your terminal.", http.StatusBadRequest)
			return
		}
		select {
		case answers <- answer:
		default: // it came twice
		}
		_, _ = w.Write([]byte("Almoner: go back to your terminal. You can close this page.\n"))
	})
	return mux
}

// tokenError is the fault of a trade at the token endpoint.
func tokenError(err error, server, profile string) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		return unreachable(err, server)
	}
	said := refused.ErrorDescription
	if said == "" {
		said = http.StatusText(refused.Response.StatusCode)
	}
	return fault.New(fault.Unauthenticated, "The login at %s does not hold: %s %s", server, repeated(said), loginAgain(server, profile))
}

// maxSaid is how many characters of a server's message are repeated.
const maxSaid = 500

// repeated is a server's message as an error repeats it.
func repeated(said string) string {
	return glyph.Cut(glyph.OneLine(said), maxSaid, func(string) int { return 1 })
}

// Logout ends the login of a profile at its server, with all its tokens, and deletes it. One whose server does not answer stays.
func (p Profiles) Logout(ctx context.Context, name string) (Profile, error) {
	profile, err := p.Load(name)
	if err != nil {
		return profile, err
	}
	ending := map[string]string{"client_id": terminalID, "token": profile.RefreshToken}
	if err := New(profile.Server, nil).Post(ctx, "/oauth/revoke", ending, &struct{}{}); err != nil {
		return profile, err
	}
	return profile, p.Delete(name)
}

// Who is the name of the user whom the token speaks for, "" for none, and what it may do.
func (s *Server) Who(ctx context.Context) (name string, scopes []string, err error) {
	var answer struct {
		Login  string
		Scopes []string
	}
	err = s.Get(ctx, "/oauth/validate", &answer)
	return answer.Login, answer.Scopes, err
}
