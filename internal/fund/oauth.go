package fund

import (
	"crypto/sha256"
	"time"
)

// The API versions that an application can be created for. They differ only in the lifetime and the shape of its tokens.
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
	ScopeDonationsRead  = "donations:read"
	ScopeSandbox        = "sandbox"
)

// Scopes lists the scopes that an application can be granted.
func Scopes() []string {
	return []string{
		ScopePublic, ScopeCause, ScopeWebhooksRead, ScopeWebhooksWrite, ScopeWrite, ScopeDonationsWrite, ScopeDonationsRead,
		ScopeSandbox,
	}
}

// RegisteredScopes lists the scopes that an application which registers itself can get; an operator gives it others.
func RegisteredScopes() []string { return []string{ScopePublic, ScopeWebhooksRead, ScopeWebhooksWrite} }

// TerminalClientID is the client id of the terminal: the public application that "almoner login" is at every server.
const TerminalClientID = "almoner-terminal"

// TerminalID is the id of the terminal, the same in every database.
func TerminalID() ID {
	return ID{}.With(sha256.Sum256([]byte("almoner application\x00" + TerminalClientID)))
}

// Public reports whether the application has no secret, because it runs on machines of its users (RFC 6749, section 2.1).
func (a Application) Public() bool { return a.ClientID == TerminalClientID }

// RegistrationUnused is how long an application that registered itself stays without a use.
const RegistrationUnused = 30 * 24 * time.Hour

// Grant is a user's consent to an application: the family of all codes and tokens derived from it.
type Grant struct {
	ID, ApplicationID, UserID ID
	Scopes                    []string
	CreatedAt, RevokedAt      time.Time
}

// AuthorizationCode is exchanged for tokens once.
type AuthorizationCode struct {
	GrantID ID
	// RedirectURI is the one of the authorization request. VerifierHash is the SHA-256 of the
	// code_verifier of PKCE, in base64url; "" for none.
	RedirectURI, VerifierHash string
	CreatedAt, ExpiresAt      time.Time
	UsedAt                    time.Time
}

// RefreshToken is exchanged once for the next tokens of its grant.
type RefreshToken struct {
	GrantID              ID
	Scopes               []string
	CreatedAt, ExpiresAt time.Time
	UsedAt               time.Time
}

// Session is a user's session in a browser.
type Session struct {
	ID, UserID ID
	// Agent is the browser's User-Agent, Address its network address at sign-in.
	Agent, Address     string
	CreatedAt, SeenAt  time.Time
	ExpiresAt, EndedAt time.Time
	// AuthenticatedAt is when the person last proved who they are, Factors by what since the sign-in, without repeats.
	AuthenticatedAt time.Time
	Factors         []Factor
}
