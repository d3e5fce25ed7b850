package account

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// attemptRow is one attempt to send a message. Result is the status of the answer, or why there was none.
type attemptRow struct {
	Title, Result, Took, Answer string
	At                          time.Time
	Headers                     []string
}

type deliveryPage struct {
	Base, Name, Form, ID, Type, State, Problem string
	Active                                     bool
	At, Due                                    time.Time
	// Sent is the body; "" where it may say who donated and whoever looks may not know.
	Sent     string
	Attempts []attemptRow
}

// delivery is GET /account/apps/{app}/webhooks/{webhook}/deliveries/{delivery}.
func (s *Server) delivery(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	id, err := fund.ParseID(r.PathValue("delivery"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such message.")
	}
	d, err := s.app.GetDelivery(r.Context(), manager, app.DeliveryKey{Endpoint: fund.Key{ID: e.ID}, Delivery: fund.Key{ID: id}})
	if err != nil {
		return err
	}
	l := text.Of(r)
	page := deliveryPage{
		Base: appsPath + "/" + a.ID.String() + "/webhooks/" + e.ID.String(), Name: cmp.Or(e.Description, shownURL(e)), ID: d.ID.String(), Active: e.Active(),
		Type: d.EventType, State: l.Text(deliveryTexts[d.Status]), Problem: d.Problem, At: d.CreatedAt, Due: d.DueAt, Sent: indented(d.Data),
	}
	for _, one := range slices.Backward(d.Made) {
		page.Attempts = append(page.Attempts, attemptOf(l, one))
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	s.Show(w, r, session.View{Template: "webhookdelivery.html", Title: d.EventType, Data: page})
	return nil
}

func attemptOf(l *text.Locale, one fund.WebhookAttempt) attemptRow {
	row := attemptRow{
		Title: l.Text("webhooks.attempt", "Number", one.Number), Result: one.Failure, At: one.At, Answer: one.Answer,
		Took: l.Text("webhooks.took", "Count", one.Duration.Milliseconds()),
	}
	if one.Status != 0 {
		row.Result = strconv.Itoa(one.Status) + " " + http.StatusText(one.Status)
	}
	for _, name := range slices.Sorted(maps.Keys(one.Headers)) {
		row.Headers = append(row.Headers, name+": "+one.Headers[name])
	}
	return row
}

// indented is JSON with a line for each value, or the text as it is.
func indented(body string) string {
	var lines bytes.Buffer
	if json.Indent(&lines, []byte(body), "", "  ") != nil {
		return body
	}
	return lines.String()
}
