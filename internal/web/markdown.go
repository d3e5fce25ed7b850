package web

import (
	"bytes"
	"html/template"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
)

// safe is what of a text in Markdown reaches a page: words, lists, quotes and links that are
// marked as a user's. Pictures, headings and everything that looks or acts by itself are left
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

// markdown renders what a user typed. A text that cannot be rendered is shown as it is.
func markdown(text string) template.HTML {
	var made bytes.Buffer
	if err := goldmark.Convert([]byte(text), &made); err != nil {
		return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // escaped
	}
	return template.HTML(safe.SanitizeBytes(made.Bytes())) //nolint:gosec // sanitized by the policy above
}
