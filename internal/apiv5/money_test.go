package apiv5_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
)

// publicly is what strangers see of the donations to the campaign and of what it raised, in one version: each
// donation as "id name: comment".
func (d *desk) publicly(t *testing.T, list, campaign, name, comment, raised string) (donations []string, total string) {
	t.Helper()
	got := d.send(t, "public", "GET", list, "")
	var page struct{ Data []map[string]any }
	must.Do(t, json.Unmarshal([]byte(got.text), &page))
	for _, one := range page.Data {
		donations = append(donations, fmt.Sprintf("%v %v: %v", one["id"], one[name], one[comment]))
	}
	slices.Sort(donations)
	fact := d.send(t, "public", "GET", campaign, "")
	if got.status != 200 || fact.status != 200 {
		t.Fatalf("got %d %s, %d %s, want both", got.status, got.text, fact.status, fact.text)
	}
	total = fmt.Sprint(fact.Data[raised])
	if money, ok := fact.Data[raised].(map[string]any); ok {
		total = fmt.Sprint(money["value"])
	}
	return donations, total
}

// legacy is the number of a donation in version 3.
func (d *desk) legacy(t *testing.T, name string) int64 {
	t.Helper()
	one, err := d.Store.GetDonation(t.Context(), d.key(t, name))
	must.Do(t, err)
	return one.LegacyID
}

// wantPublic compares what strangers see in both versions with the donations that they should see, as "name: comment" by
// the desk's names of them.
func (d *desk) wantPublic(t *testing.T, when string, want map[string]string, raised string) {
	t.Helper()
	campaign, err := d.GetFact(t.Context(), app.System(), app.FactKey{Key: d.key(t, "campaign")})
	must.Do(t, err)
	var three, five []string
	for name, text := range want {
		five = append(five, d.names[name]+" "+text)
		three = append(three, fmt.Sprintf("%d %s", d.legacy(t, name), text))
	}
	slices.Sort(three)
	slices.Sort(five)
	got, total := d.publicly(t, "/api/public/campaigns/{campaign}/donations", "/api/public/campaigns/{campaign}", "donor_name", "donor_comment", "amount_raised")
	if !slices.Equal(got, five) || total != raised {
		t.Errorf("%s: got in V5\n%s\n%s raised, want\n%s\n%s", when, strings.Join(got, "\n"), total, strings.Join(five, "\n"), raised)
	}
	old := fmt.Sprintf("/api/v3/campaigns/%d", campaign.LegacyID)
	got, total = d.publicly(t, old+"/donations", old, "name", "comment", "amountRaised")
	if short := strings.TrimSuffix(raised, ".00"); !slices.Equal(got, three) || total != short {
		t.Errorf("%s: got in V3\n%s\n%s raised, want\n%s\n%s", when, strings.Join(got, "\n"), total, strings.Join(three, "\n"), short)
	}
}

// TestStrangersSeeMoneyThatIsHere has one donation in every state, before and after what happens to it.
func TestStrangersSeeMoneyThatIsHere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	seen := map[string]string{"donation": "Gus: Hi"}
	d.begin(t, "pending")
	d.paid(t, "processing", slowCard)
	d.paid(t, "failed", bounceCard)
	d.paid(t, "disputed", disputedCard)
	d.wantPublic(t, "while nothing is here", seen, "20.00")

	d.later.Advance(time.Second)
	d.sandbox.Round(t.Context())
	must.Do(t, d.Reconcile(t.Context(), d.key(t, "disputed").ID))
	seen["disputed"] = "Dee: Once more"
	d.wantPublic(t, "when the dispute is won", seen, "40.00")

	d.paid(t, "conceded", disputedCard)
	d.ask(t, "owner", "POST", "/donations/{conceded}/dispute/concede", "")
	d.paid(t, "refunded", goodCard)
	d.ask(t, "owner", "POST", "/donations/{refunded}/refund", "")
	d.wantPublic(t, "when money is gone", seen, "40.00")

	for screening, text := range map[string]string{"comment_held": "Dee: <nil>", "held": "Anonymous: <nil>", "hidden": "Anonymous: <nil>", "shown": "Dee: Once more"} {
		d.paid(t, screening, goodCard)
		if got := d.ask(t, "owner", "PATCH", "/donations/{"+screening+"}", `{"screening":"`+screening+`"}`); got.Data["screening"] != screening ||
			got.Data["donor_name"] != "Dee" || got.Data["donor_comment"] != "Once more" {
			t.Errorf("got %s, want %s, with the name and the comment for its owner", got.text, screening)
		}
		seen[screening] = text
	}
	d.wantPublic(t, "when they are screened", seen, "120.00")

	for name, want := range map[string]string{
		"pending": "pending open", "processing": "pending processing", "failed": "failed failed", "disputed": "completed paid",
		"conceded": "lost paid", "refunded": "refunded paid", "held": "completed paid",
	} {
		got := d.ask(t, "owner", "GET", "/donations/{"+name+"}", "")
		payment, _ := got.Data["payment"].(map[string]any)
		if state := fmt.Sprint(got.Data["status"], " ", payment["status"]); state != want {
			t.Errorf("%s: got %s for its owner, want %s", name, state, want)
		}
	}
	for _, name := range []string{"pending", "processing", "failed", "conceded", "refunded"} {
		d.ask(t, "stranger", "GET", "/donations/{"+name+"}", "").wants(t, name+" for a stranger", 404)
	}
}

// TestWhatIsKeptForADonorIsNotLeft looks at the stock of a reward while somebody pays for it.
func TestWhatIsKeptForADonorIsNotLeft(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ask(t, "owner", "PATCH", "/rewards/{reward}", `{"quantity":3}`)
	campaign, err := d.GetFact(t.Context(), app.System(), app.FactKey{Key: d.key(t, "campaign")})
	must.Do(t, err)
	left := func(when string, want float64) {
		t.Helper()
		for list, key := range map[string]string{
			"/api/public/campaigns/{campaign}/rewards":                     "quantity_remaining",
			fmt.Sprintf("/api/v3/campaigns/%d/rewards", campaign.LegacyID): "remaining",
		} {
			var page struct{ Data []map[string]any }
			must.Do(t, json.Unmarshal([]byte(d.send(t, "public", "GET", list, "").text), &page))
			if len(page.Data) != 1 || page.Data[0][key] != want {
				t.Errorf("%s: got %v, want %v left", when, page.Data, want)
			}
		}
	}
	left("at first", 3)
	begun, err := d.BeginDonation(t.Context(), app.Actor{}, app.FactKey{Key: d.key(t, "campaign")}, fund.CheckoutInput{
		DonationInput: fund.DonationInput{Amount: "20", Claims: []fund.ClaimInput{{Reward: d.key(t, "reward"), Quantity: 2}}},
	})
	must.Do(t, err)
	left("while two are kept", 1)
	must.Do(t, d.sandbox.Cancel(t.Context(), pay.Ref{Donation: begun.Donation, Reference: begun.Donation.String()}))
	must.Do(t, d.Reconcile(t.Context(), begun.Donation))
	left("when the payment is over", 3)
}
