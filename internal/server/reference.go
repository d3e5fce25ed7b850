package server

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
)

// reference is the page that shows the documents of all parts of the API.
func (n *Node) reference() api.Surface {
	return apidocs.New([]apidocs.Document{
		{Key: "public", Name: "V5 public", Address: "/api/public/openapi", Address30: "/api/public/openapi-3.0"},
		{Key: "private", Name: "V5 private", Address: "/api/private/openapi", Address30: "/api/private/openapi-3.0"},
		{Key: "cause", Name: "V5 cause", Address: "/api/cause/openapi", Address30: "/api/cause/openapi-3.0"},
		{Key: "v3", Name: "V3", Address: "/api/v3/openapi", Address30: "/api/v3/openapi-3.0"},
	}, []apidocs.Link{{Name: "Live messages (JSON Schema)", Address: live.SchemaPath}}, func(ctx context.Context) string { return text.English.Text(text.PlayMoney(string(n.app.Mode(ctx)))) })
}
