package command

import "github.com/almoner/almoner/internal/fund"

// userJSON is what commands print of a user, for programs.
type userJSON struct {
	ID         string  `json:"id"`
	LegacyID   int64   `json:"legacy_id"`
	Slug       string  `json:"slug"`
	Username   string  `json:"username"`
	Email      string  `json:"email"`
	Operator   bool    `json:"operator"`
	DisabledAt *string `json:"disabled_at"`
	// DeletedAt is when somebody asked that the account is deleted.
	DeletedAt *string `json:"deleted_at"`
	// PublicAt is when pages of somebody who signed up may become public; nil for at once.
	PublicAt  *string `json:"public_at"`
	CreatedAt *string `json:"created_at"`
	// Password is the one that was made up.
	Password string `json:"password,omitempty"`
}

func toUserJSON(u fund.User) userJSON {
	return userJSON{
		ID: u.ID.String(), LegacyID: u.LegacyID, Slug: u.Slug, Username: u.Username, Email: u.Email, Operator: u.Operator,
		DisabledAt: instantJSON(u.DisabledAt), DeletedAt: instantJSON(u.DeletedAt), PublicAt: instantJSON(u.PublicAt), CreatedAt: instantJSON(u.CreatedAt),
	}
}
