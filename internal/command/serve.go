package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/server"
)

// Serve is a server for real use.
type Serve struct {
	Addr            config.Address     `help:"Address to listen on; port 0 takes a free one (default: ${default})." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	DB              config.Database    `name:"db" help:"Database: sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME (default: ${default})." default:"sqlite:almoner.db" placeholder:"URL" secret:"password"`
	BaseURL         config.BaseURL     `name:"base-url" help:"Address that others reach this server at, as it stands in answers; any spelling of a scheme, host and port (default: http:// and the address it listens on)." placeholder:"URL"`
	Sandbox         bool               `help:"Take play money, for trials and tests: with test cards on pages of this server, and from tokens of scope sandbox. Pages, mails and answers say so. Without it and without Stripe nothing is taken."`
	ShutdownTimeout time.Duration      `help:"How long requests that were accepted may take to finish after a signal to stop." default:"15s"`
	V3              config.V3          `embed:"" prefix:"v3-"`
	Log             config.Log         `embed:"" prefix:"log-"`
	Metrics         config.Metrics     `embed:"" prefix:"metrics-"`
	Limits          config.Limits      `embed:"" prefix:"limit-"`
	DonationLimit   config.Amount      `help:"Largest single donation, in the smallest unit of its currency; ten times as much where that has three decimals (default: ${default})." default:"100000000" placeholder:"N"`
	Fee             config.Fee         `embed:"" prefix:"fee-"`
	Captcha         config.Captcha     `embed:"" prefix:"captcha-"`
	OpenID          config.OpenID      `name:"openid" embed:"" prefix:"openid-"`
	Mail            config.Mail        `embed:"" prefix:"mail-"`
	Site            config.Site        `embed:"" prefix:"site-"`
	Speech          config.Speech      `embed:"" prefix:"speech-"`
	Secret          config.Secret      `embed:"" prefix:"secret-"`
	TLS             config.TLS         `embed:""`
	Backup          config.Backups     `embed:"" prefix:"backup-"`
	Alarm           config.Alarms      `embed:"" prefix:"alarm-"`
	Providers       checkout.Providers `embed:""`
	WebhookNetworks []config.Network   `help:"Networks that webhooks and requests to OpenID providers may reach although they are not public, such as 127.0.0.0/8 for development, with commas between them." placeholder:"NETWORK,…"`
	TrustedProxies  []config.Network   `help:"Proxies that are believed about X-Forwarded-For: addresses or networks such as 10.0.0.0/8, with commas between them." placeholder:"NETWORK,…"`
}

// Validate reports which settings do not go together.
func (c Serve) Validate() error {
	return misused(errors.Join(c.together()...))
}

// together are the settings that do not go together; nil stands among them for those that do.
func (c Serve) together() []error {
	return []error{c.Mail.Check(), c.OpenID.Check(), c.payments().Check(), server.CheckBackups(c.Backup, c.DB), c.TLS.Check(c.BaseURL)}
}

// serveSettings are the flags of Serve without what it does, for commands that look at them.
type serveSettings Serve

// mistakes are all reasons for which the server would not start that can be seen without its database.
func (c Serve) mistakes(ctx context.Context, log *slog.Logger) []error {
	_, err := readMetricsToken(c.Metrics.TokenFile)
	all := slices.Concat(c.together(), server.Check(ctx, c.settings(log)), []error{err})
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

func (c Serve) payments() checkout.Settings {
	return checkout.Settings{Providers: c.Providers, Sandbox: c.Sandbox, Fee: feeRate(c.Fee)}
}

// Run serves until ctx ends. It prints the listening address.
func (c Serve) Run(ctx context.Context, t Terminal) error {
	collectLess()
	listener, err := listen(ctx, c.Addr, addrFlag)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	settings := c.settings(newLog(c.Log, t.Err))
	if settings.BaseURL == "" {
		settings.BaseURL = addressOf(listener)
	}
	settings.Address = listener.Addr()
	if settings.HTTP, err = c.listenPlain(ctx); err != nil {
		return err
	}
	if settings.HTTP != nil {
		defer func() { _ = settings.HTTP.Close() }()
	}
	if settings.Metrics, err = c.metrics(ctx); err != nil {
		return err
	}
	node, err := server.Open(ctx, settings)
	if err != nil {
		return errors.Join(err, settings.Metrics.Close())
	}
	c.sayListening(t.Out, node, listener)
	if err := printSetUp(ctx, t.Out, node.App(), settings.BaseURL, listener.Addr().String()); err != nil {
		settings.Log.WarnContext(ctx, "the link that makes the first operator could not be made", "error", err) // a full disk must not keep a server from being read
	}
	return errors.Join(node.Serve(ctx, listener), node.Close())
}

// sayListening prints the listening address, and what machines have to trust where that is an authority of our own.
func (c Serve) sayListening(out io.Writer, node *server.Node, listener net.Listener) {
	at := addressOf(listener)
	if c.TLS.Set() {
		at = "https" + strings.TrimPrefix(at, "http")
	}
	_, _ = fmt.Fprintf(out, "Almoner listens on %s\n", at)
	if path, fingerprint, is := node.LocalRoot(); is {
		_, _ = fmt.Fprintf(out, "Machines that are to trust it need the root of the local authority, %s; docs/operating.md says how, and how to end that.\nSHA-256 of the root: %s\n", path, fingerprint)
	}
}

// baseURL is the address that is set, or else that of the first name that the server has a certificate for; "" for the listening address.
func (c Serve) baseURL() config.BaseURL {
	if c.BaseURL == "" && c.TLS.Set() {
		return c.TLS.BaseURL()
	}
	return c.BaseURL
}

// settings are what the node is built from. The metrics are missing, whose port is not taken yet.
func (c Serve) settings(log *slog.Logger) server.Settings {
	return server.Settings{
		Database: c.DB, BaseURL: string(c.baseURL()), TLS: c.TLS, Payments: c.payments(), Captcha: c.Captcha, OpenID: c.OpenID, Mail: c.Mail, Site: c.Site, Speech: c.Speech, Secret: c.Secret, Backups: c.Backup, Alarms: c.Alarm, Limits: c.Limits,
		DonationLimit:   fund.DonationLimit(c.DonationLimit),
		WebhookNetworks: prefixes(c.WebhookNetworks),
		V3Sunset:        c.V3.Sunset.Time, TrustedProxies: prefixes(c.TrustedProxies), ShutdownTimeout: c.ShutdownTimeout, Log: log,
	}
}

// beside are the settings of a server for commands that look at it, whether it runs or not.
func (c Serve) beside(t Terminal) server.Settings {
	settings := c.settings(newLog(c.Log, t.Err))
	if settings.BaseURL == "" {
		settings.BaseURL = "http://" + string(c.Addr)
	}
	return settings
}

// heapGrowth is by how many percent of what is in use the heap of a server grows before it is collected. What is in use is small, and Go's own 100 would
// collect it many times a second while donations arrive, on processors that the database needs, too.
const heapGrowth = 300

// collectLess sets heapGrowth, unless the operator says otherwise.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}

func prefixes(networks []config.Network) []netip.Prefix {
	var all []netip.Prefix
	for _, n := range networks {
		all = append(all, n.Prefix)
	}
	return all
}
