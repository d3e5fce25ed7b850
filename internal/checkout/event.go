package checkout

import (
	"errors"
	"io"
	"net/http"
	"net/netip"
	"slices"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/pay"
)

// maxEventBody is the most bytes of a provider event that are read; the use case decides what is too much.
const maxEventBody = 2 << 20

// generalHeaders are handed on with the events of every provider.
var generalHeaders = []string{"Content-Type", "User-Agent"}

// eventSource is who a provider event is said to be from, and where it comes from.
type eventSource struct {
	pay.Profile
	address   netip.Addr
	forgeries Forgeries
}

// guardEvent takes a provider event, unless too many from there were forged: then it is not even read.
func (c *Checkout) guardEvent(w http.ResponseWriter, r *http.Request, of eventSource) {
	if wait := of.forgeries.ForgedWait(of.address); wait > 0 {
		c.refused(r, of, &fault.Error{Kind: fault.RateLimited, Message: "Too many webhooks from this address were forged.", RetryAfter: wait})
		w.Header().Set("Retry-After", api.Seconds(wait))
		api.PlainText(w, http.StatusTooManyRequests, "too many forged webhooks from this address; try again later\n")
		return
	}
	c.takeEvent(w, r, of)
}

// refused logs why an event was not taken.
func (c *Checkout) refused(r *http.Request, of eventSource, err error) {
	c.options.Log.WarnContext(r.Context(), "webhook refused", "provider", of.Name, "address", of.address, "error", err)
}

// takeEvent takes a provider event. Its sender is told no more than whether to send it again.
func (c *Checkout) takeEvent(w http.ResponseWriter, r *http.Request, of eventSource) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		api.PlainText(w, http.StatusMethodNotAllowed, "webhooks are sent with POST\n")
		return
	}
	if err := coding.Refuse(w.Header(), r); err != nil {
		api.PlainText(w, http.StatusUnsupportedMediaType, fault.From(err).Message+"\n")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEventBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			of.forgeries.Forged(of.address)
			api.PlainText(w, http.StatusRequestEntityTooLarge, "too large\n")
			return
		}
		api.PlainText(w, http.StatusBadRequest, "the body could not be read\n")
		return
	}
	err = c.app.TakeProviderEvent(r.Context(), of.Name, pay.Raw{Header: handedOn(r.Header, of.Profile), Body: body})
	switch f := fault.From(err); {
	case err == nil:
		api.PlainText(w, http.StatusOK, "ok\n")
	case f.Kind == fault.Unauthenticated || f.Kind == fault.Malformed:
		of.forgeries.Forged(of.address)
		c.refused(r, of, err)
		api.PlainText(w, http.StatusBadRequest, f.Message+"\n")
	case f.Kind == fault.TooLarge:
		of.forgeries.Forged(of.address)
		c.refused(r, of, err)
		api.PlainText(w, http.StatusRequestEntityTooLarge, f.Message+"\n")
	case f.Kind == fault.NotFound:
		api.PlainText(w, http.StatusNotFound, f.Message+"\n")
	default:
		c.options.Log.ErrorContext(r.Context(), "webhook not taken", "request_id", api.RequestID(w.Header()), "provider", of.Name, "error", err)
		w.Header().Set("Retry-After", api.Seconds(fault.RetryLater))
		api.PlainText(w, http.StatusServiceUnavailable, "try again\n")
	}
}

// handedOn are the headers of an event that its provider reads or that help to explain it. Any other may hold a
// secret of a proxy, and would be stored.
func handedOn(header http.Header, of pay.Profile) http.Header {
	kept := http.Header{}
	for _, name := range slices.Concat(generalHeaders, of.EventHeaders) {
		if values := header[name]; len(values) > 0 {
			kept[name] = values
		}
	}
	return kept
}
