// Package certs has the certificates of a server that serves https itself: from an authority over ACME, or from a local one.
//
// Only the names of the settings are ever asked for or answered: which other names strangers put into a handshake or a request costs no look-up, no certificate and no
// line in the log. What fails is kept for the doctor and tried again; a server goes on without.
package certs

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/store"
)

// Options are what certificates are had by.
type Options struct {
	// Settings must have passed their Check.
	Settings config.TLS
	// Base is the host of the base URL, whose certificate clients get that name none.
	Base string
	// Store keeps what all nodes share. Its secrets must be in use.
	Store *store.Store
	Log   *slog.Logger
	// TLS and HTTP are where the server listens; HTTP is nil for nowhere.
	TLS, HTTP net.Addr
	// Now is the clock of local certificates; nil is time.Now.
	Now func() time.Time
	// RenewCheck is how often certificates are looked at, Retry the pauses after failures, of which the last one repeats; 0 and nil are the usual.
	RenewCheck time.Duration
	Retry      []time.Duration
}

// Source is where certificates come from.
type Source interface {
	// Config is the configuration of the listener.
	Config() *tls.Config
	// Prove answers a request over plain HTTP if an authority wants proof with it that a name is ours, and reports whether it did.
	Prove(http.ResponseWriter, *http.Request) bool
	// Run keeps the certificates good until ctx ends.
	Run(context.Context) error
	// States are how the certificates stand that this process serves.
	States() []State
	// Close lets go of what is held.
	Close()
}

// New makes the source of the settings.
func New(o Options) (Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Settings.LocalCA != "" {
		l, err := newLocal(o)
		if err != nil {
			return nil, err
		}
		return l, nil
	}
	a, err := newACME(o)
	if err != nil {
		return nil, err
	}
	return a, nil
}

// State is how the certificate of a name stands.
type State struct {
	Host string
	// From and Until are when it is good; zero without one.
	From, Until time.Time
	// Failure is what failed last, since the last success, and FailedAt when; "" for nothing.
	Failure  string
	FailedAt time.Time
}

// errStranger ends a handshake for a name that is not ours.
var errStranger = errors.New("the client asks for another name")

// named serves a certificate to those who ask for one of the names, or for none.
func named(o Options, get func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if hello.ServerName != "" && !Ours(o.Settings, hello.ServerName) {
				return nil, errStranger
			}
			return get(hello)
		},
	}
}

// Ours reports whether a name, with or without a port, is one of the settings.
func Ours(s config.TLS, name string) bool { return slices.Contains(s.Hosts, config.Host(HostOf(name))) }

// HostOf is the host of a Host header, in lower case.
func HostOf(name string) string {
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}
