package apiv3

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

const (
	notANumber = "is not a number"
	notWhole   = "is not a whole number"
	tooLarge   = money.TooLarge
	notAText   = "is not a text"
	notABool   = "is not true or false"
	notADate   = "is not a date"
)

// leaf is a field with one value; its reader gives what is wrong with it, or "".
func leaf(path string, keys []string, read func(value any) string) field {
	return field{path: path, keys: keys, read: func(s *submission, at spot, value any) {
		if problem := read(value); problem != "" {
			s.refuse(at, problem)
		}
	}}
}

// textField is a string; null clears it. Which texts are allowed is for the rules to say.
func textField[T ~string](to *fund.Opt[T], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		switch value := value.(type) {
		case nil:
			*to = fund.Some(T(""))
		case string:
			*to = fund.Some(T(value))
		default:
			return notAText
		}
		return ""
	})
}

// pictureField is the address of an image, alone or as the src of an object like those of GET;
// null clears it. The picture that GET shows at the moment is no change: it may be the one of
// somebody else that is shown in its place.
func pictureField(to *fund.Opt[string], path string, keys ...string) field {
	address := textField(to, path, keys...)
	read := address.read
	address.read = func(s *submission, at spot, value any) {
		object, ok := value.(api.Object)
		if !ok {
			read(s, at, value)
			return
		}
		src, found := object.Get("src")
		shown, _ := s.now.Get(at.wire)
		switch {
		case !found:
			s.refuse(at, "needs a src")
		case src == nil || src != any(shownText(shown, "src")):
			read(s, at.under("src", "src"), src)
		}
	}
	return address
}

// decimalField is an amount in major units, a number or a text; null is no amount. It is kept as
// it was written: the rules know the currency.
func decimalField(to *fund.Opt[string], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		switch value := value.(type) {
		case nil:
			*to = fund.Some("")
		case string:
			*to = fund.Some(value)
		case json.Number:
			text, problem := money.Plain(value.String())
			if problem != "" {
				return problem
			}
			*to = fund.Some(text)
		default:
			return notANumber
		}
		return ""
	})
}

// countField is a whole number; null is none.
func countField(to *fund.Opt[*int64], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		if value == nil {
			*to = fund.Some[*int64](nil)
			return ""
		}
		n, problem := whole(value)
		if problem == "" {
			*to = fund.Some(&n)
		}
		return problem
	})
}

// positionField is a whole number that cannot be cleared.
func positionField(to *fund.Opt[int], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		n, problem := whole(value)
		switch {
		case problem != "":
			return problem
		case n != int64(int32(n)):
			return tooLarge
		}
		*to = fund.Some(int(n))
		return ""
	})
}

func whole(value any) (int64, string) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, notANumber
	}
	text, problem := money.Plain(number.String())
	if problem == money.TooPrecise {
		problem = notWhole
	}
	if problem != "" {
		return 0, problem
	}
	n, err := strconv.ParseInt(money.Shortest(text), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, tooLarge
	case err != nil:
		return 0, notWhole
	default:
		return n, ""
	}
}

// flagField is true or false.
func flagField(to *fund.Opt[bool], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		is, ok := value.(bool)
		if !ok {
			return notABool
		}
		*to = fund.Some(is)
		return ""
	})
}

// flagTextField is a flag that this wire prints as a text: "true" and "false" are read too.
func flagTextField(to *fund.Opt[bool], path string, keys ...string) field {
	strict := flagField(to, path, keys...)
	read := strict.read
	strict.read = func(s *submission, at spot, value any) {
		switch value {
		case "true":
			value = true
		case "false":
			value = false
		}
		read(s, at, value)
	}
	return strict
}

// choiceField is a flag that may be left open with null.
func choiceField(to *fund.Opt[*bool], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		switch value := value.(type) {
		case nil:
			*to = fund.Some[*bool](nil)
		case bool:
			*to = fund.Some(&value)
		default:
			return notABool
		}
		return ""
	})
}

// supportableField is a flag on this wire and more in the domain, whose words are read too.
func supportableField(to *fund.Opt[fund.Supportable], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		switch value := value.(type) {
		case bool:
			*to = fund.Some(fund.SupportNone)
			if value {
				*to = fund.Some(fund.SupportPublic)
			}
		case string:
			*to = fund.Some(fund.Supportable(value))
		default:
			return notABool
		}
		return ""
	})
}

// momentField is an instant: epoch milliseconds, or ISO 8601 text with UTC as its zone when it
// names none. Null clears it, and so does 0, which this wire prints for no time.
func momentField(to *fund.Opt[time.Time], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		at, ok := time.Time{}, value == nil
		switch value := value.(type) {
		case json.Number:
			if at, ok = epochMillis(value); ok && !at.IsZero() && at.Before(firstMillis) {
				return "is too early: times are in milliseconds"
			}
		case string:
			at, ok = isoTime(value)
		}
		if !ok {
			return notADate
		}
		*to = fund.Some(at)
		return ""
	})
}

// The instants that a date may name. Clients read them as unsigned numbers of milliseconds.
var (
	firstInstant = time.Unix(0, 0).UTC()
	lastInstant  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	// firstMillis is the first instant that a number may name, in 1973: a smaller one is a number of
	// seconds, which other services count in.
	firstMillis = time.UnixMilli(100_000_000_000).UTC()
)

func inRange(at time.Time) bool { return !at.Before(firstInstant) && !at.After(lastInstant) }

func epochMillis(n json.Number) (time.Time, bool) {
	millis, problem := whole(n)
	if problem != "" {
		return time.Time{}, false
	}
	if millis == 0 {
		return time.Time{}, true
	}
	at := time.UnixMilli(millis).UTC()
	return at, inRange(at)
}

func isoTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), inRange(at)
		}
	}
	return time.Time{}, false
}

// reference names another thing by its number, as GET shows it, or by its UUID; null is none.
func referenceField(to *fund.Opt[fund.Key], path string, keys ...string) field {
	return leaf(path, keys, func(value any) string {
		var key fund.Key
		switch value := value.(type) {
		case nil:
		case json.Number:
			n, problem := whole(value)
			if problem != "" {
				return problem
			}
			if n <= 0 {
				return "must be more than zero"
			}
			key.LegacyID = n
		case string:
			id, err := fund.ParseID(value)
			if err != nil {
				return notANumber
			}
			key.ID = id
		default:
			return notANumber
		}
		*to = fund.Some(key)
		return ""
	})
}

// group is a nested object: its fields, what to do when they were read, and what null means.
type group struct {
	path   string
	keys   []string
	fields []field
	// done runs after the fields were read, wrong ones left out.
	done func()
	// null runs for a null; nil refuses it.
	null func()
}

func (g group) field() field {
	return field{path: g.path, keys: g.keys, inner: g.fields, read: func(s *submission, at spot, value any) {
		object, ok := value.(api.Object)
		switch {
		case value == nil && g.null != nil:
			g.null()
		case !ok:
			s.refuse(at, notAnObject)
		default:
			s.object(at, object, g.fields)
			g.done()
		}
	}}
}
