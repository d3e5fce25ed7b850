package api

import (
	"slices"
	"strings"
)

// describe says in sentences what a caller must know of an operation beyond its types: what it does,
// the token that it needs, how its pages follow each other, and which headers make a write safe.
func (d *document) describe(op operation) string {
	said := []string{op.doc.Summary + ".", tokenOf(op)}
	if op.pages() {
		said = append(said, d.info.PageText)
	}
	headers := d.headers(op)
	takes := func(name string) bool {
		return slices.ContainsFunc(headers, func(p Param) bool { return p.Name == name })
	}
	if takes("If-Match") {
		said = append(said, "With the entity tag of a read in `If-Match`, a change that somebody else made meanwhile is not overwritten: 412.")
	}
	if takes("Idempotency-Key") {
		said = append(said, "With an `Idempotency-Key`, a call that is sent again is answered as the first one was and changes nothing more.")
	}
	if op.doc.Deprecated {
		said = append(said, "It is kept for clients that call it.")
	}
	return strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " ")
}

// tokenOf is the sentence about the token.
func tokenOf(op operation) string {
	switch {
	case op.open:
		return "It needs no token."
	case len(op.doc.Scopes) == 0:
		return "It needs a token."
	default:
		return "It needs a token with the scope `" + strings.Join(op.doc.Scopes, "` or `") + "`."
	}
}
