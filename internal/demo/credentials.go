package demo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// CredentialsFile is the name of the file that Save writes and Load reads.
const CredentialsFile = "credentials.json"

// Credentials is everything needed to use the demo: its address, its accounts, and its most interesting facts. It holds secrets in clear
// text.
type Credentials struct {
	// BaseURL is where the demo is served, such as "http://127.0.0.1:8080".
	BaseURL string `json:"base_url"`
	// Database is the database of the data set, named by config.Database.NameIn; "" is the SQLite file in the folder.
	Database string `json:"database,omitempty"`
	// Seed is the seed of the data set; nil if it was not saved.
	Seed    *uint64      `json:"seed,omitempty"`
	V3      V3Tokens     `json:"v3"`
	Sandbox SandboxToken `json:"sandbox"`
	// Application is an application of V5.
	Application ApplicationSecrets `json:"application"`
	Users       []Login            `json:"users"`
	// Operator runs the server, and is none of Users.
	Operator Login   `json:"operator"`
	Team     Address `json:"team"`
	// Cause is the first cause, FundraisingEvent its published event.
	Cause            Address `json:"cause"`
	FundraisingEvent Address `json:"fundraising_event"`
	// TeamCampaign supports the event, and Campaign, which has everything, supports TeamCampaign.
	TeamCampaign Address `json:"team_campaign"`
	Campaign     Address `json:"campaign"`
	// EmptyCampaign has no donations, no team and no event; SecondCampaign has donations and another owner than Campaign.
	EmptyCampaign  Address `json:"empty_campaign"`
	SecondCampaign Address `json:"second_campaign"`
	// UserCampaignOwner is the user who owns Campaign.
	UserCampaignOwner Login `json:"user_campaign_owner"`
	// PersonalCampaign and AuctionHouse have everything that facts of their kinds can have.
	PersonalCampaign Address `json:"personal_campaign"`
	AuctionHouse     Address `json:"auction_house"`
	// WebhookEndpoint and WebhookRelay belong to Application.
	WebhookEndpoint Endpoint `json:"webhook_endpoint"`
	WebhookRelay    Relay    `json:"webhook_relay"`
	LegacyRelay     Legacy   `json:"legacy_relay"`
}

// V3Tokens are bearer tokens for the V3 API, one of each kind. The user token is that of the first user, who owns the campaign; the cause
// token that of the cause.
type V3Tokens struct {
	ApplicationToken string `json:"application_token"`
	UserToken        string `json:"user_token"`
	CauseToken       string `json:"cause_token"`
	// Application is the application that the tokens were issued to.
	Application ApplicationSecrets `json:"application"`
}

// SandboxToken is a token that may record donations without a payment.
type SandboxToken struct {
	Token string `json:"token"`
}

// ApplicationSecrets is an OAuth application with its secret. Scopes are the most that its tokens may have, RedirectURI is the first of
// RedirectURIs.
type ApplicationSecrets struct {
	ID           string   `json:"id"`
	ClientID     string   `json:"client_id"`
	ClientSecret string   `json:"client_secret"`
	RedirectURI  string   `json:"redirect_uri"`
	RedirectURIs []string `json:"redirect_uris"`
	Scopes       []string `json:"scopes"`
}

// Endpoint is a webhook endpoint with its signing key.
type Endpoint struct {
	ID         string `json:"id"`
	SigningKey string `json:"signing_key"`
}

// Relay is a webhook relay.
type Relay struct {
	ID string `json:"id"`
}

// Legacy is another service's name for a donation.
type Legacy struct {
	Provider string `json:"provider"`
	UUID     string `json:"uuid"`
}

// Login is a user who can sign in. Role is the user's role in the team, "cause_member" for
// the staff of a cause, "operator", or "user".
type Login struct {
	ID       string `json:"id"`
	LegacyID int64  `json:"legacy_id"`
	Slug     string `json:"slug"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"`
}

// Address names one object in every way. OwnerSlug is the slug of the user, team or cause under which Slug is unique, and empty if there is
// none.
type Address struct {
	ID        string `json:"id"`
	LegacyID  int64  `json:"legacy_id"`
	Slug      string `json:"slug"`
	OwnerSlug string `json:"owner_slug"`
}

// Save writes the credentials into dir, readable only by the current user. The file is replaced atomically: a reader sees the old one or
// the new one.
func (c Credentials) Save(dir string) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	// CreateTemp creates files with mode 0600.
	file, err := os.CreateTemp(dir, CredentialsFile+".*")
	if err != nil {
		return fmt.Errorf("credentials: %w", err)
	}
	_, err = file.Write(append(text, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(dir, CredentialsFile))
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("credentials: %w", err)
	}
	return nil
}

// Load reads what Save wrote into dir. The error wraps fs.ErrNotExist if nothing was saved.
func Load(dir string) (Credentials, error) {
	text, err := os.ReadFile(filepath.Join(dir, CredentialsFile))
	if err != nil {
		return Credentials{}, fmt.Errorf("credentials: %w", err)
	}
	var c Credentials
	if err := json.Unmarshal(text, &c); err != nil {
		return Credentials{}, fmt.Errorf("credentials in %s: %w", dir, err)
	}
	return c, nil
}
