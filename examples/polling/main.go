// Command polling prints each new donation to a campaign. It asks every five seconds.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"time"
)

type donation struct {
	ID          string    `json:"id"`
	DonorName   string    `json:"donor_name"`
	CompletedAt time.Time `json:"completed_at"`
	Amount      struct{ Value, Currency string }
}

var client = http.Client{Timeout: 10 * time.Second}

func get(path string, into any) error {
	request, err := http.NewRequest(http.MethodGet, os.Getenv("ALMONER_URL")+path, nil) // http://127.0.0.1:8080
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+os.Getenv("ALMONER_TOKEN"))
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// donations are those that were completed since then, the newest one first.
func donations(fact string, since time.Time) (all []donation, err error) {
	for after, more := "", true; more; more = after != "" {
		var page struct {
			Data     []donation
			Metadata struct{ After string }
		}
		address := fmt.Sprintf("/api/public/facts/%s/donations?limit=100&completed_after=%s&after=%s", fact, since.Format(time.RFC3339), after)
		if err := get(address, &page); err != nil {
			return nil, err
		}
		all, after = append(all, page.Data...), page.Metadata.After
	}
	return all, nil
}

func main() {
	var fact struct{ Data struct{ ID string } }
	if err := get("/api/public/facts/by/slugs/"+os.Getenv("CAMPAIGN"), &fact); err != nil { // @ada/run
		log.Fatal(err)
	}
	var first struct{ Data []donation }
	if err := get("/api/public/facts/"+fact.Data.ID+"/donations?limit=1", &first); err != nil {
		log.Fatal(err)
	}
	var begin time.Time // what was before is history
	if len(first.Data) > 0 {
		begin = first.Data[0].CompletedAt
	}
	newest, seen := begin, map[string]bool{}
	for ; ; time.Sleep(5 * time.Second) {
		all, err := donations(fact.Data.ID, newest.Add(-time.Minute)) // a minute back: some arrive out of order
		if err != nil {
			log.Print(err) // the next round asks again for the same
			continue
		}
		now := map[string]bool{}
		for _, d := range slices.Backward(all) {
			if d.CompletedAt.After(begin) && !seen[d.ID] {
				fmt.Println(d.DonorName, "gave", d.Amount.Value, d.Amount.Currency)
			}
			now[d.ID], newest = true, d.CompletedAt
		}
		seen = now
	}
}
