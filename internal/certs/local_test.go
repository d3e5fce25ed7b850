package certs_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// local is a local authority for two names in a folder, at an instant.
func local(t *testing.T, folder string, now time.Time, hosts ...config.Host) (*certs.Local, error) {
	t.Helper()
	s, err := certs.New(certs.Options{Settings: config.TLS{Hosts: hosts, LocalCA: folder}, Base: string(hosts[0]), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	if err != nil {
		return nil, err
	}
	l, is := s.(*certs.Local)
	if !is {
		t.Fatalf("got %T, want a local source", s)
	}
	return l, nil
}

// shown is the certificate that a client gets who asks for a name.
func shown(t *testing.T, l *certs.Local, name string) (*x509.Certificate, error) {
	t.Helper()
	c, err := l.Config().GetCertificate(&tls.ClientHelloInfo{ServerName: name})
	if err != nil {
		return nil, err
	}
	return c.Leaf, nil
}

func roots(t *testing.T, folder string) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(must.Get(os.ReadFile(filepath.Join(folder, "root.crt")))(t)) {
		t.Fatal("got a root that cannot be read")
	}
	return pool
}

func TestALocalAuthorityIsForItsNamesAlone(t *testing.T) {
	t.Parallel()
	folder, now := filepath.Join(t.TempDir(), "authority"), time.Now()
	l := must.Get(local(t, folder, now, "v5api.tiltify.com", "tiltify.com"))(t)
	leaf := must.Get(shown(t, l, "TILTIFY.com"))(t)
	for name, want := range map[string]bool{"tiltify.com": true, "v5api.tiltify.com": true, "app.tiltify.com": false, "example.org": false, "127.0.0.1": false} {
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots(t, folder), DNSName: name, CurrentTime: now})
		if (err == nil) != want {
			t.Errorf("%s: got %v, want it good: %t", name, err, want)
		}
	}
	if good := leaf.NotAfter.Sub(now); good > certs.LocalTime || good < certs.LocalTime-time.Minute {
		t.Errorf("got a certificate for %s, want %s", good, certs.LocalTime)
	}
	if _, err := shown(t, l, "example.org"); err == nil {
		t.Error("got a certificate for a stranger's name, want none")
	}
	if c := must.Get(shown(t, l, ""))(t); c != leaf {
		t.Error("got another certificate without a name, want that of the base URL")
	}
	info := must.Get(os.Stat(filepath.Join(folder, "root.key")))(t)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("got the mode %v of the key, want 0600", info.Mode())
	}
}

// TestTheRootSignsNothingElse has a stolen key sign a certificate for other names.
func TestTheRootSignsNothingElse(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	must.Get(local(t, folder, time.Now(), "tiltify.com"))(t)
	pair := must.Get(tls.LoadX509KeyPair(filepath.Join(folder, "root.crt"), filepath.Join(folder, "root.key")))(t)
	for _, forged := range []*x509.Certificate{{DNSNames: []string{"bank.example"}}, {DNSNames: []string{"tiltify.com", "bank.example"}}, {IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.ParseIP("2001:db8::1")}}} {
		leaf := forge(t, forged, pair)
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: roots(t, folder)}); !errors.As(err, new(x509.CertificateInvalidError)) {
			t.Errorf("%v %v: got %v, want it refused by the root", leaf.DNSNames, leaf.IPAddresses, err)
		}
	}
}

func TestALocalAuthorityIsKept(t *testing.T) {
	t.Parallel()
	folder, now := t.TempDir(), time.Now()
	path, digest := must.Get(local(t, folder, now, "a.example", "b.example"))(t).Root()
	if again, same := must.Get(local(t, folder, now.Add(time.Hour), "b.example", "a.example"))(t).Root(); again != path || same != digest || len(digest) != 32*3-1 {
		t.Errorf("got %s %s, want %s %s", again, same, path, digest)
	}
	for name, c := range map[string]struct {
		now   time.Time
		hosts []config.Host
		words string
	}{
		"one name more":  {now, []config.Host{"a.example", "b.example", "c.example"}, "is for a.example, b.example, and --tls-hosts has a.example, b.example, c.example"},
		"one name fewer": {now, []config.Host{"a.example"}, "is for a.example, b.example, and --tls-hosts has a.example"},
		"after its end":  {now.Add(3 * 365 * 24 * time.Hour), []config.Host{"a.example", "b.example"}, "ended on"},
	} {
		if _, err := local(t, folder, c.now, c.hosts...); err == nil || !strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), "away") {
			t.Errorf("%s: got %v, want %q and the way out", name, err, c.words)
		}
	}
	must.Do(t, os.Chmod(filepath.Join(folder, "root.key"), 0o640))
	if _, err := local(t, folder, now, "a.example", "b.example"); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v, want a key refused that others can read", err)
	}
	must.Do(t, os.Remove(filepath.Join(folder, "root.key")))
	if _, err := local(t, folder, now, "a.example", "b.example"); err == nil || !strings.Contains(err.Error(), "root.key") {
		t.Errorf("got %v, want a root without its key refused, and nothing made in its place", err)
	}
}

func TestALocalCertificateIsRenewedInTime(t *testing.T) {
	t.Parallel()
	began := time.Now()
	now := began
	s := must.Get(certs.New(certs.Options{
		Settings: config.TLS{Hosts: []config.Host{"a.example"}, LocalCA: t.TempDir()}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	}))(t)
	l, _ := s.(*certs.Local)
	at := func(day int) *x509.Certificate {
		t.Helper()
		now = began.Add(time.Duration(day) * 24 * time.Hour)
		must.Do(t, l.Renew())
		return must.Get(shown(t, l, "a.example"))(t)
	}
	first := at(0)
	if at(59) != first {
		t.Error("got another certificate after 59 days, want the same")
	}
	second := at(61)
	if second == first || second.NotAfter.Sub(now) < 89*24*time.Hour {
		t.Errorf("got a certificate until %s after 61 days, want a new one for 90", second.NotAfter)
	}
	last := at(720)
	if last.NotAfter.After(began.Add(2*365*24*time.Hour)) || at(721) != last {
		t.Errorf("got a certificate until %s, want one that ends with its root, once", last.NotAfter)
	}
}

// forge signs a certificate with the root of an authority.
func forge(t *testing.T, c *x509.Certificate, by tls.Certificate) *x509.Certificate {
	t.Helper()
	key := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(7), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	return must.Get(x509.ParseCertificate(must.Get(x509.CreateCertificate(rand.Reader, c, by.Leaf, &key.PublicKey, by.PrivateKey))(t)))(t)
}
