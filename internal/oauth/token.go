package oauth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// tokenV5 is the answer to applications of V5. refresh_token is null, not absent, for a token of the
// application itself.
type tokenV5 struct {
	AccessToken  string  `json:"access_token"`
	TokenType    string  `json:"token_type"`
	ExpiresIn    int64   `json:"expires_in"`
	RefreshToken *string `json:"refresh_token"`
	Scope        string  `json:"scope"`
	CreatedAt    string  `json:"created_at"`
}

// tokenV3 is the answer to applications of V3, whose tokens do not expire.
type tokenV3 struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
	CreatedAt   int64  `json:"created_at"`
}

func toToken(api string, issued app.Issued) any {
	t := issued.Token
	scope := strings.Join(t.Scopes, " ")
	if api == fund.APIV3 {
		return tokenV3{AccessToken: issued.Access, TokenType: "Bearer", Scope: scope, CreatedAt: t.CreatedAt.Unix()}
	}
	body := tokenV5{
		AccessToken: issued.Access, TokenType: "bearer", ExpiresIn: int64(t.ExpiresAt.Sub(issued.At) / time.Second),
		Scope: scope, CreatedAt: t.CreatedAt.UTC().Format(time.RFC3339),
	}
	if issued.Refresh != "" {
		body.RefreshToken = &issued.Refresh
	}
	return body
}

// token is POST /oauth/token.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	application, issued, err := s.issue(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer(w, http.StatusOK, toToken(application.API, issued))
}

func (s *Server) issue(w http.ResponseWriter, r *http.Request) (application fund.Application, issued app.Issued, err error) {
	p, err := readParameters(w, r)
	if err != nil {
		return application, issued, err
	}
	grant, err := grantOf(p)
	if err != nil {
		return application, issued, err
	}
	if application, err = s.caller(r.Context(), p); err != nil {
		return application, issued, err
	}
	issued, err = grant(s, r.Context(), application, p)
	return application, issued, err
}

// granting gives tokens for what the parameters hold.
type granting func(s *Server, ctx context.Context, application fund.Application, p parameters) (app.Issued, error)

// grants are the grant types that work here.
var grants = map[string]granting{
	"client_credentials": (*Server).clientCredentials,
	"authorization_code": (*Server).authorizationCode,
	"refresh_token":      (*Server).refresh,
}

func grantOf(p parameters) (granting, error) {
	kind := p.get("grant_type")
	if kind == "" {
		return nil, missing("grant_type")
	}
	if grant := grants[kind]; grant != nil {
		return grant, nil
	}
	return nil, unsupported(fieldGrantType, "The grant_type must be client_credentials, authorization_code or refresh_token.")
}

func missing(name string) error {
	return fault.New(fault.Malformed, "The parameter %s is missing.", name)
}

// caller is the application that asks for tokens, or ends one. A public one has only its client id: what it sends is bound to it by PKCE, or
// was issued to it.
func (s *Server) caller(ctx context.Context, p parameters) (fund.Application, error) {
	if p.get("client_id") != "" && p.get("client_secret") == "" {
		return s.app.FindPublicApplication(ctx, p.get("client_id"))
	}
	return s.client(ctx, p)
}

// client is an application that proves who it is by its secret.
func (s *Server) client(ctx context.Context, p parameters) (fund.Application, error) {
	if p.get("client_id") == "" || p.get("client_secret") == "" {
		return fund.Application{}, fault.New(fault.Unauthenticated,
			"The client_id or the client_secret is missing: send both as parameters or by HTTP Basic.")
	}
	return s.app.CheckApplication(ctx, p.get("client_id"), p.get("client_secret"))
}

func (s *Server) clientCredentials(ctx context.Context, application fund.Application, p parameters) (app.Issued, error) {
	if application.Public() {
		return app.Issued{}, fault.New(fault.Unauthenticated, "This application has no secret, so it gets tokens of users only.")
	}
	scopes, err := app.AllowedScopes(application, p.list("scope"))
	if err != nil {
		return app.Issued{}, err
	}
	return s.app.IssueToApplication(ctx, application, scopes)
}

func (s *Server) authorizationCode(ctx context.Context, application fund.Application, p parameters) (app.Issued, error) {
	if p.get("code") == "" {
		return app.Issued{}, missing("code")
	}
	return s.app.TradeCode(ctx, app.CodeTrade{
		Application: application, Code: p.get("code"), RedirectURI: p.get("redirect_uri"), Verifier: p.get("code_verifier"),
	})
}

// refresh takes the refresh token also under the name code, as a published client sends it, and from
// the Authorization header, as the documents of 2023 wanted it.
func (s *Server) refresh(ctx context.Context, application fund.Application, p parameters) (app.Issued, error) {
	for _, text := range []string{p.get("refresh_token"), p.get("code"), p.bearer} {
		if text != "" {
			return s.app.TradeRefresh(ctx, app.RefreshTrade{Application: application, Refresh: text, Scopes: p.list("scope")})
		}
	}
	return app.Issued{}, missing("refresh_token")
}
