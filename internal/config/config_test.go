package config_test

import (
	"encoding"
	"net/mail"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/config"
)

func TestValuesThatCannotBeMeantAreRefused(t *testing.T) {
	t.Parallel()
	sender := config.Sender{Address: mail.Address{Address: "a@example.org"}}
	text := func(into encoding.TextUnmarshaler, s string) error { return into.UnmarshalText([]byte(s)) }
	for _, c := range []struct {
		name string
		err  error
		want string // a part of the refusal; "" wants none
	}{
		{"address", config.Address("127.0.0.1:8080").Validate(), ""},
		{"any host", config.Address(":0").Validate(), ""},
		{"no port", config.Address("localhost").Validate(), "HOST:PORT"},
		{"port too large", config.Address(":70000").Validate(), "to 65535"},
		{"port name", config.Address(":http").Validate(), "is not a port"},
		{"file", config.Database("sqlite:a b.db").Validate(), ""},
		{"server", config.Database("postgres://u:p@h/d").Validate(), ""},
		{"no file", config.Database("sqlite:").Validate(), "needs the path"},
		{"memory", config.Database("sqlite::memory:").Validate(), "needs the path"},
		{"other database", config.Database("mysql://u:secret@h/d").Validate(), "sqlite:PATH or postgres://"},
		{"site name", text(new(config.SiteName), " Open Harbor "), ""},
		{"longest site name", text(new(config.SiteName), strings.Repeat("é", config.MaxSiteName)), ""},
		{"site name too long", text(new(config.SiteName), strings.Repeat("é", config.MaxSiteName+1)), "at most 60 characters"},
		{"site name of two lines", text(new(config.SiteName), "a\nb"), "a name of one line"},
		{"site without a name", text(new(config.SiteName), " "), "is empty"},
		{"base", text(new(config.BaseURL), "https://give.example.org/"), ""},
		{"base without scheme", text(new(config.BaseURL), "give.example.org"), "https://give.example.org"},
		{"base with path", text(new(config.BaseURL), "https://example.org/give"), "a host of its own"},
		{"base with a query", text(new(config.BaseURL), "https://example.org/?"), "a host of its own"},
		{"base with a fragment", text(new(config.BaseURL), "https://example.org#"), "a host of its own"},
		{"base with a user", text(new(config.BaseURL), "https://me@example.org"), "a host of its own"},
		{"base of another scheme", text(new(config.BaseURL), "ftp://example.org"), "https://give.example.org"},
		{"base without a host", text(new(config.BaseURL), "https://:8080"), "https://give.example.org"},
		{"base of a dot", text(new(config.BaseURL), "https://."), "not a valid host name"},
		{"base with an empty label", text(new(config.BaseURL), "https://give..org"), "not a valid host name"},
		{"base with a long label", text(new(config.BaseURL), "https://"+strings.Repeat("a", 64)+".org"), "not a valid host name"},
		{"base with a sign", text(new(config.BaseURL), "https://give*.org"), "not a valid host name"},
		{"base with a bad xn-- label", text(new(config.BaseURL), "https://xn--a.org"), "not a valid host name"},
		{"base in two directions", text(new(config.BaseURL), "https://a\u05d0.org"), "not a valid host name"},
		{"base of half an address", text(new(config.BaseURL), "http://127.1"), "192.0.2.7"},
		{"base of a hexadecimal address", text(new(config.BaseURL), "http://0x7f000001"), "192.0.2.7"},
		{"base of an address too large", text(new(config.BaseURL), "http://192.0.2.256"), "192.0.2.7"},
		{"base with a zone", text(new(config.BaseURL), "http://[fe80::1%25eth0]"), "[2001:db8::1]"},
		{"base of a mapped address", text(new(config.BaseURL), "http://[::ffff:192.0.2.7]"), "[2001:db8::1]"},
		{"base at port 0", text(new(config.BaseURL), "https://example.org:0"), "from 1 to 65535"},
		{"base at a port too large", text(new(config.BaseURL), "https://example.org:65536"), "from 1 to 65535"},
		{"service", text(new(config.WebURL), "https://example.org/siteverify"), ""},
		{"service on this machine", text(new(config.WebURL), "http://127.0.0.1:80/siteverify"), ""},
		{"open service", text(new(config.WebURL), "http://example.org/siteverify"), "https://"},
		{"no service", text(new(config.WebURL), "siteverify"), "https://example.org/path"},
		{"day", text(new(config.Date), "2027-06-30"), ""},
		{"other day", text(new(config.Date), "30.6.2027"), "2027-06-30"},
		{"network", text(new(config.Network), "10.0.0.0/8"), ""},
		{"one host", text(new(config.Network), "::1"), ""},
		{"no network", text(new(config.Network), "proxy"), "10.0.0.0/8"},
		{"rate in words", text(new(config.Rate), "fast"), "2/s"},
		{"negative rate", text(new(config.Rate), "-1/s"), "or 0"},
		{"rate without a unit", text(new(config.Rate), "5"), "a second, minute or hour"},
		{"not a number", text(new(config.Rate), "NaN/s"), "is not a rate"},
		{"mail server", text(new(config.MailServer), "smtp://u:p%40ss@mail.example.org:587"), ""},
		{"no mail server", text(new(config.MailServer), ""), ""},
		{"mail server of the web", text(new(config.MailServer), "https://u:secret@mail.example.org"), "begins with smtp://"},
		{"mail server without scheme", text(new(config.MailServer), "mail.example.org:587"), "begins with smtp://"},
		{"mail server without host", text(new(config.MailServer), "smtp://:587"), "names no host"},
		{"mail server with path", text(new(config.MailServer), "smtp://mail.example.org/inbox"), "has more than"},
		{"mail server without password", text(new(config.MailServer), "smtp://u@mail.example.org"), "both a user and a password"},
		{"mail server with a bad password", text(new(config.MailServer), "smtp://u:%zz@mail.example.org"), "%2F"},
		{"mail server at port 0", text(new(config.MailServer), "smtp://mail.example.org:0"), "is not a port"},
		{"mail server at no port", text(new(config.MailServer), "smtp://mail.example.org:99999"), "is not a port"},
		{"sender", text(new(config.Sender), "Water <a@example.org>"), ""},
		{"bare sender", text(new(config.Sender), "a@example.org"), ""},
		{"no sender", text(new(config.Sender), "Water"), "is not a sender"},
		{"two senders", text(new(config.Sender), "a@example.org, b@example.org"), "is not a sender"},
		{"sender beyond ASCII", text(new(config.Sender), "ä@example.org"), "not every mail server"},
		{"sender with a line", text(new(config.Sender), "A <a@example.org>\r\nBcc: b@example.org"), "is not a sender"},
		{"mail without a sender", config.Mail{Server: config.MailServer{Host: "h"}}.Check(), "--mail-from"},
		{"mail without a server", config.Mail{From: sender}.Check(), "--mail-server"},
		{"mail", config.Mail{Server: config.MailServer{Host: "h"}, From: sender}.Check(), ""},
		{"count", config.Count(0).Validate(), ""},
		{"amount", config.Amount(1_000_000_000_000).Validate(), ""},
		{"no amount", config.Amount(0).Validate(), "write a number from 1"},
		{"too large an amount", config.Amount(1_000_000_000_001).Validate(), "to 1000000000000"},
		{"negative", config.Count(-1).Validate(), "cannot be negative"},
	} {
		switch {
		case c.want == "" && c.err != nil:
			t.Errorf("%s: got %v, want no refusal", c.name, c.err)
		case c.want != "" && (c.err == nil || !strings.Contains(c.err.Error(), c.want)):
			t.Errorf("%s: got %v, want a refusal with %q", c.name, c.err, c.want)
		}
	}
	if err := config.Database("mysql://u:secret@h/d").Validate(); strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want no password in it", err)
	}
}

