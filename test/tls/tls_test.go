package tls_test

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

const name = "give.example.org"

// node is a server with a certificate of the authority.
func (p *pebble) node(t *testing.T, db config.Database, at, http string) command.Serve {
	t.Helper()
	return command.Serve{
		DB: db, Addr: config.Address(at), ShutdownTimeout: 10 * time.Second, Log: config.Log{Level: "info"}, Secret: config.Secret{Key: storetest.SecretKey},
		TLS: config.TLS{Hosts: []config.Host{name}, HTTPAddr: config.OptionalAddress(http), Directory: config.WebURL(p.directory()), Root: p.rootFile, Email: "admin@example.org"},
	}
}

// TestIssueAndKeep gets a certificate in each way in which a name can be proved, and has it again after a start without the authority.
func TestIssueAndKeep(t *testing.T) {
	t.Parallel()
	for way, plain := range map[string]bool{"tls-alpn-01 alone": false, "with http-01": true} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			p := newPebble(t, 24*time.Hour)
			p.start(t)
			http, db := "", testnode.Database(t)
			if plain {
				http = p.http
			}
			c := p.node(t, db, p.tls, http)
			if plain {
				// Nobody reaches the server over TLS: the name is proved over plain HTTP.
				c.Addr = "127.0.0.1:0"
			}
			s := testnode.Start(t, c)
			at := strings.TrimPrefix(s.URL, "https://")
			roots := p.roots(t)
			first := eventually(t, at, roots)
			must.Do(t, s.Stop())
			p.stop(t)
			began := time.Now()
			s = testnode.Start(t, c)
			again, err := shown(strings.TrimPrefix(s.URL, "https://"), name, roots)
			for err != nil && time.Since(began) < 5*time.Second {
				again, err = shown(strings.TrimPrefix(s.URL, "https://"), name, roots)
			}
			if err != nil || !again.Equal(first) {
				t.Errorf("after a start without the authority: got %v, want the kept certificate", err)
			}
			if _, err := shown(strings.TrimPrefix(s.URL, "https://"), "other.example.org", roots); err == nil {
				t.Error("got a certificate for a name that is not ours")
			}
		})
	}
}

// eventually is the certificate that a server has after a while.
func eventually(t *testing.T, at string, roots *x509.CertPool) (c *x509.Certificate) {
	t.Helper()
	await(t, "certificate", func() bool {
		var err error
		c, err = shown(at, name, roots)
		return err == nil
	})
	return c
}

// TestNodesShare has two nodes over one database at once: one certificate is issued. The proof may be asked of either of them.
func TestNodesShare(t *testing.T) {
	t.Parallel()
	p := newPebble(t, 24*time.Hour)
	p.start(t)
	db := config.Database(storetest.Postgres(t))
	one := testnode.Start(t, p.node(t, db, "127.0.0.1:0", p.http))
	other := testnode.Start(t, p.node(t, db, p.tls, ""))
	roots := p.roots(t)
	first := eventually(t, strings.TrimPrefix(one.URL, "https://"), roots)
	if second := eventually(t, strings.TrimPrefix(other.URL, "https://"), roots); !second.Equal(first) {
		t.Errorf("got the certificates %s and %s, want one for both nodes", first.SerialNumber, second.SerialNumber)
	}
}

// TestTheAuthorityIsAway starts without an authority: the server runs, its doctor says what is wrong, and it gets its certificate once the authority is there.
func TestTheAuthorityIsAway(t *testing.T) {
	t.Parallel()
	p := newPebble(t, 24*time.Hour)
	db := testnode.Database(t)
	c := p.node(t, db, p.tls, p.http)
	testnode.Start(t, c)
	await(t, "finding of the doctor", func() bool {
		out, err := testnode.Do(t, command.Doctor{Serve: c})
		return errors.Is(err, command.ErrProblems) && strings.Contains(out, "gets no certificate for "+name) && strings.Contains(out, "connection refused")
	})
	status, _ := testnode.Get(t, "http://"+p.http+"/healthz")
	if status != 421 {
		t.Errorf("got %d for a name that is not ours, want 421", status)
	}
	source := p.source(t, storetest.OpenAt(t, string(db), store.Options{}), time.Second)
	await(t, "failure", func() bool { return source.States()[0].Failure != "" })
	p.start(t)
	await(t, "certificate", func() bool {
		states := source.States()
		return !states[0].Until.IsZero() && states[0].Failure == ""
	})
	states := must.Get(certs.Look(t.Context(), storetest.OpenAt(t, string(db), store.Options{}), c.TLS, time.Now))(t)
	if states[0].Until.IsZero() || states[0].Failure != "" {
		t.Errorf("got %+v, want a certificate, and the failure forgotten", states[0])
	}
}

// source has certificates beside a node, with pauses of seconds in place of minutes.
func (p *pebble) source(t *testing.T, s *store.Store, pause time.Duration) certs.Source {
	t.Helper()
	c := p.node(t, "", p.tls, p.http)
	source := must.Get(certs.New(certs.Options{
		Settings: c.TLS, Base: name, Store: s, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), RenewCheck: pause, Retry: []time.Duration{pause},
		TLS: must.Get(net.ResolveTCPAddr("tcp", p.tls))(t), HTTP: must.Get(net.ResolveTCPAddr("tcp", p.http))(t),
	}))(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- source.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		must.Do(t, <-done)
		source.Close()
	})
	return source
}

// TestRenew has certificates that are good for seconds: they are renewed before they end, by a node that is running.
func TestRenew(t *testing.T) {
	t.Parallel()
	p := newPebble(t, 20*time.Second)
	p.start(t)
	db := string(testnode.Database(t))
	testnode.Start(t, p.node(t, config.Database(db), p.tls, p.http))
	roots := p.roots(t)
	first := eventually(t, p.tls, roots)
	source := p.source(t, storetest.OpenAt(t, db, store.Options{}), time.Second)
	await(t, "second certificate", func() bool { return source.States()[0].Until.After(first.NotAfter) })
}
