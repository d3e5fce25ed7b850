package sandbox

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

const (
	// SignatureHeader is where the signature of a provider event stands.
	SignatureHeader = "Almoner-Sandbox-Signature"
	// WebhookPath is where provider events are sent to.
	WebhookPath = "/pay/sandbox/notices"
	// webhookLife is for how long a signature is good.
	webhookLife = 5 * time.Minute
)

// webhook is what is sent.
type webhook struct {
	ID       string `json:"id"`
	Topic    string `json:"topic"`
	Payment  string `json:"payment"`
	Donation string `json:"donation"`
}

// tell sends the provider event of the last change.
func (p *Provider) tell(ctx context.Context, id string, changed payment) error {
	body, err := json.Marshal(webhook{
		ID: fmt.Sprintf("%s-%d", id, changed.Changes), Topic: changed.Topic, Payment: id, Donation: changed.Donation.String(),
	})
	if err != nil {
		return fmt.Errorf("webhook of sandbox payment %s: %w", id, err)
	}
	return p.Notify(ctx, pay.Raw{Header: map[string][]string{SignatureHeader: {p.sign(body, p.Now())}}, Body: body})
}

// sign is the signature of a body at an instant.
func (p *Provider) sign(body []byte, at time.Time) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(p.mac(seconds, body))
}

func (p *Provider) mac(seconds string, body []byte) []byte {
	mac := hmac.New(sha256.New, p.Key)
	mac.Write([]byte("notice " + seconds + "."))
	mac.Write(body)
	return mac.Sum(nil)
}

// Decode verifies and reads a provider event.
func (p *Provider) Decode(raw pay.Raw, now time.Time) (pay.Event, error) {
	var header string
	if values := raw.Header[SignatureHeader]; len(values) == 1 {
		header = values[0]
	}
	at, signature, ok := readSignature(header)
	if !ok || !hmac.Equal(signature, p.mac(at, raw.Body)) {
		return pay.Event{}, fault.New(fault.Unauthenticated, "The signature of the webhook is missing or wrong.")
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if age := now.Sub(time.Unix(seconds, 0)); err != nil || age > webhookLife || age < -webhookLife {
		return pay.Event{}, fault.New(fault.Unauthenticated, "The signature of the webhook is too old, or from the future.")
	}
	var n webhook
	if err := json.Unmarshal(raw.Body, &n); err != nil || n.ID == "" {
		return pay.Event{}, fault.New(fault.Malformed, "The webhook cannot be read.")
	}
	donation, err := fund.ParseID(n.Donation)
	if err != nil || n.Payment == "" {
		return pay.Event{}, fault.New(fault.Malformed, "The webhook names no payment.")
	}
	return pay.Event{ID: n.ID, Topic: n.Topic, Ref: pay.Ref{Donation: donation, Reference: n.Payment}}, nil
}

func readSignature(header string) (at string, signature []byte, ok bool) {
	first, second, found := strings.Cut(header, ",")
	at, timed := strings.CutPrefix(first, "t=")
	text, signed := strings.CutPrefix(second, "v1=")
	signature, err := hex.DecodeString(text)
	return at, signature, found && timed && signed && err == nil
}
