package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
)

// hitHandler answers 10 KB from the cache, with all limits on.
func hitHandler() http.Handler {
	return api.New(testWire(), []route{{
		Method: "GET", Pattern: "/campaigns/{id}/donations", Shared: true, Query: []string{"count", "before", "after"},
		Handle: fresh(strings.Repeat("x", 10<<10), api.Tag{1}, api.Tag{2}),
	}}, api.Settings{Cache: api.NewCache(0), Rates: api.Rates{TokenPerMinute: 1e9, AddressPerMinute: 1e9}})
}

// bareHandler writes the same bytes and headers as the hit.
func bareHandler(tb testing.TB) http.Handler {
	w := ask(hitHandler(), "GET", "/api/v9/campaigns/1/donations", "")
	wantStatus(tb, w, 200)
	body := w.Body.Bytes()
	return http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) {
		for name, values := range w.Header() {
			to.Header()[name] = values
		}
		_, _ = to.Write(body)
	})
}

// plainHandler writes the same bytes with the two headers it needs.
func plainHandler() http.Handler {
	body := ask(hitHandler(), "GET", "/api/v9/campaigns/1/donations", "").Body.Bytes()
	return http.HandlerFunc(func(to http.ResponseWriter, _ *http.Request) {
		to.Header().Set("Content-Type", "application/json")
		to.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = to.Write(body)
	})
}

func handlers(b *testing.B) []struct {
	name    string
	handler http.Handler
} {
	return []struct {
		name    string
		handler http.Handler
	}{{"plain", plainHandler()}, {"bare", bareHandler(b)}, {"hit", hitHandler()}}
}

// BenchmarkHit compares a hit with a bare handler, without a network.
func BenchmarkHit(b *testing.B) {
	for _, c := range handlers(b) {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			r := httptest.NewRequest("GET", "/api/v9/campaigns/1/donations", nil)
			r.Header.Set("Authorization", "Bearer token")
			w := &discard{header: http.Header{}}
			for b.Loop() {
				clear(w.header)
				c.handler.ServeHTTP(w, r)
			}
		})
	}
}

// BenchmarkHitOverLoopback compares them over 64 connections.
func BenchmarkHitOverLoopback(b *testing.B) {
	for _, c := range handlers(b) {
		b.Run(c.name, func(b *testing.B) {
			server := httptest.NewServer(c.handler)
			b.Cleanup(server.Close)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				buffer := make([]byte, 16<<10)
				for pb.Next() {
					read(b, client, server.URL+"/api/v9/campaigns/1/donations", buffer)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
		})
	}
}

func read(b *testing.B, client *http.Client, url string, buffer []byte) {
	r, err := http.NewRequestWithContext(context.Background(), "GET", url, nil)
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Authorization", "Bearer token")
	got, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	for err == nil {
		_, err = got.Body.Read(buffer)
	}
	_ = got.Body.Close()
	if got.StatusCode != 200 {
		b.Errorf("got status %d, want 200", got.StatusCode)
	}
}

// discard is a response nobody reads.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
