package fund

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/almoner/almoner/internal/fault"
)

// SlugHold is how long nobody else can take a slug that a user or a team had before, once the user is disabled or the team disbanded: links to it are
// printed, and shown on streams. Until then, it is theirs.
const SlugHold = 90 * 24 * time.Hour

// MaxPastSlugs is how many slugs a user, a team or a cause may have had: each of them is kept from everybody else.
const MaxPastSlugs = 20

// latin writes the letters of Latin alphabets that are not a letter with a mark.
var latin = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i", "ŋ", "n",
	"ə", "e", "ɛ", "e", "ɔ", "o", "ɓ", "b", "ɖ", "d", "ɗ", "d", "ƙ", "k", "ŧ", "t", "ƴ", "y", "'", "", "’", "")

// spelled writes letters with a mark as their languages spell them without it, by ISO 639. All others drop the mark. golang.org/x/text has no
// such data, and modules that have rewrite everything else of a name, too.
var spelled = map[string]*strings.Replacer{
	"de": strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue"),
	"da": nordic, "no": nordic, "nb": nordic, "nn": nordic,
}

var nordic = strings.NewReplacer("å", "aa", "ø", "oe")

// SlugFrom derives a slug from a name in a language, language.Und for an unknown one: lower case, letters without their marks, with dashes in
// place of other characters. A name without a letter from a to z yields the fallback.
func SlugFrom(name, fallback string, in language.Tag) string {
	var b strings.Builder
	for _, r := range plainLetters(name, in) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.M, r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	slug := b.String()
	slug = strings.Trim(slug[:min(len(slug), MaxSlug)], "-")
	if !hasLetter(slug) {
		return fallback
	}
	return slug
}

// plainLetters writes a name in lower case, with the marks apart from their letters.
func plainLetters(name string, in language.Tag) string {
	base, _ := in.Base()
	if letters := spelled[base.String()]; letters != nil {
		name = letters.Replace(strings.ToLower(norm.NFKC.String(name)))
	}
	return latin.Replace(strings.ToLower(norm.NFKD.String(name)))
}

// NumberedSlug is the slug of the n-th object with the same name: the slug itself, then -2, -3 … If the number would displace the only
// letters, the slug starts with an n instead.
func NumberedSlug(slug string, n int) string {
	if n <= 1 {
		return slug
	}
	suffix := fmt.Sprintf("-%d", n)
	cut := slug[:min(len(slug), MaxSlug-len(suffix))]
	if !hasLetter(cut) {
		cut = "n" + cut[1:]
	}
	return cut + suffix
}

func hasLetter(slug string) bool {
	return strings.ContainsAny(slug, "abcdefghijklmnopqrstuvwxyz")
}

// isSlug reports whether the text consists of a-z, 0-9, _ and - with at least one letter, so that it is never mistaken for a number.
func isSlug(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return hasLetter(text)
}

// ReservedSlugs are the first path segments of addresses that the server has, or may have one day. A cause cannot have one, because the pages of its
// events are below its slug.
func ReservedSlugs() []string {
	return []string{
		"about", "account", "admin", "api", "assets", "cause", "dashboard", "docs", "edge", "embed", "explore", "feed", "gifts", "healthz", "help",
		"invite", "join", "legal", "live", "login", "me", "media", "metrics", "oauth", "overlay", "pay", "privacy", "qr", "readyz", "search", "setup",
		"socket", "stage", "start", "static", "status", "terms", "text", "theme", "webhooks",
	}
}

// namelessSlug is the slug for a name without Latin letters.
func namelessSlug(kind Kind) string {
	if kind == KindCause {
		return "charity"
	}
	return strings.ReplaceAll(kind.Noun(), " ", "-")
}

// reservedBelow are path segments of pages below an owner: of its donate page, its profile, and what may come.
func reservedBelow() []string { return []string{"donate", "embed", "feed", "profile"} }

// reserved reports whether the slug of a fact is an address of the server.
func (f *Fact) reserved() bool {
	if f.Kind == KindCause {
		return slices.Contains(ReservedSlugs(), f.Slug)
	}
	return slices.Contains(reservedBelow(), f.Slug)
}

// checkReserved refuses a new slug that is an address of the server. One that a fact had before stays.
func checkReserved(wrong *fault.Fields, f *Fact, before string) {
	if f.Slug != before && f.reserved() {
		wrong.Add("slug", Reserved)
	}
}
