package openid

import (
	"cmp"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// maxSubject is the most bytes of the name of an account.
const maxSubject = fund.MaxSubject

// idClaims are what is read of an ID token, or of userinfo, besides what the library reads.
type idClaims struct {
	Subject string `json:"sub"`
	// Party is the client that the token was made for.
	Party string `json:"azp"`
	// AuthTime is when the person last proved to the provider who they are, in seconds; 0 where it does not say.
	AuthTime float64  `json:"auth_time"`
	Email    string   `json:"email"`
	Verified verified `json:"email_verified"`
	Username string   `json:"preferred_username"`
	Name     string   `json:"name"`
}

// verified is whether an address is proved. Some providers write "true" with quotes.
type verified struct {
	// said reports whether the provider says anything about it.
	said, proved bool
}

// UnmarshalJSON reads a boolean, with or without quotes; anything else proves nothing.
func (v *verified) UnmarshalJSON(text []byte) error {
	said := string(text)
	*v = verified{said: said != "null", proved: said == "true" || said == `"true"`}
	return nil
}

// claims are those that matter here.
func (c idClaims) claims() app.OpenIDClaims {
	return app.OpenIDClaims{
		Subject: c.Subject, Email: c.Email, EmailProved: c.Verified.proved && c.Email != "", Label: fund.IdentityLabel(cmp.Or(c.Username, c.Email, c.Name)),
	}
}
