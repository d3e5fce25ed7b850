package apiv5_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/almoner/almoner/internal/apiv5"
)

// facts is the OpenAPI document of the facts that are known of the wire.
type facts struct {
	doc *openapi3.T
	// additions are reads that the documents lack; their answers are held to our own document.
	additions map[string]string
	own       *openapi3.T
	mu        sync.Mutex
	// used are the deviations that an answer had.
	used map[string]bool
	// found are the differences, each reported once.
	found map[string]difference
}

// deviations are what our answers have otherwise than the facts on purpose, each with its reason:
// a key more, or null where the facts know no null.
var deviations = withDonationKeys(map[string]string{
	"WebhookEndpoint.ordered +":           "what can be chosen beyond the original is shown",
	"WebhookEndpoint.retry_schedule +":    "as above",
	"WebhookEndpoint.standard_webhooks +": "as above",
	"WebhookEndpoint.key_overlap +":       "as above",
	"WebhookEndpoint.event_template +":    "as above",
	"WebhookEndpoint.format +":            "as above",
	"WebhookEndpoint.template +":          "as above",
	"CauseRegistration.legacy_id +":       "the documents hide all keys but three",
	"CauseRegistration.user_id +":         "the documents hide all keys but three",
	"CauseRegistration.email +":           "the documents hide all keys but three",
	"CauseRegistration.subscribed +":      "the documents hide all keys but three",
	"CauseRegistration.address +":         "the documents hide all keys but three",
	"CauseRegistration.shirt_size +":      "the documents hide all keys but three",
	"CauseRegistration.service_hours +":   "the documents hide all keys but three",
	"CauseRegistration.phone_number +":    "the documents hide all keys but three",
	"CauseRegistration.date_of_birth +":   "the documents hide all keys but three",
	"ConfiguredLeaderboard.user +":        "the documented sample names the users so, the schema individual: both are there",
	"Campaign.starts_at +":                "what is written is shown; the original writes no campaigns",
	"Campaign.ends_at +":                  "as above",
	"TeamCampaign.starts_at +":            "as above",
	"TeamCampaign.ends_at +":              "as above",
	"Campaign.published_at null":          "who may change a campaign sees it before it was ever published",
	"Fact.description null":               "which keys of a fact may be null is not known; null where the kind of fact has none",
	"Fact.livestream null":                "as above",
	"Fact.user null":                      "as above",
	"Fact.team null":                      "as above",
	"Fact.starts_at null":                 "as above",
	"Fact.ends_at null":                   "as above",
	"Fact.start_supporting_at null":       "as above",
	"Fact.end_supporting_at null":         "as above",
	"Fact.can_publish_supporting_at null": "as above",
	"Fact.published_at null":              "as above",
	"Fact.retired_at null":                "as above",
})

// moreRows are rows of reads that the facts' paths lack, with the reason.
var moreRows = map[string]string{
	"/api/public/team_campaigns/{team_campaign_id}/donation_matches":  "x-aliases-called-by-clients",
	"/api/public/team_campaigns/{team_campaign_id}/schedule":          "x-aliases-called-by-clients",
	"/api/public/team_campaigns/{team_campaign_id}/user_leaderboard":  "x-aliases-called-by-clients",
	"/api/public/team_campaigns/{team_campaign_id}/donor_leaderboard": "as user_leaderboard: campaigns have the singular",
	"/api/public/users/{user_id}/integration_campaigns":               "x-aliases-called-by-clients",
	"/api/public/users/by/slugs/{slug}":                               "x-aliases-called-by-clients",
	"/api/public/causes/{cause_id}/campaigns":                         "x-removed-paths",
}

// standsFor are documented rows that say what an undocumented one answers.
var standsFor = map[string]string{
	"/api/public/team_campaigns/{team_campaign_id}/donation_matches":  "/api/public/campaigns/{campaign_id}/donation_matches",
	"/api/public/team_campaigns/{team_campaign_id}/schedule":          "/api/public/team_campaigns/{team_campaign_id}/schedules",
	"/api/public/team_campaigns/{team_campaign_id}/user_leaderboard":  "/api/public/team_campaigns/{team_campaign_id}/user_leaderboards",
	"/api/public/team_campaigns/{team_campaign_id}/donor_leaderboard": "/api/public/team_campaigns/{team_campaign_id}/donor_leaderboards",
	"/api/public/users/{user_id}/integration_campaigns":               "/api/public/users/{user_id}/integration_events",
	"/api/public/users/by/slugs/{slug}":                               "/api/public/users/by/slug/{slug}",
	"/api/public/causes/{cause_id}/campaigns":                         "/api/public/users/{user_id}/campaigns",
}

