package certs

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/config"
)

const (
	// localTime is how long a certificate of a local authority is good, localRenew how long before its end a new one is made.
	localTime, localRenew = 90 * 24 * time.Hour, 30 * 24 * time.Hour
	// localCheck is how often its end is looked at.
	localCheck = time.Hour
)

// Local is a source that signs its certificates itself.
type Local struct {
	Options
	authority *authority
	leaf      atomic.Pointer[tls.Certificate]
}

func newLocal(o Options) (*Local, error) {
	a, err := openAuthority(o.Settings.LocalCA, o.Settings.Hosts, o.Now())
	if err != nil {
		return nil, err
	}
	if o.RenewCheck == 0 {
		o.RenewCheck = localCheck
	}
	l := &Local{Options: o, authority: a}
	return l, l.renew()
}

// Root is where the root of the authority is, and its fingerprint (SHA-256).
func (l *Local) Root() (path, fingerprint string) {
	return l.authority.path, l.authority.fingerprint()
}

// renew makes a certificate for all names. Its key is in memory alone: the next start makes another one, which the same root vouches for.
func (l *Local) renew() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now, names := l.Now(), texts(l.Settings.Hosts)
	ends := now.Add(localTime)
	if root := l.authority.root.NotAfter; root.Before(ends) {
		ends = root
	}
	leaf := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: short(names)}, DNSNames: names, NotBefore: now.Add(-backdated), NotAfter: ends,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	signed, err := x509.CreateCertificate(rand.Reader, leaf, l.authority.root, &key.PublicKey, l.authority.key)
	if err != nil {
		return fmt.Errorf("certificate of the local authority: %w", err)
	}
	parsed, err := x509.ParseCertificate(signed)
	if err != nil {
		return fmt.Errorf("certificate of the local authority: %w", err)
	}
	l.leaf.Store(&tls.Certificate{Certificate: [][]byte{signed, l.authority.root.Raw}, PrivateKey: key, Leaf: parsed})
	return nil
}

// Config is the configuration of the listener.
func (l *Local) Config() *tls.Config {
	return named(l.Options, func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return l.leaf.Load(), nil })
}

// Prove has nobody to answer.
func (l *Local) Prove(http.ResponseWriter, *http.Request) bool { return false }

// Run makes a new certificate in time, until ctx ends.
func (l *Local) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(l.RenewCheck):
		}
		if err := l.renewInTime(); err != nil {
			l.Log.ErrorContext(ctx, "a certificate of the local authority could not be made", "error", err)
		}
	}
}

// renewInTime makes a new certificate where the present one is near its end. Once the root is, too, a new one would be good for no longer.
func (l *Local) renewInTime() error {
	ends := l.leaf.Load().Leaf.NotAfter
	if ends.Sub(l.Now()) > localRenew || ends.Equal(l.authority.root.NotAfter) {
		return nil
	}
	return l.renew()
}

// States are how the certificate stands, for each name.
func (l *Local) States() []State { return statesOf(l.Settings.Hosts, l.leaf.Load().Leaf) }

func statesOf(hosts []config.Host, c *x509.Certificate) []State {
	all := make([]State, len(hosts))
	for i, host := range hosts {
		all[i] = State{Host: string(host), From: c.NotBefore, Until: c.NotAfter}
	}
	return all
}

// Close has nothing to let go of.
func (l *Local) Close() {}

// lookLocal is how the authority stands: its root is renewed by nobody, and each start makes a certificate of it.
func lookLocal(s config.TLS, now func() time.Time) ([]State, error) {
	a, err := readAuthority(s.LocalCA, s.Hosts, now())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return statesOf(s.Hosts, &x509.Certificate{}), nil
	case err != nil:
		return nil, err
	}
	return statesOf(s.Hosts, a.root), nil
}

// LocalRoots are the certificates that a client trusts for a local authority; nil without one.
func LocalRoots(s config.TLS, now time.Time) *x509.CertPool {
	if s.LocalCA == "" {
		return nil
	}
	a, err := readAuthority(s.LocalCA, s.Hosts, now)
	if err != nil {
		return nil
	}
	roots := x509.NewCertPool()
	roots.AddCert(a.root)
	return roots
}
