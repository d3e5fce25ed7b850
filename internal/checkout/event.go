package checkout

import (
	"errors"
	"io"
	"net/http"
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

// takeEvent takes a provider event. Its sender is told no more than whether to send it again.
func (c *Checkout) takeEvent(w http.ResponseWriter, r *http.Request, of pay.Profile) {
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
			api.PlainText(w, http.StatusRequestEntityTooLarge, "too large\n")
			return
		}
		api.PlainText(w, http.StatusBadRequest, "the body could not be read\n")
		return
	}
	err = c.app.TakeProviderEvent(r.Context(), of.Name, pay.Raw{Header: handedOn(r.Header, of), Body: body})
	switch f := fault.From(err); {
	case err == nil:
		api.PlainText(w, http.StatusOK, "ok\n")
	case f.Kind == fault.Unauthenticated || f.Kind == fault.Malformed:
		c.options.Log.WarnContext(r.Context(), "webhook refused", "provider", of.Name, "error", err)
		api.PlainText(w, http.StatusBadRequest, f.Message+"\n")
	case f.Kind == fault.TooLarge:
		api.PlainText(w, http.StatusRequestEntityTooLarge, f.Message+"\n")
	case f.Kind == fault.NotFound:
		api.PlainText(w, http.StatusNotFound, f.Message+"\n")
	default:
		c.options.Log.ErrorContext(r.Context(), "webhook not taken", "provider", of.Name, "error", err)
		w.Header().Set("Retry-After", "5")
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
