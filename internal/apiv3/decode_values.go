package apiv3

import (
	"encoding/json"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/submit"
)

// The fields below are read in a way of this wire; the others are those of package submit.

// pictureField takes the picture that GET shows at the moment for no change: it may be the one of
// somebody else that is shown in its place.
func pictureField(to *fund.Opt[string], in *submission, path string, keys ...string) submit.Field {
	return submit.Picture(to, func(s *submit.Submission, at submit.Spot, src any, address submit.Reader) {
		shown, _ := in.now.Get(at.Wire)
		if src == nil || src != any(shownText(shown, "src")) {
			address(s, at.Under("src", "src"), src)
		}
	}, path, keys...)
}

// flagTextField is a flag that this wire prints as a text: "true" and "false" are read too.
func flagTextField(to *fund.Opt[bool], path string, keys ...string) submit.Field {
	return submit.Value(to, func(value any) (bool, string) {
		switch value {
		case "true":
			return true, ""
		case "false":
			return false, ""
		default:
			return submit.ReadFlag(value)
		}
	}, path, keys...)
}

// supportableField is a flag on this wire and more in the domain, whose words are read too.
func supportableField(to *fund.Opt[fund.Supportable], path string, keys ...string) submit.Field {
	return submit.Value(to, func(value any) (fund.Supportable, string) {
		if word, ok := value.(string); ok {
			return fund.Supportable(word), ""
		}
		is, problem := submit.ReadFlag(value)
		if is {
			return fund.SupportPublic, problem
		}
		return fund.SupportNone, problem
	}, path, keys...)
}

const notADate = "is not a date"

var instantLayouts = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly}

// firstMillis is the first instant that a number may name, in 1973: a smaller one is a number of
// seconds, which other services count in.
var firstMillis = time.UnixMilli(100_000_000_000).UTC()

// momentField is an instant: epoch milliseconds, or ISO 8601 text with UTC as its zone when it
// names none. Null clears it, and so does 0, which this wire prints for no time.
func momentField(to *fund.Opt[time.Time], path string, keys ...string) submit.Field {
	return submit.Clearable(to, func(value any) (time.Time, string) {
		switch value := value.(type) {
		case json.Number:
			return readMillis(value)
		case string:
			if at, ok := submit.ReadInstant(value, instantLayouts); ok {
				return at, ""
			}
		}
		return time.Time{}, notADate
	}, path, keys...)
}

func readMillis(n json.Number) (time.Time, string) {
	millis, problem := submit.ReadWhole(n)
	at := time.UnixMilli(millis).UTC()
	switch {
	case problem != "" || !submit.IsInstant(at):
		return time.Time{}, notADate
	case millis == 0:
		return time.Time{}, ""
	case at.Before(firstMillis):
		return time.Time{}, "is too early: times are in milliseconds"
	default:
		return at, ""
	}
}

// referenceField names another thing by its number, as GET shows it, or by its UUID; null is none.
func referenceField(to *fund.Opt[fund.Key], path string, keys ...string) submit.Field {
	return submit.Clearable(to, func(value any) (fund.Key, string) {
		if text, ok := value.(string); ok {
			id, err := fund.ParseID(text)
			if err != nil {
				return fund.Key{}, money.NotANumber
			}
			return fund.Key{ID: id}, ""
		}
		n, problem := submit.ReadWhole(value)
		if problem == "" && n <= 0 {
			problem = "must be more than zero"
		}
		return fund.Key{LegacyID: n}, problem
	}, path, keys...)
}
