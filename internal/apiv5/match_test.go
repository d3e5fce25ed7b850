package apiv5_test

import "testing"

// TestTheDonationOfAnOpenMatch has an id from the beginning, which is nobody's until the match ends.
func TestTheDonationOfAnOpenMatch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.made(t, "promise", "/campaigns/{campaign}/donation_matches", `{"matched_by":"Grace","match_type":"all","ends_at":"2026-03-20"}`)
	at := "/donation_matches/{promise}"
	promised := d.ask(t, "owner", "GET", at, "").Data["donation_id"]
	d.names["promised"], _ = promised.(string)
	if len(d.names["promised"]) != 36 || d.names["promised"] == d.names["promise"] {
		t.Fatalf("got the donation %v, want an id of its own", promised)
	}
	for _, who := range []string{"owner", "cause", "stranger"} {
		d.ask(t, who, "GET", "/donations/{promised}", "").wants(t, "the donation of an open match by "+who, 404)
		d.ask(t, who, "PATCH", "/donations/{promised}", `{"screening":"held"}`).wants(t, "screening it by "+who, 404)
		d.ask(t, who, "POST", "/donations/{promised}/refund", "").wants(t, "giving it back by "+who, 404)
	}
	d.ask(t, "cause", "POST", "/campaigns/{campaign}/donations", `{"amount":"7"}`).wants(t, "a donation", 201)
	if ended := d.ask(t, "owner", "POST", at+"/end", ""); ended.status != 200 || ended.Data["donation_id"] != promised {
		t.Errorf("got %d %s, want the end with the donation %v", ended.status, ended.text, promised)
	}
	if got := d.ask(t, "cause", "GET", "/donations/{promised}", ""); got.status != 200 || got.Data["is_match"] != true {
		t.Errorf("got %d %s, want the matcher's donation", got.status, got.text)
	}
}
