package fund

import (
	"fmt"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// SlugFrom derives a slug from a name: lower case, with dashes in place of other characters. A name without a letter from a to z yields the
// fallback.
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

// ReservedSlugs are the first path segments of the server's own addresses. A cause cannot have one, because the pages of its events are
// below its slug.
func ReservedSlugs() []string {
	return []string{"account", "api", "assets", "cause", "docs", "gifts", "healthz", "metrics", "oauth", "pay", "readyz"}
}

// namelessSlug is the slug for a name without Latin letters.
func namelessSlug(kind Kind) string {
	if kind == KindCause {
		return "charity"
	}
	return strings.ReplaceAll(kind.Noun(), " ", "-")
}

// reservedEventSlugs are path segments of pages below a cause's slug, where its events are, too.
func reservedEventSlugs() []string { return []string{"donate"} }

// checkReserved refuses a cause's slug that is an address of the server, and an event's slug that is the address of its cause's donate
// page.
func checkReserved(wrong *fault.Fields, f *Fact) {
	cause := f.Kind == KindCause && slices.Contains(ReservedSlugs(), f.Slug)
	event := f.Kind == KindFundraisingEvent && slices.Contains(reservedEventSlugs(), f.Slug)
	if cause || event {
		wrong.Add("slug", "is an address of this server: choose another one")
	}
}
