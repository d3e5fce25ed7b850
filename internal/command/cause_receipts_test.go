package command_test

import (
	"testing"
)

func TestCausesChooseTheirReceipts(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	h.must("cause", "create", "--name", "Water", "--owner", "ada", "--legal-name", "Water, Inc.", "--government-id", "7")
	h.refused(1, "government_id", "cause", "receipts", "--cause", "water", "--profile", "us")
	h.refused(2, "plain", "cause", "receipts", "--cause", "water", "--profile", "legacy")
	if got := h.must("cause", "receipts", "--cause", "water", "--profile", "plain"); got != "Water gives receipts of the profile plain from now on.\n" {
		t.Errorf("got %q, want the profile", got)
	}
	if got := h.object("cause", "receipts", "--cause", "water", "--profile", "plain", "--json"); got["receipt_profile"] != "plain" {
		t.Errorf("got %v, want the profile", got)
	}
}
