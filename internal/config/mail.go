package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// MailServer is a server that takes mail; no Host is none.
type MailServer struct {
	Host string
	Port int
	// User and Password sign in; no User does not.
	User, Password string
	// TLS encrypts from the first byte; else the connection is encrypted after the greeting, unless the server
	// is on this machine.
	TLS bool
}

// UnmarshalText reads the URL of a server. It may hold a password, so that no refusal repeats it.
func (m *MailServer) UnmarshalText(text []byte) error {
	u, err := url.Parse(strings.TrimSpace(string(text)))
	switch {
	case len(text) == 0:
		*m = MailServer{}
		return nil
	case err != nil:
		return errors.New("is not the address of a mail server; write it like smtp://USER:PASSWORD@HOST:587, with signs such as / and @ in the password as %2F and %40")
	case u.Scheme != "smtp" && u.Scheme != "smtps":
		return errors.New("is not the address of a mail server; it begins with smtp:// or smtps://")
	case u.Hostname() == "":
		return errors.New("names no host; write it like smtp://HOST:587")
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return errors.New("has more than a user, a host and a port; write it like smtp://USER:PASSWORD@HOST:587")
	}
	server := MailServer{Host: u.Hostname(), TLS: u.Scheme == "smtps", Port: 587}
	if server.TLS {
		server.Port = 465
	}
	if u.Port() != "" {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || port == 0 {
			return fmt.Errorf("%q is not a port; write a number from 1 to 65535", u.Port())
		}
		server.Port = int(port)
	}
	if u.User != nil {
		server.User = u.User.Username()
		server.Password, _ = u.User.Password()
		if server.User == "" || server.Password == "" {
			return errors.New("needs both a user and a password, or neither; write it like smtp://USER:PASSWORD@HOST:587")
		}
	}
	*m = server
	return nil
}

// Local reports whether the server is on this machine.
func (m MailServer) Local() bool {
	if m.Host == "localhost" {
		return true
	}
	address, err := netip.ParseAddr(m.Host)
	return err == nil && address.IsLoopback()
}

// Sender is whom mails come from; no Address is none.
type Sender struct{ mail.Address }

// UnmarshalText reads "Name <address>" or a bare address. Mail servers everywhere take plain ASCII addresses.
func (s *Sender) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	if written == "" {
		*s = Sender{}
		return nil
	}
	parsed, err := mail.ParseAddress(written)
	if err != nil {
		return fmt.Errorf("%q is not a sender; write it like: Water International <receipts@give.example.org>", written)
	}
	if strings.ContainsFunc(parsed.Address, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>`, r) }) {
		return fmt.Errorf("the address of %q has signs that not every mail server takes; use letters, digits and the usual signs", written)
	}
	*s = Sender{*parsed}
	return nil
}
