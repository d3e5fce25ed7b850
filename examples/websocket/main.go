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

type message struct {
	Type, Cursor, Reason, Message string
	RetryMS                       int `json:"retry_ms"`
	Test                          bool
	Data                          *struct {
		DonorName string `json:"donor_name"`
		Amount    struct{ Value, Currency string }
	}
}

var test = map[bool]string{true: "(a test)"}

const file = "cursor" // where to go on after

var retry = 5 * time.Second

func take(m message) error {
	if m.RetryMS > 0 {
		retry = time.Duration(m.RetryMS) * time.Millisecond
	}
	switch {
	case m.Type == "error":
		log.Print(m.Message)
	case m.Type == "reset":
		fmt.Println("reset:", m.Reason)
	case m.Type == "donation.completed" && m.Data != nil:
		fmt.Println(m.Data.DonorName, "gave", m.Data.Amount.Value, m.Data.Amount.Currency, test[m.Test])
	}
	if m.Cursor == "" {
		return nil
	}
	return os.WriteFile(file, []byte(m.Cursor), 0o600)
}

func follow(ctx context.Context) error {
	socket, _, err := websocket.Dial(ctx, strings.Replace(os.Getenv("ALMONER_URL"), "http", "ws", 1)+"/live/socket", nil)
	if err != nil {
		return err
	}
	defer func() { _ = socket.CloseNow() }()
	socket.SetReadLimit(1 << 20)
	subscribe := map[string]any{"type": "subscribe", "facts": []string{os.Getenv("CAMPAIGN")}, "types": []string{"donation.completed"}}
	if cursor, err := os.ReadFile(file); err == nil {
		subscribe["after"] = string(cursor)
	}
	if err := wsjson.Write(ctx, socket, subscribe); err != nil {
		return err
	}
	for {
		next, cancel := context.WithTimeout(ctx, 30*time.Second) // the server speaks every 15 seconds
		var m message
		err := wsjson.Read(next, socket, &m)
		cancel()
		if err != nil {
			return err
		}
		if err := take(m); err != nil {
			return err
		}
	}
}

func main() {
	for ; ; time.Sleep(retry) {
		log.Print("disconnected: ", follow(context.Background()))
	}
}
