package apiv5

import (
	"bytes"
	"encoding/json"
)

// envelope is every answer that is no list.
type envelope struct {
	Data any `json:"data"`
}

// page is the body of every list.
type page struct {
	Data     any      `json:"data"`
	Metadata metadata `json:"metadata"`
}

// metadata are the cursors of a page; null where the list ends.
type metadata struct {
	After  *string `json:"after"`
	Before *string `json:"before"`
	Limit  int     `json:"limit"`
}

// encode makes the whole body of an answer.
func encode(_ int, body any) ([]byte, error) {
	if p, ok := body.(page); ok {
		return marshal(p)
	}
	return marshal(envelope{Data: body})
}

// marshal writes compact JSON and leaves <, > and & as they are: the answers are JSON and
// never part of a page.
func marshal(body any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
