package client

import (
	"encoding/json"
	"time"
)

// Message is an event, or one of the messages around events: [TypeState], [TypeReset] and [TypeGone].
type Message struct {
	// Type is what happened, such as donation.completed.
	Type string `json:"type"`
	// Cursor is the place just after the message; "" for TypeGone.
	Cursor string `json:"cursor"`
	// Reason is the reason for a reset: foreign or expired.
	Reason string `json:"reason"`
	// At is when it happened; the zero time for TypeGone.
	At time.Time `json:"at"`
	// FactID is the fact where it happened. FactIDs are all facts that it counts for; for TypeGone, those that may not be seen any more.
	FactID  string   `json:"fact_id"`
	FactIDs []string `json:"fact_ids"`
	// Object and ID are the kind and the id of what changed.
	Object string `json:"object"`
	ID     string `json:"id"`
	// Test marks a rehearsal: show it, but count it nowhere. Late marks news that is more than ten seconds old. Replayed marks history, which is not news.
	Test     bool `json:"test"`
	Late     bool `json:"late"`
	Replayed bool `json:"replayed"`
	// Detail says what the object does not: amounts, the state before and after.
	Detail json.RawMessage `json:"detail"`
	// Data is the object as it is now; null when nothing of it may be seen any more.
	Data json.RawMessage `json:"data"`
	// Raw is the whole message as it came, on one line. For TypeState and TypeReset it has the state, under "facts".
	Raw []byte `json:"-"`
}

// The types of messages that are not events.
const (
	// TypeState is the present state of the facts, before the first event.
	TypeState = "state"
	// TypeReset is the present state when the server cannot resume from the cursor, because its history is a different one or no longer reaches back that far.
	TypeReset = "reset"
	// TypeGone says that facts may not be seen any more, while others go on.
	TypeGone = "gone"

	typeGoodbye = "goodbye"
	typeError   = "error"
)

// Donation returns the donation that a message is about, as it is now; nil for any other message, and if it may not be seen any more.
func (m Message) Donation() *Donation {
	if m.Object != "donation" {
		return nil
	}
	return donationOf(m.Data)
}

// Donation is what everybody sees of a donation.
type Donation struct {
	ID string `json:"id"`
	// DonorName and DonorComment are as shown to everybody: an anonymous donor is "Anonymous", and a held comment is empty.
	DonorName    string    `json:"donor_name"`
	DonorComment string    `json:"donor_comment"`
	Amount       Amount    `json:"amount"`
	CompletedAt  time.Time `json:"completed_at"`
	// Raw is the whole donation as V5 shows it.
	Raw json.RawMessage `json:"-"`
}

// Amount is an amount in the major unit of a currency, such as 12.34 and USD.
type Amount struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// String returns the amount as "12.34 USD".
func (a Amount) String() string { return a.Value + " " + a.Currency }

// donationOf reads a donation; nil if there is none.
func donationOf(data json.RawMessage) *Donation {
	d := Donation{Raw: data}
	if json.Unmarshal(data, &d) != nil || d.ID == "" {
		return nil
	}
	return &d
}
