package fund

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// The checks below look at one submitted value, put it into its normal form and note at path
// what is wrong with it. The Apply methods of the patches are made of them: they change the noun
// as the patch says and give everything that is wrong with the patch and with the result. A noun
// whose patch has wrong fields is half changed and must not be saved.

// begin starts the fields of a patch with those that the wire could not read.
func begin(invalid fault.Fields) fault.Fields {
	wrong := make(fault.Fields, 0, len(invalid))
	for _, f := range invalid {
		wrong.AddField(f)
	}
	return wrong
}

// CheckName wants one line that shows something, at most MaxName characters, and trims it.
func CheckName(wrong *fault.Fields, path string, name *string) {
	checkText(wrong, path, name, MaxName)
	if invisible(*name) {
		wrong.Add(path, Blank)
	}
}

// invisible reports whether a text has nothing but spaces and characters that only shape others,
// such as the zero width space.
func invisible(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) })
}

// checkText is an optional single line of at most limit characters.
func checkText(wrong *fault.Fields, path string, text *string, limit int) {
	*text = strings.TrimSpace(*text)
	switch {
	case utf8.RuneCountInString(*text) > limit:
		wrong.Add(path, TooLong(limit))
	case !shown(*text, ""):
		wrong.Add(path, ControlText)
	}
}

// checkLong is an optional text of several lines and of at most limit bytes.
func checkLong(wrong *fault.Fields, path, text string, limit int) {
	switch {
	case len(text) > limit:
		wrong.Add(path, fmt.Sprintf("is too long (%d bytes at most)", limit))
	case !shown(text, "\n\r\t"):
		wrong.Add(path, ControlText)
	}
}

// TooLong says that a text has more than limit characters.
func TooLong(limit int) string { return fmt.Sprintf("is too long (%d characters at most)", limit) }

// TooMany is the text of a list with more entries than the limit.
func TooMany(limit int) string { return fmt.Sprintf("are too many (%d at most)", limit) }

// TooMuch is the text of a count above the limit.
func TooMuch(limit int) string { return fmt.Sprintf("is too large (%d at most)", limit) }

// shown reports whether the text is valid UTF-8 without control characters, the allowed ones aside.
func shown(text, allowed string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}

// CheckSlug wants a slug and makes it lower case.
func CheckSlug(wrong *fault.Fields, path string, slug *string) {
	*slug = strings.ToLower(strings.TrimSpace(*slug))
	switch {
	case *slug == "":
		wrong.Add(path, Blank)
	case utf8.RuneCountInString(*slug) > MaxSlug:
		wrong.Add(path, TooLong(MaxSlug))
	case !isSlug(*slug):
		wrong.Add(path, "may only have the characters a-z, 0-9, - and _, and needs a letter")
	}
}

// CheckEmail wants a bare e-mail address and makes it lower case.
func CheckEmail(wrong *fault.Fields, path string, email *string) {
	*email = strings.ToLower(strings.TrimSpace(*email))
	if *email == "" {
		wrong.Add(path, Blank)
		return
	}
	parsed, err := mail.ParseAddress(*email)
	switch {
	case len(*email) > MaxEmail:
		wrong.Add(path, fmt.Sprintf("is too long (%d bytes at most)", MaxEmail))
	case err != nil || parsed.Address != *email || !shown(*email, ""):
		wrong.Add(path, NotEmail)
	}
}

// checkAddress is an optional web address, or a path on this server. Other schemes are refused,
// because pages link to what is stored here.
func checkAddress(wrong *fault.Fields, path string, address *string) {
	checkText(wrong, path, address, MaxAddress)
	if *address == "" || wrong.Has(path) {
		return
	}
	u, err := url.Parse(*address)
	web := err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
	if !web && (err != nil || !isLocalPath(*address)) {
		wrong.Add(path, NotAddress)
	}
}

// isLocalPath reports whether browsers take an address for a path on this server. They read a backslash as a
// slash and skip slashes before a host, so two of either begin the address of another server.
func isLocalPath(address string) bool {
	rest, local := strings.CutPrefix(address, "/")
	return local && (rest == "" || rest[0] != '/' && rest[0] != '\\')
}

// CheckRedirect wants the absolute address that an application's users come back to: https, or http
// on this very machine (RFC 9700, section 2.6), without a fragment (RFC 6749, section 3.1.2), and
// without a space, which parts the addresses of an application.
func CheckRedirect(wrong *fault.Fields, path string, address *string) {
	checkAddress(wrong, path, address)
	if *address == "" {
		wrong.Add(path, Blank)
	}
	if wrong.Has(path) {
		return
	}
	u, err := url.Parse(*address)
	switch {
	case err != nil || u.Host == "" || strings.ContainsAny(*address, " \\"):
		wrong.Add(path, NotAddress)
	case strings.Contains(*address, "#"):
		wrong.Add(path, "must not have a fragment (#…)")
	case u.User != nil:
		wrong.Add(path, "must not have a user name")
	case u.Scheme != "https" && !loopback(u.Hostname()):
		wrong.Add(path, "must begin with https:// unless it is on this machine (http://127.0.0.1…)")
	}
}

