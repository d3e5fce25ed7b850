// Command webhook takes webhooks, believes those with the right signature, and prints each donation once.
package main

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"
)

type message struct {
	Meta struct {
		EventType string `json:"event_type"`
	}
	Data struct {
		ID        string
		DonorName string `json:"donor_name"`
		Amount    struct{ Value, Currency string }
	}
}

var key = []byte(os.Getenv("SIGNING_KEY"))

var seen sync.Map // keep these in your database: messages come again for days

func genuine(header http.Header, body []byte) bool {
	timestamp := header.Get("X-Tiltify-Timestamp")
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write(append([]byte(timestamp+"."), body...))
	got, err := base64.StdEncoding.DecodeString(header.Get("X-Tiltify-Signature"))
	if err != nil || !hmac.Equal(got, mac.Sum(nil)) { // in constant time
		return false
	}
	at, err := time.Parse(time.RFC3339, timestamp)
	return err == nil && time.Since(at).Abs() < 5*time.Minute
}

func take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !genuine(r.Header, body) {
		http.Error(w, "wrong signature", http.StatusForbidden)
		return
	}
	var m message
	if err := json.Unmarshal(body, &m); err != nil || !strings.HasSuffix(m.Meta.EventType, ":donation_updated") {
		return // 200: nothing for this bot
	}
	// It comes again when an answer is lost, and when the donation changes.
	if _, again := seen.LoadOrStore(m.Data.ID, true); !again {
		fmt.Println(m.Data.DonorName, "gave", m.Data.Amount.Value, m.Data.Amount.Currency)
	}
}

func main() {
	if len(key) == 0 {
		log.Fatal("SIGNING_KEY is not set")
	}
	server := http.Server{Addr: "127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "3000"), Handler: http.HandlerFunc(take), ReadTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
