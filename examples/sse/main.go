// Command sse prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

type message struct {
	Type, Cursor, Reason string
	RetryMS              int `json:"retry_ms"`
	Test                 bool
	Data                 *struct {
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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(30*time.Second, cancel) // the server speaks every 15 seconds
	defer silence.Stop()
	address := os.Getenv("ALMONER_URL") + "/live/" + os.Getenv("CAMPAIGN") + "/events?types=donation.completed"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	cursor, _ := os.ReadFile(file) // none the first time
	request.Header.Set("Last-Event-ID", string(cursor))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", address, answer.Status)
	}
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		silence.Reset(30 * time.Second)
		if data, is := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); is {
			var m message
			if err := json.Unmarshal(data, &m); err != nil {
				return err
			}
			if err := take(m); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

func main() {
	for ; ; time.Sleep(retry) {
		log.Print("disconnected: ", follow(context.Background()))
	}
}