func TestWebAddressesTakeTheFormOfAnOrigin(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"":                                   "",
		"HTTPS://Example.ORG":                "https://example.org",
		"https://example.org:443/":           "https://example.org",
		"http://example.org:80":              "http://example.org",
		"http://example.org:443":             "http://example.org:443",
		"https://example.org:0008443//":      "https://example.org:8443",
		"https://example.org:":               "https://example.org",
		"https://example.org:65535":          "https://example.org:65535",
		"https://Example.org.":               "https://example.org",
		"https://exämple.org":                "https://xn--exmple-cua.org",
		"https://EXÄMPLE.org:443":            "https://xn--exmple-cua.org",
		"https://ex%C3%A4mple.org":           "https://xn--exmple-cua.org",
		"https://exa\u0308mple.org":          "https://xn--exmple-cua.org",
		"https://XN--EXMPLE-CUA.org":         "https://xn--exmple-cua.org",
		"https://straße.example":             "https://xn--strae-oqa.example",
		"https://give。example.org":           "https://give.example.org",
		"https://ｇｉｖｅ.example":               "https://give.example",
		"http://LOCALHOST:8080":              "http://localhost:8080",
		"http://my_service:8080":             "http://my_service:8080",
		"https://" + strings.Repeat("a", 63): "https://" + strings.Repeat("a", 63),
		"http://192.0.2.7":                   "http://192.0.2.7",
		"https://[2001:DB8:0:0::0001]:443":   "https://[2001:db8::1]",
		"https://[2001:db8::1]:8443":         "https://[2001:db8::1]:8443",
	} {
		var got config.BaseURL
		if err := got.UnmarshalText([]byte(" " + written + "\n")); err != nil || string(got) != want {
			t.Errorf("base %q: got %q, %v, want %q", written, got, err, want)
		}
		if got.UnmarshalText([]byte(want)) != nil || string(got) != want {
			t.Errorf("base %q: got %q from its own form, want no change", written, got)
		}
	}
	for written, want := range map[string]string{
		"HTTPS://Exämple.org:443/Verify?a=B": "https://xn--exmple-cua.org/Verify?a=B",
		"http://LocalHost:80/verify":         "http://localhost/verify",
	} {
		var got config.WebURL
		if err := got.UnmarshalText([]byte(written)); err != nil || string(got) != want {
			t.Errorf("service %q: got %q, %v, want %q", written, got, err, want)
		}
	}
}

