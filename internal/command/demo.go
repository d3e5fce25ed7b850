package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/web"
)

// defaultSeed is what new data is made from when nobody chose a seed.
const defaultSeed = 1

// Demo is a server with a lively data set and simulated donors.
type Demo struct {
	Addr config.Address  `help:"Address to listen on; port 0 takes a free one (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	Data string          `help:"Folder for the database and credentials.json; it is made when it is missing (default: ${default})." default:"./almoner-demo" placeholder:"DIR"`
	DB   config.Database `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: sqlite:DIR/almoner.db)." placeholder:"URL" secret:"password"`
	Rate config.Rate     `help:"How often somebody gives, such as 1/s, 30/m or 500/h; 0 for never (default: ${default})." default:"1/s" placeholder:"N/UNIT"`
	// Seed is 0 when nobody chose one.
	Seed            uint64           `help:"Decides about the data: the same seed makes the same data (default: that of the data in DIR, 1 for new data)." placeholder:"N"`
	Pictures        bool             `help:"Paint pictures for people, teams, causes and campaigns when the data is made, which takes some seconds (default: yes)." default:"true" negatable:""`
	ShutdownTimeout time.Duration    `help:"How long requests that were accepted may take to finish after a signal to stop." default:"15s"`
	V3              config.V3        `embed:"" prefix:"v3-"`
	Log             config.Log       `embed:"" prefix:"log-"`
	Limits          config.Limits    `embed:"" prefix:"limit-"`
	Fee             config.Fee       `embed:"" prefix:"fee-"`
	OpenID          config.OpenID    `name:"openid" embed:"" prefix:"openid-"`
	Mail            config.Mail      `embed:"" prefix:"mail-"`
	Site            config.Site      `embed:"" prefix:"site-"`
	WebhookNetworks []config.Network `help:"Networks that webhooks and requests to OpenID providers may reach although they are not public, such as 127.0.0.0/8 for development, with commas between them." placeholder:"NETWORK,…"`
}

// Validate reports which settings do not go together.
func (c Demo) Validate() error { return misused(errors.Join(c.Mail.Check(), c.OpenID.Check())) }

// Database is the database of the demo: the one that was named, or a file in its folder.
func (c Demo) Database() config.Database {
	if c.DB != "" {
		return c.DB
	}
	return config.FileIn(c.Data)
}

// Run runs a server with the demo's data until ctx ends, and prints what to look at. The
// first start in a folder fills it; later ones go on with what is there.
func (c Demo) Run(ctx context.Context, t Terminal) error {
	collectLess()
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder %s cannot be made; choose another one with --data.", c.Data)
	}
	folder := demoFolder{path: c.Data, database: c.Database().NameIn(c.Data), seed: c.Seed, pictures: c.Pictures}
	if _, err := folder.credentials(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	listener, err := listen(ctx, c.Addr, addrFlag)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if err := folder.clear(ctx); err != nil {
		return err
	}
	secret := config.Secret{}
	if _, is := c.Database().File(); !is {
		secret.KeyFile = folder.file(keyFile)
	}
	node, err := server.Open(ctx, server.Settings{
		Database: c.Database(), Secret: secret, BaseURL: addressOf(listener), Payments: checkout.Settings{Sandbox: true, Fee: feeRate(c.Fee)},
		WebhookNetworks: prefixes(c.WebhookNetworks), OpenID: c.OpenID, Mail: c.Mail, Site: c.Site, Limits: c.Limits, V3Sunset: c.V3.Sunset.Time, ShutdownTimeout: c.ShutdownTimeout, Log: newLog(c.Log, t.Err),
	})
	if err != nil {
		return err
	}
	credentials, err := fill(ctx, node, folder)
	if err != nil && ctx.Err() != nil {
		return node.Close() // told to stop; the next start fills afresh
	}
	if err != nil {
		return errors.Join(err, node.Close())
	}
	welcome(t.Out, credentials, c.Data)
	donors := demo.Donors{App: node.App(), Spared: credentials.EmptyCampaign.ID, Rate: float64(c.Rate), Log: node.Log, Seed: folder.seedOf(credentials)}
	return errors.Join(node.Serve(ctx, listener, donors.Run), node.Close())
}

