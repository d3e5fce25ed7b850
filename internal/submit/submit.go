// Package submit reads a submitted model: a JSON object becomes a patch of the domain.
//
// A version lists the fields of its models, each with its path in domain words, its names on the
// wire and where in a patch it goes. Everything that cannot be read is noted at once, by domain path,
// together with the name that the caller used for it, so that what the rules of the domain find later
// is said in the caller's words too. The package knows values and no wire names; what the versions do
// differently with names is their Dialect.
package submit

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

// What a body may hold at most. No model comes near it; more is no mistake of a person.
const (
	// MaxItems is the length of the longest list that is read.
	MaxItems = 200
	// MaxWrong is how many wrong values are noted.
	MaxWrong = 100
)

// Dialect is how a version names things.
type Dialect interface {
	// Find gives the value of a field in an object, with the key that the caller used. It may refuse
	// what else was sent for the field.
	Find(s *Submission, at Spot, sent api.Object, f Field) (key string, value any, found bool)
	// Rest judges an object when its fields were read: it sees the keys that are in no field.
	Rest(s *Submission, at Spot, sent api.Object, fields []Field)
	// Spell writes a word of the domain that no field has a name for.
	Spell(word string) string
}

// Reader takes the value at a spot over, or notes what is wrong with it.
type Reader func(s *Submission, at Spot, value any)

// Field is one key of a model, or of an object in it.
type Field struct {
	// Path is the key in domain words, below its object.
	Path string
	// Keys are its names on the wire, the main one first.
	Keys []string
	Read Reader
	// Inner are the fields of a nested object, for the names of those that were not sent.
	Inner []Field
	// Derived marks a field that GET shows otherwise than it was submitted: rounded, worked out, or with
	// something in the place of nothing. A body that has one means no change where it says what is shown.
	Derived bool
}

// Spot is the place where a value stands, in domain words and as the caller wrote it.
type Spot struct{ Path, Wire string }

// Under is the spot of a part of the value.
func (p Spot) Under(path, key string) Spot {
	if p.Path == "" {
		return Spot{Path: path, Wire: key}
	}
	return Spot{Path: p.Path + "." + path, Wire: p.Wire + "." + key}
}

// Submission is one submitted model: what is wrong with it, and how its keys are called.
type Submission struct {
	dialect Dialect
	wrong   fault.Fields
	// names maps each domain path to the key that the caller used, or would have.
	names map[string]string
}

// New is a submission of which nothing was read. The names are those of domain paths that the rules
// may find wrong and no field has.
func New(dialect Dialect, names map[string]string) *Submission {
	s := &Submission{dialect: dialect, names: map[string]string{}}
	maps.Copy(s.names, names)
	return s
}

// Wrong are the values that could not be read, by domain path.
func (s *Submission) Wrong() fault.Fields { return s.wrong }

// Refuse notes that the value at a spot is wrong.
func (s *Submission) Refuse(at Spot, text string) {
	if s.full() {
		return
	}
	s.Propose(at)
	s.wrong.Add(at.Path, text)
}

// full reports whether as many wrong values were noted as ever are.
func (s *Submission) full() bool { return len(s.wrong) >= MaxWrong }

// Name notes how the caller calls what is at a spot.
func (s *Submission) Name(at Spot) { s.names[at.Path] = at.Wire }

// Propose notes how the caller would call what is at a spot, unless it has a name already.
func (s *Submission) Propose(at Spot) {
	if _, named := s.names[at.Path]; !named {
		s.names[at.Path] = at.Wire
	}
}

// Object reads the fields of an object.
func (s *Submission) Object(at Spot, sent api.Object, fields []Field) {
	for _, f := range fields {
		key, value, found := s.dialect.Find(s, at, sent, f)
		if !found {
			s.missing(at, f)
			continue
		}
		to := at.Under(f.Path, key)
		s.Name(to)
		f.Read(s, to, value)
	}
	s.dialect.Rest(s, at, sent, fields)
}

// missing proposes the names of a field that was not sent: the rules may miss it.
func (s *Submission) missing(at Spot, f Field) {
	to := at.Under(f.Path, f.Keys[0])
	s.Propose(to)
	for _, inner := range f.Inner {
		s.missing(to, inner)
	}
}

// List reads the items of an array with their places.
func (s *Submission) List(at Spot, value any, item Reader) {
	items, ok := value.([]any)
	switch {
	case !ok:
		s.Refuse(at, "is not a list")
	case len(items) > MaxItems:
		s.Refuse(at, fmt.Sprintf("is too long (%d items at most)", MaxItems))
	default:
		for i, value := range items {
			index := strconv.Itoa(i)
			to := at.Under(index, index)
			s.Name(to)
			item(s, to, value)
		}
	}
}
