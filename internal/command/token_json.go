package command

import "github.com/almoner/almoner/internal/fund"

// tokenJSON is what commands print of an access token, for programs.
type tokenJSON struct {
	ID          string   `json:"id"`
	Kind        string   `json:"kind"`
	User        *string  `json:"user"`
	Cause       *string  `json:"cause"`
	Application *string  `json:"application"`
	Scopes      []string `json:"scopes"`
	CreatedAt   *string  `json:"created_at"`
	ExpiresAt   *string  `json:"expires_at"`
	// Token is the text of a new token.
	Token string `json:"token,omitempty"`
}

func toTokenJSON(k fund.Token) tokenJSON {
	return tokenJSON{
		ID: k.ID.String(), Kind: string(k.Kind), User: idJSON(k.UserID), Cause: idJSON(k.CauseID), Application: idJSON(k.ApplicationID),
		Scopes: k.Scopes, CreatedAt: instantJSON(k.CreatedAt), ExpiresAt: instantJSON(k.ExpiresAt),
	}
}

// idJSON is an id for programs; nil for none.
func idJSON(id fund.ID) *string {
	if id.IsZero() {
		return nil
	}
	text := id.String()
	return &text
}
