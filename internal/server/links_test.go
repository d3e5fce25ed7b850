package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/oauth2/clientcredentials"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/testnode"
)

// TestNoAddressThatAnswersPrintIsDead follows every address of this server that V3 prints.
func TestNoAddressThatAnswersPrintIsDead(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	printed := regexp.MustCompile(`"(` + regexp.QuoteMeta(d.URL) + `[^"]*|/[@+][^"]*)"`)
	seen := map[string]bool{}
	for _, path := range []string{
		"/campaigns?count=100", "/causes", "/teams", "/fundraising-events", "/rewards",
		fmt.Sprintf("/campaigns/%d/rewards", d.Credentials.Campaign.LegacyID), "/causes/1/leaderboards", "/fundraising-events/1/incentives",
		"/fundraising-events/1/leaderboards", "/users/1", "/users/1/campaigns",
	} {
		for _, found := range printed.FindAllStringSubmatch(ask(t, d, path), -1) {
			address := strings.ReplaceAll(found[1], `\/`, "/")
			if strings.HasPrefix(address, "/") {
				address = d.URL + address
			}
			if seen[address] {
				continue
			}
			seen[address] = true
			if status, _ := testnode.Get(t, address); status != http.StatusOK {
				t.Errorf("%s prints %s: got %d, want 200", path, address, status)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("got %d addresses, want those of pages and pictures", len(seen))
	}
}

func ask(t *testing.T, d testnode.Demo, path string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.URL+"/api/v3"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.Credentials.V3.ApplicationToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK {
		t.Errorf("%s: got %d %s", path, answer.StatusCode, body)
	}
	return string(body)
}

// TestDonateAddressesOfV5ArePages follows the donate_url of a fact of every kind.
func TestDonateAddressesOfV5ArePages(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	c, err := demo.Load(d.Data)
	if err != nil {
		t.Fatal(err)
	}
	program := clientcredentials.Config{
		ClientID: c.Application.ClientID, ClientSecret: c.Application.ClientSecret,
		TokenURL: d.URL + "/oauth/token", Scopes: []string{"public"},
	}
	client := program.Client(t.Context())
	for _, id := range []string{c.Campaign.ID, c.TeamCampaign.ID, c.PersonalCampaign.ID, c.AuctionHouse.ID, c.Cause.ID, c.FundraisingEvent.ID} {
		answer, err := client.Get(d.URL + "/api/public/facts/" + id)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Data struct {
				DonateURL string `json:"donate_url"`
			}
		}
		err = json.NewDecoder(answer.Body).Decode(&got)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if status, page := testnode.Get(t, got.Data.DonateURL); status != http.StatusOK || !strings.Contains(page, `<form method="post"`) {
			t.Errorf("%s: got %d, want a form", got.Data.DonateURL, status)
		}
	}
	if status, _ := testnode.Get(t, d.URL+"/gifts/nobody"); status != http.StatusNotFound {
		t.Errorf("got %d for a gift that is none, want 404", status)
	}
}
