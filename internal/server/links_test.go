package server_test

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/config"
)

// TestNoAddressThatAnswersPrintIsDead follows every address of this server that V3 prints.
func TestNoAddressThatAnswersPrintIsDead(t *testing.T) {
	t.Parallel()
	d := startDemo(t, config.Demo{Data: t.TempDir(), Addr: "127.0.0.1:0", Seed: 1, ShutdownTimeout: time.Minute})
	printed := regexp.MustCompile(`"(` + regexp.QuoteMeta(d.url) + `[^"]*|/[@+][^"]*)"`)
	seen := map[string]bool{}
	for _, path := range []string{
		"/campaigns?count=100", "/causes", "/teams", "/fundraising-events", "/rewards",
		fmt.Sprintf("/campaigns/%d/rewards", d.credentials.Campaign.LegacyID), "/causes/1/leaderboards", "/fundraising-events/1/incentives",
		"/fundraising-events/1/leaderboards", "/users/1", "/users/1/campaigns",
	} {
		for _, found := range printed.FindAllStringSubmatch(ask(t, d, path), -1) {
			address := strings.ReplaceAll(found[1], `\/`, "/")
			if strings.HasPrefix(address, "/") {
				address = d.url + address
			}
			if seen[address] {
				continue
			}
			seen[address] = true
			if status, _ := get(t, address); status != http.StatusOK {
				t.Errorf("%s prints %s: got %d, want 200", path, address, status)
			}
		}
	}
	if len(seen) < 10 {
		t.Errorf("got %d addresses, want those of pages and pictures", len(seen))
	}
}

func ask(t *testing.T, d runningDemo, path string) string {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.url+"/api/v3"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.credentials.V3.ApplicationToken)
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
