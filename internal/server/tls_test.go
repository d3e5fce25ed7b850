package server_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// trusting is a client for one server, whatever the name is.
func trusting(at string, roots *x509.CertPool) *http.Client {
	return &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, at)
			},
			TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
		},
	}
}

// kept writes a certificate for a name into the database, as a node does that got it from the authority, and returns what it is trusted by.
func kept(t *testing.T, db config.Database, directory, name string) *x509.CertPool {
	t.Helper()
	key := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true}
	signed := must.Get(x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key))(t)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})
	private := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: must.Get(x509.MarshalECPrivateKey(key))(t)})
	issuer := (&certmagic.ACMEIssuer{CA: directory}).IssuerKey()
	s := storetest.OpenAt(t, string(db), store.Options{})
	must.Do(t, s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		for file, content := range map[string][]byte{
			certmagic.StorageKeys.SiteCert(issuer, name): certificate, certmagic.StorageKeys.SitePrivateKey(issuer, name): private,
			certmagic.StorageKeys.SiteMeta(issuer, name): []byte(`{"sans":["` + name + `"],"issuer_data":{}}`),
		} {
			if err := tx.PutCertificateFile(ctx, store.CertificateFile{Name: file, Content: content, ChangedAt: time.Now()}); err != nil {
				return err
			}
		}
		return nil
	}))
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(certificate)
	return roots
}

// TestAServerWithItsOwnCertificate has one that was kept, and an authority that does not answer: everything works over https, and http is sent there.
func TestAServerWithItsOwnCertificate(t *testing.T) {
	t.Parallel()
	const directory = "https://127.0.0.1:1/dir"
	db, plain := testnode.Database(t), testnode.Free(t)
	roots := kept(t, db, directory, "give.example.org")
	s := testnode.Start(t, command.Serve{
		DB: db, Addr: "127.0.0.1:0", BaseURL: "https://give.example.org:8443", ShutdownTimeout: time.Minute, Secret: config.Secret{Key: storetest.SecretKey},
		TLS: config.TLS{Hosts: []config.Host{"give.example.org", "www.example.org"}, HTTPAddr: config.OptionalAddress(plain), Directory: directory},
	})
	at := strings.TrimPrefix(s.URL, "https://")
	client := trusting(at, roots)
	await(t, "the kept certificate", func() bool {
		answer, err := client.Get("https://give.example.org/healthz")
		return err == nil && answer.Body.Close() == nil
	})
	answer := must.Get(client.Get("https://give.example.org/account/sign-in"))(t)
	if got := answer.Header.Get("Strict-Transport-Security"); answer.StatusCode != 200 || answer.ProtoMajor != 2 || got != "max-age=31536000" {
		t.Errorf("got %d over HTTP/%d with %q, want it over HTTP/2 for a year", answer.StatusCode, answer.ProtoMajor, got)
	}
	if cookies := answer.Header.Values("Set-Cookie"); len(cookies) > 0 && !strings.Contains(strings.Join(cookies, ""), "Secure") {
		t.Errorf("got the cookies %v, want them secure", cookies)
	}
	must.Do(t, answer.Body.Close())
	testAlive(t, at)
	testRedirects(t, plain)
	testStrangers(t, at, roots)
	metrics := must.Get(client.Get("https://give.example.org/metrics"))(t)
	text := string(must.Get(io.ReadAll(metrics.Body))(t))
	must.Do(t, metrics.Body.Close())
	for _, want := range []string{`almoner_certificate_end_timestamp_seconds{host="give.example.org"} 1.`, `almoner_certificate_end_timestamp_seconds{host="www.example.org"} 0`, `almoner_certificate_failing{host="give.example.org"} 0`} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics: got none with %s", want)
		}
	}
	socket, _, err := websocket.Dial(t.Context(), "wss://give.example.org/socket/websocket?vsn=2.0.0", &websocket.DialOptions{HTTPClient: trusting(at, roots)})
	if err != nil {
		t.Fatalf("a WebSocket: got %v", err)
	}
	_ = socket.CloseNow()
}

// testAlive asks as the node does for a watchdog: also one without a certificate is alive, and one that does not answer is not.
func testAlive(t *testing.T, at string) {
	t.Helper()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, TLS: config.TLS{Hosts: []config.Host{"a.example"}, Directory: "https://127.0.0.1:1/dir"}})
	for address, want := range map[string]bool{at: true, strings.TrimPrefix(s.URL, "https://"): true, testnode.Free(t): false} {
		to := must.Get(net.ResolveTCPAddr("tcp", address))(t)
		if err := server.AliveOverTLS(t.Context(), to); (err == nil) != want {
			t.Errorf("%s: got %v, want it alive: %t", address, err, want)
		}
	}
}

