// Package config is how Almoner is told what to do: one struct a command, filled from flags
// and from the environment (--base-url is ALMONER_BASE_URL), with the defaults in its tags.
//
// A value that cannot be meant is refused when it is read, in words that say what would do;
// the reader of the flags puts the flag's name in front. Nothing here is global, and the
// parts are handed down as small as they are needed.
package config

import (
	"errors"
	"path/filepath"
	"time"
)

// Serve is a server for real use.
type Serve struct {
	Addr            Address       `help:"Address to listen on; port 0 takes a free one (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	DB              Database      `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: ${default})." default:"sqlite:almoner.db" placeholder:"URL"`
	BaseURL         BaseURL       `name:"base-url" help:"Address that others reach this server at, as it stands in answers; any spelling of a scheme, host and port (default: http:// and the address it listens on)." placeholder:"URL"`
	Sandbox         bool          `help:"Take donations without a payment from tokens of scope sandbox (for trials and tests)."`
	ShutdownTimeout time.Duration `help:"How long requests that were accepted may take to finish after a signal to stop." default:"15s"`
	V3              V3            `embed:"" prefix:"v3-"`
	Log             Log           `embed:"" prefix:"log-"`
	Limits          Limits        `embed:"" prefix:"limit-"`
	Fee             Fee           `embed:"" prefix:"fee-"`
	Captcha         Captcha       `embed:"" prefix:"captcha-"`
	Mail            Mail          `embed:"" prefix:"mail-"`
	Stripe          Stripe        `embed:"" prefix:"stripe-"`
	// SandboxBesideReal is what Sandbox needs where a real provider is set up.
	SandboxBesideReal bool      `help:"Let --sandbox work although real money is taken, too."`
	TrustedProxies    []Network `help:"Proxies that are believed about X-Forwarded-For: addresses or networks such as 10.0.0.0/8, with commas between them." placeholder:"NETWORK,…"`
}

// Demo is a server with a lively data set and simulated donors.
type Demo struct {
	Addr Address  `help:"Address to listen on; port 0 takes a free one (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data string   `help:"Folder for the database and credentials.json; it is made when it is missing (default: ${default})." default:"./almoner-demo" placeholder:"DIR"`
	DB   Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: sqlite:DIR/almoner.db)." placeholder:"URL"`
	Rate Rate     `help:"How often somebody gives, such as 1/s, 30/m or 500/h; 0 for never (default: ${default})." default:"1/s" placeholder:"N/UNIT"`
	// Seed is 0 when nobody chose one.
	Seed            uint64        `help:"Decides about the data: the same seed makes the same data (default: that of the data in DIR, 1 for new data)." placeholder:"N"`
	ShutdownTimeout time.Duration `help:"How long requests that were accepted may take to finish after a signal to stop." default:"15s"`
	V3              V3            `embed:"" prefix:"v3-"`
	Log             Log           `embed:"" prefix:"log-"`
	Limits          Limits        `embed:"" prefix:"limit-"`
	Fee             Fee           `embed:"" prefix:"fee-"`
	Mail            Mail          `embed:"" prefix:"mail-"`
}

// Validate tells which settings do not go together.
func (s Serve) Validate() error { return s.Mail.check() }

// Validate tells which settings do not go together.
func (d Demo) Validate() error { return d.Mail.check() }

// Database is the database of the demo: the one that was named, or a file in its folder.
func (d Demo) Database() Database {
	if d.DB != "" {
		return d.DB
	}
	return FileIn(d.Data)
}

// FileIn is the database of a demo in the folder.
func FileIn(folder string) Database { return Database("sqlite:" + filepath.Join(folder, "almoner.db")) }

// Audit is what to compare with its ledger: the database, or the demo in the folder.
type Audit struct {
	Data string   `help:"Folder of a demo (default: ${default})." default:"./almoner-demo" placeholder:"DIR"`
	DB   Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: that of the demo in DIR)." placeholder:"URL"`
	// Rebuild sets right what differs.
	Rebuild bool `help:"Set every total that differs to what the ledger says. With SQLite, stop the server first: it would go on showing what it has cached."`
}

