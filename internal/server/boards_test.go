package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/testnode"
)

// Leaderboards follow the donations of a running server within a second.
func TestLeaderboardsFollow(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	ask := func(method, path, token, body string) (int, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, text
	}
	top := func() string {
		_, text := ask(http.MethodGet, "/api/public/campaigns/"+d.Credentials.Campaign.ID+"/donor_leaderboard?limit=1", d.Credentials.V3.ApplicationToken, "")
		var list struct{ Data []struct{ Name string } }
		if err := json.Unmarshal(text, &list); err != nil || len(list.Data) != 1 {
			t.Fatalf("got %.300s (%v), want one entry", text, err)
		}
		return list.Data[0].Name
	}
	if got := top(); got == "A whale" {
		t.Fatalf("got %s before the donation, want somebody else", got)
	}
	gift := fmt.Sprintf(`{"campaign":%d,"amount":"99999.99","name":"A whale"}`, d.Credentials.Campaign.LegacyID)
	if status, text := ask(http.MethodPost, "/pay/sandbox/donations", d.Credentials.Sandbox.Token, gift); status != http.StatusCreated {
		t.Fatalf("donation: got %d %.300s, want 201", status, text)
	}
	// A second is promised; a busy machine gets more.
	for until := time.Now().Add(time.Minute); top() != "A whale"; {
		if time.Now().After(until) {
			t.Fatalf("got %s at the top, want A whale", top())
		}
	}
}