// testRedirects asks over plain HTTP: who names one of our hosts is sent to that one, and nobody anywhere else.
func testRedirects(t *testing.T, plain string) {
	t.Helper()
	for _, c := range []struct{ request, host, status, location string }{
		{"GET /a%2Fb/?c=d&e=%0d%0ax HTTP/1.1", "give.example.org", "308", "https://give.example.org:8443/a%2Fb/?c=d&e=%0d%0ax"},
		{"POST /api/public/x HTTP/1.1", "WWW.Example.org.:80", "308", "https://www.example.org:8443/api/public/x"},
		{"GET //evil.example/x HTTP/1.1", "give.example.org", "308", "https://give.example.org:8443//evil.example/x"},
		{"GET http://evil.example/x HTTP/1.1", "give.example.org", "421", ""},
		{"GET http://give.example.org/x HTTP/1.1", "evil.example", "308", "https://give.example.org:8443/x"},
		{"GET / HTTP/1.1", "evil.example", "421", ""},
		{"GET / HTTP/1.1", "give.example.org@evil.example", "400", ""},
		{"GET / HTTP/1.1", "give.example.org.evil.example", "421", ""},
		{"GET /.well-known/acme-challenge/x HTTP/1.1", "evil.example", "421", ""},
		{"GET /.well-known/acme-challenge/x HTTP/1.1", "give.example.org", "308", "https://give.example.org:8443/.well-known/acme-challenge/x"},
		{"CONNECT give.example.org:443 HTTP/1.1", "give.example.org", "308", "https://give.example.org:8443/"},
		{"GET / HTTP/1.0", "", "421", ""},
	} {
		conn := must.Get(net.Dial("tcp", plain))(t)
		fmt.Fprintf(conn, "%s\r\nHost: %s\r\nConnection: close\r\n\r\n", c.request, c.host)
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s %s: got %v", c.request, c.host, err)
			continue
		}
		if got := answer.Header.Get("Location"); !strings.HasPrefix(answer.Status, c.status) || got != c.location || answer.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s, Host: %s: got %s %q, want %s %q", c.request, c.host, answer.Status, got, c.status, c.location)
		}
		_ = answer.Body.Close()
		_ = conn.Close()
	}
}

// testStrangers sends handshakes with odd names, and plain HTTP to the port of TLS.
func testStrangers(t *testing.T, at string, roots *x509.CertPool) {
	t.Helper()
	for name, want := range map[string]bool{"give.example.org": true, "GIVE.example.org": true, "": true, "www.example.org": false, "evil.example": false, "*.example.org": false, "a.give.example.org": false, "xn--": false} {
		for _, protocol := range []string{"h2", "acme-tls/1"} {
			conn, err := tls.Dial("tcp", at, &tls.Config{ServerName: name, InsecureSkipVerify: true, NextProtos: []string{protocol}})
			if got := err == nil; got != (want && protocol == "h2" || name == "" && protocol == "acme-tls/1") {
				t.Errorf("%s for %q: got %v, want a handshake: %t", protocol, name, err, want)
			}
			if err == nil {
				_ = conn.Close()
			}
		}
	}
	conn := must.Get(net.Dial("tcp", at))(t)
	defer func() { _ = conn.Close() }()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: give.example.org\r\n\r\n")
	if got := string(must.Get(io.ReadAll(conn))(t)); !strings.HasPrefix(got, "HTTP/1.0 400") {
		t.Errorf("plain HTTP to the port of TLS: got %q, want a 400", got)
	}
	if _, err := tls.Dial("tcp", at, &tls.Config{ServerName: "give.example.org", RootCAs: roots, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("got a handshake with TLS 1.1, want none")
	}
}

// await waits for something that takes no time of its own.
func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("got no %s within a minute", what)
		}
	}
}

// TestALocalAuthorityServesOldTools starts with names that belong to others: a client that trusts the root alone works for those, and for no other name.
func TestALocalAuthorityServesOldTools(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "authority")
	c := command.Serve{
		DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute,
		TLS: config.TLS{Hosts: []config.Host{"v5api.tiltify.com", "tiltify.com"}, LocalCA: folder},
	}
	s := testnode.Start(t, c)
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(must.Get(os.ReadFile(filepath.Join(folder, "root.crt")))(t)) {
		t.Fatal("got no root")
	}
	client := trusting(strings.TrimPrefix(s.URL, "https://"), roots)
	for host, want := range map[string]bool{"v5api.tiltify.com": true, "tiltify.com": true, "app.tiltify.com": false, "example.org": false} {
		answer, err := client.Get("https://" + host + "/api/public/campaigns/1")
		if (err == nil) != want {
			t.Errorf("%s: got %v, want an answer: %t", host, err, want)
		}
		if err == nil {
			if answer.StatusCode != 401 || answer.Header.Get("Strict-Transport-Security") != "" {
				t.Errorf("%s: got %d %v, want an answer of the API, and browsers that find back to the owner of the name", host, answer.StatusCode, answer.Header)
			}
			must.Do(t, answer.Body.Close())
		}
	}
	out, err := testnode.Do(t, command.Doctor{Serve: c})
	for _, host := range c.TLS.Hosts {
		if !strings.Contains(out, "has a certificate for "+string(host)+", good until") {
			t.Errorf("doctor: got %s %v, want the authority looked at for %s", out, err, host)
		}
	}
}
