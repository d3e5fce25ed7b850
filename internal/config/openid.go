package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxOpenIDProviders is how many providers there may be: the sign-in page has a button for each.
	MaxOpenIDProviders = 20
	// MaxOpenIDName is how many characters the name on a button may have.
	MaxOpenIDName = 40
	// maxOpenIDText is how many bytes an issuer, a client id or the scopes have at most.
	maxOpenIDText = 1000
)

// OpenIDTwitch is the id of the provider whose issuer and ways are known.
const OpenIDTwitch = "twitch"

// OpenID is where people sign in besides with a password: at OpenID providers. Each provider has an id here, which is part of its redirect URI.
type OpenID struct {
	Issuer     map[string]string `help:"OpenID providers that people sign in with: an id of your choice, and the issuer to the letter, such as club=https://login.example.org/realms/club. The id twitch needs none." placeholder:"ID=URL;…"`
	ClientID   map[string]string `name:"client-id" help:"Client id of each provider, with BASE-URL/account/openid/ID/back as its redirect URI." placeholder:"ID=TEXT;…"`
	SecretFile map[string]string `help:"File with the client secret of each provider." placeholder:"ID=PATH;…"`
	Secret     map[string]string `help:"Client secrets themselves instead of files. Set them in the environment: others on this machine can see flags." placeholder:"ID=TEXT;…" secret:""`
	Name       map[string]string `help:"What people call each provider, on its button (default: the host of the issuer)." placeholder:"ID=TEXT;…"`
	Scopes     map[string]string `help:"Further scopes for each provider besides openid and email, with spaces between them." placeholder:"ID=TEXT;…"`
}

// OpenIDProvider is one provider. Of Secret and SecretFile there is one.
type OpenIDProvider struct {
	ID, Name, Issuer, ClientID, Secret, SecretFile string
	Scopes                                         []string
}

var (
	openIDForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
	scopeForm  = regexp.MustCompile(`^[!#-\[\]-~]+$`) // RFC 6749, appendix A.4
)

// Check reports which settings do not go together.
func (o OpenID) Check() error {
	_, err := o.Providers()
	return err
}

// Providers are the providers in the order of their ids. An error names the setting, and repeats no secret.
func (o OpenID) Providers() (all []OpenIDProvider, err error) {
	named := map[string]bool{}
	for _, setting := range []struct {
		flag   string
		values map[string]string
	}{
		{"issuer", o.Issuer}, {"client-id", o.ClientID}, {"secret-file", o.SecretFile}, {"secret", o.Secret}, {"name", o.Name}, {"scopes", o.Scopes},
	} {
		for _, id := range slices.Sorted(maps.Keys(setting.values)) {
			if !openIDForm.MatchString(id) {
				return nil, fmt.Errorf("--openid-%s: %q is not an id of a provider; use at most 32 lower-case letters, digits and hyphens, and begin with a letter", setting.flag, short(id))
			}
			named[id] = true
		}
	}
	ids := slices.Sorted(maps.Keys(named))
	if len(ids) > MaxOpenIDProviders {
		return nil, fmt.Errorf("--openid-client-id: there are %d providers; name at most %d", len(ids), MaxOpenIDProviders)
	}
	issuers := map[string]string{}
	for _, id := range ids {
		p, err := o.provider(id)
		if err != nil {
			return nil, err
		}
		if other := issuers[p.Issuer]; other != "" && p.Issuer != "" {
			return nil, fmt.Errorf("--openid-issuer: %s and %s have the same issuer; name it once", other, id)
		}
		issuers[p.Issuer] = id
		all = append(all, p)
	}
	return all, nil
}

func (o OpenID) provider(id string) (OpenIDProvider, error) {
	p := OpenIDProvider{
		ID: id, Name: strings.TrimSpace(o.Name[id]), Issuer: o.Issuer[id], ClientID: strings.TrimSpace(o.ClientID[id]), Secret: o.Secret[id], SecretFile: o.SecretFile[id],
		Scopes: strings.Fields(o.Scopes[id]),
	}
	switch {
	case p.ClientID == "":
		return p, fmt.Errorf("--openid-client-id is missing for %s; write %s=ID, with the client id that the provider gave", id, id)
	case p.Secret == "" && p.SecretFile == "":
		return p, fmt.Errorf("--openid-secret-file is missing for %s; write %s=PATH, with a file that holds the client secret", id, id)
	case p.Secret != "" && p.SecretFile != "":
		return p, fmt.Errorf("--openid-secret-file and --openid-secret are both set for %s; keep one of them", id)
	case id == OpenIDTwitch && p.Issuer != "":
		return p, errors.New("--openid-issuer: the issuer of twitch is known; leave it out, or give the provider another id")
	case id != OpenIDTwitch && p.Issuer == "":
		return p, fmt.Errorf("--openid-issuer is missing for %s; write %s=URL, with the issuer that the provider's documents name", id, id)
	case len(p.ClientID) > maxOpenIDText || len(o.Scopes[id]) > maxOpenIDText:
		return p, fmt.Errorf("--openid-client-id and --openid-scopes: what stands there for %s is too long; at most %d bytes", id, maxOpenIDText)
	case utf8.RuneCountInString(p.Name) > MaxOpenIDName || !utf8.ValidString(p.Name) || strings.ContainsFunc(p.Name, unicode.IsControl):
		return p, fmt.Errorf("--openid-name: the name of %s cannot be shown; write at most %d characters in one line", id, MaxOpenIDName)
	}
	for _, scope := range p.Scopes {
		if !scopeForm.MatchString(scope) {
			return p, fmt.Errorf("--openid-scopes: %q of %s is not a scope; write words with spaces between them", short(scope), id)
		}
	}
	if id == OpenIDTwitch {
		p.Name = cmp.Or(p.Name, "Twitch")
		return p, nil
	}
	host, err := issuerHost(p.Issuer)
	if err != nil {
		return p, fmt.Errorf("--openid-issuer: what stands there for %s %w", id, err) // it may hold a password
	}
	p.Name = cmp.Or(p.Name, host)
	return p, nil
}

// issuerHost is the host of an issuer, which is kept as it is written: providers compare it to the letter.
func issuerHost(issuer string) (string, error) {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || len(issuer) > maxOpenIDText:
		return "", errors.New("is not an issuer; write it like https://login.example.org")
	case u.User != nil || strings.ContainsAny(issuer, "?#"):
		return "", errors.New("has a user, a query or a fragment, which an issuer has not; write it like https://login.example.org")
	case u.Scheme == "http" && !ThisMachine(u.Hostname()):
		return "", errors.New("is not safe from listeners; write an address with https://")
	}
	return u.Hostname(), nil
}

// short is the start of what somebody wrote, for a message.
func short(text string) string {
	const most = 60
	if len(text) > most {
		return strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}