// Store is the database of a command that needs nothing else.
type Store struct {
	DB Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: ${default})." default:"sqlite:almoner.db" placeholder:"URL"`
}

// Export is which donations to write, and how.
type Export struct {
	Store
	Fact    string `help:"What was given to: a UUID, @user/slug, +team/slug, the slug of a cause, or cause/event. What supports it is written too." required:"" placeholder:"UUID|@user/slug|…"`
	Format  string `help:"csv, or json for one object a line (NDJSON) (default: ${default})." enum:"csv,json" default:"csv"`
	From    Date   `help:"First day or instant to write, in UTC (default: the beginning)." placeholder:"DATE"`
	To      Date   `help:"First day or instant that is not written any more, in UTC (default: none)." placeholder:"DATE"`
	Entries bool   `help:"Write the entries of the ledger, one for each movement of money, by their own dates, instead of one row a donation."`
	Out     string `help:"File to write, which appears when it is complete (default: standard output)." placeholder:"FILE"`
}

// Validate refuses a time that ends before it begins.
func (e Export) Validate() error {
	if !e.From.IsZero() && !e.To.IsZero() && !e.From.Before(e.To.Time) {
		return errors.New("--to must be later than --from")
	}
	return nil
}

// ProviderEvents are payment provider events that are to be applied: one, or all that are not.
type ProviderEvents struct {
	Store
	ID  string `name:"id" help:"Event to apply, as almoner notices list shows it." xor:"which" required:"" placeholder:"UUID"`
	All bool   `help:"Apply every event that has not been applied." xor:"which" required:""`
	// StripeKey is that of the server: provider events only say what to ask Stripe about.
	StripeKey StripeKey `help:"Secret key of Stripe, as the server has it; for events of Stripe." placeholder:"sk_…"`
}

// User is a new user.
type User struct {
	Store
	Username string `help:"Name that others see." required:""`
	Email    string `help:"E-mail address, to sign in with." required:""`
	Slug     string `help:"Name in addresses (default: made of the username)."`
	// Password is read by the command, or made up when it is "".
	Password string `kong:"-"`
}

// Application is a new OAuth application.
type Application struct {
	Store
	Name string `help:"Name that users see when they are asked for consent." required:""`
	API  string `name:"api" help:"Version of the API that it is written for: ${enum}. Tokens of v5 last two hours, those of v3 do not expire (default: ${default})." enum:"v3,v5" default:"v5"`
	// RedirectURIs are compared to the letter, but for ports of this machine, so there may be several.
	RedirectURIs []string `name:"redirect-uri" sep:"none" help:"Where users come back to after their consent: https, or http on this machine, there with any port. May be repeated." required:"" placeholder:"URL"`
	Scopes       []string `name:"scope" help:"What its tokens may do at most: public, cause, webhooks:read, webhooks:write, write, donations:write, sandbox. May be repeated (default: public; for v3 public, cause and write)." placeholder:"SCOPE"`
	Owner        string   `help:"Slug or number of the user whom the application belongs to." required:"" placeholder:"SLUG|ID"`
}

// V3 is what an operator decides about version 3 of the API.
type V3 struct {
	Sunset Date `help:"Day or instant from which version 3 of the API answers 410 Gone, such as 2027-06-30 (default: never). Version 5 goes on; docs/v3-to-v5.md says how to move." env:"ALMONER_V3_SUNSET" placeholder:"DATE"`
}

// Log is what is logged, and how.
type Log struct {
	Level  string `help:"Least important messages to log: ${enum}." enum:"debug,info,warn,error" default:"info"`
	Format string `help:"Form of the log: ${enum}." enum:"text,json" default:"text"`
}