func TestMailServers(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]config.MailServer{
		"smtp://mail.example.org":                 {Host: "mail.example.org", Port: 587},
		"smtps://mail.example.org/":               {Host: "mail.example.org", Port: 465, TLS: true},
		"smtp://a%40b:p%2F%40ss@[2001:db8::1]:25": {Host: "2001:db8::1", Port: 25, User: "a@b", Password: "p/@ss"},
	} {
		var got config.MailServer
		if err := got.UnmarshalText([]byte(url)); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", url, got, err, want)
		}
	}
	for host, want := range map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true, "mail.example.org": false, "10.0.0.1": false} {
		if got := (config.MailServer{Host: host}).Local(); got != want {
			t.Errorf("%s: got %v, want %v", host, got, want)
		}
	}
}

func TestRates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]config.Rate{"0": 0, "0/s": 0, "1/s": 1, "30/m": 0.5, "0.5/s": 0.5, "3600/h": 1} {
		var got config.Rate
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v a second", text, got, err, want)
		}
	}
}

func TestDemoKeepsItsDatabaseInItsFolder(t *testing.T) {
	t.Parallel()
	if got := config.FileIn("x"); got != "sqlite:x/almoner.db" {
		t.Errorf("got %s, want sqlite:x/almoner.db", got)
	}
	if _, is := config.Database("postgres://h/d").File(); is {
		t.Error("got a file, want a server")
	}
}

func TestDatabasesHaveNamesWithoutSecrets(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for url, want := range map[string]string{
		"sqlite:" + folder + "/almoner.db":                "sqlite:almoner.db",
		"sqlite:" + folder + "/sub/../other.db":           "sqlite:other.db",
		"sqlite:/elsewhere/a.db":                          "sqlite:/elsewhere/a.db",
		"postgres://u:secret@h:5432/d?sslmode=disable":    "postgres://u@h:5432/d?sslmode=disable",
		"postgres://h/d?user=u&password=secret":           "postgres://h/d?user=u",
		"postgres://u:secret@h1:1,h2:2/d?password=secret": "postgres://u@h1:1,h2:2/d",
		"postgresql://u:sec:ret%zz@h/d":                   "postgresql://u@h/d",
		"postgres://u:a@secret@h/d":                       "postgres://u@h/d",
	} {
		name := config.Database(url).NameIn(folder)
		if name != want {
			t.Errorf("%s: got %s, want %s", url, name, want)
		}
		if again := config.Named(folder, name).NameIn(folder); again != want {
			t.Errorf("%s: got %s from its name, want %s", url, again, want)
		}
	}
}
