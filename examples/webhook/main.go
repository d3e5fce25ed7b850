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

var (
	key  = os.Getenv("SIGNING_KEY")
	seen sync.Map // keep these in your database: messages come again for days
)

func genuine(header http.Header, body []byte) bool {
	timestamp := header.Get("X-Tiltify-Timestamp")
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = fmt.Fprintf(mac, "%s.%s", timestamp, body)
	signature, _ := base64.StdEncoding.DecodeString(header.Get("X-Tiltify-Signature"))
	at, _ := time.Parse(time.RFC3339, timestamp)
	return hmac.Equal(signature, mac.Sum(nil)) && time.Since(at).Abs() < 5*time.Minute
}

func take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil || !genuine(r.Header, body) {
		http.Error(w, "wrong signature", http.StatusForbidden)
		return
	}
	var message struct {
		Meta struct {
			EventType string `json:"event_type"`
		}
		Data struct {
			ID        string
			DonorName string `json:"donor_name"`
			Amount    struct{ Value, Currency string }
		}
	}
	if err := json.Unmarshal(body, &message); err != nil || !strings.HasSuffix(message.Meta.EventType, ":donation_updated") {
		return // 200: nothing for this bot
	}
	donation := message.Data
	if _, again := seen.LoadOrStore(donation.ID, true); !again { // it comes again when an answer is lost, and when the donation changes
		fmt.Println(donation.DonorName, "gave", donation.Amount.Value, donation.Amount.Currency)
	}
}

func main() {
	if key == "" {
		log.Fatal("SIGNING_KEY is not set")
	}
	server := http.Server{Addr: "127.0.0.1:" + cmp.Or(os.Getenv("PORT"), "3000"), Handler: http.HandlerFunc(take), ReadTimeout: 10 * time.Second}
	log.Fatal(server.ListenAndServe())
}
