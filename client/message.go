package client

import (
	"encoding/json"
	"time"
)

// Message is an event, or one of the messages around them: TypeState, TypeReset and TypeGone.
type Message struct {
	// Type is what happened, such as donation.completed.
	Type string `json:"type"`
	// Cursor is the place just after the message; "" of TypeGone.
	Cursor string `json:"cursor"`
	// Reason is why there was a reset: foreign or expired.
	Reason string `json:"reason"`
	// At is when it happened, as the server writes it.
	At string `json:"at"`
	// FactID is the fact where it happened, and FactIDs all facts that it counts for; of TypeGone those that may not be seen any more.
	FactID  string   `json:"fact_id"`
	FactIDs []string `json:"fact_ids"`
	// Object and ID are what changed.
	Object string `json:"object"`
	ID     string `json:"id"`
	// Test is a rehearsal: show it, count it nowhere. Late is older than ten seconds, and still news. Replayed is history, and no news.
	Test     bool `json:"test"`
	Late     bool `json:"late"`
	Replayed bool `json:"replayed"`
	// Detail is what the object does not say.
	Detail json.RawMessage `json:"detail"`
	// Data is the object as it is now; null when there is nothing to see of it any more.
	Data json.RawMessage `json:"data"`
	// Raw is the whole message as it came, in one line. The state of a state or reset is there, below facts.
	Raw []byte `json:"-"`
}

// The types of messages that are no events.
const (
	// TypeState is where events begin: the present state of the facts.
	TypeState = "state"
	// TypeReset is TypeState where the server cannot go on from the cursor that was asked for: its history is another one, or too old.
	TypeReset = "reset"
	// TypeGone says that facts may not be seen any more, while others go on.
	TypeGone = "gone"

	typeGoodbye = "goodbye"
	typeError   = "error"
)

// Donation is the donation that a message is about, as it is now; nil for any other message, and where it may not be seen any more.
func (m Message) Donation() *Donation {
	if m.Object != "donation" {
		return nil
	}
	return donationOf(m.Data)
}

// Donation is what everybody sees of a donation.
type Donation struct {
	ID string `json:"id"`
	// DonorName and DonorComment are those that are shown: of an anonymous donor "Anonymous", and no comment that is held.
	DonorName    string    `json:"donor_name"`
	DonorComment string    `json:"donor_comment"`
	Amount       Amount    `json:"amount"`
	CompletedAt  time.Time `json:"completed_at"`
	// Raw is all that the server says of it, as version 5 of the API does.
	Raw json.RawMessage `json:"-"`
}

// Amount is an amount in the major unit of a currency: 12.34 of USD.
type Amount struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// String is the amount for people.
func (a Amount) String() string { return a.Value + " " + a.Currency }

// donationOf reads a donation; nil where there is none.
func donationOf(data json.RawMessage) *Donation {
	d := Donation{Raw: data}
	if json.Unmarshal(data, &d) != nil || d.ID == "" {
		return nil
	}
	return &d
}
