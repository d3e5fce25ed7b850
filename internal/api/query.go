package api

import (
	"net/url"
	"strconv"

	"github.com/almoner/almoner/internal/fault"
)

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
