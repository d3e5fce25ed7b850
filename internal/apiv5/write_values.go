package apiv5

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/submit"
)

// The fields below are read in a way of this wire; the others are those of package submit.

const (
	notADate = "is not a date (ISO 8601: 2026-03-14T12:00:00Z)"
	notAnID  = "is not an id"
	notMoney = `is not an amount ({"value":"12.50","currency":"USD"} or "12.50")`
)

// pictureField ignores what else GET shows of a picture: it is ours to say. What is wrong with the
// address is wrong with the src, also when the rules find it.
func pictureField(to *fund.Opt[string], path, key string) submit.Field {
	f := submit.Picture(to, func(s *submit.Submission, at submit.Spot, src any, address submit.Reader) {
		at.Wire += ".src"
		s.Name(at)
		address(s, at, src)
	}, path, key)
	f.Derived = true
	return f
}

// activeField is a switch. GET shows whether the thing is active now: also off outside of its window.
func activeField(to *fund.Opt[bool]) submit.Field {
	f := submit.Flag(to, "enabled", "active")
	f.Derived = true
	return f
}

// amountParts are the keys of an amount, for the names of those that were meant.
var amountParts = []submit.Field{{Path: "value", Keys: []string{"value"}}, {Path: "currency", Keys: []string{"currency"}}}

// moneyField is an amount in major units: an object with value and currency, or the value alone, a
// text or a number; null is no amount. The currency changes nothing, but it must be the right one.
func moneyField(to, currency *fund.Opt[string], path, key string) submit.Field {
	alone := submit.Clearable(to, readAmount, path, key)
	amount := alone.Read
	alone.Read = func(s *submit.Submission, at submit.Spot, value any) {
		object, ok := value.(api.Object)
		if !ok {
			amount(s, at, value)
			return
		}
		if value, there := object.Get("value"); there {
			amount(s, at, value)
		} else {
			s.Refuse(at, "needs a value")
		}
		for _, one := range object {
			switch one.Key {
			case "value":
			case "currency":
				readCurrency(s, currency, at, one.Value)
			default:
				s.Unknown(at, one.Key, amountParts)
			}
		}
	}
	return alone
}

func readAmount(value any) (decimal, problem string) {
	decimal, problem = submit.ReadDecimal(value)
	if problem == money.NotANumber {
		problem = notMoney
	}
	return decimal, problem
}

// readCurrency reads the currency of the amount at a spot. All amounts of one model have the same; what
// is wrong with it is wrong where it was sent first.
func readCurrency(s *submit.Submission, to *fund.Opt[string], at submit.Spot, value any) {
	here := at.Under("currency", "currency")
	code, problem := submit.ReadText(value)
	switch {
	case problem != "":
		s.Refuse(here, problem)
	case to.Set && to.Value != code:
		s.Refuse(here, "is not "+to.Value+", the currency of the other amount")
	case !to.Set:
		*to = fund.Some(code)
		s.Name(submit.Spot{Path: "currency", Wire: here.Wire})
	}
}

// momentField is an instant in ISO 8601, with UTC as its zone when it names none; a day alone is
// its beginning. Null clears it. GET shows whole seconds.
func momentField(to *fund.Opt[time.Time], path, key string) submit.Field {
	f := submit.Clearable(to, func(value any) (time.Time, string) {
		text, _ := value.(string)
		at, ok := submit.ReadInstant(text, instantLayouts)
		if !ok {
			return time.Time{}, notADate
		}
		return at, ""
	}, path, key)
	f.Derived = true
	return f
}

// referenceField names another thing by its UUID or its legacy id; null is none.
func referenceField(to *fund.Opt[fund.Key], path string, keys ...string) submit.Field {
	return submit.Clearable(to, readKey, path, keys...)
}

// readKey reads a UUID, or a legacy id as a number or a text of digits.
func readKey(value any) (key fund.Key, problem string) {
	ok := false
	switch value := value.(type) {
	case json.Number:
		key.LegacyID, problem = submit.ReadWhole(value)
		ok = problem == "" && key.LegacyID > 0
	case string:
		if strings.Trim(value, "0123456789") == "" {
			n, err := strconv.ParseInt(value, 10, 64)
			key.LegacyID, ok = n, err == nil && n > 0
			break
		}
		id, err := fund.ParseID(value)
		key.ID, ok = id, err == nil && !id.IsZero()
	}
	if !ok {
		return fund.Key{}, notAnID
	}
	return key, ""
}
