package client

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"

	"github.com/coder/websocket"
)

// subscribe is the command that is sent first.
type subscribe struct {
	Type  string   `json:"type"`
	Facts []string `json:"facts"`
	Types []string `json:"types,omitempty"`
	After string   `json:"after,omitempty"`
}

// socket opens one WebSocket, and delivers its messages until it ends.
func (f *follower) socket(ctx context.Context) error {
	ctx, alive, stop := watched(ctx)
	defer stop()
	r, err := f.client.request(ctx, http.MethodGet, "/live/socket", nil)
	if err != nil {
		return err
	}
	ws, answer, err := websocket.Dial(ctx, r.URL.String(), &websocket.DialOptions{HTTPClient: f.client.http, HTTPHeader: r.Header}) //nolint:bodyclose // the library does, and leaves what it read of a refusal
	if err != nil {
		if answer != nil && answer.StatusCode != http.StatusSwitchingProtocols {
			text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
			return refusal(answer, text)
		}
		return f.cut(ctx, err)
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(MaxMessage)
	command, err := json.Marshal(subscribe{Type: "subscribe", Facts: f.facts, Types: f.types, After: f.after})
	if err != nil {
		return err
	}
	if err := ws.Write(ctx, websocket.MessageText, command); err != nil {
		return f.cut(ctx, err)
	}
	for {
		_, frame, err := ws.Read(ctx)
		if errors.Is(err, websocket.ErrMessageTooBig) {
			return f.client.tooLong()
		}
		if err != nil {
			return f.cut(ctx, err)
		}
		alive()
		if err := f.message(frame); err != nil {
			return err
		}
	}
}

// socketRefusal makes the error of a command that was refused.
func socketRefusal(frame []byte) error {
	var said struct {
		Status  int
		Message string
		Fields  map[string]string
	}
	if err := json.Unmarshal(frame, &said); err != nil {
		return err
	}
	e := &Error{Status: said.Status, Message: short(clean(said.Message))}
	for _, name := range slices.Sorted(maps.Keys(said.Fields)) {
		e.Fields = append(e.Fields, Field{Name: short(clean(name)), Text: short(clean(said.Fields[name]))})
	}
	return e
}
