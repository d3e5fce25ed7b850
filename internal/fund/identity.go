package fund

import (
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/glyph"
)

// Identity is an account at an OpenID provider that a user signs in with. Issuer and Subject name it; an e-mail address never does, because its owner can change.
type Identity struct {
	ID, UserID ID
	// Issuer is that of the provider as the operator set it, Subject what the provider calls the account, which never changes.
	Issuer, Subject string
	// Label is what people call the account: a name or an address at the provider, when it was added; "" for unknown. Only its user sees it.
	Label string
	// RemovedAt is when it stopped working; the zero time while it works.
	AddedAt, RemovedAt time.Time
}

const (
	// MaxSubject is how many bytes the name of an account at a provider has at most: OpenID Connect Core 1.0, section 2, allows 255.
	MaxSubject = 255
	// MaxIdentities is how many identities a user has at most.
	MaxIdentities = 20
	// maxLabel is how many characters of a label are kept.
	maxLabel = 100
)

// IdentityLabel is what is kept of what a provider calls an account: one line, not too long.
func IdentityLabel(text string) string {
	return glyph.Cut(glyph.OneLine(text), maxLabel, utf8.RuneCountInString)
}

// OpenIDAway is why a sign-in is Unavailable: the provider does not answer as it should. Without it, this server is what is not available.
const OpenIDAway fault.Rule = "openid_away"

// OpenIDPurpose is what a sign-in at an OpenID provider is for.
type OpenIDPurpose string

const (
	// OpenIDSignIn signs in.
	OpenIDSignIn OpenIDPurpose = "sign_in"
	// OpenIDJoin makes the account of an invitation, which is signed in to with the identity.
	OpenIDJoin OpenIDPurpose = "join"
	// OpenIDConnect adds an identity to the account of who is signed in.
	OpenIDConnect OpenIDPurpose = "connect"
	// OpenIDProve has who is signed in prove again who they are.
	OpenIDProve OpenIDPurpose = "prove"
)

// Signed reports whether only somebody who is signed in begins with this purpose.
func (p OpenIDPurpose) Signed() bool { return p == OpenIDConnect || p == OpenIDProve }

// OpenIDRequestLife is how long somebody may take at a provider.
const OpenIDRequestLife = 10 * time.Minute

// OpenIDRequest is a sign-in that a browser began at an OpenID provider. It comes back once.
type OpenIDRequest struct {
	// Provider is the id of the provider in the settings.
	Provider string
	Purpose  OpenIDPurpose
	// Browser is the SHA-256 of the cookie of the browser that began.
	Browser []byte
	// UserID is who is signed in, LinkID the invitation that is accepted; zero for other purposes.
	UserID, LinkID ID
	// Username and Slug are what who was invited typed.
	Username, Slug string
	// Next is the page that the person wanted to see; "" for none.
	Next      string
	ExpiresAt time.Time
}
