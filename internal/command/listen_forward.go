package command

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/webhook"
)

// forwardFlags say where webhooks are forwarded to.
type forwardFlags struct {
	ForwardTo      string `help:"Address that takes the webhooks, such as http://127.0.0.1:3000/hook." required:"" placeholder:"URL"`
	SigningKeyFile string `help:"File with the signing key (default: a new key, which is printed)." placeholder:"FILE"`
}

// Listen forwards webhooks of a running server to this machine, over a connection that this machine makes.
type Listen struct {
	feedFlags
	forwardFlags
}

// Run forwards each donation and each change of a fact as a signed webhook, until a signal.
func (c Listen) Run(ctx context.Context, t Terminal) error {
	server, following, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	to, err := c.forwarder(t, following.Facts)
	if err != nil {
		return err
	}
	for m, err := range server.Follow(ctx, following) {
		if err == nil {
			err = c.take(ctx, to, m)
		}
		if err != nil {
			return done(ctx, err)
		}
	}
	return nil
}

// take forwards an event, and prints what else there is to know.
func (c Listen) take(ctx context.Context, to *forwarder, m client.Message) (err error) {
	switch m.Type {
	case client.TypeState:
		_, err = fmt.Fprintf(to.Out, "Listening after %s\n", printable(m.Cursor))
	case client.TypeReset:
		_, err = fmt.Fprintln(to.Out, feedLine(m))
	case client.TypeGone:
		c.reportGone(to.Terminal, to.direct, m)
	default:
		err = to.forward(ctx, m)
	}
	return err
}

// forwarder signs webhooks and sends them to an address.
type forwarder struct {
	Terminal
	to       string
	key      string
	endpoint fund.ID
	// direct are the facts that are followed; what happens below them is indirect.
	direct []string
}

// forwarder reads the flags, and prints the signing key if it is a new one.
func (f forwardFlags) forwarder(t Terminal, direct []string) (*forwarder, error) {
	if err := checkReceiver(f.ForwardTo); err != nil {
		return nil, err
	}
	to := &forwarder{Terminal: t, to: f.ForwardTo, direct: direct}
	if f.SigningKeyFile != "" {
		text, err := os.ReadFile(f.SigningKeyFile)
		if err != nil {
			return nil, err
		}
		if to.key = strings.TrimSpace(string(text)); to.key == "" {
			return nil, fmt.Errorf("%s holds no signing key", f.SigningKeyFile)
		}
	} else {
		bits := make([]byte, 32)
		_, _ = rand.Read(bits) // it never fails
		to.key = hex.EncodeToString(bits)
		if _, err := fmt.Fprintf(t.Out, "Signing key: %s\nThe same for libraries of Standard Webhooks: %s\n", to.key, webhook.StandardSecret(to.key)); err != nil {
			return nil, err
		}
	}
	to.endpoint = fund.ID{}.With(sha256.Sum256([]byte("almoner listen\x00" + f.ForwardTo)))
	_, err := fmt.Fprintf(t.Out, "Forwarding to %s\n", f.ForwardTo)
	return to, err
}

// hookMessage is a webhook in Tiltify's shape.
type hookMessage struct {
	Data map[string]json.RawMessage `json:"data"`
	Meta hookMeta                   `json:"meta"`
}

type hookMeta struct {
	ID          string `json:"id"`
	EventType   string `json:"event_type"`
	GeneratedAt string `json:"generated_at"`
	AttemptedAt string `json:"attempted_at"`
	SourceID    string `json:"subscription_source_id"`
	SourceType  string `json:"subscription_source_type"`
	// Replayed and Test are no part of Tiltify's messages; they are there only where they are true.
	Replayed bool `json:"replayed,omitempty"`
	Test     bool `json:"test,omitempty"`
}

// forward sends an event as a webhook and prints a line about it. What has no shape at Tiltify is passed over. An answer that is no success, or
// none at all, is printed, and the next event follows.
func (f *forwarder) forward(ctx context.Context, m client.Message) error {
	now := time.Now()
	message, has := f.message(m, now)
	if !has {
		return nil
	}
	body, err := webhook.Body(message)
	if err != nil {
		return err
	}
	signing := webhook.Signing{Endpoint: f.endpoint, Message: message.Meta.ID, At: now, Keys: []string{f.key}, Standard: true}
	status, err := deliver(ctx, f.to, signing.Header(body), body)
	said := fmt.Sprintf("%d %s", status, http.StatusText(status))
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		said = "no answer: " + Explain(err)
	}
	_, err = fmt.Fprintln(f.Out, printable(fmt.Sprintf("%s %s %s %s → %s (%s)",
		now.Format(time.TimeOnly), message.Meta.EventType, m.ID, m.Cursor, said, time.Since(now).Round(time.Millisecond))))
	return err
}

// message is the webhook of an event, whose id is the same whenever the event is sent.
func (f *forwarder) message(m client.Message, now time.Time) (hookMessage, bool) {
	const instants = "2006-01-02T15:04:05.000000Z"
	var data map[string]json.RawMessage
	if json.Unmarshal(m.Data, &data) != nil || data == nil {
		return hookMessage{}, false
	}
	noun := map[string]string{"donation": "donation_updated", "fact": "fact_updated"}[m.Object]
	if noun == "" {
		return hookMessage{}, false
	}
	source, way := m.FactID, "direct"
	if !slices.Contains(f.direct, m.FactID) {
		way = "indirect"
	}
	kind := cmp.Or(usageOf(data["facts"], source), "campaign")
	if m.Test {
		kind = "test"
	}
	made := hookMessage{Data: data, Meta: hookMeta{
		EventType: visibility(data) + ":" + way + ":" + noun, GeneratedAt: m.At.UTC().Format(instants), AttemptedAt: now.UTC().Format(instants),
		SourceID: source, SourceType: kind, Replayed: m.Replayed, Test: m.Test,
	}}
	made.Meta.ID = fund.ID{}.With(sha256.Sum256([]byte("almoner webhook\x00" + m.Cursor))).String()
	return made, true
}

// handled are the keys of a donation that only those see who handle it. Tiltify's private message has the mail address instead.
var handled = []string{
	"status", "screening", "amount_refunded", "amount_disputed", "donor_email", "anonymous", "origin", "reference", "payment", "claims",
}

// visibility makes the data that of a private message where the token may see what that has, and is the first word of its type.
func visibility(data map[string]json.RawMessage) string {
	email, private := data["donor_email"]
	if !private {
		return "public"
	}
	for _, key := range handled {
		delete(data, key)
	}
	if string(email) == `""` {
		email = json.RawMessage("null")
	}
	data["email"], data["reward_custom_question"] = email, json.RawMessage("null")
	var claims []map[string]json.RawMessage
	if json.Unmarshal(data["reward_claims"], &claims) == nil && claims != nil {
		for _, claim := range claims {
			claim["custom_question"] = json.RawMessage("null")
		}
		if text, err := json.Marshal(claims); err == nil {
			data["reward_claims"] = text
		}
	}
	return "private"
}

// usageOf is the kind of the fact with that id in the list of a donation; "" where it is not there.
func usageOf(facts json.RawMessage, id string) string {
	var listed []struct {
		ID    string `json:"id"`
		Usage string `json:"usage_type"`
	}
	_ = json.Unmarshal(facts, &listed)
	for _, one := range listed {
		if one.ID == id {
			return one.Usage
		}
	}
	return ""
}
