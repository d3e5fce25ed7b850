package command

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// deliveryJSON is a delivery in the API. Body and Log are in what Show prints only.
type deliveryJSON struct {
	ID            string  `json:"id"`
	EventType     string  `json:"event_type"`
	Status        string  `json:"status"`
	Problem       *string `json:"problem"`
	Attempts      int     `json:"attempts"`
	FactID        *string `json:"fact_id"`
	DonationID    *string `json:"donation_id"`
	InsertedAt    string  `json:"inserted_at"`
	NextAttemptAt *string `json:"next_attempt_at"`
	DeliveredAt   *string `json:"delivered_at"`

	Body *string       `json:"body,omitempty"`
	Log  []attemptJSON `json:"log,omitempty"`
}

// attemptJSON is one request to an endpoint in the API.
type attemptJSON struct {
	Number         int               `json:"number"`
	AttemptedAt    string            `json:"attempted_at"`
	DurationMS     int64             `json:"duration_ms"`
	Status         *int              `json:"status"`
	Failure        *string           `json:"failure"`
	RequestHeaders map[string]string `json:"request_headers"`
	Answer         *string           `json:"answer"`
}

func (d deliveryJSON) line() string {
	return columnsOf(d.ID, d.InsertedAt, d.EventType, d.Status, strconv.Itoa(d.Attempts), orNone(d.Problem))
}

func (a attemptJSON) line() string {
	outcome := orNone(a.Failure)
	if a.Status != nil {
		outcome = strconv.Itoa(*a.Status)
	}
	return columnsOf(strconv.Itoa(a.Number), a.AttemptedAt, fmt.Sprintf("%d ms", a.DurationMS), outcome, orNone(a.Answer))
}

func orNone(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// ListDeliveries lists deliveries.
type ListDeliveries struct {
	endpointFlags
	Status string `help:"Only those in this state: waiting, delivered, failed, stopped or withheld." placeholder:"STATE"`
	Limit  int    `help:"How many at most; 0 for all of the last 30 days." default:"100" placeholder:"N"`
}

// Run prints a line for each delivery, the newest first.
func (c ListDeliveries) Run(ctx context.Context, t Terminal) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	query := url.Values{}
	if c.Status != "" {
		query.Set("delivery_status", c.Status)
	}
	return eachListed(ctx, server, apiList[deliveryJSON]{path: c.path("deliveries"), query: query, most: c.Limit, show: func(d deliveryJSON) error {
		return printed(t, c.asLines, d, d.line())
	}})
}

// ShowDelivery shows one delivery.
type ShowDelivery struct {
	endpointFlags
	Delivery string `help:"The delivery." required:"" placeholder:"UUID"`
}

// Run prints the delivery, its attempts, and the body of the last one.
func (c ShowDelivery) Run(ctx context.Context, t Terminal) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	var got struct{ Data deliveryJSON }
	if err := server.Get(ctx, c.path("deliveries", c.Delivery), &got); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(t.Out, got.Data)
	}
	lines := []string{got.Data.line()}
	for _, one := range got.Data.Log {
		lines = append(lines, one.line())
	}
	for _, line := range append(lines, printable(orNone(got.Data.Body))) {
		if _, err := fmt.Fprintln(t.Out, line); err != nil {
			return err
		}
	}
	return nil
}
