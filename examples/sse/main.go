// Command sse prints each donation to a campaign as it happens, over server-sent events. It misses none while it is away.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"
)

var feed = os.Getenv("ALMONER_URL") + "/live/" + os.Getenv("CAMPAIGN") + "/events?types=donation.completed" // http://127.0.0.1:8080, @ada/run

var retry = 5000 // milliseconds

func take(data []byte) error {
	var m struct {
		Type, Cursor, Reason string
		RetryMS              int `json:"retry_ms"`
		Test                 bool
		Data                 *struct {
			DonorName string `json:"donor_name"`
			Amount    struct{ Value, Currency string }
		}
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	retry = max(m.RetryMS, retry)
	switch {
	case m.Type == "reset":
		fmt.Println("reset:", m.Reason)
	case m.Data != nil:
		fmt.Println(m.Data.DonorName, "gave", m.Data.Amount.Value, m.Data.Amount.Currency, map[bool]string{true: "(a test)"}[m.Test])
	case m.Type == "goodbye":
		return nil
	}
	return os.WriteFile("cursor", []byte(m.Cursor), 0o600) // where to go on after
}

func follow() error {
	cursor, _ := os.ReadFile("cursor") // none the first time
	answer, err := http.Get(feed + "&after=" + url.QueryEscape(string(cursor)))
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	silence := time.AfterFunc(30*time.Second, func() { _ = answer.Body.Close() }) // the server speaks every 15 seconds
	for lines := bufio.NewReader(answer.Body); err == nil; silence.Reset(30 * time.Second) {
		var line []byte
		if line, err = lines.ReadBytes('\n'); err == nil && bytes.HasPrefix(line, []byte("data: ")) {
			err = take(line[6:])
		}
	}
	return fmt.Errorf("%s: %w", answer.Status, err)
}

func main() {
	for ; ; time.Sleep(time.Duration(retry) * time.Millisecond) {
		log.Print(follow())
	}
}
