package web

import (
	"bytes"
	"html/template"
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

const (
	// maxRenderedTexts is how many rendered texts are kept at most, and maxRenderedText how many bytes each may have.
	maxRenderedTexts = 512
	maxRenderedText  = 4 << 10
)

// renderedTexts caches what texts look like. They change far less often than the pages that show them, and rendering one
// takes longer than a query. It is safe for concurrent use.
type renderedTexts struct {
	mu    sync.RWMutex
	texts map[string]template.HTML
}

// newRenderedTexts is an empty cache.
func newRenderedTexts() *renderedTexts { return &renderedTexts{texts: map[string]template.HTML{}} }

// markdown is the cached renderMarkdown; a full cache drops an arbitrary text.
func (c *renderedTexts) markdown(text string) template.HTML {
	c.mu.RLock()
	shown, known := c.texts[text]
	c.mu.RUnlock()
	if known {
		return shown
	}
	if shown = renderMarkdown(text); len(text) > maxRenderedText {
		return shown
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for other := range c.texts {
		if len(c.texts) < maxRenderedTexts {
			break
		}
		delete(c.texts, other)
	}
	c.texts[text] = shown
	return shown
}

// renderMarkdown renders what a user typed. A text that cannot be rendered is shown as it is.
func renderMarkdown(text string) template.HTML {
	var made bytes.Buffer
	if err := goldmark.Convert([]byte(text), &made); err != nil {
		return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // escaped
	}
	return template.HTML(safe.SanitizeBytes(made.Bytes())) //nolint:gosec // sanitized by the policy above
}
