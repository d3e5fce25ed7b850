package submit

import (
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Explain puts an error of the rules into the words of the caller, with prefix before the path of each
// field. An error that is about no field stays as it is. Of a key that the caller made up, only so much is repeated as
// fault.MaxEcho allows.
func (s *Submission) Explain(err error, prefix string) error {
	f := fault.From(err)
	if err == nil || f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return err
	}
	named := make(fault.Fields, len(f.Fields))
	for i, one := range f.Fields {
		text := one.Text
		if !isStray(one.Path) { // what is said of those speaks of wire names already
			text = s.wireText(text)
		}
		named[i] = fault.Field{Path: prefix + fault.Echo(s.wirePath(one.Path)), Text: text}
	}
	return &fault.Error{Kind: fault.Invalid, Message: f.Message, Fields: named}
}

// wirePath takes the longest beginning of the path that has a name of its own.
func (s *Submission) wirePath(path string) string {
	for head, tail := path, ""; ; {
		if name, ok := s.names[head]; ok {
			return name + tail
		}
		cut := strings.LastIndexByte(head, '.')
		if cut < 0 {
			return s.dialect.Spell(head) + tail
		}
		head, tail = head[:cut], "."+s.dialect.Spell(head[cut+1:])+tail
	}
}

// wireText renames the fields that a text speaks of ("must be after starts_at"). Only words with an
// underscore inside are names for sure.
func (s *Submission) wireText(text string) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		if !strings.Contains(strings.Trim(word, "_"), "_") {
			continue
		}
		if name, ok := s.names[word]; ok {
			words[i] = name
		} else {
			words[i] = s.dialect.Spell(word)
		}
	}
	return strings.Join(words, " ")
}
