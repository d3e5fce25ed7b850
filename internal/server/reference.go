package server

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apidocs"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
)

// served are the parts of the API that have documents.
type served struct{ public, private, cause, v3 api.Surface }

// reference is the page that shows the documents of all parts of the API.
func (n *Node) reference(parts served) api.Surface {
	document := func(key, name, prefix string, of api.Surface) apidocs.Document {
		address := prefix + "/openapi"
		return apidocs.Document{Key: key, Name: name, Address: address, Address30: address + "-3.0", Read: func(ctx context.Context) ([]byte, error) {
			return read(ctx, of, address)
		}}
	}
	return apidocs.New(apidocs.Options{
		Documents: []apidocs.Document{
			document("public", "V5 public", "/api/public", parts.public), document("private", "V5 private", "/api/private", parts.private),
			document("cause", "V5 cause", "/api/cause", parts.cause), document("v3", "V3", "/api/v3", parts.v3),
		},
		Others: []apidocs.Link{{Name: "Live messages (JSON Schema)", Address: live.SchemaPath}},
		Banner: func(ctx context.Context) string { return text.English.Text(text.PlayMoney(string(n.app.Mode(ctx)))) },
		Brand:  n.brand,
	})
}

// read is what a surface of this node answers at an address.
func read(ctx context.Context, of api.Surface, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	r.RequestURI = address
	answer := recorded{header: http.Header{}}
	of.ServeHTTP(&answer, r)
	if answer.status != 0 && answer.status != http.StatusOK {
		return nil, fmt.Errorf("%s: status %d", address, answer.status)
	}
	return answer.body.Bytes(), nil
}

// recorded keeps an answer.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header are the headers of the answer.
func (a *recorded) Header() http.Header { return a.header }

// WriteHeader keeps the status.
func (a *recorded) WriteHeader(status int) { a.status = status }

// Write keeps the body.
func (a *recorded) Write(part []byte) (int, error) { return a.body.Write(part) }
