package apiv3

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/submit"
)

func TestEveryKindOfFaultHasItsPlace(t *testing.T) {
	t.Parallel()
	want := map[fault.Kind]string{
		fault.Internal: "500 Internal Server Error", fault.Malformed: "400 Bad Request", fault.Invalid: "422 Unprocessable Entity",
		fault.Unauthenticated: "401 Not Authorized", fault.Forbidden: "403 Not Authorized", fault.NotFound: "404 Not Found",
		fault.WrongMethod: "405 Method Not Allowed", fault.Conflict: "422 Unprocessable Entity", fault.Gone: "410 Gone",
		fault.Stale: "412 Precondition Failed", fault.TooLarge: "413 Content Too Large", fault.Unsupported: "415 Unsupported Media Type",
		fault.PaymentFailed: "422 Unprocessable Entity", fault.RateLimited: "429 Too Many Requests", fault.Unavailable: "503 Internal Server Error",
	}
	for _, kind := range fault.Kinds() {
		for _, message := range []string{"", "Something <special>."} {
			status, body := encodeFault(&fault.Error{Kind: kind, Message: message}, "id-7")
			var got struct {
				Meta   map[string]int    `json:"meta"`
				Error  map[string]string `json:"error"`
				Errors any               `json:"errors"`
			}
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			if one := fmt.Sprint(status, " ", got.Error["title"]); one != want[kind] || got.Meta["status"] != status {
				t.Errorf("%v: got %s in %s, want %s", kind, one, body, want[kind])
			}
			if len(got.Error) != 2 || got.Error["detail"] == "" || got.Errors != nil {
				t.Errorf("%v: got %s, want exactly a title and a detail", kind, body)
			}
			if ours := status >= 500; strings.Contains(got.Error["detail"], "id-7") != ours {
				t.Errorf("%v: got %q, want the request id in what is our fault only", kind, got.Error["detail"])
			}
		}
	}
}

func TestWhatIsPrivateStaysSo(t *testing.T) {
	t.Parallel()
	f := fault.Wrap(errors.New("dial tcp 10.0.0.1"), fault.Internal, "internal words")
	if _, body := encodeFault(f, "id"); strings.Contains(string(body), "10.0.0.1") || strings.Contains(string(body), "internal words") {
		t.Errorf("got %s, want no text of ours", body)
	}
}

func TestModelErrors(t *testing.T) {
	t.Parallel()
	rename := map[string]string{"goal": "fundraiserGoalAmount", "cause": "causeId", "livestream.type": "livestream.kind"}
	for name, c := range map[string]struct {
		fields fault.Fields
		want   string
	}{
		"one":     {fault.Fields{{Path: "name", Text: "cannot be blank"}}, `{"campaign":{"name":"name cannot be blank"}}`},
		"renamed": {fault.Fields{{Path: "goal", Text: "is not a number"}}, `{"campaign":{"fundraiserGoalAmount":"fundraiserGoalAmount is not a number"}}`},
		"by rule": {fault.Fields{{Path: "fair_market_value", Text: "is too large"}}, `{"campaign":{"fairMarketValue":"fairMarketValue is too large"}}`},
		"other words": {fault.Fields{{Path: "name", Text: "is that of another target: disable it instead"}},
			`{"campaign":{"name":"name is that of another challenge: set its active to false instead"}}`},
		"in text": {fault.Fields{{Path: "ends_at", Text: "must be after starts_at"}}, `{"campaign":{"endsAt":"endsAt must be after startsAt"}}`},
		"nested": {fault.Fields{{Path: "livestream.type", Text: "is wrong"}, {Path: "options.0.name", Text: "is wrong"}, {Path: "options.1", Text: "is wrong"}},
			`{"campaign":{"livestream":{"kind":"kind is wrong"},"options":{"0":{"name":"name is wrong"},"1":"options is wrong"}}}`},
		"the whole and its part": {fault.Fields{{Path: "options", Text: "is no list"}, {Path: "options.0.name", Text: "is wrong"}},
			`{"campaign":{"options":"options is no list"}}`},
		"the part and its whole": {fault.Fields{{Path: "address.city", Text: "is wrong"}, {Path: "address", Text: "cannot be blank"}},
			`{"campaign":{"address":{"city":"city is wrong"}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &submission{Submission: submit.New(dialect{}, rename), model: "campaign"}
			err := s.explain(fmt.Errorf("campaign 7: %w", c.fields.Err()))
			status, body := encodeFault(fault.From(err), "")
			if want := `{"meta":{"status":422},"errors":` + c.want + `}`; status != 422 || string(body) != want {
				t.Errorf("got %d %s, want %s", status, body, want)
			}
		})
	}
}

func TestOtherErrorsHaveNoModel(t *testing.T) {
	t.Parallel()
	s := &submission{Submission: submit.New(dialect{}, nil), model: "campaign"}
	if s.explain(nil) != nil {
		t.Error("got an error out of none")
	}
	missing := fault.New(fault.NotFound, "There is none.")
	if got := s.explain(missing); !errors.Is(got, missing) {
		t.Errorf("got %v, want the fault as it was", got)
	}
	fields := fault.Fields{{Path: "amount", Text: "is not a number"}, {Path: "name", Text: "is too long"}}
	_, body := encodeFault(fault.From(fields.Err()), "")
	if want := "not allowed. amount is not a number; name is too long"; !strings.Contains(string(body), want) {
		t.Errorf("got %s, want one error that says %q", body, want)
	}
}
