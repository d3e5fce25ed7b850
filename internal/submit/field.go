package submit

import (
	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// Leaf is a field with one value; its reader gives what is wrong with it, or "".
func Leaf(read func(value any) string, path string, keys ...string) Field {
	return Field{Path: path, Keys: keys, Read: func(s *Submission, at Spot, value any) {
		if problem := read(value); problem != "" {
			s.Refuse(at, problem)
		}
	}}
}

// Value is a field that cannot be cleared: a null is read like any other value.
func Value[T any](to *fund.Opt[T], read func(value any) (T, string), path string, keys ...string) Field {
	return Leaf(func(value any) string {
		one, problem := read(value)
		if problem == "" {
			*to = fund.Some(one)
		}
		return problem
	}, path, keys...)
}

// Clearable is a field that null clears: its value is the zero value of its type then.
func Clearable[T any](to *fund.Opt[T], read func(value any) (T, string), path string, keys ...string) Field {
	return Value(to, func(value any) (one T, problem string) {
		if value == nil {
			return one, ""
		}
		return read(value)
	}, path, keys...)
}

// optional is a field that null leaves open.
func optional[T any](to *fund.Opt[*T], read func(value any) (T, string), path string, keys ...string) Field {
	return Clearable(to, func(value any) (*T, string) {
		one, problem := read(value)
		return &one, problem
	}, path, keys...)
}

// Text is a string; null clears it. Which texts are allowed is for the rules to say.
func Text[T ~string](to *fund.Opt[T], path string, keys ...string) Field {
	return Clearable(to, func(value any) (T, string) {
		text, problem := ReadText(value)
		return T(text), problem
	}, path, keys...)
}

// List is a list of strings, taken as a whole; null is an empty one. Which texts are allowed is for the rules to say.
func List(to *fund.Opt[[]string], path string, keys ...string) Field {
	return Field{Path: path, Keys: keys, Read: func(s *Submission, at Spot, value any) {
		if to.Set = true; value == nil {
			return
		}
		s.List(at, value, func(s *Submission, at Spot, value any) {
			text, problem := ReadText(value)
			if problem != "" {
				s.Refuse(at, problem)
			}
			to.Value = append(to.Value, text)
		})
	}}
}

// Decimal is a number, or a text that is one; null is none.
func Decimal(to *fund.Opt[string], path string, keys ...string) Field {
	return Clearable(to, ReadDecimal, path, keys...)
}

// Count is a whole number; null is none.
func Count(to *fund.Opt[*int64], path string, keys ...string) Field {
	return optional(to, ReadWhole, path, keys...)
}

// Position is a whole number of at most 32 bits that cannot be cleared.
func Position(to *fund.Opt[int], path string, keys ...string) Field {
	return Value(to, func(value any) (int, string) {
		n, problem := ReadWhole(value)
		if problem == "" && n != int64(int32(n)) {
			problem = money.TooLarge
		}
		return int(n), problem
	}, path, keys...)
}

// Flag is true or false.
func Flag(to *fund.Opt[bool], path string, keys ...string) Field {
	return Value(to, ReadFlag, path, keys...)
}

// Choice is a flag that may be left open with null.
func Choice(to *fund.Opt[*bool], path string, keys ...string) Field {
	return optional(to, ReadFlag, path, keys...)
}

// Picture is the address of an image, alone or as the src of an object like those that are shown; null
// clears it. What is done with a src is for the version to say: inside gets it with the spot of the
// object and the reader of an address.
func Picture(to *fund.Opt[string], inside func(s *Submission, at Spot, src any, address Reader), path string, keys ...string) Field {
	f := Text(to, path, keys...)
	address := f.Read
	f.Read = func(s *Submission, at Spot, value any) {
		object, ok := value.(api.Object)
		if !ok {
			address(s, at, value)
			return
		}
		src, found := object.Get("src")
		if !found {
			s.Refuse(at, "needs a src")
			return
		}
		inside(s, at, src, address)
	}
	return f
}
