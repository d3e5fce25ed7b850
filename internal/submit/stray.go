package submit

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
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
	text := "is not a known field"
	if meant := Suggest(key, fields); meant != "" {
		text += " (did you mean " + meant + "?)"
	}
	s.Stray(at, key, text)
}

// Known reports whether one of the fields has the key.
func Known(fields []Field, key string) bool {
	return slices.ContainsFunc(fields, func(f Field) bool { return slices.Contains(f.Keys, key) })
}

// isStray reports whether a path is that of a key that no field has.
func isStray(path string) bool {
	return strings.HasPrefix(path, strayMark) || strings.Contains(path, "."+strayMark)
}

// What counts as close to a key.
const (
	// maxSuggested is the length in bytes of the longest key that a suggestion is looked for.
	maxSuggested = 64
	// minPart is the length in bytes of the shortest part of a key that stands for it.
	minPart = 3
	// lettersPerMistake is how many letters of a key allow one of them to be wrong.
	lettersPerMistake = 3
)

// Suggest is the key of the field that was probably meant by one that no field has: the same key in
// another spelling, the domain's word for it, a part of it, or one with a typing mistake. It is "" when
// none is close, or several are a part.
func Suggest(key string, fields []Field) string {
	sent := plainKey(key)
	if sent == "" || len(sent) > maxSuggested {
		return ""
	}
	for _, close := range []func(string, []Field) string{sameKey, sameWord, longerKey, mistypedKey} {
		if meant := close(sent, fields); meant != "" {
			return meant
		}
	}
	return ""
}

// plainKey is a key without what snake_case, camelCase and kebab-case differ in.
func plainKey(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(key))
}

func sameKey(sent string, fields []Field) string {
	for _, f := range fields {
		for _, key := range f.Keys {
			if plainKey(key) == sent {
				return key
			}
		}
	}
	return ""
}

func sameWord(sent string, fields []Field) string {
	for _, f := range fields {
		if plainKey(f.Path) == sent {
			return f.Keys[0]
		}
	}
	return ""
}

// longerKey is the only key that begins or ends with what was sent.
func longerKey(sent string, fields []Field) (meant string) {
	if len(sent) < minPart {
		return ""
	}
	for _, f := range fields {
		key := plainKey(f.Keys[0])
		if !strings.HasPrefix(key, sent) && !strings.HasSuffix(key, sent) {
			continue
		}
		if meant != "" {
			return ""
		}
		meant = f.Keys[0]
	}
	return meant
}

// mistypedKey is the key that the fewest letters must be changed for.
func mistypedKey(sent string, fields []Field) (meant string) {
	fewest := len(sent)/lettersPerMistake + 1
	for _, f := range fields {
		for _, key := range f.Keys {
			if n := levenshtein.ComputeDistance(sent, plainKey(key)); n < fewest {
				meant, fewest = key, n
			}
		}
	}
	return meant
}
