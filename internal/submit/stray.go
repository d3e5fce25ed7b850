package submit

import (
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// strayMark begins the path of a key that no field has. No word of the domain begins so: without it a
// stray "name" would pass for the domain's name, and be reported under that field's key on the wire.
const strayMark = ":"

// Stray notes what is wrong with a key of the object at a spot that is no field's, under the key that
// was sent.
func (s *Submission) Stray(at Spot, key, text string) { s.Refuse(at.Under(strayMark+key, key), text) }

// Unknown notes that no field has the key, and suggests the field that was probably meant.
func (s *Submission) Unknown(at Spot, key string, fields []Field) {
	if s.full() {
		return
	}
	s.Stray(at, key, "is not a known field"+fund.DidYouMean(Suggest(key, fields)))
}

// Known reports whether one of the fields has the key.
func Known(fields []Field, key string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return slices.Contains(f.Keys, key) })
}

// isStray reports whether a path is that of a key that no field has.
func isStray(path string) bool {
	return strings.HasPrefix(path, strayMark) || strings.Contains(path, "."+strayMark)
}

// Suggest is the key of the field that was probably meant by one that no field has: a close one, or that
// of the field for which the domain has this word. It is "" when there is none.
func Suggest(key string, fields []Field) string {
	var keys []string
	word := ""
	for _, f := range fields {
		keys = append(keys, f.Keys...)
		if word == "" && fund.PlainName(f.Path) == fund.PlainName(key) {
			word = f.Keys[0]
		}
	}
	closest := fund.Closest(key, keys)
	if word != "" && fund.PlainName(closest) != fund.PlainName(key) {
		return word
	}
	return closest
}