// moreStatuses are errors that the facts name for no operation of reads.
var moreStatuses = map[int]string{
	400: "a parameter that cannot be read at all", 403: "a scope is missing, or a board is hidden",
}

// uuidPattern is the canonical form of a UUID of any version: ours are of versions 7 and 8.
const uuidPattern = `^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`

// checkUUIDs makes the validator, whose formats are global, look at UUIDs: once, before the first check.
var checkUUIDs = sync.OnceFunc(func() {
	openapi3.DefineStringFormatValidator("uuid", openapi3.NewRegexpFormatValidator(uuidPattern))
})

func loadFacts(t testing.TB) *facts {
	t.Helper()
	content, err := os.ReadFile("testdata/openapi.facts.json")
	if err != nil {
		t.Fatal(err)
	}
	checkUUIDs()
	doc, err := openapi3.NewLoader().LoadFromData(content)
	if err != nil {
		t.Fatal(err)
	}
	f := &facts{doc: doc, additions: additions, own: ownDocument(t), used: map[string]bool{}, found: map[string]difference{}}
	t.Cleanup(func() { f.report(t) })
	for name := range deviations {
		f.allow(t, name)
	}
	f.demand()
	return f
}

// allow makes a schema take what a deviation says.
func (f *facts) allow(t testing.TB, deviation string) {
	t.Helper()
	at, what, _ := strings.Cut(deviation, " ")
	name, key, _ := strings.Cut(at, ".")
	schema := f.doc.Components.Schemas[name]
	if schema == nil {
		t.Fatalf("%s: the facts have no such schema", deviation)
	}
	if what == "null" {
		property := schema.Value.Properties[key]
		if property == nil {
			t.Fatalf("%s: the facts have no such key", deviation)
		}
		loose := *property.Value
		loose.Nullable = true
		schema.Value.Properties[key] = &openapi3.SchemaRef{Ref: property.Ref, Value: &loose}
	}
}

// added is the reason of a read that the documents lack; "" for none.
func (f *facts) added(pattern string) string {
	parts := strings.SplitN(pattern, "/", 6) // "", api, public, campaigns, {campaign_id}, the rest
	return cmp.Or(f.additions[pattern], f.additions[parts[len(parts)-1]])
}

// operation finds a row of ours in the facts, or an addition in our own document.
func (f *facts) operation(row apiv5.Row) *openapi3.Operation {
	path := row.Pattern
	if f.added(path) != "" {
		return f.own.Paths.Value(path).GetOperation(row.Method)
	}
	if stands := standsFor[path]; stands != "" {
		path = stands
	}
	item := f.doc.Paths.Value(path)
	if item == nil {
		return nil
	}
	return item.GetOperation(row.Method)
}

// check compares an answer with what the facts say of the row.
func (f *facts) check(t *testing.T, row apiv5.Row, target string, answer *httptest.ResponseRecorder) {
	t.Helper()
	operation := f.operation(row)
	if operation == nil {
		f.differs(target, fmt.Sprintf("the facts have no %s %s, and additions neither", row.Method, row.Pattern))
		return
	}
	response := operation.Responses.Status(answer.Code)
	if response == nil {
		if moreStatuses[answer.Code] == "" {
			f.differs(target, fmt.Sprintf("%s %s: got %d, which the facts do not name", row.Method, row.Pattern, answer.Code))
		}
		return
	}
	var body any
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		t.Errorf("%s: got %s: %v", target, answer.Body, err)
		return
	}
	media := response.Value.Content.Get("application/json")
	if len(response.Value.Content) == 0 {
		return // what the body is, is not known
	}
	if media == nil {
		f.differs(target, fmt.Sprintf("%s %s: the facts have no JSON for %d", row.Method, row.Pattern, answer.Code))
		return
	}
	err := media.Schema.Value.VisitJSON(body, openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.EnableFormatValidation())
	for _, one := range schemaErrors(err) {
		f.differs(target, fmt.Sprintf("%s %s: %s", row.Method, row.Pattern, one))
	}
	f.walk(target, media.Schema, body)
}

