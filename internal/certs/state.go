package certs

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/store"
)

// states are what this process knows of the failures of each name.
type states struct {
	mu    sync.Mutex
	hosts map[string]State
}

// note keeps a failure, or "" for a success, and reports whether that is news: a success after a success is none.
func (s *states) note(host, failure string, at time.Time) (news bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	was, known := s.hosts[host]
	news = failure != "" || was.Failure != "" || !known
	if failure == "" {
		at = time.Time{}
	}
	s.hosts[host] = State{Host: host, Failure: failure, FailedAt: at}
	return news
}

func (s *states) of(host string) State {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.hosts[host]
	one.Host = host
	return one
}

// failures is the folder of what failed last, by name.
const failures = "almoner/failures"

type savedFailure struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// saveFailure keeps what failed for the doctor, who is another process; "" forgets it.
func saveFailure(ctx context.Context, k *keep, host, text string, at time.Time) error {
	if text == "" {
		return k.Delete(ctx, path.Join(failures, host))
	}
	b, err := json.Marshal(savedFailure{text, at})
	if err != nil {
		return err
	}
	return k.Store(ctx, path.Join(failures, host), b)
}

// Look reads how the certificates of the settings stand, beside a running server or without one. The secrets of the store must be in use.
func Look(ctx context.Context, s *store.Store, settings config.TLS, now func() time.Time) ([]State, error) {
	if settings.LocalCA != "" {
		return lookLocal(settings, now)
	}
	k := newKeep(s)
	// A staging authority that was tried before has certificates of its own.
	issuer := (&certmagic.ACMEIssuer{CA: directoryOf(settings)}).IssuerKey()
	var all []State
	for _, host := range settings.Hosts {
		state, err := k.failure(ctx, string(host))
		if err != nil {
			return nil, err
		}
		text, err := k.Load(ctx, certmagic.StorageKeys.SiteCert(issuer, string(host)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if c := firstCertificate(text); c != nil {
			state.From, state.Until = c.NotBefore, c.NotAfter
		}
		all = append(all, state)
	}
	return all, nil
}

func (k *keep) failure(ctx context.Context, host string) (State, error) {
	state := State{Host: host}
	b, err := k.Load(ctx, path.Join(failures, host))
	if errors.Is(err, fs.ErrNotExist) {
		return state, nil
	}
	if err != nil {
		return state, err
	}
	var saved savedFailure
	if err := json.Unmarshal(b, &saved); err != nil {
		return state, err
	}
	state.Failure, state.FailedAt = strings.TrimSpace(saved.Text), saved.At
	return state, nil
}

// firstCertificate is the first one of a chain; nil for none.
func firstCertificate(text []byte) *x509.Certificate {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return c
}
