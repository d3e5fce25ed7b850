package apiv5_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
)

// additions are reads of our own that Tiltify's documents do not have, each with its reason: by pattern, or by what
// stands below any fact ("polls/{poll_id}"). Their answers are held to our own OpenAPI documents instead.
var additions = map[string]string{}

// donationKeys are keys of donations that the original does not have, each with its reason. Answers, relays and webhooks
// show them, and no test holds the original's shape against them.
var donationKeys = map[string]string{}

// withDonationKeys are deviations with those of donationKeys.
func withDonationKeys(all map[string]string) map[string]string {
	for key, reason := range donationKeys {
		all["Donation."+key+" +"], all["RelayDonation."+key+" +"] = reason, reason
	}
	return all
}

// ownDonationKey reports whether the last key of a path is one of donationKeys, in an answer about donations.
func ownDonationKey(where string) bool {
	return strings.Contains(where, "donation") && donationKeys[where[strings.LastIndex(where, ".")+1:]] != ""
}

// difference is where an answer differed first, and how often in all.
type difference struct {
	target string
	times  int
}

// differs notes a difference: one that every item of a list has is one difference.
func (f *facts) differs(target, what string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d, seen := f.found[what]
	if !seen {
		d.target = target
	}
	d.times++
	f.found[what] = d
}

// lines are the differences, each with the first answer that had it.
func (f *facts) lines() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []string
	for _, what := range slices.Sorted(maps.Keys(f.found)) {
		d := f.found[what]
		lines = append(lines, fmt.Sprintf("%s (%d times, first in %s)", what, d.times, d.target))
	}
	return lines
}

func (f *facts) report(t testing.TB) {
	t.Helper()
	for _, line := range f.lines() {
		t.Error(line)
	}
}

// ownDocument holds the paths of all three of our documents.
func ownDocument(t testing.TB) *openapi3.T {
	t.Helper()
	all := &openapi3.T{Paths: openapi3.NewPaths()}
	for _, part := range []string{"public", "private", "cause"} {
		text, err := apiv5.OpenAPI(part, api.OpenAPI31)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := openapi3.NewLoader().LoadFromData(text)
		if err != nil {
			t.Fatal(err)
		}
		for path, item := range doc.Paths.Map() {
			all.Paths.Set(path, item)
		}
	}
	return all
}

// position is the index of an item in a list, or the key of an object of any keys.
var position = regexp.MustCompile(`/[0-9]+`)

// schemaErrors are the lines of a validator's error, without the positions in lists.
func schemaErrors(err error) []string {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var lines []string
		for _, one := range many {
			lines = append(lines, schemaErrors(one)...)
		}
		return lines
	}
	var one *openapi3.SchemaError
	if errors.As(err, &one) {
		at := "/" + strings.Join(one.JSONPointer(), "/")
		return []string{position.ReplaceAllString(at, "/*") + ": " + one.Reason}
	}
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// TestAnAdditionIsHeldToOurDocument takes rows for additions and answers with a fault in them.
func TestAnAdditionIsHeldToOurDocument(t *testing.T) {
	t.Parallel()
	const pattern = "/api/public/campaigns/{campaign_id}/donations"
	row := apiv5.Row{Method: "GET", Pattern: pattern}
	whole := newWorld(t).get("/api/public/campaigns/{campaign}/donations", "application").Body.String()
	for name, c := range map[string]struct{ from, to, want string }{
		"as it is":     {"", "", ""},
		"a wrong type": {`"is_match":false`, `"is_match":"no"`, "/data/*/is_match"},
		"a lost key":   {`"is_match":false`, `"was_match":false`, "is_match"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &facts{additions: map[string]string{pattern: "a test"}, own: ownDocument(t), used: map[string]bool{}, found: map[string]difference{}}
			answer := httptest.NewRecorder()
			_, _ = answer.WriteString(strings.ReplaceAll(whole, c.from, c.to))
			f.check(t, row, pattern, answer)
			got := strings.Join(f.lines(), "\n")
			if c.want == "" && got != "" {
				t.Errorf("got %s, want nothing wrong", got)
			}
			if !strings.Contains(got, c.want) || c.want != "" && !strings.Contains(got, "(10 times, first in "+pattern) {
				t.Errorf("got %q, want %q once for 10 donations", got, c.want)
			}
		})
	}
}
