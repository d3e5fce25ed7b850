package holes_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/testcallers"
)

const (
	// donor is a name that stands beside one donation, of knownAmount, and nowhere else.
	donor       = "Zelda Hideaway"
	knownAmount = "20"
)

// TestAnAnonymousDonationIsNotTiedToAName donates three times with one mail address: with a name, without one, and with a name that is to be hidden.
//
// GDQ donation-tracker: issue 429 (an anonymous donation under the name of an earlier one), pull request 556 (a name that was given once, beside donations that
// leave it empty). Open Collective: issue 739 (a name made of the mail address).
func TestAnAnonymousDonationIsNotTiedToAName(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, typed := range []url.Values{
		{"amount": {knownAmount}, "name": {donor}}, {"amount": {"30"}}, {"amount": {"40"}, "name": {donor}, "anonymous": {"1"}},
	} {
		typed.Set("email", "zelda.hideaway@example.org")
		by := testcallers.Browser{}
		page := w.Donate(t, &by, testcallers.CampaignPage, typed)
		back := w.Leads(t, by, http.MethodPost, page, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
		w.VisitAt(t, by, http.MethodGet, w.Leads(t, by, http.MethodGet, back, nil), nil) // which asks the provider what became of it
	}
	reopen(t, w)
	shown := 0
	for _, r := range reads(w) {
		for _, caller := range []string{"anonymous", "stranger", "application"} {
			answer := ask(t, w, caller, r, "")
			kind, _, _ := strings.Cut(answer.Header().Get("Content-Type"), ";")
			for _, beside := range besideName(t, kind, answer.Body.String()) {
				shown++
				if !onlyKnown(beside) {
					t.Errorf("%s as %s: got %s beside %q, want the donation of $%s only", r, caller, beside, donor, knownAmount)
				}
			}
			if strings.Contains(strings.ToLower(answer.Body.String()), "zelda.hideaway") {
				t.Errorf("%s as %s: got the mail address of a donor", r, caller)
			}
		}
	}
	if shown < 10 {
		t.Errorf("got the name %d times, want it on pages, in lists and on leaderboards", shown)
	}
}

// onlyKnown reports whether the amounts in a text are those of the known donation.
func onlyKnown(text string) bool {
	for _, other := range []string{"30", "40", "50", "60", "70", "90"} {
		if strings.Contains(text, "$"+other) || strings.Contains(text, `"`+other+`.00"`) || strings.Contains(text, ":"+other+",") || strings.Contains(text, ":"+other+"}") {
			return false
		}
	}
	return true
}

// besideName are the objects of an answer that have the name, without what is below them, or the rows of a page.
func besideName(t *testing.T, kind, body string) (found []string) {
	t.Helper()
	switch kind {
	case "application/json":
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		objects(value, &found)
	case "text/html":
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "li" && strings.Contains(textOf(n), donor) {
				found = append(found, textOf(n))
			}
		}
	}
	return found
}

// objects are those with the name as one of their values, with the amounts in them.
func objects(value any, found *[]string) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			objects(one, found)
		}
	case map[string]any:
		for _, one := range value {
			if one == donor {
				*found = append(*found, fmt.Sprint(amounts(value)))
			}
			objects(one, found)
		}
	}
}

// amounts are the values of an object that are amounts, as JSON.
func amounts(object map[string]any) string {
	kept := map[string]any{}
	for key, value := range object {
		if strings.Contains(key, "amount") || key == "value" || key == "total" {
			kept[key] = value
		}
	}
	text, _ := json.Marshal(kept)
	return string(text)
}

func textOf(n *html.Node) string {
	var text strings.Builder
	for one := range n.Descendants() {
		if one.Type == html.TextNode {
			text.WriteString(one.Data)
		}
	}
	return text.String()
}
