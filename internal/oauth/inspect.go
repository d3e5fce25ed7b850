package oauth

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/bearer"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// revoke is POST /oauth/revoke, RFC 7009. A token that is not known is as good as revoked.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request) {
	p, err := readParameters(w, r)
	if err == nil {
		err = s.revokeToken(r, p)
	}
	if err != nil {
		s.failClient(w, r, err)
		return
	}
	answer(w, http.StatusOK, struct{}{})
}

func (s *Server) revokeToken(r *http.Request, p parameters) error {
	text := p.get("token")
	// A published V3 client sends no secret here, but the token itself as its bearer: who holds a
	// token may end it.
	if text != "" && p.get("client_secret") == "" && p.bearer == text {
		actor, err := s.app.Authenticate(r.Context(), text)
		if err == nil {
			err = s.app.RevokeToken(r.Context(), actor, text)
		}
		return err
	}
	application, err := s.revoker(r.Context(), p)
	if err != nil {
		return err
	}
	if text == "" {
		return missing("token")
	}
	return s.app.RevokeIssued(r.Context(), application, text)
}

// revoker returns the application that revokes a token. A V3 application needs no secret: its clients send
// only client_id and token, and whoever holds a token may revoke it.
func (s *Server) revoker(ctx context.Context, p parameters) (fund.Application, error) {
	if p.get("client_secret") == "" && p.get("client_id") != "" {
		application, err := s.app.FindApplication(ctx, p.get("client_id"))
		switch {
		case err != nil && !fault.Is(err, fault.NotFound):
			return fund.Application{}, err
		case application.API == fund.APIV3:
			return application, nil
		}
	}
	return s.caller(ctx, p)
}

// introspection is the answer of RFC 7662. Of a token that is not active nothing else is told.
type introspection struct {
	Active    bool   `json:"active"`
	Scope     string `json:"scope,omitempty"`
	ClientID  string `json:"client_id,omitempty"`
	Username  string `json:"username,omitempty"`
	TokenType string `json:"token_type,omitempty"`
	ExpiresAt int64  `json:"exp,omitempty"`
	IssuedAt  int64  `json:"iat,omitempty"`
	Subject   string `json:"sub,omitempty"`
}

// introspect is POST /oauth/introspect, RFC 7662, for the tokens of the application that asks.
func (s *Server) introspect(w http.ResponseWriter, r *http.Request) {
	p, err := readParameters(w, r)
	var application fund.Application
	if err == nil {
		application, err = s.client(r.Context(), p)
	}
	if err == nil && p.get("token") == "" {
		err = missing("token")
	}
	var state app.TokenState
	if err == nil {
		state, err = s.app.Inspect(r.Context(), application, p.get("token"))
	}
	if err != nil {
		s.failClient(w, r, err)
		return
	}
	answer(w, http.StatusOK, toIntrospection(state))
}

func toIntrospection(state app.TokenState) introspection {
	if !state.Active {
		return introspection{}
	}
	body := introspection{
		Active: true, Scope: strings.Join(state.Scopes, " "), ClientID: state.ClientID, IssuedAt: state.CreatedAt.Unix(),
	}
	if !state.Refresh {
		body.TokenType = "bearer"
	}
	if !state.ExpiresAt.IsZero() {
		// A token does not work at the instant of its end, so a part of a second may be left out.
		body.ExpiresAt = state.ExpiresAt.Unix()
	}
	if !state.User.ID.IsZero() {
		body.Username, body.Subject = state.User.Username, state.User.ID.String()
	}
	return body
}

// validation is the answer that a published V3 client expects: that of Twitch.
type validation struct {
	ClientID string   `json:"client_id"`
	Login    string   `json:"login"`
	Scopes   []string `json:"scopes"`
	// UserID is the number of the user, as a text; "" for a token without one.
	UserID string `json:"user_id"`
	// ExpiresIn is in seconds; see unending.
	ExpiresIn int64 `json:"expires_in"`
}

// unending is the expires_in of a token that does not expire: the largest value that fits a 32-bit integer.
// Clients read 0 as expired.
const unending = math.MaxInt32

// validate is GET /oauth/validate. The token comes with the scheme Bearer, or OAuth as Twitch's clients send it.
func (s *Server) validate(w http.ResponseWriter, r *http.Request) {
	state, err := s.app.Validate(r.Context(), tokenOf(r.Header.Get("Authorization"), "Bearer", "OAuth"))
	if fault.Is(err, fault.Unauthenticated) {
		f := fault.From(err)
		w.Header().Set("WWW-Authenticate", bearer.Refusal(f, http.StatusUnauthorized))
		answer(w, http.StatusUnauthorized, problem{bearer.InvalidToken, bearer.Description(f.Message)})
		return
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	body := validation{ClientID: state.ClientID, Login: state.User.Slug, Scopes: append([]string{}, state.Scopes...), ExpiresIn: unending}
	if state.User.LegacyID != 0 {
		body.UserID = strconv.FormatInt(state.User.LegacyID, 10)
	}
	if !state.ExpiresAt.IsZero() {
		body.ExpiresIn = int64(state.ExpiresAt.Sub(s.app.Now()) / time.Second)
	}
	answer(w, http.StatusOK, body)
}
