package command

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/url"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/web/account"
)

// SetUp prints the link with which the first operator makes an account. It takes the settings of serve, whose address the link has.
type SetUp struct {
	Serve `embed:""`

	JSON bool `name:"json" help:"Print one JSON object."`
}

// setUpJSON is a link for programs: url and code open the page, tunnel is the command that leads there, "" where none is needed.
type setUpJSON struct {
	URL    string  `json:"url"`
	Code   string  `json:"code"`
	Tunnel string  `json:"tunnel"`
	Until  *string `json:"until"`
}

// Run prints the link, also beside a running server. Where there is an operator it fails.
func (c SetUp) Run(ctx context.Context, t Terminal) error {
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		a := app.New(app.Options{Store: s, Random: rand.Reader})
		code, until, err := a.SetUpCode(ctx, t.system())
		if err != nil {
			return err
		}
		link := setUpLink(c.beside(t).BaseURL, string(c.Addr), code)
		if c.JSON {
			return printJSON(t.Out, setUpJSON{link.url, code, link.tunnel, instantJSON(until)})
		}
		return link.print(t.Out, code, until)
	})
}

// printSetUp prints the link of a server that nobody runs yet.
func printSetUp(ctx context.Context, out io.Writer, a *app.App, base, listens string) error {
	needed, err := a.NeedsOperator(ctx)
	if err != nil || !needed {
		return err
	}
	code, until, err := a.SetUpCode(ctx, app.System())
	if err != nil {
		return err
	}
	return setUpLink(base, listens, code).print(out, code, until)
}

// aSetUpLink is where the first operator makes an account.
type aSetUpLink struct{ url, tunnel string }

// setUpLink is the link for a server that others reach at base, and that listens at the address. Over plain HTTP the page opens on the server itself alone, to which a
// tunnel leads.
func setUpLink(base, listens, code string) aSetUpLink {
	query := account.SetUpPath + "?" + url.Values{"code": {code}}.Encode()
	u, err := url.Parse(base)
	if err != nil || u.Scheme == "https" || config.ThisMachine(u.Hostname()) {
		return aSetUpLink{url: base + query}
	}
	local, err := url.Parse("http://" + listens)
	if err != nil || local.Port() == "" {
		return aSetUpLink{url: base + query}
	}
	host := local.Hostname()
	if !config.ThisMachine(host) {
		host = "127.0.0.1"
	}
	return aSetUpLink{
		url:    "http://127.0.0.1:" + local.Port() + query,
		tunnel: fmt.Sprintf("ssh -L %s:%s:%s %s", local.Port(), host, local.Port(), u.Hostname()),
	}
}

func (l aSetUpLink) print(out io.Writer, code string, until time.Time) error {
	_, _ = fmt.Fprintf(out, "Nobody runs this server yet. Make the account of its operator until %s:\n", until.UTC().Format("2006-01-02 15:04 MST"))
	if l.tunnel != "" {
		_, _ = fmt.Fprintf(out, "first open a tunnel, because passwords do not go over plain HTTP:\n  %s\nthen:\n", l.tunnel)
	}
	_, err := fmt.Fprintf(out, "  %s\nThe code is %s\n", l.url, code)
	return err
}
