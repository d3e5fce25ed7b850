package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// Texts about fields, to follow their names.
const (
	notAnID      = "is not an id"
	notAnAddress = "is not a campaign; use its id, @user/slug or +team/slug"
	missing      = "cannot be blank"
)

// donation is what is sent.
type donation struct {
	Campaign   scalar  `json:"campaign"`
	Amount     scalar  `json:"amount"`
	Currency   string  `json:"currency"`
	Name       string  `json:"name"`
	Comment    string  `json:"comment"`
	Email      string  `json:"email"`
	Anonymous  bool    `json:"anonymous"`
	PollOption scalar  `json:"poll_option"`
	Target     scalar  `json:"target"`
	Rewards    []claim `json:"rewards"`
	Reference  string  `json:"reference"`
}

type claim struct {
	ID scalar `json:"id"`
	// Quantity is 1 when it is not sent.
	Quantity *int64 `json:"quantity"`
}

// scalar is the text of a JSON string or number as it was written; "" for null and absence.
type scalar string

// UnmarshalJSON takes a string or a number. Anything else is kept as it is: no field that is a
// scalar can read it, so that it is reported together with the other wrong fields.
func (s *scalar) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return json.Unmarshal(text, (*string)(s))
	}
	if *s = scalar(text); *s == "null" {
		*s = ""
	}
	return nil
}

// input is the donation in the terms of the domain, with what could not be read.
func (d *donation) input() fund.DonationInput {
	in := fund.DonationInput{
		Amount: string(d.Amount), Currency: d.Currency, Name: d.Name, Comment: d.Comment, Email: d.Email,
		Anonymous: d.Anonymous, Reference: d.Reference,
	}
	in.Fact, in.FactOwner = place(string(d.Campaign), &in.Invalid)
	if d.Amount == "" {
		in.Invalid.Add("amount", missing)
	}
	in.PollOption = optional(d.PollOption, "poll_option", &in.Invalid)
	in.Target = optional(d.Target, "target", &in.Invalid)
	for i, c := range d.Rewards {
		path := fmt.Sprintf("rewards.%d.reward", i)
		one := fund.ClaimInput{Quantity: 1}
		if c.Quantity != nil {
			one.Quantity = *c.Quantity
		}
		if key := optional(c.ID, path, &in.Invalid); key != nil {
			one.Reward = *key
		} else {
			in.Invalid.Add(path, missing)
		}
		in.Claims = append(in.Claims, one)
	}
	return in
}

// place reads a campaign: its number, its UUID, or its slug under its owner's.
func place(text string, invalid *fault.Fields) (fund.Key, string) {
	if text == "" {
		invalid.Add("fact", missing)
		return fund.Key{}, ""
	}
	if key, ok := number(text); ok {
		return key, ""
	}
	owner, slug, found := strings.Cut(text, "/")
	if !found || slug == "" || len(owner) < 2 || owner[0] != '@' && owner[0] != '+' {
		invalid.Add("fact", notAnAddress)
		return fund.Key{}, ""
	}
	return fund.Key{Slug: slug}, owner
}

func optional(text scalar, path string, invalid *fault.Fields) *fund.Key {
	if text == "" {
		return nil
	}
	key, ok := number(string(text))
	if !ok {
		invalid.Add(path, notAnID)
		return nil
	}
	return &key
}

// number reads a legacy id or a UUID.
func number(text string) (fund.Key, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return fund.Key{LegacyID: n}, n > 0
	}
	id, err := fund.ParseID(text)
	return fund.Key{ID: id}, err == nil
}

// encode writes the answer by hand: nothing in it needs to be escaped.
func encode(d fund.Donation) ([]byte, error) {
	digits, err := money.Digits(d.Currency)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, 192)
	out = append(out, `{"id":"`...)
	out = append(out, d.ID.String()...)
	out = append(out, `","legacy_id":`...)
	out = strconv.AppendInt(out, d.LegacyID, 10)
	out = append(out, `,"amount":"`...)
	out = append(out, money.Fixed(d.Amount, digits)...)
	out = append(out, `","currency":"`...)
	out = append(out, d.Currency...)
	out = append(out, `","completed_at":"`...)
	out = d.CompletedAt.UTC().AppendFormat(out, time.RFC3339Nano)
	return append(out, "\"}\n"...), nil
}
