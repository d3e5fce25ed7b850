package app_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// TestStatementsOfADonation bounds the statements of a donor's two forms, and wants no administrative act of what follows.
func TestStatementsOfADonation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.payWith(t, w.begin(t, fund.CheckoutInput{}), goodCard) // reads what is cached afterwards
	var begun app.StartedDonation
	for _, step := range []struct {
		name string
		most int
		do   func()
	}{
		{"the form", 10, func() { begun = w.begin(t, fund.CheckoutInput{}) }},
		// One of them looks whether the donor was erased, so that a late event brings nothing back.
		{"the card", 8, func() { testworld.Pay(t.Context(), w.sandbox, begun.URL, goodCard) }},
	} {
		if ran := w.Statements(step.do); len(ran) > step.most {
			t.Errorf("%s: got %d statements, want %d at most:\n%s", step.name, len(ran), step.most, strings.Join(ran, "\n"))
		}
	}
	for _, one := range w.Statements(func() { w.settle(t) }) {
		if strings.Contains(one, "INTO acts") {
			t.Errorf("got an act for what nobody did: %s", one)
		}
	}
}
