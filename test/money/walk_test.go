package money_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
)

// shares is in how many steps all addresses are read: all after each step takes too long.
const shares = 8

// number is a number as JSON has it.
type number = json.Number

// reads are the patterns of all addresses that can be read, from the documents that the rows of the routes make.
func (w *world) reads() (all []string) {
	for _, document := range []string{"/api/v3/openapi", "/api/public/openapi", "/api/private/openapi", "/api/cause/openapi"} {
		var d struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
		must.Do(w.t, json.Unmarshal(w.ask(http.MethodGet, document, "").Body.Bytes(), &d))
		for path, operations := range d.Paths {
			if _, there := operations["get"]; there && !strings.Contains(path, "openapi") {
				all = append(all, path)
			}
		}
	}
	slices.Sort(all)
	return all
}

// names are what each parameter can be.
func (w *world) names() (ids, numbers map[string][]string) {
	ids, numbers = map[string][]string{}, map[string][]string{}
	add := func(parameter, noun string, n named) {
		ids[parameter] = append(ids[parameter], n.ID)
		numbers[noun] = append(numbers[noun], strconv.FormatInt(n.LegacyID, 10))
	}
	for _, f := range w.facts {
		noun := map[string]string{"campaign": "campaigns", "team_campaign": "campaigns", "cause": "causes", "fundraising_event": "fundraising-events"}[f.kind]
		add(f.kind+"_id", noun, f.named)
		ids["fact_id"] = append(ids["fact_id"], f.ID)
		if f.kind == "campaign" {
			add("target_id", "challenges", f.target)
			add("reward_id", "rewards", f.reward)
			add("milestone_id", "milestones", f.milestone)
		}
	}
	numbers["campaign"] = numbers["campaigns"]
	add("user_id", "users", w.owner)
	add("team_id", "teams", w.crew)
	for _, m := range w.matches {
		add("donation_match_id", "matches", m.named)
	}
	for _, d := range w.donations {
		ids["donation_id"] = append(ids["donation_id"], d.id.String())
	}
	return ids, numbers
}

// walk reads one share of all addresses of what there is.
func (w *world) walk(share int) {
	ids, numbers := w.names()
	for i, pattern := range w.routes {
		if i%shares == share {
			for _, path := range paths(pattern, ids, numbers) {
				w.wellFormed(path, w.ask(http.MethodGet, path, "").Body.String())
			}
		}
	}
	for i, page := range w.pages() {
		if i%shares == share {
			w.send(http.MethodGet, page, "")
		}
	}
}

// pages are the addresses that people read, of facts and of donations.
func (w *world) pages() []string {
	all := []string{"/", "/@owner", "/+crew"}
	for _, f := range w.facts {
		all = append(all, f.page(), f.page()+"/donate")
		for _, word := range []string{"total", "left", "last", "top", "next-milestone", "poll/1"} {
			all = append(all, live.TextPath+f.page()+"/"+word)
		}
	}
	for _, d := range w.donations {
		key := must.Get(w.DonationKey(ctx, d.id))(w.t)
		all = append(all, "/gifts/"+key, "/gifts/"+key+"/receipt")
	}
	return all
}

// paths fills in the first parameter of a pattern with everything that it can be. Patterns that name what there is not are left out.
func paths(pattern string, ids, numbers map[string][]string) (all []string) {
	before, rest, parted := strings.Cut(pattern, "{")
	if !parted {
		return []string{pattern}
	}
	parameter, rest, _ := strings.Cut(rest, "}")
	values := ids[parameter]
	if strings.HasPrefix(pattern, "/api/v3/") {
		parts := strings.Split(strings.TrimSuffix(before, "/"), "/")
		values = numbers[parts[len(parts)-1]]
	}
	for _, value := range values {
		if !strings.Contains(rest, "{") {
			all = append(all, before+value+rest)
		}
	}
	return all
}

// wellFormed has every amount in an answer within what every reader takes exactly.
func (w *world) wellFormed(path, body string) {
	if body == "" {
		return
	}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		w.t.Fatalf("GET %s: %v: %s", path, err, body)
	}
	if problem := tooLarge(value); problem != "" {
		w.t.Fatalf("GET %s: %s: %s", path, problem, body)
	}
}

// tooLarge names the first value that is no amount or number that JavaScript reads exactly; "" where there is none.
func tooLarge(value any) string {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if problem := tooLarge(one); problem != "" {
				return problem
			}
		}
	case map[string]any:
		text, isText := v["value"].(string)
		if currency, isMoney := v["currency"].(string); isText && isMoney {
			return noAmount(text, currency)
		}
		for _, one := range v {
			if problem := tooLarge(one); problem != "" {
				return problem
			}
		}
	case number:
		if !exact(string(v)) {
			return fmt.Sprintf("%s is no number that every reader takes", v)
		}
	}
	return ""
}

// noAmount says why a text is no amount of a currency; "" where it is.
func noAmount(text, currency string) string {
	digits, err := money.Digits(currency)
	whole, fraction, _ := strings.Cut(text, ".")
	minor, wrong := strconv.ParseInt(whole+fraction+strings.Repeat("0", max(digits-len(fraction), 0)), 10, 64)
	if err != nil || wrong != nil || len(fraction) > digits || max(minor, -minor) > money.MaxTotal {
		return fmt.Sprintf("%q is no amount of %s", text, currency)
	}
	return ""
}

// exact reports whether a number is an amount or a count that every reader of JSON takes: plain, and in its smallest unit within 2^53.
func exact(text string) bool {
	minor, err := strconv.ParseInt(strings.Replace(text, ".", "", 1), 10, 64)
	return err == nil && max(minor, -minor) <= money.MaxTotal
}

// holds reports whether the rewards of a donation are not there for others.
func (d *donation) holds() bool {
	return d.net() > 0 || d.state == fund.DonationPending || d.state == fund.DonationDisputed
}
