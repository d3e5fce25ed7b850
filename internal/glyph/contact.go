package glyph

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// fewestPhoneDigits is from how many digits on a number may be one to call.
const fewestPhoneDigits = 7

var (
	// address is what has a scheme, or begins as addresses on the web do.
	address = regexp.MustCompile(`[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\bmailto:`)
	// dotted are labels with dots between them, and what comes after them.
	dotted = regexp.MustCompile(`[\pL\pN\pM_-]+(?:\.[\pL\pN\pM_-]+)+/?`)
	// spoken are domains whose dot is written as a word, in brackets, or between spaces.
	spoken = regexp.MustCompile(`[\pL\pN-]{2,}(?:\s+(?:dot|d0t|punkt)\s+|\s*[(\[{<]\s*(?:dot|d0t|punkt|\.)\s*[)\]}>]\s*|\s+\.\s*|\s*\.\s+)` +
		`(?:com|net|org|info|biz|gg|tv|io|me|de|at|ch|eu|uk|ru|xyz|link|live|site|shop|online|club|top)(?:[^\pL\pN]|$)`)
	// numbers are digits with what stands between those of telephone numbers.
	numbers = regexp.MustCompile(`[0-9](?:[ \t()./+\p{Pd}\x{2212}]{0,3}[0-9])*`)
	// dates and round amounts are numbers that nobody calls.
	dates = regexp.MustCompile(`^(?:[0-9]{1,2}([./-])[0-9]{1,2}[./-](?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2})$`)
	round = regexp.MustCompile(`^[0-9]{1,3}(?:[. ]000)+$`)
)

// sentences are the ends of domains that are words: "Great stream.My friends" has no domain.
var sentences = map[string]bool{
	"Am": true, "An": true, "As": true, "At": true, "Be": true, "Do": true, "Es": true, "He": true, "Im": true, "In": true, "Is": true, "It": true, "La": true,
	"Love": true, "Me": true, "My": true, "No": true, "So": true, "Thanks": true, "To": true, "Us": true, "You": true,
}

// dots are the signs that browsers read as the dot of a domain, beside those that are compatible with it.
var dots = strings.NewReplacer("。", ".", "․", ".", "‧", ".", "∙", ".", "·", ".")

// HasContact reports whether a text has something that leads elsewhere: the address of a page, a domain also in words ("example dot com") or in another script,
// a mail address, or a number that somebody may call, which has 7 digits or more.
func HasContact(text string) bool {
	read := readable(text)
	lower := strings.ToLower(read)
	return address.MatchString(lower) || spoken.MatchString(lower) || hasDomain(read) || hasNumber(read)
}

// readable is a text as it is read: without what is not seen, in the compatible form of its signs, with the digits of ASCII.
func readable(text string) string {
	seen := strings.Map(func(r rune) rune {
		if Ignorable(r) || unicode.Is(unicode.Me, r) {
			return -1
		}
		return r
	}, text)
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.Is(unicode.Nd, r) {
			return '0' + digit(r)
		}
		return r
	}, dots.Replace(norm.NFKC.String(seen)))
}

// digit is the value of a decimal digit. Those of a script stand together, from 0 to 9.
func digit(r rune) rune {
	zero := r
	for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 { //nolint:mnd // there are ten of them
		zero--
	}
	return r - zero
}

func hasDomain(text string) bool {
	for _, found := range dotted.FindAllString(text, -1) {
		name, path := strings.CutSuffix(found, "/")
		if addr, err := netip.ParseAddr(name); err == nil && addr.Is4() {
			return true
		}
		labels := strings.Split(strings.Trim(name, "_-"), ".")
		end := labels[len(labels)-1]
		if utf8.RuneCountInString(end) < 2 || !path && sentences[end] || utf8.RuneCountInString(labels[len(labels)-2]) < 2 && !path {
			continue
		}
		ascii, err := idna.ToASCII(strings.ToLower(end))
		if err != nil {
			continue
		}
		if _, known := publicsuffix.PublicSuffix("example." + ascii); known {
			return true
		}
	}
	return false
}

func hasNumber(text string) bool {
	for _, found := range numbers.FindAllString(text, -1) {
		digits := 0
		for _, r := range found {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		if digits >= fewestPhoneDigits && !dates.MatchString(found) && !round.MatchString(found) {
			return true
		}
	}
	return false
}
