package checkout

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
)

// Path is below which payment providers have their pages and send their events.
const Path = "/pay"

// HandlerOptions are what the payment wire needs of the node.
type HandlerOptions struct {
	// Limit counts a page for the address that asks for it and returns how long it has to wait; 0 for not at all.
	Limit func(*http.Request) time.Duration
	// Address is where a request comes from.
	Address func(*http.Request) netip.Addr
	// Forgeries slow down those who send events that no provider signed.
	Forgeries Forgeries
	// NotFound answers those who look where nothing is.
	NotFound http.Handler
}

// Forgeries counts events that no provider signed, by the addresses that they come from.
type Forgeries interface {
	Forged(from netip.Addr)
	// ForgedWait is how long events from there are not looked at; 0 for not at all.
	ForgedWait(from netip.Addr) time.Duration
}

// Handler serves everything below Path: the events and the pages of the providers that run.
func (c *Checkout) Handler(o HandlerOptions) api.Surface {
	nothing := notFound(o.NotFound)
	pages := c.pages(o.Limit)
	return api.WithEndpoints(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := api.SqueezePath(r.URL.Path)
		if i := slices.IndexFunc(c.running, func(p provider) bool { return path == eventPath(p.Name()) }); i >= 0 {
			c.guardEvent(w, r, eventSource{c.running[i].profile, o.Address(r), o.Forgeries})
			return
		}
		if i := slices.IndexFunc(pages, func(p page) bool { return p.serves(path) }); i >= 0 {
			pages[i].handler.ServeHTTP(w, r)
			return
		}
		nothing.ServeHTTP(w, r)
	}), c.endpoints())
}

// endpoints are the events of all providers, whether they run or not, and the pages of those that run.
func (c *Checkout) endpoints() (all []api.Endpoint) {
	for _, r := range rows() {
		all = append(all, api.Endpoint{Method: http.MethodPost, Pattern: eventPath(r.Name)})
	}
	for _, p := range c.running {
		for _, one := range p.pages {
			all = append(all, one.endpoints...)
		}
	}
	return all
}

// eventPath is where a provider sends its events.
func eventPath(provider string) string { return Path + "/" + provider + "/notices" }

// pages are those of all providers that run, counted where they count.
func (c *Checkout) pages(limit func(*http.Request) time.Duration) []page {
	var all []page
	for _, p := range c.running {
		for _, one := range p.pages {
			if !one.uncounted {
				one.handler = limited(limit, one.handler)
			}
			all = append(all, one)
		}
	}
	return all
}

// serves reports whether the page is at a path.
func (p page) serves(path string) bool {
	return path == p.path || strings.HasSuffix(p.path, "/") && strings.HasPrefix(path, p.path)
}

// notFound answers with a page to those who look, and plainly to programs, which would otherwise be told that
// pages can only be read.
func notFound(page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			api.PlainText(w, http.StatusNotFound, "there is nothing here\n")
			return
		}
		page.ServeHTTP(w, r)
	})
}

// limited counts requests for the addresses that they come from, as pages are counted.
func limited(limit func(*http.Request) time.Duration, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := limit(r); wait > 0 {
			w.Header().Set("Retry-After", api.Seconds(wait))
			api.PlainText(w, http.StatusTooManyRequests, "too many requests; try again in a moment\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}
