package apiv5

import "github.com/almoner/almoner/internal/api"

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
		return api.Marshal(p)
	}
	return api.Marshal(envelope{Data: body})
}
