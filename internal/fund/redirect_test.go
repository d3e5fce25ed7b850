package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestMatchesRedirect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		registered, asked string
		want              bool
	}{
		{"https://a.test/back", "https://a.test/back", true},
		{"https://a.test/back", "https://a.test:444/back", false},
		{"https://a.test:443/back", "https://a.test/back", false},
		{"http://127.0.0.1:8080/back?a=1", "http://127.0.0.1:51234/back?a=1", true},
		{"http://127.0.0.1/back", "http://127.0.0.1:1/back", true},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1/back", true},
		{"http://127.0.0.1", "http://127.0.0.1:65535", true},
		{"http://127.0.0.1?a=/", "http://127.0.0.1:9?a=/", true},
		{"http://[::1]:8080/back", "http://[::1]:51234/back", true},
		{"http://[::1]/back", "http://[::1]:51234/back", true},
		{"http://localhost:8080/back", "http://localhost:51234/back", true},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:51234/other", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:51234/back/", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:51234/back?a=1", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:51234/back#a", false},
		{"http://127.0.0.1:8080/back", "https://127.0.0.1:51234/back", false},
		{"https://127.0.0.1:8080/back", "https://127.0.0.1:51234/back", false},
		{"http://127.0.0.1:8080/back", "HTTP://127.0.0.1:51234/back", false},
		{"http://127.0.0.1:8080/back", "http://localhost:51234/back", false},
		{"http://localhost:8080/back", "http://LOCALHOST:51234/back", false},
		{"http://localhost:8080/back", "http://127.0.0.1:51234/back", false},
		{"http://[::1]:8080/back", "http://127.0.0.1:51234/back", false},
		{"http://127.0.0.2:8080/back", "http://127.0.0.2:51234/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:0/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:65536/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:08080/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:+8080/back", false},
		{"http://[::1]:8080/back", "http://[::1]:08080/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:-1/back", false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1:80@evil.test/back", false},
		{"http://127.0.0.1:8080/back", `http://127.0.0.1:80\@evil.test/back`, false},
		{"http://127.0.0.1:8080/back", "http://127.0.0.1.evil.test:80/back", false},
		{"http://localhost:8080/back", "http://evil.test:8080/back", false},
	} {
		if got := fund.MatchesRedirect(c.registered, c.asked); got != c.want {
			t.Errorf("registered %s, asked %s: got %v, want %v", c.registered, c.asked, got, c.want)
		}
	}
}
