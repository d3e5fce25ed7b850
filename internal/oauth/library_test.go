package oauth_test

import (
	"errors"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/must"
)

// TestAGenericLibrary runs both flows with a published client library, in each of its ways to say
// who the client is.
func TestAGenericLibrary(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, style := range []oauth2.AuthStyle{oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams, oauth2.AuthStyleAutoDetect} {
		for _, c := range []client{h.v5, h.v3} {
			endpoint := oauth2.Endpoint{AuthURL: h.url + "/oauth/authorize", TokenURL: h.url + "/oauth/token", AuthStyle: style}
			own := clientcredentials.Config{
				ClientID: c.ClientID, ClientSecret: c.secret, TokenURL: endpoint.TokenURL, Scopes: []string{"public"}, AuthStyle: style,
			}
			token, err := own.Token(t.Context())
			must.Do(t, err)
			actor, err := h.Authenticate(t.Context(), token.AccessToken)
			must.Do(t, err)
			if actor.Kind != app.ActorApplication || actor.Application != c.ID || token.Type() != "Bearer" {
				t.Errorf("%s: got %+v with the type %s, want the application", c.Name, actor, token.Type())
			}

			config := oauth2.Config{
				ClientID: c.ClientID, ClientSecret: c.secret, Endpoint: endpoint, RedirectURL: back, Scopes: []string{"public", "write"},
			}
			verifier := oauth2.GenerateVerifier()
			path := config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier))[len(h.url):]
			answer := h.browser().decide(path, "allow").LedTo(t, back)
			if token, err = config.Exchange(t.Context(), answer.Get("code"), oauth2.VerifierOption(verifier)); err != nil {
				t.Fatal(err)
			}
			if actor, err = h.Authenticate(t.Context(), token.AccessToken); err != nil || actor.User != h.user.ID {
				t.Errorf("%s: got %+v, %v, want the user", c.Name, actor, err)
			}
			if c.API == "v3" {
				if !token.Expiry.IsZero() || token.RefreshToken != "" {
					t.Errorf("got %+v, want a token without an end", token)
				}
				continue
			}
			if left := time.Until(token.Expiry); left < 7100*time.Second || left > 7200*time.Second {
				t.Errorf("got %s to the end, want two hours", left)
			}
			// The library renews automatically when the token has expired.
			old := *token
			old.Expiry = time.Now().Add(-time.Second)
			renewed, err := config.TokenSource(t.Context(), &old).Token()
			must.Do(t, err)
			if renewed.AccessToken == token.AccessToken || renewed.RefreshToken == token.RefreshToken {
				t.Error("got the same tokens again, want new ones")
			}
			if again, err := config.TokenSource(t.Context(), &old).Token(); err != nil || again.RefreshToken != renewed.RefreshToken {
				t.Errorf("got %+v, %v for a retry at once, want the same tokens", again, err)
			}
			h.Clock.Advance(time.Minute)
			_, err = config.TokenSource(t.Context(), &old).Token()
			if refused := new(oauth2.RetrieveError); !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" || refused.ErrorDescription == "" {
				t.Errorf("got %v for the used refresh token, want invalid_grant in words that the library reads", err)
			}
		}
	}
}
