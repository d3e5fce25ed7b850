package submit

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// Group is a nested object: its fields, what to do when they were read, and what null means.
type Group struct {
	Path   string
	Keys   []string
	Fields []Field
	// Done runs after the fields were read, wrong ones left out.
	Done func()
	// Null runs for a null; nil refuses it.
	Null func()
}

// Field is the group as a field of a model.
func (g Group) Field() Field { return Field{Path: g.Path, Keys: g.Keys, Inner: g.Fields, Read: g.read} }

func (g Group) read(s *Submission, at Spot, value any) {
	object, ok := value.(api.Object)
	switch {
	case value == nil && g.Null != nil:
		g.Null()
	case !ok:
		s.Refuse(at, NotAnObject)
	default:
		s.Object(at, object, g.Fields)
		g.Done()
	}
}

// Items is a list of objects, each read as the group that item makes for it. Items that cannot be read
// keep their spot: the rules report by spot.
func Items[T any](to *[]T, item func(one *T) Group, path string, keys ...string) Field {
	return Field{Path: path, Keys: keys, Read: func(s *Submission, at Spot, value any) {
		s.List(at, value, func(s *Submission, at Spot, value any) {
			var one T
			item(&one).read(s, at, value)
			*to = append(*to, one)
		})
	}}
}

// Social merges: a service that is not named keeps its handle.
func Social(to *fund.SocialPatch, path string, keys ...string) Field {
	return Texts((*map[string]string)(to), []string{
		"discord", "facebook", "instagram", "mixer", "snapchat", "tiktok", "twitch", "twitter", "website", "youtube",
	}, path, keys...)
}

// Texts is an object of texts that merges: one that is not sent stays. They have the same names on the
// wire as in the domain.
func Texts(to *map[string]string, names []string, path string, keys ...string) Field {
	texts := make([]fund.Opt[string], len(names))
	fields := make([]Field, len(names))
	for i, name := range names {
		fields[i] = Text(&texts[i], name, name)
	}
	return Group{Path: path, Keys: keys, Fields: fields, Done: func() {
		*to = map[string]string{}
		for i, text := range texts {
			if text.Set {
				(*to)[names[i]] = text.Value
			}
		}
	}}.Field()
}

// Address takes an address as a whole: half an old and half a new one is none. The keys of its parts
// are those in parts, by their path; the others are called as in the domain.
func Address(to *fund.Opt[*fund.Address], parts map[string][]string, path string, keys ...string) Field {
	var line1, line2, city, region, postalCode, country fund.Opt[string]
	part := func(to *fund.Opt[string], path string) Field {
		if keys, named := parts[path]; named {
			return Text(to, path, keys...)
		}
		return Text(to, path, path)
	}
	return Group{
		Path: path, Keys: keys,
		Fields: []Field{
			part(&line1, "line1"), part(&line2, "line2"), part(&city, "city"),
			part(&region, "region"), part(&postalCode, "postal_code"), part(&country, "country"),
		},
		Done: func() {
			*to = fund.Some(&fund.Address{
				Line1: line1.Value, Line2: line2.Value, City: city.Value,
				Region: region.Value, PostalCode: postalCode.Value, Country: country.Value,
			})
		},
		Null: func() { *to = fund.Some[*fund.Address](nil) },
	}.Field()
}
