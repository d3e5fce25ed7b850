package api

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// brokenParameter is the first of the named parameters whose value cannot be read; "" for none. A
// broken pair of any other name is nobody's.
func brokenParameter(raw string, names []string) string {
	if len(names) == 0 || !strings.ContainsAny(raw, "%;") {
		return ""
	}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil || !slices.Contains(names, name) {
			continue
		}
		if _, err := url.QueryUnescape(value); err != nil || strings.Contains(value, ";") {
			return name
		}
	}
	return ""
}

// parameters are the query parameters that have a value: programs that fill in a template send
// "before=" for none.
func parameters(u *url.URL) url.Values {
	values := u.Query()
	for name, all := range values {
		if all = slices.DeleteFunc(all, func(value string) bool { return value == "" }); len(all) == 0 {
			delete(values, name)
			continue
		}
		values[name] = all
	}
	return values
}

// QueryInt reads a whole number from the query; an absent parameter is the fallback. The
// fault for anything else is Malformed and names the parameter.
func QueryInt(q url.Values, name string, fallback int64) (int64, error) {
	if !q.Has(name) {
		return fallback, nil
	}
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil {
		return 0, fault.Wrap(err, fault.Malformed, "The parameter %s must be a whole number.", name)
	}
	return n, nil
}
