package fund

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"

	"github.com/almoner/almoner/internal/fault"
)

// mailDomains maps a domain as mail servers look it up: to lower case, without signs that show nothing, and to ASCII.
var mailDomains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// mostTypedEmail is how many bytes of an address are looked at, with signs that show nothing: to map the domain of a megabyte takes 50 ms.
const mostTypedEmail = 16 * MaxEmail

// CheckEmail requires a bare email address at a domain that public DNS can have. It removes signs that show nothing, which come along when
// an address is pasted, and writes the domain in Unicode and lower case. The case of the local part stays: it is up to the mail server.
func CheckEmail(wrong *fault.Fields, path string, email *string) {
	if len(*email) > mostTypedEmail {
		wrong.Add(path, fmt.Sprintf("is too long (%d bytes at most)", MaxEmail))
		return
	}
	*email = cleanEmail(*email)
	if *email == "" {
		wrong.Add(path, Blank)
		return
	}
	parsed, err := mail.ParseAddress(*email)
	local, domain := cutEmail(*email)
	ascii, reachable := mailDomain(domain)
	switch {
	case len(*email) > MaxEmail || reachable && len(local)+1+len(ascii) > MaxEmail:
		wrong.Add(path, fmt.Sprintf("is too long (%d bytes at most)", MaxEmail))
	case err != nil || parsed.Address != *email || !shown(*email, "") || !reachable:
		wrong.Add(path, NotEmail)
	default:
		*email = local + "@" + writtenDomain(ascii)
	}
}

// CheckLogin is CheckEmail for the address that somebody signs in with, which is in lower case.
func CheckLogin(wrong *fault.Fields, path string, email *string) {
	CheckEmail(wrong, path, email)
	*email = strings.ToLower(*email)
}

// LoginEmail is an address that somebody typed as users have it; what is no address is only lower-cased.
func LoginEmail(typed string) string {
	CheckLogin(&fault.Fields{}, "", &typed)
	return typed
}

// WireEmail is the address for mail servers that know no SMTPUTF8: with the ASCII form (xn--…) of its domain. An address with a local part
// beyond ASCII has no such form, and stays as it is.
func WireEmail(email string) string {
	local, domain := cutEmail(email)
	ascii, reachable := mailDomain(domain)
	if !reachable || strings.ContainsFunc(local, func(r rune) bool { return r > unicode.MaxASCII }) {
		return email
	}
	return local + "@" + ascii
}

// cutEmail cuts an address at its last @; without one it is all local part.
func cutEmail(email string) (local, domain string) {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return email, ""
	}
	return email[:at], email[at+1:]
}

// mailDomain is the ASCII form of a domain; false for one that public DNS cannot have: a single label such as localhost, an IP address.
func mailDomain(domain string) (ascii string, reachable bool) {
	ascii, err := mailDomains.ToASCII(domain)
	if err != nil {
		return "", false
	}
	top := ascii[strings.LastIndexByte(ascii, '.')+1:]
	return ascii, top != "" && top != ascii && strings.Trim(top, "0123456789") != ""
}

// writtenDomain is the Unicode form of a domain in ASCII, or the domain itself if that is none.
func writtenDomain(ascii string) string {
	if written, err := mailDomains.ToUnicode(ascii); err == nil {
		return written
	}
	return ascii
}

// cleanEmail is an address without spaces around it and without signs that show nothing. Joiners stay between letters beyond ASCII, where
// some scripts need them.
func cleanEmail(email string) string {
	letters := []rune(email)
	var clean strings.Builder
	for i, r := range letters {
		joins := (r == '\u200c' || r == '\u200d') && i > 0 && i+1 < len(letters) && letters[i-1] > unicode.MaxASCII && unicode.IsLetter(letters[i+1])
		if joins || !hidden(r) {
			clean.WriteRune(r)
		}
	}
	return strings.TrimSpace(clean.String())
}

// hidden reports whether a sign shows nothing: format characters, variation selectors and fillers.
func hidden(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
