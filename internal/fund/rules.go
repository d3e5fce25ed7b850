package fund

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/glyph"
	"github.com/almoner/almoner/internal/money"
)

// The checks below validate one submitted value, normalize it and record errors at path. The Apply methods of the patches are built from
// them: they apply the patch to the object and return all errors of the patch and of the result. After an error the object is half changed
// and must not be saved.

// begin returns the field errors that the wire already found in a patch.
func begin(invalid fault.Fields) fault.Fields {
	wrong := make(fault.Fields, 0, len(invalid))
	for _, f := range invalid {
		wrong.AddField(f)
	}
	return wrong
}

// CheckName trims a name and requires one visible line of at most MaxName characters.
func CheckName(wrong *fault.Fields, path string, name *string) {
	checkText(wrong, path, name, MaxName)
	if invisible(*name) {
		wrong.Add(path, Blank)
	}
}

// invisible reports whether nobody sees anything of a text.
func invisible(text string) bool { return glyph.Blank(text) }

// checkText accepts an optional single line of at most limit characters. One of which nobody sees anything is none.
func checkText(wrong *fault.Fields, path string, text *string, limit int) {
	*text = strings.TrimSpace(*text)
	switch {
	case invisible(*text) && shown(*text, ""):
		*text = ""
	case utf8.RuneCountInString(*text) > limit:
		wrong.Add(path, TooLong(limit))
	case !shown(*text, ""):
		wrong.Add(path, ControlText)
	}
}

// checkLong accepts an optional multi-line text of at most limit bytes.
func checkLong(wrong *fault.Fields, path, text string, limit int) {
	switch {
	case len(text) > limit:
		wrong.Add(path, TooManyBytes(limit))
	case !shown(text, "\n\r\t"):
		wrong.Add(path, ControlText)
	}
}

// checkLines accepts an optional text of several lines of at most limit characters. One of which nobody sees anything is none.
func checkLines(wrong *fault.Fields, path string, text *string, limit int) {
	*text = strings.TrimSpace(strings.ReplaceAll(*text, "\r\n", "\n"))
	switch {
	case utf8.RuneCountInString(*text) > limit:
		wrong.Add(path, TooLong(limit))
	case !shown(*text, "\n\t"):
		wrong.Add(path, ControlText)
	case invisible(*text):
		*text = ""
	}
}

// TooLong is the error text for more than limit characters.
func TooLong(limit int) string { return fmt.Sprintf("is too long (%d characters at most)", limit) }

// TooManyBytes is the error text for a text of several lines with more than limit bytes.
func TooManyBytes(limit int) string { return fmt.Sprintf("is too long (%d bytes at most)", limit) }

// TooMany is the error text for a list with more than limit entries.
func TooMany(limit int) string { return fmt.Sprintf("are too many (%d at most)", limit) }

// secondsFrom says from where to where a number of seconds must be. A long one is named in days or hours, too: nobody counts so many seconds.
func secondsFrom(least, most time.Duration) string {
	text := fmt.Sprintf("must be from %d to %d seconds", int64(least/time.Second), int64(most/time.Second))
	switch day := 24 * time.Hour; {
	case most > day && most%day == 0:
		text += fmt.Sprintf(" (%d days)", most/day)
	case most > time.Hour && most%time.Hour == 0:
		text += fmt.Sprintf(" (%d hours)", most/time.Hour)
	case most > time.Minute && most%time.Minute == 0:
		text += fmt.Sprintf(" (%d minutes)", most/time.Minute)
	}
	return text
}

// TooMuch is the error text for a number above the limit.
func TooMuch(limit int) string { return fmt.Sprintf("is too large (%d at most)", limit) }

// shown reports whether the text is valid UTF-8 without control characters other than the allowed ones.
func shown(text, allowed string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !strings.ContainsRune(allowed, r)
	})
}

// CheckSlug requires a slug and lower-cases it.
func CheckSlug(wrong *fault.Fields, path string, slug *string) {
	*slug = strings.ToLower(strings.TrimSpace(*slug))
	switch {
	case *slug == "":
		wrong.Add(path, Blank)
	case utf8.RuneCountInString(*slug) > MaxSlug:
		wrong.Add(path, TooLong(MaxSlug))
	case !isSlug(*slug):
		wrong.Add(path, NotSlug)
	}
}

