package money_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

// TestAmountsAsTyped types each amount into the form of a cause of each currency: what could mean two things is asked about, never guessed, and
// what names the cause's own currency is read.
func TestAmountsAsTyped(t *testing.T) {
	t.Parallel()
	for name, database := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, database(t), fund.DefaultDonationLimit)
			for _, f := range w.facts {
				for _, typed := range amountsTyped {
					if f.kind != "cause" {
						continue
					}
					if form, ok := w.open(t, f, typed); ok {
						w.post(form)
						w.begun(t, form)
					}
				}
			}
			w.check()
		})
	}
}
