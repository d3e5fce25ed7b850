package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/config"
)

func TestHostNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Host{
		"give.example.org": "give.example.org", " Give.EXAMPLE.org. ": "give.example.org", "bücher.example": "xn--bcher-kva.example", "localhost": "localhost",
		"*.example.org": "", "127.0.0.1": "", "[::1]": "", "::1": "", "give.example.org:443": "", "https://give.example.org": "", "": "", ".": "", "a_b.example": "", "a b": "", "a..b": "", "127.1": "",
	} {
		var got config.Host
		if err := got.UnmarshalText([]byte(text)); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestTLSSettingsGoTogether(t *testing.T) {
	t.Parallel()
	hosts := func(n int) (all []config.Host) {
		for i := range n {
			all = append(all, config.Host(fmt.Sprintf("h%d.example", i)))
		}
		return all
	}
	for name, c := range map[string]struct {
		tls  config.TLS
		base config.BaseURL
		want string
	}{
		"none":                       {config.TLS{HTTPAddr: ":80"}, "http://127.0.0.1", ""},
		"one":                        {config.TLS{Hosts: hosts(1)}, "", ""},
		"with a port":                {config.TLS{Hosts: hosts(2)}, "https://h1.example:8443", ""},
		"the most":                   {config.TLS{Hosts: hosts(config.MaxTLSHosts)}, "", ""},
		"too many":                   {config.TLS{Hosts: hosts(config.MaxTLSHosts + 1)}, "", "--tls-hosts has 51 names"},
		"twice":                      {config.TLS{Hosts: append(hosts(1), hosts(1)...)}, "", "--tls-hosts has h0.example twice"},
		"another base":               {config.TLS{Hosts: hosts(1)}, "https://other.example", "--base-url has the host other.example, which is not among --tls-hosts"},
		"a plain base":               {config.TLS{Hosts: hosts(1)}, "http://h0.example", "--base-url is http://h0.example; with --tls-hosts it begins with https://"},
		"a local authority":          {config.TLS{Hosts: hosts(1), LocalCA: "folder"}, "", ""},
		"a local one and another":    {config.TLS{Hosts: hosts(1), LocalCA: "folder", Email: "a@b.example"}, "", "--local-ca asks no other authority"},
		"a local one for no names":   {config.TLS{LocalCA: "folder"}, "", "--tls-hosts is missing: with --local-ca"},
		"an address for no names":    {config.TLS{Email: "a@b.example"}, "", "--tls-hosts is missing: with --acme-email"},
		"certificates for no names":  {config.TLS{Root: "file"}, "", "--tls-hosts is missing: with --acme-root"},
		"a host that is like a name": {config.TLS{Hosts: hosts(1)}, "https://h0.example.org", "not among --tls-hosts"},
	} {
		err := c.tls.Check(c.base)
		if got := fmt.Sprint(err); (err == nil) != (c.want == "") || c.want != "" && !strings.Contains(got, c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
	for address, good := range map[string]bool{"": true, "a@b.example": true, "A <a@b.example>": false, "a": false} {
		if err := config.Mailbox(address).Validate(); (err == nil) != good {
			t.Errorf("%q: got %v, want it good: %t", address, err, good)
		}
	}
	for address, good := range map[string]bool{"": true, ":80": true, "80": false, ":x": false} {
		if err := config.OptionalAddress(address).Validate(); (err == nil) != good {
			t.Errorf("%q: got %v, want it good: %t", address, err, good)
		}
	}
}