// CheckPassword requires at least MinPassword characters and at most MaxPassword bytes.
func CheckPassword(wrong *fault.Fields, password string) {
	switch {
	case utf8.RuneCountInString(password) < MinPassword:
		wrong.Add("password", fmt.Sprintf("is too short (%d characters at least)", MinPassword))
	case len(password) > MaxPassword:
		wrong.Add("password", fmt.Sprintf("is too long (%d bytes at most)", MaxPassword))
	}
}

// CheckOneOf requires one of the allowed values.
func CheckOneOf[T ~string](wrong *fault.Fields, path string, value T, allowed []T) {
	if value == "" {
		wrong.Add(path, Blank)
	} else if !slices.Contains(allowed, value) {
		wrong.Add(path, NotAllowed)
	}
}

// CheckCurrency requires the code of a currency that is in use, for one that is chosen now.
func CheckCurrency(wrong *fault.Fields, path, code string) {
	if code == "" {
		wrong.Add(path, Blank)
	} else if !money.InUse(code) {
		wrong.Add(path, NotCurrency)
	}
}

// CheckKnownCurrency requires the code of a currency that amounts may be stored in, also one that is no longer in use.
func CheckKnownCurrency(wrong *fault.Fields, path, code string) {
	if _, err := money.Digits(code); err != nil {
		CheckCurrency(wrong, path, code)
	}
}

// checkSameCurrency requires the cause's currency if any is sent. While the cause is unknown, any existing currency passes.
func checkSameCurrency(wrong *fault.Fields, named Opt[string], currency string) {
	if !named.Set || named.Value != "" && named.Value == currency {
		return
	}
	CheckCurrency(wrong, "currency", named.Value)
	if currency != "" && named.Value != currency {
		wrong.Add("currency", "is not the currency of the cause ("+currency+")")
	}
}

// parseAmount reads a decimal text in major units of the currency as minor units. An unknown currency is reported where it is chosen; here
// it only fails on what is invalid in every currency.
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

// checkAmount requires a price or goal above zero. It parses only what the patch sets, because a stored amount was checked before.
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

// CheckSpan requires the end to be after the start if both are set.
func CheckSpan(wrong *fault.Fields, starts, ends time.Time) {
	if !starts.IsZero() && !ends.IsZero() && !ends.After(starts) {
		wrong.Add("ends_at", AfterStart)
	}
}

// CheckOpen refuses a change to a retired fact.
func CheckOpen(wrong *fault.Fields, f Fact) {
	if f.Status == Retired {
		wrong.Add("status", "is retired: a retired "+f.Kind.Noun()+" cannot be changed")
	}
}

// Noun is the kind's name in messages; every kind of campaign is a campaign.
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

// Handle is the handle at a service by its name in lower case; "" for none.
func (s Social) Handle(service string) string {
	if link := socialLinks(&s)[service]; link != nil {
		return *link
	}
	return ""
}

// socialLinks names the fields of s by the service's name in lower case.
func socialLinks(s *Social) map[string]*string {
	return map[string]*string{
		"discord": &s.Discord, "facebook": &s.Facebook, "instagram": &s.Instagram, "mixer": &s.Mixer,
		"snapchat": &s.Snapchat, "tiktok": &s.Tiktok, "twitch": &s.Twitch, "twitter": &s.Twitter,
		"website": &s.Website, "youtube": &s.Youtube,
	}
}

// checkHandle accepts a handle at another service, or a web address. Other schemes are refused, because programs and pages link to what is
// stored here.
func checkHandle(wrong *fault.Fields, path string, handle *string) {
	checkText(wrong, path, handle, MaxName)
	checkScheme(wrong, path, *handle)
}

// checkScheme refuses an address of another scheme than http and https. What people do not see does not make it another one.
func checkScheme(wrong *fault.Fields, path, text string) {
	scheme, _, is := strings.Cut(strings.Map(func(r rune) rune {
		if glyph.Ignorable(r) {
			return -1
		}
		return r
	}, text), ":")
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

// apply changes the handles in the patch.
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