// fill gives the credentials of the demo, after it made the data where there is none. They
// name the address of this start.
func fill(ctx context.Context, n *server.Node, folder demoFolder) (demo.Credentials, error) {
	empty, err := hasNoUsers(ctx, n.App())
	if err != nil {
		return demo.Credentials{}, err
	}
	if empty {
		return fillEmpty(ctx, n, folder)
	}
	credentials, err := folder.credentials()
	if errors.Is(err, fs.ErrNotExist) {
		return credentials, folder.stray()
	}
	if err != nil {
		return credentials, err
	}
	_, err = n.App().Authenticate(ctx, credentials.V3.ApplicationToken)
	if fault.Is(err, fault.Unauthenticated) || credentials.V3.ApplicationToken == "" {
		return credentials, fault.New(fault.Conflict,
			"The tokens in %s are not those of the database %s; put the right file back, or start afresh with another --data (and --db).",
			folder.file(demo.CredentialsFile), folder.database)
	}
	if err != nil || credentials.BaseURL == n.BaseURL {
		return credentials, err
	}
	credentials.BaseURL = n.BaseURL
	return credentials, credentials.Save(folder.path)
}

func hasNoUsers(ctx context.Context, a *app.App) (bool, error) {
	users, err := a.ListUsers(ctx, app.System(), fund.Page{Limit: 1})
	return len(users) == 0, err
}

func fillEmpty(ctx context.Context, n *server.Node, folder demoFolder) (demo.Credentials, error) {
	seed := folder.seedOf(demo.Credentials{})
	if err := folder.begin(); err != nil {
		return demo.Credentials{}, err
	}
	n.Log.InfoContext(ctx, "filling", "data", folder.path, "seed", seed)
	credentials, err := demo.Fill(ctx, demo.Filler{Make: n.NewApp, Seed: seed, Secrets: rand.Reader, BaseURL: n.BaseURL, Pictures: folder.pictures})
	if err != nil {
		return credentials, fmt.Errorf("demo data: %w", err)
	}
	credentials.Database, credentials.Seed = folder.database, &seed
	if err := credentials.Save(folder.path); err != nil {
		return credentials, err
	}
	return credentials, folder.remove(fillingFile)
}

// welcome prints what to open, and lines for a shell that work as they are.
func welcome(out io.Writer, c demo.Credentials, folder string) {
	old := fmt.Sprintf("%s/api/v3/campaigns/%d", c.BaseURL, c.Campaign.LegacyID)
	named := fmt.Sprintf("%s/api/public/campaigns/by/slugs/%s/%s", c.BaseURL, c.Campaign.OwnerSlug, c.Campaign.Slug)
	as := func(token string) string { return "-H 'Authorization: Bearer " + token + "'" }
	token := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {c.Application.ClientID}, "client_secret": {c.Application.ClientSecret},
		"scope": {fund.ScopePublic + " " + fund.ScopeWebhooksWrite},
	}
	user := c.Users[slices.IndexFunc(c.Users, func(u demo.Login) bool { return u.Slug == c.Campaign.OwnerSlug })]
	application, donor := as(c.V3.ApplicationToken), as(c.Sandbox.Token)
	_, _ = fmt.Fprintf(out, `Almoner is ready. Open in a browser:

  %[1]s/
  %[1]s/@%[2]s/%[3]s
  %[1]s/@%[2]s/%[3]s%[13]s (give with a card of the sandbox)
  %[1]s/dashboard (sign in as %[14]s with the password %[15]s)
  %[1]s%[4]s

Try the APIs: V3 for that campaign and its donations, V5 for the same campaign, a V5 token, and a donation:

  curl -sSf %[5]s %[6]s
  curl -sSf %[5]s '%[6]s/donations?count=5'
  curl -sSf %[5]s %[7]s
  curl -sSf -d '%[8]s' %[1]s/oauth/token
  curl -sSf %[9]s -d '{"campaign":%[10]d,"amount":"5","name":"You"}' %[1]s%[11]s

Tokens, users and their passwords are in %[12]s. Ctrl+C stops; the data stays.
`, c.BaseURL, c.Campaign.OwnerSlug, c.Campaign.Slug, apidocs.Path, application, old, named, token.Encode(), donor, c.Campaign.LegacyID,
		sandbox.TriggerPath, filepath.Join(folder, demo.CredentialsFile), web.DonatePath, user.Email, user.Password)
}
