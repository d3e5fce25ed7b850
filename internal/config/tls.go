package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// MaxTLSHosts is how many names a server has certificates for at most. Authorities limit how many a domain gets in a week.
const MaxTLSHosts = 50

// TLS is how a server has certificates of its own; the zero value is none, for a proxy in front.
type TLS struct {
	Hosts     []Host          `name:"tls-hosts" help:"Names that this server has certificates for, with commas between them; it then serves https alone at --addr (default: none, TLS is the business of a proxy in front). Setting it agrees to the terms of the authority of --acme-directory." placeholder:"HOST,…"`
	HTTPAddr  OptionalAddress `name:"http-addr" help:"With --tls-hosts, address that sends http:// on to https://, and proves to the authority that a name is ours; empty for none (default: ${default})." default:":80" placeholder:"HOST:PORT"`
	Directory WebURL          `name:"acme-directory" help:"Address of the directory of the authority (ACME) that certificates come from (default: ${default}, Let's Encrypt)." default:"https://acme-v02.api.letsencrypt.org/directory" placeholder:"URL"`
	Root      string          `name:"acme-root" help:"File with certificates, in PEM, that the server of --acme-directory is trusted by, for an authority of your own (default: those of the system)." placeholder:"FILE"`
	Email     Mailbox         `name:"acme-email" help:"Address that the authority may write to about its certificates (default: none)." placeholder:"ADDRESS"`
	LocalCA   string          `name:"local-ca" help:"Folder of a local authority for exactly the names of --tls-hosts, in place of a public one: for old tools that ask for a fixed name. It is made when it is first needed; docs/operating.md says what is dangerous about it." placeholder:"DIR"`
}

// Set reports whether the server has certificates of its own.
func (t TLS) Set() bool { return len(t.Hosts) > 0 }

// BaseURL is the address of the first name, for a server without --base-url.
func (t TLS) BaseURL() BaseURL { return BaseURL("https://" + string(t.Hosts[0])) }

// Check reports which settings do not go together, or not with the base URL; "" for none.
func (t TLS) Check(base BaseURL) error {
	if !t.Set() {
		for _, one := range []struct{ flag, value string }{{"--local-ca", t.LocalCA}, {"--acme-root", t.Root}, {"--acme-email", string(t.Email)}} {
			if one.value != "" {
				return fmt.Errorf("--tls-hosts is missing: with %s, say which names this server has certificates for", one.flag)
			}
		}
		return nil
	}
	if len(t.Hosts) > MaxTLSHosts {
		return fmt.Errorf("--tls-hosts has %d names; write at most %d", len(t.Hosts), MaxTLSHosts)
	}
	for i, host := range t.Hosts {
		if slices.Contains(t.Hosts[:i], host) {
			return fmt.Errorf("--tls-hosts has %s twice", host)
		}
	}
	if t.LocalCA != "" && (t.Root != "" || t.Email != "") {
		return errors.New("--local-ca asks no other authority; leave --acme-root and --acme-email out")
	}
	return t.checkBase(base)
}

func (t TLS) checkBase(base BaseURL) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(string(base))
	if err != nil {
		return fmt.Errorf("--base-url: %w", err)
	}
	if u.Scheme != "https" {
		return fmt.Errorf("--base-url is %s; with --tls-hosts it begins with https://", base)
	}
	if !slices.Contains(t.Hosts, Host(u.Hostname())) {
		return fmt.Errorf("--base-url has the host %s, which is not among --tls-hosts; add it there", u.Hostname())
	}
	return nil
}

// Host is the name of a host as browsers send it: lower case, and xn-- where it is not ASCII.
type Host string

// UnmarshalText reads a name in any spelling; no address, no port and no wildcard.
func (h *Host) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	name, err := normalHost(written)
	switch {
	case strings.HasPrefix(written, "*."):
		return fmt.Errorf("%q stands for many names; write each of them, authorities want more proof for that", written)
	case err != nil || strings.ContainsAny(name, "_[") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return fmt.Errorf("%q is not a host name; write it like give.example.org", written)
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Errorf("%q is an address; write a name like give.example.org", written)
	}
	*h = Host(name)
	return nil
}

// OptionalAddress is where a server listens: host and port; "" for nowhere.
type OptionalAddress string

// Validate tells what is wrong with the address.
func (a OptionalAddress) Validate() error {
	if a == "" {
		return nil
	}
	return Address(a).Validate()
}

// Mailbox is an address for mail, without a name; "" for none.
type Mailbox string

// Validate tells what is wrong with the address.
func (m Mailbox) Validate() error {
	if m == "" {
		return nil
	}
	if parsed, err := mail.ParseAddress(string(m)); err != nil || parsed.Address != string(m) {
		return fmt.Errorf("%q is not an address; write it like hello@example.org", string(m))
	}
	return nil
}
