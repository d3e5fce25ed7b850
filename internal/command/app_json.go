package command

import "github.com/almoner/almoner/internal/fund"

// applicationJSON is what commands print of an OAuth application, for programs.
type applicationJSON struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	ClientID     string   `json:"client_id"`
	API          string   `json:"api"`
	Owner        *string  `json:"owner"`
	Scopes       []string `json:"scopes"`
	RedirectURIs []string `json:"redirect_uris"`
	// Registered reports whether it registered itself, Pending whether it waits for app approve.
	Registered bool    `json:"registered"`
	Pending    bool    `json:"pending"`
	DisabledAt *string `json:"disabled_at"`
	CreatedAt  *string `json:"created_at"`
	// Secret and Token are those that were just made.
	Secret string `json:"client_secret,omitempty"`
	Token  string `json:"application_token,omitempty"`
}

func toApplicationJSON(a fund.Application) applicationJSON {
	return applicationJSON{
		ID: a.ID.String(), Name: a.Name, ClientID: a.ClientID, API: a.API, Owner: idJSON(a.OwnerID), Scopes: a.Scopes,
		RedirectURIs: a.RedirectURIs, Registered: a.Registered, Pending: a.Pending, DisabledAt: instantJSON(a.DisabledAt), CreatedAt: instantJSON(a.CreatedAt),
	}
}
