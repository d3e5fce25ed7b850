package client_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/client"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
)

// TestRefusalsOfAServerAreRead wants what is wrong in words, and nothing that moves the cursor of a terminal.
func TestRefusalsOfAServerAreRead(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"message":"Unprocessible","fields":{"b":["is\u001b[31m red","too"],"a":"is wrong"}}}`: "a is wrong, b is [31m red; too",
		`{"error":{"message":"Conflict","fields":{"base":["There is no poll."]}}}`:                       "The server answered 422: There is no poll.",
		`{"error":{"message":"Not\u0007 so."}}`:                                                          "The server answered 422: Not  so.",
		`{"error":"invalid_grant","error_description":"Used before."}`:                                   "The server answered 422: Used before.",
		`{"error":{"message":"` + strings.Repeat("é", 500) + `"}}`:                                       "The server answered 422: " + strings.Repeat("é", 500),
		`{"error":{"message":"` + strings.Repeat("é", 501) + `"}}`:                                       "The server answered 422: " + strings.Repeat("é", 500) + "…",
		"<html>": "The server answered 422: Unprocessable Entity",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		err := must.Get(client.New(server.URL, nil))(t).Get(t.Context(), "/", &struct{}{})
		f, is := errors.AsType[*fault.Error](err)
		if !is {
			t.Fatalf("%s: got %v, want a fault", body, err)
		}
		var lines []string
		for _, field := range f.Fields {
			lines = append(lines, field.Path+" "+field.Text)
		}
		got := strings.Join(lines, ", ")
		if got == "" {
			got = f.Message
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}
