// Command websocket prints each donation to a campaign as it happens, over a WebSocket. It misses none while it is away.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

var address = strings.Replace(os.Getenv("ALMONER_URL"), "http", "ws", 1) + "/live/socket" // http://127.0.0.1:8080

var retry = 5000 // milliseconds

type message struct {
	Type, Cursor, Reason, Message string
	RetryMS                       int `json:"retry_ms"`
	Test                          bool
	Data                          *struct {
		DonorName string `json:"donor_name"`
		Amount    struct{ Value, Currency string }
	}
}

func take(m message) error {
	retry = max(m.RetryMS, retry)
	switch {
	case m.Type == "error":
		return fmt.Errorf("refused: %s", m.Message)
	case m.Type == "reset":
		fmt.Println("reset:", m.Reason)
	case m.Data != nil:
		fmt.Println(m.Data.DonorName, "gave", m.Data.Amount.Value, m.Data.Amount.Currency, map[bool]string{true: "(a test)"}[m.Test])
	case m.Cursor == "":
		return nil
	}
	return os.WriteFile("cursor", []byte(m.Cursor), 0o600) // where to go on after
}

func follow(ctx context.Context) error {
	socket, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return err
	}
	silence := time.AfterFunc(30*time.Second, func() { _ = socket.CloseNow() }) // the server speaks every 15 seconds
	socket.SetReadLimit(1 << 20)
	cursor, _ := os.ReadFile("cursor") // none the first time
	subscribe := map[string]any{"type": "subscribe", "facts": []string{os.Getenv("CAMPAIGN")}, "types": []string{"donation.completed"}, "after": string(cursor)}
	for err = wsjson.Write(ctx, socket, subscribe); err == nil; silence.Reset(30 * time.Second) {
		var m message
		if err = wsjson.Read(ctx, socket, &m); err == nil {
			err = take(m)
		}
	}
	_ = socket.CloseNow()
	return err
}

func main() {
	for ; ; time.Sleep(time.Duration(retry) * time.Millisecond) {
		log.Print(follow(context.Background()))
	}
}
