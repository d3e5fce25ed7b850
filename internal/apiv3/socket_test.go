package apiv3_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv3/contract"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
	"github.com/almoner/almoner/internal/testworld"
)

func socket() apiv3.Socket { return apiv3.NewSocket(apiv3.Options{BaseURL: baseURL}) }

// TestARealPushOfADonation writes the donation of a frame that was seen on the socket of the original.
func TestARealPushOfADonation(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1649553226000)
	d := fund.Donation{
		LegacyID: 5827315, Fact: fund.Ref{LegacyID: 165613}, Amount: 2100, Currency: "USD", Name: "N0nb1naryCode", Comment: "Things and stuff! Trans Rights! I don't have anything clever to add!!",
		Target: &fund.Ref{LegacyID: 31290}, PollOption: &fund.Ref{LegacyID: 39030}, State: fund.DonationCompleted, CompletedAt: at, UpdatedAt: at,
	}
	want := `{"amount":21.0,"challenge_id":31290,"comment":"Things and stuff! Trans Rights! I don't have anything clever to add!!","completedAt":1649553226000,"event_id":165613,"id":5827315,"name":"N0nb1naryCode","poll_option_id":39030,"reward_id":null,"updatedAt":1649553226000}`
	if got := must.Get(socket().Donation(d))(t); string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestPushesShowOnlyWhatIsShown(t *testing.T) {
	t.Parallel()
	at := time.Unix(1700000000, 0)
	of := func(change func(*fund.Donation)) fund.Donation {
		d := fund.Donation{LegacyID: 7, Fact: fund.Ref{LegacyID: 3}, Amount: 1250, Currency: "USD", Name: "Ada", Comment: "<Hi>", Email: "ada@example.org", CompletedAt: at}
		change(&d)
		return d
	}
	for name, c := range map[string]struct {
		d                     fund.Donation
		amount, comment, name string
	}{
		"shown":            {of(func(*fund.Donation) {}), "12.5", `"<Hi>"`, "Ada"},
		"a held comment":   {of(func(d *fund.Donation) { d.Screening = fund.ScreeningCommentHeld }), "12.5", "null", "Ada"},
		"held":             {of(func(d *fund.Donation) { d.Screening = fund.ScreeningHeld }), "12.5", "null", "Anonymous"},
		"hidden":           {of(func(d *fund.Donation) { d.Screening = fund.ScreeningHidden }), "12.5", "null", "Anonymous"},
		"anonymous":        {of(func(d *fund.Donation) { d.Anonymous = true }), "12.5", `"<Hi>"`, "Anonymous"},
		"partly refunded":  {of(func(d *fund.Donation) { d.Refunded = 250 }), "10.0", `"<Hi>"`, "Ada"},
		"without decimals": {of(func(d *fund.Donation) { d.Currency = "JPY" }), "1250.0", `"<Hi>"`, "Ada"},
	} {
		want := fmt.Sprintf(`{"amount":%s,"challenge_id":null,"comment":%s,"completedAt":1700000000000,"event_id":3,"id":7,"name":"%s","poll_option_id":null,"reward_id":null,"updatedAt":1700000000000}`,
			c.amount, c.comment, c.name)
		if got := must.Get(socket().Donation(c.d))(t); string(got) != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestPushesAreAsPinned writes what a whole world pushes, and compares it with the answers of the API.
func TestPushesAreAsPinned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	s := apiv3.NewSocket(apiv3.Options{BaseURL: baseURL, Settings: w.Settings(api.Settings{})})
	seen := must.Get(w.See(t.Context(), app.Actor{}, testworld.ByID(w.Campaign)))(t)
	var all bytes.Buffer
	pin := func(name string, payload json.RawMessage, err error) json.RawMessage {
		w.Must(err)
		all.WriteString(name + "\n")
		w.Must(json.Indent(&all, payload, "", "  "))
		all.WriteByte('\n')
		return payload
	}
	for _, d := range must.Get(w.DonationsByNumber(t.Context(), seen, app.DonationPage{Limit: 25}))(t) {
		if d.PollOption == nil && d.Target == nil && len(d.Claims) == 0 {
			continue
		}
		payload, err := s.Donation(d)
		checkSocketDonation(t, pin("donation", payload, err))
	}
	payload, err := s.Campaign(seen.Fact())
	w.sameAsAPI("/campaigns/{campaign}", pin("campaign", payload, err))
	for _, wrong := range contract.Check("WebSocketCampaign", decoded(t, payload)) {
		t.Errorf("campaign: %s", wrong)
	}
	payload, err = s.Reward(must.Get(w.GetReward(t.Context(), app.Actor{}, fund.Key{LegacyID: 1}))(t))
	pin("reward", payload, err)
	var rewards struct{ Data []json.RawMessage }
	w.Must(json.Unmarshal(w.call("GET", w.path("/campaigns/{campaign}/rewards"), w.appToken, "").Body.Bytes(), &rewards))
	if !slices.ContainsFunc(rewards.Data, func(r json.RawMessage) bool { return bytes.Equal(r, payload) }) {
		t.Errorf("got %s, want one of %s", payload, rewards.Data)
	}
	testgolden.Compare(t, filepath.Join("testdata", "golden", "socket.txt"), all.Bytes())
}

// checkSocketDonation wants the ten keys, in the order of the alphabet.
func checkSocketDonation(t *testing.T, payload json.RawMessage) {
	t.Helper()
	for _, wrong := range contract.Check("WebSocketDonation", decoded(t, payload)) {
		t.Errorf("%s: %s", payload, wrong)
	}
	last := -1
	for _, key := range contract.Keys("WebSocketDonation") {
		at := bytes.Index(payload, []byte(`"`+key+`":`))
		if at <= last {
			t.Errorf("%s: %s is missing, or out of order", payload, key)
		}
		last = at
	}
}

func decoded(t *testing.T, payload json.RawMessage) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(payload))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// sameAsAPI wants the payload to be the data of an answer.
func (w *world) sameAsAPI(target string, payload json.RawMessage) {
	w.t.Helper()
	var answer struct{ Data json.RawMessage }
	w.Must(json.Unmarshal(w.call("GET", w.path(target), w.appToken, "").Body.Bytes(), &answer))
	if !bytes.Equal(answer.Data, payload) {
		w.t.Errorf("got %s, want %s", payload, answer.Data)
	}
}

func TestTheSocketEndsWithTheVersion(t *testing.T) {
	t.Parallel()
	ends := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
	s := apiv3.NewSocket(apiv3.Options{BaseURL: baseURL, Sunset: ends})
	if err := s.Gate(ends.Add(-time.Second)); err != nil {
		t.Errorf("got %v before the sunset, want nothing", err)
	}
	if err := s.Gate(ends); !fault.Is(err, fault.Gone) {
		t.Errorf("got %v at the sunset, want Gone", err)
	}
	h := http.Header{}
	s.Header(h)
	if got := h.Get("Sunset"); got != "Wed, 01 Jan 2031 00:00:00 GMT" || h.Get("Deprecation") == "" {
		t.Errorf("got headers %v, want Sunset and Deprecation", h)
	}
}
