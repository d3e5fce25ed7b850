// Package tls_test has a whole server get its certificates from a real authority: Pebble, which Let's Encrypt makes for tests. scripts/tls.sh runs it.
package tls_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// TestMain stops the private PostgreSQL server after all tests of the package.
func TestMain(m *testing.M) { testpg.Main(m) }

// pebble is an authority, and what its clients need.
type pebble struct {
	// listen and manage are its addresses, http and tls where it looks for proofs.
	listen, manage, http, tls string
	// rootFile has what its own server is trusted by.
	rootFile string
	program  *exec.Cmd
	config   string
	dns      string
}

// newPebble prepares an authority whose certificates are good for a while. It is not started.
func newPebble(t *testing.T, good time.Duration) *pebble {
	t.Helper()
	if os.Getenv("ALMONER_TEST_PEBBLE") == "" {
		t.Skip("needs Pebble: bash scripts/tls.sh")
	}
	p := &pebble{listen: testnode.Free(t), manage: testnode.Free(t), http: testnode.Free(t), tls: testnode.Free(t), dns: testnode.Free(t)}
	folder := t.TempDir()
	p.rootFile, p.config = filepath.Join(folder, "server.crt"), filepath.Join(folder, "pebble.json")
	keyFile := filepath.Join(folder, "server.key")
	selfSigned(t, p.rootFile, keyFile)
	must.Do(t, os.WriteFile(p.config, must.Get(json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": p.listen, "managementListenAddress": p.manage, "certificate": p.rootFile, "privateKey": keyFile, "httpPort": port(t, p.http), "tlsPort": port(t, p.tls),
		"certificateValidityPeriod": int(good.Seconds()), "profiles": map[string]any{"default": map[string]any{"description": "for tests", "validityPeriod": int(good.Seconds())}},
	}}))(t), 0o600))
	// Names of hosts lead to where tests listen.
	host, _, _ := net.SplitHostPort(p.http)
	launch(t, exec.Command("pebble-challtestsrv", "-dns01", p.dns, "-defaultIPv4", host, "-defaultIPv6", "", "-http01", "", "-https01", "", "-tlsalpn01", "", "-management", testnode.Free(t)))
	return p
}

// start has the authority answer.
func (p *pebble) start(t *testing.T) {
	t.Helper()
	p.program = exec.Command("pebble", "-config", p.config, "-dnsserver", p.dns)
	p.program.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_WFE_NONCEREJECT=5")
	launch(t, p.program)
	client := p.client(t)
	await(t, "the authority", func() bool {
		answer, err := client.Get("https://" + p.manage + "/roots/0")
		if err != nil {
			return false
		}
		return answer.Body.Close() == nil
	})
}

// stop ends the authority, which forgets everything.
func (p *pebble) stop(t *testing.T) {
	t.Helper()
	must.Do(t, p.program.Process.Kill())
	_ = p.program.Wait()
}

func (p *pebble) directory() string { return "https://" + p.listen + "/dir" }

// client trusts the server of the authority.
func (p *pebble) client(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool(t, must.Get(os.ReadFile(p.rootFile))(t)), MinVersion: tls.VersionTLS12}}}
}

// roots are what clients trust for the certificates of the authority, as long as it runs.
func (p *pebble) roots(t *testing.T) *x509.CertPool {
	t.Helper()
	answer := must.Get(p.client(t).Get("https://" + p.manage + "/roots/0"))(t)
	defer func() { _ = answer.Body.Close() }()
	return pool(t, must.Get(io.ReadAll(answer.Body))(t))
}

func pool(t *testing.T, text []byte) *x509.CertPool {
	t.Helper()
	all := x509.NewCertPool()
	if !all.AppendCertsFromPEM(text) {
		t.Fatalf("got no certificate in %.100s", text)
	}
	return all
}

func port(t *testing.T, address string) int {
	t.Helper()
	return must.Get(net.ResolveTCPAddr("tcp", address))(t).Port
}

// launch starts a program that ends with the test.
func launch(t *testing.T, program *exec.Cmd) {
	t.Helper()
	program.Stdout, program.Stderr = t.Output(), t.Output()
	must.Do(t, program.Start())
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
}

// patience is how long what takes seconds may take.
const patience = time.Minute

// await waits for something that comes.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); {
		if time.Now().After(end) {
			t.Fatalf("got no %s within %s", what, patience)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// selfSigned writes a certificate for addresses of this machine.
func selfSigned(t *testing.T, certificate, key string) {
	t.Helper()
	private := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(127, 0, 0, 2)},
	}
	signed := must.Get(x509.CreateCertificate(rand.Reader, c, c, &private.PublicKey, private))(t)
	text := must.Get(x509.MarshalPKCS8PrivateKey(private))(t)
	must.Do(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600))
	must.Do(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text}), 0o600))
}

// shown is the certificate that a server shows for a name, if clients with these roots trust it.
func shown(at, name string, roots *x509.CertPool) (*x509.Certificate, error) {
	conn, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", at, &tls.Config{ServerName: name, RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }()
	if chain := conn.ConnectionState().PeerCertificates; len(chain) > 0 {
		return chain[0], nil
	}
	return nil, fmt.Errorf("%s shows no certificate", at)
}
