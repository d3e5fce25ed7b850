package apiv5_test

import (
	"strings"
	"testing"
)

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

// TestTheNameOfAMatcherIsScreened ends a match whose donation is held: nobody reads its name, beside the match or a matched donation, until it is shown.
func TestTheNameOfAMatcherIsScreened(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ask(t, "owner", "PATCH", "/campaigns/{campaign}/giving", `{"screening_words":["casino","Friend"]}`).wants(t, "words", 200)
	d.ask(t, "owner", "POST", "/campaigns/{campaign}/donation_matches", `{"matched_by":"Cas ino","match_type":"all","ends_at":"2026-03-20"}`).wants(t, "a held word", 422)
	d.ask(t, "cause", "POST", "/campaigns/{campaign}/donations", `{"amount":"7"}`).wants(t, "a donation", 201)
	d.names["matcher"], _ = d.ask(t, "owner", "POST", "/donation_matches/{match}/end", "").Data["donation_id"].(string)
	reads := []string{"/api/private/donation_matches/{match}", "/api/public/campaigns/{campaign}/donation_matches", "/api/public/campaigns/{campaign}/donations"}
	wants := func(name string) {
		t.Helper()
		for _, at := range reads {
			if got := d.send(t, "owner", "GET", at, ""); !strings.Contains(got.text, `"matched_by":"`+name+`"`) || name != "Friend" && strings.Contains(got.text, "Friend") {
				t.Errorf("%s: got %s, want the name %s", at, got.text, name)
			}
		}
	}
	wants("Anonymous")
	d.ask(t, "owner", "PATCH", "/donations/{matcher}", `{"screening":"shown"}`).wants(t, "shown", 200)
	wants("Friend")
}
