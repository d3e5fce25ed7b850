package fund

import "time"

// The versions of the API that an application is made for. They differ in the life and the shape
// of its tokens only.
const (
	APIV3 = "v3"
	APIV5 = "v5"
)

// The scopes of tokens.
const (
	ScopePublic         = "public"
	ScopeCause          = "cause"
	ScopeWebhooksRead   = "webhooks:read"
	ScopeWebhooksWrite  = "webhooks:write"
	ScopeWrite          = "write"
	ScopeDonationsWrite = "donations:write"
	ScopeSandbox        = "sandbox"
)

// Scopes lists the scopes that an application can be given.
func Scopes() []string {
	return []string{
		ScopePublic, ScopeCause, ScopeWebhooksRead, ScopeWebhooksWrite, ScopeWrite, ScopeDonationsWrite, ScopeSandbox,
	}
}

// Grant is what a user allowed an application: the family of all codes and tokens that come of it.
type Grant struct {
	ID, ApplicationID, UserID ID
	Scopes                    []string
	CreatedAt, RevokedAt      time.Time
}

// AuthorizationCode is traded for tokens once.
type AuthorizationCode struct {
	GrantID ID
	// RedirectURI is the one of the authorization request. VerifierHash is the SHA-256 of the
	// code_verifier of PKCE, in base64url; "" for none.
	RedirectURI, VerifierHash string
	CreatedAt, ExpiresAt      time.Time
	UsedAt                    time.Time
}

// RefreshToken is traded for the next tokens of its grant once.
type RefreshToken struct {
	GrantID              ID
	Scopes               []string
	CreatedAt, ExpiresAt time.Time
	UsedAt               time.Time
}

// Session is a sign-in of a user in a browser.
type Session struct {
	ID, UserID ID
	// Agent is what the browser calls itself, Address where it was when it signed in.
	Agent, Address     string
	CreatedAt, SeenAt  time.Time
	ExpiresAt, EndedAt time.Time
}
