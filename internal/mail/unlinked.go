package mail

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// unlinked is one line of a name that strangers typed, without what a mail client would turn into a link: web and mail addresses, domains
// and telephone numbers. Otherwise anybody could have a charity's mail server send links of their choice to everybody's address. Names are
// for reading, so whole words go, and what is left is as it was typed.
func unlinked(name string) string { return withoutLinks(name, "") }

// leftOut stands for what is left out of a text.
const leftOut = "[…]"

// unlinkedText is unlinked for a text that somebody answers: it shows where something was left out.
func unlinkedText(text string) string { return withoutLinks(text, leftOut) }

// withoutLinks is one line of a text with something else in the place of what a mail client would turn into a link.
func withoutLinks(text, instead string) string {
	var kept []string
	for _, word := range strings.Fields(phone.ReplaceAllString(line(text), " "+instead+" ")) {
		if links(word) {
			word = instead
		}
		if word != "" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " ")
}

// phone is a run of at least seven digits, with the signs that are usual among them.
var phone = regexp.MustCompile(`[+(]*\pN(?:[\s().\-/\x{2010}-\x{2015}]*\pN){6,}`)

// links reports whether a word has an address in it, however it is written: full-width signs and the full stops of East Asia count as ASCII
// ones, and signs that show nothing count as none.
func links(word string) bool {
	plain := strings.ToLower(norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return -1
		}
		return r
	}, word)))
	plain = strings.NewReplacer("\u3002", ".", "\uff61", ".", "\u2024", ".").Replace(plain)
	if strings.Contains(plain, "@") || strings.Contains(plain, "//") || strings.Contains(plain, "www.") {
		return true
	}
	for _, scheme := range []string{"mailto:", "tel:", "sms:", "http:", "https:"} {
		if strings.Contains(plain, scheme) {
			return true
		}
	}
	for _, part := range strings.FieldsFunc(plain, endsDomain) {
		if part = strings.Trim(part, ".-"); isDomain(part) {
			return true
		}
	}
	return address.MatchString(plain)
}

// address is an IPv4 address.
var address = regexp.MustCompile(`\d+\.\d+\.\d+\.\d+`)

// endsDomain reports whether a sign is none of a domain.
func endsDomain(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '.' && r != '-'
}

// isDomain reports whether a text ends with a domain that anybody can register below.
func isDomain(text string) bool {
	if !strings.Contains(text, ".") {
		return false
	}
	_, icann := publicsuffix.PublicSuffix(text)
	return icann
}
