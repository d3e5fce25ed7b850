package fund

import (
	"iter"
	"strings"
)

// TemplatePart is a part of a template: text as it stands, or a placeholder.
type TemplatePart struct {
	// Text is the text, or the name of the placeholder in lower case.
	Text  string
	Value bool
}

// TemplateParts are the parts of a template in their order: {total} is the placeholder that is called total. A brace that nothing closes is text.
func TemplateParts(template string) iter.Seq[TemplatePart] {
	return func(yield func(TemplatePart) bool) {
		for {
			before, rest, open := strings.Cut(template, "{")
			name, after, closed := strings.Cut(rest, "}")
			if !open || !closed {
				yield(TemplatePart{Text: template})
				return
			}
			if !yield(TemplatePart{Text: before}) || !yield(TemplatePart{Text: strings.ToLower(strings.TrimSpace(name)), Value: true}) {
				return
			}
			template = after
		}
	}
}

// HasPlaceholder reports whether a template has a placeholder that is called so.
func HasPlaceholder(template, name string) bool {
	for part := range TemplateParts(template) {
		if part.Value && part.Text == name {
			return true
		}
	}
	return false
}
