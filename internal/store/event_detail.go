package store

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// detailJSON is the stored form of the detail of an event. Its keys never change their meaning, because databases hold them.
type detailJSON struct {
	From     string          `json:"from,omitempty"`
	To       string          `json:"to,omitempty"`
	Parent   string          `json:"parent,omitempty"`
	Donation string          `json:"donation,omitempty"`
	Amount   int64           `json:"amount,omitempty"`
	Total    int64           `json:"total,omitempty"`
	Left     int64           `json:"left,omitempty"`
	Sample   json.RawMessage `json:"sample,omitempty"`
}

// AppendTest appends a test event, whose sample is the object that it is about: nothing is stored besides. A sample that is no JSON, or larger
// than fund.MaxSampleBytes, is Malformed, and so is a topic that only the server itself follows.
func (t *Tx) AppendTest(e fund.Event) error {
	switch {
	case e.Topic.Object() == "" || e.Topic.MovesScores():
		return fault.New(fault.Malformed, "There are no test events of topic %s.", e.Topic)
	case len(e.Detail.Sample) > fund.MaxSampleBytes:
		return fault.New(fault.Malformed, "The sample of a test event has %d bytes; at most %d are allowed.", len(e.Detail.Sample), fund.MaxSampleBytes)
	case len(e.Detail.Sample) > 0 && !json.Valid(e.Detail.Sample):
		return fault.New(fault.Malformed, "The sample of a test event is not JSON.")
	}
	e.Test = true
	t.Append(e)
	return nil
}

// encodeDetail is the stored form of a detail, NULL for none.
func encodeDetail(d *fund.Detail) (sql.NullString, error) {
	if d.IsZero() {
		return sql.NullString{}, nil
	}
	text, err := encodeJSON(detailJSON{
		From: d.From, To: d.To, Parent: textID(d.Parent), Donation: textID(d.Donation),
		Amount: d.Amount, Total: d.Total, Left: d.Left, Sample: d.Sample,
	})
	return nullText(text), err
}

// textID is the text of an id, "" for none.
func textID(id fund.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// detailColumn scans the stored detail of an event.
type detailColumn fund.Detail

// Scan reads what encodeDetail stored; NULL leaves its target unchanged. Keys that this version does not know are skipped.
func (c *detailColumn) Scan(src any) error {
	var stored detailJSON
	if err := (jsonColumn{&stored}).Scan(src); err != nil {
		return fmt.Errorf("detail of an event: %w", err)
	}
	*c = detailColumn{From: stored.From, To: stored.To, Amount: stored.Amount, Total: stored.Total, Left: stored.Left, Sample: stored.Sample}
	for _, one := range []struct {
		text string
		to   *fund.ID
	}{{stored.Parent, &c.Parent}, {stored.Donation, &c.Donation}} {
		if one.text == "" {
			continue
		}
		id, err := fund.ParseID(one.text)
		if err != nil {
			return fmt.Errorf("detail of an event: %w", err)
		}
		*one.to = id
	}
	return nil
}