// loopback reports whether a host is the machine itself.
func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// CheckPassword wants at least MinPassword characters and at most MaxPassword bytes.
func CheckPassword(wrong *fault.Fields, password string) {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		wrong.Add("password", fmt.Sprintf("is too short (%d characters at least)", MinPassword))
	case len(password) > MaxPassword:
		wrong.Add("password", fmt.Sprintf("is too long (%d bytes at most)", MaxPassword))
	}
}

// CheckOneOf wants one of the allowed values.
func CheckOneOf[T ~string](wrong *fault.Fields, path string, value T, allowed []T) {
	if value == "" {
		wrong.Add(path, Blank)
	} else if !slices.Contains(allowed, value) {
		wrong.Add(path, NotAllowed)
	}
}

// CheckCurrency wants the code of a known currency.
func CheckCurrency(wrong *fault.Fields, path, code string) {
	if code == "" {
		wrong.Add(path, Blank)
	} else if _, err := money.Digits(code); err != nil {
		wrong.Add(path, NotCurrency)
	}
}

// checkSameCurrency wants the currency of the cause when one is named at all. While the cause is
// not known, any currency that exists may be it.
func checkSameCurrency(wrong *fault.Fields, named Opt[string], currency string) {
	if !named.Set {
		return
	}
	CheckCurrency(wrong, "currency", named.Value)
	if currency != "" && named.Value != currency {
		wrong.Add("currency", "is not the currency of the cause ("+currency+")")
	}
}

// parseAmount reads a decimal text in major units of the currency as minor units. An unknown
// currency is reported where it is chosen; here only what no currency has is wrong then.
func parseAmount(wrong *fault.Fields, path, text, currency string) int64 {
	if strings.TrimSpace(text) == "" {
		wrong.Add(path, Blank)
		return 0
	}
	digits, unknown := money.Digits(currency)
	minor, problem := money.Parse(text, digits)
	switch {
	case problem == money.TooPrecise && unknown != nil:
		problem = ""
	case problem == money.TooPrecise:
		wrong.AddField(fault.Field{
			Path: path, Text: "has more decimals than " + currency + " allows", Rule: TooManyDecimals, Limit: int64(digits),
		})
		return minor
	}
	if problem != "" {
		wrong.Add(path, problem)
	}
	return minor
}

// ParseAmount reads a decimal text in major units of the currency as minor units, more than zero.
func ParseAmount(wrong *fault.Fields, path, text, currency string) int64 {
	minor := parseAmount(wrong, path, text, currency)
	if minor == 0 {
		wrong.Add(path, NotPositive)
	}
	return minor
}

// checkAmount is a price or aim: required, and more than zero. It is read only when the patch
// sets it, because what was stored passed before.
func checkAmount(wrong *fault.Fields, set Opt[string], amount *int64, currency string) {
	if set.Set {
		*amount = parseAmount(wrong, "amount", set.Value, currency)
	} else if *amount == 0 {
		wrong.Add("amount", Blank)
	}
	if *amount == 0 {
		wrong.Add("amount", NotPositive)
	}
}

// CheckSpan wants the end after the start when both are known.
func CheckSpan(wrong *fault.Fields, starts, ends time.Time) {
	if !starts.IsZero() && !ends.IsZero() && !ends.After(starts) {
		wrong.Add("ends_at", AfterStart)
	}
}

// CheckOpen refuses the change of a retired fact.
func CheckOpen(wrong *fault.Fields, f Fact) {
	if f.Status == Retired {
		wrong.Add("status", "is retired: a retired "+f.Kind.Noun()+" cannot be changed")
	}
}

// Noun is what the kind is called in messages; all kinds of campaigns are campaigns.
func (k Kind) Noun() string {
	switch k {
	case KindCause:
		return "cause"
	case KindFundraisingEvent:
		return "fundraising event"
	case KindAuctionHouse:
		return "auction house"
	default:
		return "campaign"
	}
}

// socialLinks names the fields of s by the service's name in lower case.
func socialLinks(s *Social) map[string]*string {
	return map[string]*string{
		"discord": &s.Discord, "facebook": &s.Facebook, "instagram": &s.Instagram, "mixer": &s.Mixer,
		"snapchat": &s.Snapchat, "tiktok": &s.Tiktok, "twitch": &s.Twitch, "twitter": &s.Twitter,
		"website": &s.Website, "youtube": &s.Youtube,
	}
}

// checkHandle is what somebody is called elsewhere: a handle, or a web address. Other schemes are refused,
// because programs and pages link to what is stored here.
func checkHandle(wrong *fault.Fields, path string, handle *string) {
	checkText(wrong, path, handle, MaxName)
	scheme, _, is := strings.Cut(*handle, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
	default:
		if is && isScheme(scheme) {
			wrong.Add(path, NotAddress)
		}
	}
}

// isScheme reports whether a text could be the scheme of an address (RFC 3986, section 3.1).
func isScheme(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("+-.", r)
	})
}

// apply changes the handles that the patch names.
func (p SocialPatch) apply(s *Social, wrong *fault.Fields) {
	links := socialLinks(s)
	for _, name := range sortedKeys(p) {
		link, known := links[name]
		if !known {
			wrong.Add("social."+name, UnknownName)
			continue
		}
		*link = p[name]
		checkHandle(wrong, "social."+name, link)
	}
}