// walk looks for keys that the facts lack, and notes the deviations that are met.
func (f *facts) walk(target string, ref *openapi3.SchemaRef, value any) {
	name := ref.Ref[strings.LastIndex(ref.Ref, "/")+1:]
	schema := ref.Value
	switch {
	case len(schema.AllOf) == 1:
		f.walk(target, schema.AllOf[0], value)
		return
	case len(schema.AnyOf) > 0:
		f.walk(target, f.fitting(schema.AnyOf, value), value)
		return
	}
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			if schema.Items != nil {
				f.walk(target, schema.Items, one)
			}
		}
	case map[string]any:
		if len(schema.Properties) == 0 {
			return // which keys it has is not known
		}
		for key, one := range value {
			property := schema.Properties[key]
			if property == nil {
				if schema.AdditionalProperties.Schema == nil {
					f.deviates(target, fmt.Sprintf("%s.%s +", name, key))
				}
				continue
			}
			if deviation := fmt.Sprintf("%s.%s null", name, key); one == nil && deviations[deviation] != "" {
				f.deviates(target, deviation)
			}
			f.walk(target, property, one)
		}
	}
}

// fitting is the one of several schemas that knows most of the keys.
func (f *facts) fitting(refs openapi3.SchemaRefs, value any) *openapi3.SchemaRef {
	object, _ := value.(map[string]any)
	unknown := func(ref *openapi3.SchemaRef) (n int) {
		for key := range object {
			if ref.Value.Properties[key] == nil {
				n++
			}
		}
		return n
	}
	return slices.MinFunc(refs, func(a, b *openapi3.SchemaRef) int { return unknown(a) - unknown(b) })
}

func (f *facts) deviates(target, deviation string) {
	if deviations[deviation] == "" {
		f.differs(target, deviation+" is in the answer, and neither in the facts nor in deviations")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used[deviation] = true
}

// TestEveryOperationOfTheFactsIsARow compares paths, methods and parameters.
func TestEveryOperationOfTheFactsIsARow(t *testing.T) {
	t.Parallel()
	f := loadFacts(t)
	rows := map[string]apiv5.Row{}
	for _, row := range apiv5.Rows() {
		rows[row.Method+" "+row.Pattern] = row
	}
	for path, item := range f.doc.Paths.Map() {
		if strings.HasPrefix(path, "/oauth/") {
			continue
		}
		for method, operation := range item.Operations() {
			row, ok := rows[method+" "+path]
			if !ok {
				t.Errorf("%s %s: there is no row for it", method, path)
				continue
			}
			var query []string
			for _, p := range operation.Parameters {
				if p.Value.In == openapi3.ParameterInQuery {
					query = append(query, p.Value.Name)
				}
			}
			slices.Sort(query)
			if got := slices.Sorted(slices.Values(row.Query)); method == "GET" && !slices.Equal(got, query) {
				t.Errorf("%s %s: got parameters %v, want %v", method, path, got, query)
			}
			scopes := fmt.Sprint(operation.Extensions["x-required-scopes-any"])
			if got := fmt.Sprint(row.Scopes); got != scopes {
				t.Errorf("%s %s: got scopes %s, want %s", method, path, got, scopes)
			}
		}
	}
	for _, row := range apiv5.Reads() {
		known := f.doc.Paths.Value(row.Pattern) != nil
		alias := moreRows[row.Pattern] != "" && standsFor[row.Pattern] != ""
		if added := f.added(row.Pattern) != ""; !known && !alias && !added {
			t.Errorf("%s: the facts do not have it; a read of our own needs a line with its reason in additions", row.Pattern)
		} else if known && added {
			t.Errorf("%s: the facts have it, want it off the list of additions", row.Pattern)
		}
	}
}

// TestErrorsKeepTheFacts looks at the errors of every row.
func TestErrorsKeepTheFacts(t *testing.T) {
	t.Parallel()
	w, f := newWorld(t), loadFacts(t)
	for _, row := range apiv5.Reads() {
		target := targetOf(row.Pattern)
		f.check(t, row, target, w.get(target, ""))
		f.check(t, row, target, w.get(target, "none"))
		if len(row.Query) > 0 {
			f.check(t, row, target, w.get(target+"?"+row.Query[0]+"=%01", callerOf(row.Pattern)))
		}
	}
}