// Fee is what the payment provider keeps of each payment, for those who add it to their donation.
type Fee struct {
	Share Percent `help:"What the payment provider keeps of a payment, in percent with up to two decimals (default: ${default})." default:"2.9" placeholder:"PERCENT"`
	Fixed []Price `help:"What it keeps of each payment besides, in the smallest unit of each currency (default: ${default})." default:"USD:30,EUR:25,GBP:20,CAD:30,AUD:30" placeholder:"CODE:N,…"`
}

// Captcha is a service that tells people from programs in the donate form. All four belong together.
type Captcha struct {
	VerifyURL WebURL `name:"verify-url" help:"What asks a captcha service whether a form was sent by a person: the siteverify address of Turnstile, hCaptcha or reCAPTCHA (default: no captcha)." placeholder:"URL"`
	Secret    string `help:"The secret that the service gave for this site; better set in the environment." placeholder:"TEXT"`
	SiteKey   string `help:"The public key that the service gave for this site." placeholder:"TEXT"`
	Script    WebURL `help:"The address of the service's script for the donate form." placeholder:"URL"`
}

// Incomplete reports whether some of what belongs together is missing.
func (c Captcha) Incomplete() bool {
	return c.Set() && (c.VerifyURL == "" || c.Secret == "" || c.SiteKey == "" || c.Script == "")
}

// Set reports whether anything of it is there.
func (c Captcha) Set() bool { return c != (Captcha{}) }

// Mail is how receipts are sent by e-mail; the zero value lets them wait.
type Mail struct {
	Server MailServer `help:"Server that receipts are sent through: smtp://USER:PASSWORD@HOST:587 (encrypted with STARTTLS, on this machine not at all) or smtps://USER:PASSWORD@HOST:465. Without one, receipts wait. Better set in the environment: others on this machine can see flags." placeholder:"URL"`
	From   Sender     `help:"Whom receipts come from, such as: Water International <receipts@give.example.org>." placeholder:"NAME <ADDRESS>"`
}

// Set reports whether mail can be sent.
func (m Mail) Set() bool { return m.Server.Host != "" }

func (m Mail) check() error {
	switch {
	case m.Set() && m.From.Address.Address == "":
		return errors.New("--mail-from is missing: with --mail-server, say whom receipts come from")
	case !m.Set() && m.From.Address.Address != "":
		return errors.New("--mail-server is missing: with --mail-from, say through which server receipts are sent")
	default:
		return nil
	}
}

// Receipts is which receipts to list.
type Receipts struct {
	Store
	Unknown bool `help:"Only those of which nobody knows whether they were sent."`
}

// Receipt is the receipt to send.
type Receipt struct {
	Store
	Donation string `help:"Id of the donation." required:"" placeholder:"ID"`
}

// Stripe is how the server takes real money. Both secrets are set, or none.
type Stripe struct {
	Key           StripeKey    `help:"Secret key of Stripe: with it, donors pay there. Needs --stripe-webhook-secret. Set it in the environment, where others on this machine cannot read it." placeholder:"sk_…"`
	WebhookSecret StripeSecret `help:"Secret with which Stripe signs what it sends to BASE-URL/pay/stripe/notices." placeholder:"whsec_…"`
}

// Connection is a cause and its account at a payment provider.
type Connection struct {
	Store
	Cause   string `help:"Slug, number or UUID of the cause." required:"" placeholder:"SLUG|ID"`
	Account string `help:"Its connected account at Stripe." required:"" placeholder:"acct_…"`
}

// Limits are how often one caller may call. A 0 is no limit; of a burst, a minute's worth.
type Limits struct {
	TokenPerMinute   Count `help:"Calls of the API a minute with one token; 0 for no limit (default: ${default})." default:"12000" placeholder:"N"`
	TokenBurst       Count `help:"Calls that may come at once with one token; 0 for a minute's worth (default: ${default})." default:"0" placeholder:"N"`
	AddressPerMinute Count `help:"Calls of the API a minute from one address; 0 for no limit (default: ${default})." default:"24000" placeholder:"N"`
	AddressBurst     Count `help:"Calls that may come at once from one address; 0 for a minute's worth (default: ${default})." default:"0" placeholder:"N"`
}
