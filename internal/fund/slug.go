package fund

import (
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// SlugFrom makes a slug from a name: lower case, with a dash where other characters were. A name
// without a letter from a to z gives the fallback.
func SlugFrom(name, fallback string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
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

// NumberedSlug is the slug for the n-th thing of the same name: itself, then with -2, -3 … A slug
// that has to lose its only letters to the number starts with an n instead.
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

// isSlug reports whether the text is made of a-z, 0-9, _ and - with at least one letter, so that it
// is never taken for a number.
func isSlug(text string) bool {
	for i := range len(text) {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return hasLetter(text)
}

// ReservedSlugs are the first words of the server's own addresses. A cause cannot be called so: the
// pages of its events stand below its slug.
func ReservedSlugs() []string {
	return []string{"account", "api", "assets", "cause", "docs", "gifts", "healthz", "metrics", "oauth", "pay", "readyz"}
}

// namelessSlug is the slug of what has a name without Latin letters.
func namelessSlug(kind Kind) string {
	if kind == KindCause {
		return "charity"
	}
	return strings.ReplaceAll(kind.Noun(), " ", "-")
}

// reservedEventSlugs are words that pages stand at below a cause's slug, as its events do.
func reservedEventSlugs() []string { return []string{"donate"} }

// checkReserved refuses a cause's slug that is an address of the server, and an event's that is the address
// of its cause's donate page.
func checkReserved(wrong *fault.Fields, f *Fact) {
	cause := f.Kind == KindCause && slices.Contains(ReservedSlugs(), f.Slug)
	event := f.Kind == KindFundraisingEvent && slices.Contains(reservedEventSlugs(), f.Slug)
	if cause || event {
		wrong.Add("slug", "is an address of this server: choose another one")
	}
}
