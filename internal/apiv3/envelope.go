package apiv3

import "github.com/almoner/almoner/internal/api"

type meta struct {
	Status int `json:"status"`
}

// envelope is every answer; links are there on paged lists only.
type envelope struct {
	Meta  meta `json:"meta"`
	Data  any  `json:"data"`
	Links any  `json:"links,omitempty"`
}

// page is the body of a paged list.
type page struct {
	data  any
	links any
}

// encode makes the whole body of an answer.
func encode(status int, body any) ([]byte, error) {
	whole := envelope{Meta: meta{Status: status}, Data: body}
	if paged, ok := body.(page); ok {
		whole.Data, whole.Links = paged.data, paged.links
	}
	return api.Marshal(whole)
}
