package web

import (
	"html"
	"strings"

	"github.com/microcosm-cc/bluemonday"

	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// maxSummary is how many characters of a text other sites are told: what search engines show of it.
	maxSummary = 160
	// summarized is how many bytes of a text its summary is made of. It has room for markup that a summary leaves out.
	summarized = 4 << 10
)

// about is what other sites say of a page when somebody links to it.
type about struct {
	// URL is where the page is, whatever address it was asked for by, and Summary what it says; "" for nothing.
	URL, Summary string
	// Feed is where the Atom feed of the page is; "" for none.
	Feed string
	// Card is the picture of the page; nil for none.
	Card *ui.SocialCard
}

// aboutPage is what others say of the page at the path, whose text in Markdown is said.
func (s *Site) aboutPage(path, said string) *about {
	return &about{URL: s.baseURL + path, Summary: summaryOf(said)}
}

// words leaves nothing of a text in HTML but its words.
var words = bluemonday.StrictPolicy()

// summaryOf is the beginning of a text in Markdown, in one line and without markup.
func summaryOf(markdown string) string {
	markdown = strings.ToValidUTF8(markdown[:min(summarized, len(markdown))], "")
	said := strings.ReplaceAll(string(renderMarkdown(markdown)), "<", " <") // words of two lines stay two
	line := []rune(strings.Join(strings.Fields(html.UnescapeString(words.Sanitize(said))), " "))
	if len(line) <= maxSummary {
		return string(line)
	}
	cut := string(line[:maxSummary])
	if at := strings.LastIndex(cut, " "); at > 0 {
		cut = cut[:at]
	}
	return cut + "…"
}
