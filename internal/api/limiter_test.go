package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/testclock"
)

// limitedBy is a handler under these rates with a clock to move.
func limitedBy(rates api.Rates) (http.Handler, *testclock.Clock) {
	c := testclock.At(time.Unix(1e9, 0))
	settings, _ := quiet()
	settings.Rates, settings.Now = rates, c.Now
	return api.New(testWire(), testRoutes(), settings), c
}

// from asks from an address.
func from(h http.Handler, address, token, method, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	r.RemoteAddr = address
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAddressLimit(t *testing.T) {
	t.Parallel()
	h, c := limitedBy(api.Rates{AddressPerMinute: 60, AddressBurst: 3})
	const target = "/api/v9/things"
	for i := range 3 {
		w := from(h, "192.0.2.1:1", "", "GET", target)
		wantStatus(t, w, 200)
		wantHeader(t, w, "RateLimit-Limit", "3")
		wantHeader(t, w, "RateLimit-Remaining", fmt.Sprint(2-i))
		wantHeader(t, w, "RateLimit-Reset", fmt.Sprint(i+1))
	}
	w := from(h, "192.0.2.1:2", "", "GET", target)
	wantStatus(t, w, statusOf(fault.RateLimited))
	wantHeader(t, w, "Retry-After", "1")
	wantHeader(t, w, "RateLimit-Remaining", "0")
	wantHeader(t, w, "RateLimit-Reset", "3")
	wantStatus(t, from(h, "192.0.2.1:2", "", "GET", "/unknown"), statusOf(fault.RateLimited))
	wantStatus(t, from(h, "192.0.2.1:2", "", "OPTIONS", target), 204)
	wantStatus(t, from(h, "192.0.2.2:1", "", "GET", target), 200)
	c.Advance(time.Second)
	wantStatus(t, from(h, "192.0.2.1:1", "", "GET", target), 200)
	wantStatus(t, from(h, "192.0.2.1:1", "", "GET", target), statusOf(fault.RateLimited))
	c.Advance(time.Hour)
	wantHeader(t, from(h, "192.0.2.1:1", "", "GET", target), "RateLimit-Remaining", "2")
}

func TestTokenLimitAndTheTighterOne(t *testing.T) {
	t.Parallel()
	h, _ := limitedBy(api.Rates{TokenPerMinute: 2, AddressPerMinute: 5})
	wantHeader(t, from(h, "192.0.2.1:1", "a", "GET", "/api/v9/things"), "RateLimit-Limit", "2")
	wantHeader(t, from(h, "192.0.2.2:1", "a", "GET", "/api/v9/things"), "RateLimit-Remaining", "0")
	w := from(h, "192.0.2.3:1", "a", "GET", "/api/v9/things")
	wantStatus(t, w, statusOf(fault.RateLimited))
	wantHeader(t, w, "Retry-After", "30")
	wantHeader(t, w, "RateLimit-Limit", "2")
	for range 4 {
		w = from(h, "192.0.2.1:1", "b", "GET", "/api/v9/things")
	}
	wantHeader(t, w, "RateLimit-Limit", "2")
	w = from(h, "192.0.2.1:1", "c", "GET", "/api/v9/things")
	wantStatus(t, w, statusOf(fault.RateLimited))
	wantHeader(t, w, "RateLimit-Limit", "5")
}

func TestFailedAuthenticationCounts(t *testing.T) {
	t.Parallel()
	h, _ := limitedBy(api.Rates{AddressPerMinute: 1, AddressBurst: 2})
	for _, want := range []int{401, 401, statusOf(fault.RateLimited)} {
		wantStatus(t, from(h, "192.0.2.1:1", "bad", "GET", "/api/v9/things"), want)
	}
}

func TestNoRatesNoHeaders(t *testing.T) {
	t.Parallel()
	h, _ := limitedBy(api.Rates{})
	wantHeader(t, from(h, "192.0.2.1:1", "a", "GET", "/api/v9/things"), "RateLimit-Limit", "")
}

func TestSharedLimiter(t *testing.T) {
	t.Parallel()
	limiter := api.NewLimiter(api.Rates{AddressPerMinute: 1})
	wire := testWire()
	one := api.New(wire, testRoutes(), api.Settings{Limiter: limiter})
	wire.Prefix = "/api/v10"
	two := api.New(wire, testRoutes(), api.Settings{Limiter: limiter})
	wantStatus(t, ask(one, "GET", "/api/v9/things", ""), 200)
	wantStatus(t, ask(two, "GET", "/api/v10/things", ""), statusOf(fault.RateLimited))
}

func TestIPv6CountsByNetwork(t *testing.T) {
	t.Parallel()
	h, _ := limitedBy(api.Rates{AddressPerMinute: 1})
	wantStatus(t, from(h, "[2001:db8::1]:1", "", "GET", "/api/v9/things"), 200)
	wantStatus(t, from(h, "[2001:db8::ffff:2]:1", "", "GET", "/api/v9/things"), statusOf(fault.RateLimited))
	wantStatus(t, from(h, "[2001:db8:0:1::1]:1", "", "GET", "/api/v9/things"), 200)
	wantStatus(t, from(h, "[::ffff:192.0.2.7]:1", "", "GET", "/api/v9/things"), 200)
	wantStatus(t, from(h, "192.0.2.7:1", "", "GET", "/api/v9/things"), statusOf(fault.RateLimited))
}

// TestManyAddresses walks through more clients than are remembered: newcomers are still
// served and still counted.
func TestManyAddresses(t *testing.T) {
	t.Parallel()
	h, c := limitedBy(api.Rates{AddressPerMinute: 1})
	address, r, w := netip.MustParseAddr("10.0.0.0"), httptest.NewRequest("GET", "/unknown", nil), &discard{header: http.Header{}}
	for i := range 300_000 {
		address = address.Next()
		r.RemoteAddr = netip.AddrPortFrom(address, 1).String()
		h.ServeHTTP(w, r)
		if i == 100_000 {
			c.Advance(time.Hour) // all of them are idle now
		}
	}
	wantStatus(t, from(h, "192.0.2.1:1", "", "GET", "/api/v9/things"), 200)
	wantStatus(t, from(h, "192.0.2.1:1", "", "GET", "/api/v9/things"), statusOf(fault.RateLimited))
}

func TestClientAddress(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		want      string
	}{
		{"192.0.2.1:80", nil, "192.0.2.1"},
		{"192.0.2.1:80", []string{"198.51.100.1"}, "192.0.2.1"},
		{"10.0.0.1:80", nil, "10.0.0.1"},
		{"10.0.0.1:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:80", []string{"203.0.113.9, 198.51.100.1"}, "198.51.100.1"},
		{"10.0.0.1:80", []string{"203.0.113.9, 198.51.100.1 , 10.2.3.4"}, "198.51.100.1"},
		{"10.0.0.1:80", []string{"203.0.113.9", "198.51.100.1", "10.2.3.4"}, "198.51.100.1"},
		{"10.0.0.1:80", []string{"10.5.5.5, 10.2.3.4"}, "10.5.5.5"},
		{"10.0.0.1:80", []string{"203.0.113.9, garbage, 10.2.3.4"}, "10.2.3.4"},
		{"10.0.0.1:80", []string{"198.51.100.1:4711"}, "198.51.100.1"},
		{"[::1]:80", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"[::1]:80", []string{"2001:db8::1"}, "2001:db8::1"},
		{"[::ffff:10.0.0.1]:80", []string{"198.51.100.1"}, "198.51.100.1"},
		{"[fe80::1%eth0]:80", nil, "fe80::1"},
		{"@", []string{"198.51.100.1"}, "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		r.Header["X-Forwarded-For"] = c.forwarded
		if got := api.ClientAddress(r, trusted).String(); got != c.want {
			t.Errorf("%s for %q: got %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
