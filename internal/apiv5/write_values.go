package apiv5

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

const (
	notANumber  = money.NotANumber
	notWhole    = "is not a whole number"
	notAText    = "is not a text"
	notABool    = "is not true or false"
	notADate    = "is not a date (ISO 8601: 2026-03-14T12:00:00Z)"
	notAnID     = "is not an id"
	notAnObject = "is not an object"
	notMoney    = `is not an amount ({"value":"12.50","currency":"USD"} or "12.50")`
)

// leaf is a field with one value; its reader gives what is wrong with it, or "".
func leaf(path, key string, read func(value any) string) field {
	return field{path: path, keys: []string{key}, read: func(s *submission, at spot, value any) {
		if problem := read(value); problem != "" {
			s.refuse(at, problem)
		}
	}}
}

// textField is a string; null clears it. Which texts are allowed is for the rules to say.
func textField[T ~string](to *fund.Opt[T], path, key string) field {
	return leaf(path, key, func(value any) string {
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
// null clears it. What else GET shows of a picture is ours to say, and is ignored.
func pictureField(to *fund.Opt[string], path, key string) field {
	f := textField(to, path, key)
	read := f.read
	f.read = func(s *submission, at spot, value any) {
		object, ok := value.(api.Object)
		if !ok {
			read(s, at, value)
			return
		}
		src, found := object.Get("src")
		if !found {
			s.refuse(at, "needs a src")
			return
		}
		s.names[at.path] = at.wire + ".src"
		read(s, spot{path: at.path, wire: at.wire + ".src"}, src)
	}
	return f
}

// moneyField is an amount in major units: an object with value and currency, or the value alone, a
// text or a number; null is no amount. The currency changes nothing, but it must be the right one.
// Amounts are kept as they were written: the rules know how many decimals there are.
func moneyField(to, currency *fund.Opt[string], path, key string) field {
	return field{path: path, keys: []string{key}, read: func(s *submission, at spot, value any) {
		object, ok := value.(api.Object)
		if !ok {
			if problem := readAmount(to, value); problem != "" {
				s.refuse(at, problem)
			}
			return
		}
		amount, there := object.Get("value")
		if !there {
			s.refuse(at, "needs a value")
		} else if problem := readAmount(to, amount); problem != "" {
			s.refuse(at, problem)
		}
		for _, one := range object {
			switch one.Key {
			case "value":
			case "currency":
				s.currency(currency, at, one.Value)
			default:
				s.refuse(at.under(one.Key, one.Key), "is not a known field")
			}
		}
	}}
}

// currency reads the currency of an amount. All amounts of one model have the same.
func (s *submission) currency(to *fund.Opt[string], at spot, value any) {
	here := spot{path: at.path + ".currency", wire: at.wire + ".currency"}
	code, ok := value.(string)
	switch {
	case !ok:
		s.refuse(here, notAText)
	case to.Set && to.Value != code:
		s.refuse(here, "is not "+to.Value+", the currency of the other amount")
	default:
		*to = fund.Some(code)
		if _, named := s.names["currency"]; !named {
			s.names["currency"] = here.wire
		}
	}
}

func readAmount(to *fund.Opt[string], value any) string {
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
		return notMoney
	}
	return ""
}

// decimalField is a number that is no money, as a number or a text.
func decimalField(to *fund.Opt[string], path, key string) field {
	return leaf(path, key, func(value any) string {
		problem := readAmount(to, value)
		if problem == notMoney {
			problem = notANumber
		}
		return problem
	})
}

// countField is a whole number; null is none.
func countField(to *fund.Opt[*int64], path, key string) field {
	return leaf(path, key, func(value any) string {
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
		return 0, money.TooLarge
	case err != nil:
		return 0, notWhole
	default:
		return n, ""
	}
}

// flagField is true or false.
func flagField(to *fund.Opt[bool], path, key string) field {
	return leaf(path, key, func(value any) string {
		is, ok := value.(bool)
		if !ok {
			return notABool
		}
		*to = fund.Some(is)
		return ""
	})
}

// choiceField is a flag that may be left open with null.
func choiceField(to *fund.Opt[*bool], path, key string) field {
	return leaf(path, key, func(value any) string {
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

// The instants that a date may name.
var (
	firstInstant = time.Unix(0, 0).UTC()
	lastInstant  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// momentField is an instant in ISO 8601, with UTC as its zone when it names none; a day alone is
// its beginning. Null clears it.
func momentField(to *fund.Opt[time.Time], path, key string) field {
	return leaf(path, key, func(value any) string {
		text, ok := value.(string)
		switch {
		case value == nil:
			*to = fund.Some(time.Time{})
			return ""
		case !ok:
			return notADate
		}
		for _, layout := range instantLayouts {
			at, err := time.Parse(layout, text)
			if err == nil && !at.Before(firstInstant) && !at.After(lastInstant) {
				*to = fund.Some(at.UTC())
				return ""
			}
		}
		return notADate
	})
}

// referenceField names another thing by its UUID or its legacy id; null is none.
func referenceField(to *fund.Opt[fund.Key], path string, keys ...string) field {
	f := leaf(path, keys[0], func(value any) string {
		if value == nil {
			*to = fund.Some(fund.Key{})
			return ""
		}
		key, ok := readKey(value)
		if ok {
			*to = fund.Some(key)
			return ""
		}
		return notAnID
	})
	f.keys = keys
	return f
}

// readKey reads a UUID, or a legacy id as a number or a text of digits.
func readKey(value any) (fund.Key, bool) {
	switch value := value.(type) {
	case json.Number:
		n, problem := whole(value)
		return fund.Key{LegacyID: n}, problem == "" && n > 0
	case string:
		if strings.Trim(value, "0123456789") == "" {
			n, err := strconv.ParseInt(value, 10, 64)
			return fund.Key{LegacyID: n}, err == nil && n > 0
		}
		id, err := fund.ParseID(value)
		return fund.Key{ID: id}, err == nil && !id.IsZero()
	default:
		return fund.Key{}, false
	}
}

// group is a nested object: its fields, what to do when they were read, and what null means.
type group struct {
	path, key string
	fields    []field
	// done runs after the fields were read, wrong ones left out.
	done func()
	// null runs for a null; nil refuses it.
	null func()
}

func (g group) field() field {
	return field{path: g.path, keys: []string{g.key}, inner: g.fields, read: func(s *submission, at spot, value any) {
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
