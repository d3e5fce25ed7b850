package web

import (
	"bytes"
	"html/template"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
)

// safe is what of a text in Markdown reaches a page: words, lists, quotes and links that are
// marked as a user's. Pictures, headings and everything that loads or acts on its own are left
// out; the words inside them stay.
var safe = func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "del")
	p.AllowStandardURLs()
	p.AllowURLSchemes("https", "http", "mailto")
	p.AllowRelativeURLs(false)
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}()

// maxRenderedBytes is how many bytes of texts are kept rendered at most, counted as they were typed.
const maxRenderedBytes = 4 << 20

// renderedTexts caches what texts look like. They change far less often than the pages that show them, and rendering one
// takes longer than a query. It is safe for concurrent use.
type renderedTexts struct {
	mu    sync.RWMutex
	texts map[string]template.HTML
	bytes int
}

// newRenderedTexts is an empty cache.
func newRenderedTexts() *renderedTexts { return &renderedTexts{texts: map[string]template.HTML{}} }

// markdown is the cached renderMarkdown; a full cache drops arbitrary texts.
func (c *renderedTexts) markdown(text string) template.HTML {
	c.mu.RLock()
	shown, known := c.texts[text]
	c.mu.RUnlock()
	if known {
		return shown
	}
	shown = renderMarkdown(text)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.texts[text]; known || len(text) > maxRenderedBytes {
		return shown
	}
	for other := range c.texts {
		if c.bytes+len(text) <= maxRenderedBytes {
			break
		}
		c.bytes -= len(other)
		delete(c.texts, other)
	}
	c.texts[text] = shown
	c.bytes += len(text)
	return shown
}

// renderMarkdown renders what a user typed. A text that cannot be rendered, or only at great cost, is shown as it is.
func renderMarkdown(text string) template.HTML {
	var made bytes.Buffer
	if tangled(text) || goldmark.Convert([]byte(text), &made) != nil {
		return plain(text)
	}
	return template.HTML(safe.SanitizeBytes(made.Bytes())) //nolint:gosec // sanitized by the policy above
}

// plain shows a text as it was typed, line by line.
func plain(text string) template.HTML {
	lines := strings.ReplaceAll(template.HTMLEscapeString(strings.TrimSpace(text)), "\n", "<br>\n")
	return template.HTML("<p>" + lines + "</p>\n") //nolint:gosec // escaped
}
