package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/store"
)

// requestTime is how long a request may take until it is answered 503: as long as a payment provider may take with a query before and
// after, and short enough that the answer gets out before writeTimeout.
const requestTime = 45 * time.Second

// longLived are the prefixes of connections that stay open: none of their queries may take longer than those of others, and nothing
// ends them as a whole.
var longLived = []string{"/live", "/socket"}

// awaited gives a request its deadline, and a limit to each of its queries and writes.
func (n *Node) awaited(r *http.Request, path string) (*http.Request, context.CancelFunc) {
	ctx := store.Awaited(r.Context(), cmp.Or(n.AnswerTime, store.AnswerTime))
	if slices.ContainsFunc(longLived, func(prefix string) bool { return api.Below(path, prefix) }) {
		return r.WithContext(ctx), func() {}
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	return r.WithContext(ctx), cancel
}
