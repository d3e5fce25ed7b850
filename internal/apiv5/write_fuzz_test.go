package apiv5_test

import (
	"net/http"
	"strings"
	"testing"
)

// FuzzWriteBody sends any body to any write as somebody who may make it: there is never a 5xx and
// never a panic, and every answer is JSON with its status.
func FuzzWriteBody(f *testing.F) {
	d := newDesk(f)
	var all []row
	for _, r := range rows(f) {
		if r.Method != "DELETE" && !strings.HasSuffix(r.Pattern, "/retire") && !strings.HasSuffix(r.Pattern, "/end") {
			all = append(all, r)
		}
	}
	for i, r := range all {
		for _, body := range []string{
			"", "{}", "null", r.body,
			`{"name":1,"amount":{"value":1e999999,"currency":{}},"starts_at":"9999-12-31T23:59:59Z","ends_at":-1}`,
			`{"name":"` + "\u202e\u2028<script>" + `","slug":"a","cause_id":1,"goal":"999999999999999999999999","livestream":{}}`,
			`{"options":[{"id":1,"name":"x"},{},null,[]],"address":{"line1":null},"social":{"twitch":"\u0000"},"settings":{"minimum_donation":"1e9"}}`,
			`{"":{},"a.b":true,"0":{"visible":true},"_":null,"role":"team_super_admin","screening":"shown","reference":"x"}`,
			`{"quantity":9223372036854775808,"meters":-1,"reward_claims":[{"reward_id":1,"quantity":9223372036854775807}],"email":"@"}`,
			`{"goal":{"value":"1","currency":"USD"},"amount":{"value":"1e2"},"pledged_amount":{"currency":"US"},"fair_market_value":{"value":[]}}`,
		} {
			f.Add(uint8(i), body)
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, body string) {
		r := all[int(at)%len(all)]
		if got := d.ask(t, "owner", r.Method, r.target, body); got.status >= http.StatusInternalServerError {
			t.Errorf("%s %q: got %d %s", r, body, got.status, got.text)
		}
	})
}
