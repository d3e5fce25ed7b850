package leaks_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
)

// found are the ids in answers, by the kind of the parameter that takes them, and what is below lists with them.
type found struct {
	ids   map[string]map[string]bool
	below map[string]bool
}

func newFound() found { return found{map[string]map[string]bool{}, map[string]bool{}} }

func (f found) add(kind, id string) {
	if f.ids[kind] == nil {
		f.ids[kind] = map[string]bool{}
	}
	f.ids[kind][id] = true
}

// merge adds what somebody else found.
func (f found) merge(other found) {
	for kind, ids := range other.ids {
		for id := range ids {
			f.add(kind, id)
		}
	}
	maps.Copy(f.below, other.below)
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// folders are the folders of the third version that take the number of a thing, by the parameter of the fifth that takes its id.
var folders = map[string]string{
	"campaign_id": "campaigns", "team_campaign_id": "campaigns", "cause_id": "causes", "fundraising_event_id": "fundraising-events", "team_id": "teams",
	"user_id": "users", "poll_id": "polls", "target_id": "challenges", "reward_id": "rewards", "milestone_id": "milestones", "schedule_id": "schedule",
}

// takers are parameters that take the ids of others, too.
var takers = map[string][]string{
	"campaign_id":      {"fact_id", "event_id", "auction_house_id", "personal_campaign_id", "team_campaign_id"},
	"team_campaign_id": {"fact_id", "event_id", "campaign_id"}, "team_event_id": {"team_campaign_id"},
	"auction_house_id": {"fact_id", "event_id"}, "personal_campaign_id": {"fact_id", "event_id"},
	"cause_id": {"fact_id"}, "fundraising_event_id": {"fact_id", "event_id"}, "fact_id": {"campaign_id"}, "match_id": {"donation_match_id"},
}

// collect finds the ids in the answer of an address.
func (f found) collect(routes []api.Endpoint, path, body string) {
	if !strings.HasPrefix(path, "/api/") {
		return
	}
	var answer struct{ Data any }
	if json.Unmarshal([]byte(body), &answer) != nil {
		return
	}
	folder := lastFolder(path)
	f.walk(parameterOf(folder), answer.Data)
	list, _ := answer.Data.([]any)
	for _, one := range list {
		if id := idIn(one); id != "" {
			f.addBelow(routes, path, id)
		}
	}
}

// lastFolder is the last part of a path that is no id.
func lastFolder(path string) string {
	parts := strings.Split(path, "/")
	for _, part := range slices.Backward(parts) {
		if _, err := strconv.Atoi(part); err != nil && !uuid.MatchString(part) {
			return part
		}
	}
	return ""
}

// parameterOf is the parameter that takes the ids of things by what they are called in addresses or answers.
func parameterOf(noun string) string {
	noun = strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])`).ReplaceAllString(noun, "${1}_$2"))
	noun = strings.ReplaceAll(strings.TrimSuffix(strings.TrimSuffix(noun, "_id"), "s"), "-", "_")
	switch noun {
	case "donation_matche":
		noun = "donation_match"
	case "challenge":
		noun = "target"
	case "current_user":
		noun = "user"
	case "supporting_campaign", "integration_event":
		noun = "campaign"
	}
	return noun + "_id"
}

func idIn(one any) string {
	object, _ := one.(map[string]any)
	switch id := object["id"].(type) {
	case string:
		return id
	case float64:
		return strconv.FormatFloat(id, 'f', -1, 64)
	}
	return ""
}

// walk adds the ids in a part of an answer, which are of things that the parameter takes.
func (f found) walk(parameter string, part any) {
	switch part := part.(type) {
	case []any:
		for _, one := range part {
			f.walk(parameter, one)
		}
	case map[string]any:
		for name, value := range part {
			switch name {
			case "id", "legacy_id":
				f.addID(parameter, value)
			default:
				if strings.HasSuffix(strings.ToLower(name), "id") {
					f.addID(parameterOf(strings.TrimSuffix(name, "Id")), value)
				}
				f.walk(parameterOf(name), value)
			}
		}
	}
}

func (f found) addID(parameter string, value any) {
	switch value := value.(type) {
	case string:
		if uuid.MatchString(value) {
			for _, taker := range append(takers[parameter], parameter) {
				f.add(taker, value)
			}
		}
	case float64:
		if folder := folders[parameter]; folder != "" {
			f.add("v3 "+folder, strconv.FormatFloat(value, 'f', -1, 64))
		}
	}
}

// addBelow adds the addresses of a thing in a list.
func (f found) addBelow(routes []api.Endpoint, list, id string) {
	for _, r := range routes {
		at := len(strings.Split(list, "/"))
		parts := strings.Split(r.Pattern, "/")
		if r.Method != http.MethodGet || len(parts) <= at || !strings.HasPrefix(parts[at], "{") || !fits(parts[:at], list) {
			continue
		}
		if rest := strings.Join(append([]string{id}, parts[at+1:]...), "/"); !strings.Contains(rest, "{") {
			f.below[list+"/"+rest] = true
		}
	}
}

// fits reports whether a path is one of a pattern.
func fits(pattern []string, path string) bool {
	for i, part := range strings.Split(path, "/") {
		if part != pattern[i] && !strings.HasPrefix(pattern[i], "{") {
			return false
		}
	}
	return true
}

// tries are a route with each found id in the place of each parameter of its kind.
func (f found) tries(r api.Endpoint) (all []api.Endpoint) {
	if !strings.HasPrefix(r.Pattern, "/api/") {
		return nil
	}
	parts := strings.Split(r.Pattern, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		kind := strings.Trim(part, "{}")
		if strings.HasPrefix(r.Pattern, "/api/v3/") {
			kind = "v3 " + parts[i-1]
		}
		for _, id := range slices.Sorted(maps.Keys(f.ids[kind])) {
			one, more := r, slices.Clone(parts)
			more[i] = id
			one.Pattern = strings.Join(more, "/")
			all = append(all, one)
		}
	}
	return all
}

// tryFound asks every route for what anybody found, also to change it.
func (c *crawl) tryFound(t *testing.T, all found) {
	t.Helper()
	for _, address := range slices.Sorted(maps.Keys(all.below)) {
		if c.chosen(address) {
			c.queue = append(c.queue, address)
		}
	}
	var writes []api.Endpoint
	for _, r := range c.routes {
		for _, one := range all.tries(r) {
			switch address := c.Path(t, one.Pattern); {
			case one.Method == http.MethodGet:
				if c.chosen(address) {
					c.queue = append(c.queue, address)
				}
			case c.changes(r) && c.chosen(one.Method+address):
				writes = append(writes, one)
			}
		}
	}
	c.readAll(t)
	for _, one := range writes {
		c.read(t, one.String(), c.Request(t, c.by.name, one))
	}
	c.tried = len(writes)
}

// changes reports whether a route may be asked to change what anybody found: the request names no version that there is, so that nothing changes.
func (c *crawl) changes(r api.Endpoint) bool {
	return strings.HasPrefix(r.Pattern, "/api/private/") && !strings.HasSuffix(r.Pattern, "/registrations")
}
