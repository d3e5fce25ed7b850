package export

import (
	"errors"
	"fmt"
	"io"

	"github.com/almoner/almoner/internal/fund"
)

// What is the kind of rows that an export has.
type What string

// The kinds of rows.
const (
	// WhatDonations are donations, WhatEntries the entries of the ledger, WhatClaims the rewards that were claimed.
	WhatDonations What = "donations"
	WhatEntries   What = "entries"
	WhatClaims    What = "claims"
)

// Delimiters are the signs that part the cells of CSV, by their names.
var Delimiters = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', "pipe": '|'}

// Source is where the rows come from: each function calls fn for all rows of its kind.
type Source struct {
	// Receipts are the names of the columns that profiles of receipts add to donations.
	Receipts  []string
	Donations func(fn func(fund.Record) error) error
	Entries   func(fn func(fund.Movement) error) error
	Claims    func(fn func(fund.ClaimRecord) error) error
}

// Write writes all rows of a kind.
func Write(to io.Writer, what What, o Options, from Source) error {
	switch what {
	case WhatDonations:
		w, err := Donations(to, o, from.Receipts)
		return All(w, err, from.Donations)
	case WhatEntries:
		w, err := Movements(to, o)
		return All(w, err, from.Entries)
	case WhatClaims:
		w, err := Claims(to, o)
		return All(w, err, from.Claims)
	default:
		return fmt.Errorf("there is no export of %q", what)
	}
}

// All writes everything through a writer that was just made.
func All[T any](w *Writer[T], err error, each func(write func(T) error) error) error {
	if err != nil {
		return err
	}
	if err := each(w.Write); err != nil {
		return errors.Join(err, w.abandon())
	}
	return w.Flush()
}
