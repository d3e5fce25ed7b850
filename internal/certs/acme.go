package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
)

// letsEncrypt is the directory of a server whose settings name none.
const letsEncrypt = certmagic.LetsEncryptProductionCA

// retryPauses are how long after a failure a certificate is asked for again; the last one repeats for ever. Let's Encrypt takes five failures an hour for a name, and a
// try has two where both proofs fail.
var retryPauses = []time.Duration{5 * time.Minute, time.Hour}

// acmeSource has certificates from an authority over ACME.
type acmeSource struct {
	Options
	cache  *certmagic.Cache
	config *certmagic.Config
	issuer *certmagic.ACMEIssuer
	keep   *keep
	states states
}

// quiet is an issuer that never asks anything at a terminal.
type quiet struct{ *certmagic.ACMEIssuer }

// PreCheck is part of certmagic.PreChecker.
func (q quiet) PreCheck(ctx context.Context, names []string, _ bool) error {
	return q.ACMEIssuer.PreCheck(ctx, names, false)
}

func newACME(o Options) (*acmeSource, error) {
	roots, err := ReadRoots(o.Settings.Root)
	if err != nil {
		return nil, err
	}
	if o.Retry == nil {
		o.Retry = retryPauses
	}
	a := &acmeSource{Options: o, keep: newKeep(o.Store)}
	a.states.hosts = map[string]State{}
	log := newLogger(o.Log)
	a.cache = certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert:   func(certmagic.Certificate) (*certmagic.Config, error) { return a.config, nil },
		RenewCheckInterval: o.RenewCheck, Logger: log,
	})
	// Names are asked for by keepGood alone: without OnDemand a handshake never asks for one.
	a.config = certmagic.New(a.cache, certmagic.Config{
		Storage: a.keep, OnEvent: a.event, DefaultServerName: o.Base, Logger: log,
		OCSP: certmagic.OCSPConfig{DisableStapling: true},
	})
	a.issuer = certmagic.NewACMEIssuer(a.config, certmagic.ACMEIssuer{
		CA: directoryOf(o.Settings), Email: string(o.Settings.Email), Agreed: true, TrustedRoots: roots, Logger: log,
		DisableHTTPChallenge: o.HTTP == nil, ListenHost: hostOf(o), AltHTTPPort: portOf(o.HTTP), AltTLSALPNPort: portOf(o.TLS),
	})
	a.config.Issuers = []certmagic.Issuer{quiet{a.issuer}}
	return a, nil
}

func directoryOf(s config.TLS) string {
	if s.Directory == "" {
		return letsEncrypt
	}
	return string(s.Directory)
}

// hostOf is the address of this machine that both listeners are at; "" for all, or where they differ. The library looks there whether somebody listens.
func hostOf(o Options) string {
	at, is := o.TLS.(*net.TCPAddr)
	if !is || at.IP.IsUnspecified() {
		return ""
	}
	if plain, is := o.HTTP.(*net.TCPAddr); is && !plain.IP.Equal(at.IP) {
		return ""
	}
	return at.IP.String()
}

func portOf(a net.Addr) int {
	if tcp, is := a.(*net.TCPAddr); is {
		return tcp.Port
	}
	return 0
}

// ReadRoots reads a file of certificates; nil for no file.
func ReadRoots(path string) (*x509.CertPool, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // those of the system
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The file %s cannot be read; name the certificates of the authority with --acme-root.", path)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(text) {
		return nil, fault.New(fault.Invalid, "The file %s, which --acme-root names, has no certificate in PEM.", path)
	}
	return roots, nil
}

// Config is the configuration of the listener. It also answers the proofs that an authority asks for over TLS.
func (a *acmeSource) Config() *tls.Config {
	c := named(a.Options, a.config.GetCertificate)
	c.NextProtos = append(c.NextProtos, acmez.ACMETLS1Protocol)
	return c
}

// Prove answers for our names only: others would each be looked up in the database.
func (a *acmeSource) Prove(w http.ResponseWriter, r *http.Request) bool {
	return Ours(a.Settings, r.Host) && a.issuer.HandleHTTPChallenge(w, r)
}

// Run asks for the certificates that are missing, and renews all in time, until ctx ends.
func (a *acmeSource) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for _, host := range a.Settings.Hosts {
		all.Go(func() { a.keepGood(ctx, string(host)) })
	}
	all.Wait()
	<-ctx.Done()
	return nil
}

// keepGood tries until there is a certificate. From then on the cache renews it.
func (a *acmeSource) keepGood(ctx context.Context, host string) {
	for try := 0; ctx.Err() == nil; try++ {
		err := a.config.ManageSync(ctx, []string{host})
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			a.note(ctx, host, nil)
			return
		}
		pause := a.Retry[min(try, len(a.Retry)-1)]
		a.note(ctx, host, err)
		what := "a name has no certificate, and browsers cannot reach it over https"
		if a.state(host).Until.After(a.Now()) {
			what = "a certificate could not be renewed"
		}
		a.Log.ErrorContext(ctx, what, "host", host, "error", err, "again_in", pause, "fix",
			fmt.Sprintf("the authority %s must be reached from here, and must reach %s at port 443%s; almoner doctor says more", directoryOf(a.Settings), host, a.orPort80()))
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (a *acmeSource) orPort80() string {
	if a.HTTP == nil {
		return ""
	}
	return " or 80"
}

// event hears from the cache what becomes of renewals.
func (a *acmeSource) event(ctx context.Context, name string, data map[string]any) error {
	host, _ := data["identifier"].(string)
	renewal, _ := data["renewal"].(bool)
	switch name {
	case "cert_obtained":
		a.Log.InfoContext(ctx, "got a certificate", "host", host, "renewal", renewal)
		a.note(ctx, host, nil)
	case "cert_failed":
		if err, is := data["error"].(error); is && renewal {
			a.note(ctx, host, err)
			a.Log.ErrorContext(ctx, "a certificate could not be renewed; it is tried again", "host", host, "error", err, "good_for", data["remaining"])
		}
	}
	return nil
}

// note keeps what became of a certificate: here, and for the doctor.
func (a *acmeSource) note(ctx context.Context, host string, failure error) {
	text := ""
	if failure != nil {
		text = strings.Join(strings.Fields(failure.Error()), " ")
	}
	if !a.states.note(host, text, a.Now()) {
		return
	}
	if err := saveFailure(ctx, a.keep, host, text, a.Now()); err != nil {
		a.Log.LogAttrs(ctx, slog.LevelWarn, "what became of a certificate is not kept", slog.String("host", host), slog.Any("error", err))
	}
}

// States are how the certificates stand that this process serves.
func (a *acmeSource) States() []State {
	var all []State
	for _, host := range a.Settings.Hosts {
		all = append(all, a.state(string(host)))
	}
	return all
}

func (a *acmeSource) state(host string) State {
	s := a.states.of(host)
	for _, c := range a.cache.AllMatchingCertificates(host) {
		if c.Leaf != nil && c.Leaf.NotAfter.After(s.Until) {
			s.From, s.Until = c.Leaf.NotBefore, c.Leaf.NotAfter
		}
	}
	return s
}

// Close ends the renewals.
func (a *acmeSource) Close() { a.cache.Stop() }
