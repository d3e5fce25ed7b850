package server

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

	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// defaultSeed is what new data is made from when nobody chose a seed.
const defaultSeed = 1

// Demo runs a server with the demo's data until ctx ends, and prints what to look at. The
// first start in a folder fills it; later ones go on with what is there.
func Demo(ctx context.Context, c config.Demo, out io.Writer, logTo io.Writer) error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fault.Wrap(err, fault.Unavailable, "The folder %s cannot be made; choose another one with --data.", c.Data)
	}
	folder := demoFolder{path: c.Data, database: c.Database().NameIn(c.Data), seed: c.Seed}
	if _, err := folder.credentials(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	listener, err := listen(ctx, c.Addr)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	if err := folder.clear(); err != nil {
		return err
	}
	n, err := open(ctx, settings{
		database: c.Database(), baseURL: addressOf(listener), sandbox: true, shutdownTimeout: c.ShutdownTimeout,
		sunset: c.V3.Sunset.Time, limits: c.Limits, fee: rateOf(c.Fee), mail: c.Mail, log: newLog(c.Log, logTo),
	})
	if err != nil {
		return err
	}
	credentials, err := n.fill(ctx, folder)
	if err != nil && ctx.Err() != nil {
		return n.close() // told to stop; the next start fills afresh
	}
	if err != nil {
		return errors.Join(err, n.close())
	}
	welcome(out, credentials, c.Data)
	givers := demo.Donors{App: n.app, Spared: credentials.EmptyCampaign.ID, Rate: float64(c.Rate), Log: n.log, Seed: folder.seedOf(credentials)}
	return errors.Join(n.serve(ctx, listener, givers.Run), n.close())
}

// fill gives the credentials of the demo, after it made the data where there is none. They
// name the address of this start.
func (n *node) fill(ctx context.Context, folder demoFolder) (demo.Credentials, error) {
	empty, err := n.empty(ctx)
	if err != nil {
		return demo.Credentials{}, err
	}
	if empty {
		return n.fillEmpty(ctx, folder)
	}
	credentials, err := folder.credentials()
	if errors.Is(err, fs.ErrNotExist) {
		return credentials, folder.stray()
	}
	if err != nil {
		return credentials, err
	}
	_, err = n.app.Authenticate(ctx, credentials.V3.ApplicationToken)
	if fault.Is(err, fault.Unauthenticated) || credentials.V3.ApplicationToken == "" {
		return credentials, fault.New(fault.Conflict,
			"The tokens in %s are not those of the database %s; put the right file back, or start afresh with another --data (and --db).",
			folder.file(demo.CredentialsFile), folder.database)
	}
	if err != nil || credentials.BaseURL == n.baseURL {
		return credentials, err
	}
	credentials.BaseURL = n.baseURL
	return credentials, credentials.Save(folder.path)
}

func (n *node) empty(ctx context.Context) (bool, error) {
	users, err := n.app.ListUsers(ctx, app.System(), fund.Page{Limit: 1})
	return len(users) == 0, err
}

func (n *node) fillEmpty(ctx context.Context, folder demoFolder) (demo.Credentials, error) {
	seed := folder.seedOf(demo.Credentials{})
	if err := folder.begin(); err != nil {
		return demo.Credentials{}, err
	}
	n.log.InfoContext(ctx, "filling", "data", folder.path, "seed", seed)
	credentials, err := demo.Fill(ctx, demo.Filler{Make: n.newApp, Seed: seed, Secrets: rand.Reader, BaseURL: n.baseURL})
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
	application, giver := as(c.V3.ApplicationToken), as(c.Sandbox.Token)
	_, _ = fmt.Fprintf(out, `Almoner is ready. Open in a browser:

  %[1]s/
  %[1]s/@%[2]s/%[3]s
  %[1]s/@%[2]s/%[3]s%[13]s (give with a card of the sandbox)
  %[1]s%[4]s

Ask version 3 of the API about that campaign and its donations, ask version 5, get a token for it, or give:

  curl -sSf %[5]s %[6]s
  curl -sSf %[5]s '%[6]s/donations?count=5'
  curl -sSf %[5]s %[7]s
  curl -sSf -d '%[8]s' %[1]s/oauth/token
  curl -sSf %[9]s -d '{"campaign":%[10]d,"amount":"5","name":"You"}' %[1]s%[11]s

Tokens, users and their passwords are in %[12]s. Ctrl+C stops; the data stays.
`, c.BaseURL, c.Campaign.OwnerSlug, c.Campaign.Slug, apidocs.Path, application, old, named, token.Encode(), giver, c.Campaign.LegacyID,
		sandbox.TriggerPath, filepath.Join(folder, demo.CredentialsFile), fund.DonatePath)
}
