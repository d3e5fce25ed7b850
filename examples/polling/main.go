// Command polling prints each new donation to a campaign. It asks every five seconds.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"time"

	"golang.org/x/oauth2"
)

type donation struct {
	ID          string
	DonorName   string    `json:"donor_name"`
	CompletedAt time.Time `json:"completed_at"`
	Amount      struct{ Value, Currency string }
}

var client = oauth2.NewClient(context.Background(), oauth2.StaticTokenSource(&oauth2.Token{AccessToken: os.Getenv("ALMONER_TOKEN")}))

func get(path string, into any) error {
	answer, err := client.Get(os.Getenv("ALMONER_URL") + path) // http://127.0.0.1:8080
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// donations are those since then, the newest one first.
func donations(list string, since time.Time) (all []donation, err error) {
	for after, more := "", true; more && err == nil; more = after != "" {
		var page struct {
			Data     []donation
			Metadata struct{ After string }
		}
		err = get(list+"&completed_after="+since.Format(time.RFC3339)+"&after="+after, &page)
		all, after = append(all, page.Data...), page.Metadata.After
	}
	return all, err
}

func main() {
	client.Timeout = 10 * time.Second
	var fact struct{ Data struct{ ID string } }
	if err := get("/api/public/facts/by/slugs/"+os.Getenv("CAMPAIGN"), &fact); err != nil { // @ada/run
		log.Fatal(err)
	}
	list := "/api/public/facts/" + fact.Data.ID + "/donations?limit=100"
	var first struct{ Data []donation }
	if err := get(list, &first); err != nil {
		log.Fatal(err)
	}
	var newest time.Time
	if len(first.Data) > 0 {
		newest = first.Data[0].CompletedAt // what was before is history
	}
	seen := map[string]bool{}
	for begin := newest; ; time.Sleep(5 * time.Second) {
		all, err := donations(list, newest.Add(-time.Minute)) // a minute back: some arrive out of order
		if err != nil {
			log.Print(err) // the next round asks again for the same
			continue
		}
		for _, d := range slices.Backward(all) {
			if d.CompletedAt.After(begin) && !seen[d.ID] {
				fmt.Println(d.DonorName, "gave", d.Amount.Value, d.Amount.Currency)
			}
			seen[d.ID], newest = true, d.CompletedAt
		}
	}
}
