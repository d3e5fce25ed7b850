package server

import (
	"net/http"

	"github.com/almoner/almoner/internal/apidocs"
)

// reference is the page that shows the documents of all parts of the API.
func reference() http.Handler {
	return apidocs.New([]apidocs.Document{
		{Key: "public", Name: "V5 public", Address: "/api/public/openapi"},
		{Key: "private", Name: "V5 private", Address: "/api/private/openapi"},
		{Key: "cause", Name: "V5 cause", Address: "/api/cause/openapi"},
		{Key: "v3", Name: "V3", Address: "/api/v3/openapi"},
	})
}
