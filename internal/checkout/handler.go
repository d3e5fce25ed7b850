package checkout

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// Path is below which payment providers have their pages and send their events.
const Path = "/pay"

// HandlerOptions are what the payment wire needs of the node.
type HandlerOptions struct {
	// Limit counts a page for the address that asks for it and returns how long it has to wait; 0 for not at all.
	Limit func(*http.Request) time.Duration
	// NotFound answers those who look where nothing is.
	NotFound http.Handler
}

// Handler serves everything below Path: the events and the pages of the providers that run.
func (c *Checkout) Handler(o HandlerOptions) http.Handler {
	nothing := notFound(o.NotFound)
	pages := c.sandboxPages(o, nothing)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := api.SqueezePath(r.URL.Path)
		i := slices.IndexFunc(c.running, func(p provider) bool { return api.Below(path, Path+"/"+p.Name()) })
		switch {
		case i >= 0 && path == Path+"/"+c.running[i].Name()+"/notices":
			c.takeEvent(w, r, c.running[i].profile)
		case i >= 0 && c.running[i].Provider == c.play:
			pages.ServeHTTP(w, r)
		default:
			nothing.ServeHTTP(w, r)
		}
	})
}

// sandboxPages are the pages of the sandbox, and the way to give there without any.
func (c *Checkout) sandboxPages(o HandlerOptions, nothing http.Handler) http.Handler {
	page := limited(o.Limit, c.play.Page())
	trigger := sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: c.app.AuthenticateTaker, Log: c.options.Log})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := api.SqueezePath(r.URL.Path)
		switch {
		case path == sandbox.TriggerPath && c.options.Sandbox:
			trigger.ServeHTTP(w, r)
		case path == sandbox.StylePath, strings.HasPrefix(path, sandbox.PagePath):
			page.ServeHTTP(w, r)
		default:
			nothing.ServeHTTP(w, r)
		}
	})
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
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
			api.PlainText(w, http.StatusTooManyRequests, "too many requests; try again in a moment\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}
