package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// taker records what it is given, unless it has invalid fields or err is set.
type taker struct {
	got fund.DonationInput
	err error
}

func (t *taker) Take(_ context.Context, in fund.DonationInput) (fund.Donation, error) {
	t.got = in
	if err := in.Invalid.Err(); err != nil {
		return fund.Donation{}, err
	}
	return fund.Donation{
		ID: fund.ID{15: 7}, LegacyID: 42, Amount: 1234, Currency: "USD",
		CompletedAt: time.Date(2026, 11, 1, 12, 0, 0, 5000, time.UTC),
	}, t.err
}

func (t *taker) post(body string, change ...func(*http.Request)) *httptest.ResponseRecorder {
	handler := sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: func(_ context.Context, bearer string) (pay.Taker, error) {
		switch bearer {
		case "good":
			return t, nil
		case "weak":
			return nil, fault.MissingScope("sandbox")
		}
		return nil, fault.BadToken("The access token is not known.")
	}})
	r := httptest.NewRequest(http.MethodPost, sandbox.TriggerPath, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer good")
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestDonationReachesTheTill(t *testing.T) {
	t.Parallel()
	var to taker
	w := to.post(`{"campaign":"@ana/run","amount":12.340,"currency":"USD","name":"Bo <b>","comment":"hi","email":"b@example.org",
		"anonymous":true,"poll_option":3,"target":"4","rewards":[{"id":5},{"id":"00000000-0000-7000-8000-000000000006","quantity":2}],"reference":"r1"}`)
	want := `{"id":"00000000-0000-0000-0000-000000000007","legacy_id":42,"amount":"12.34","currency":"USD","completed_at":"2026-11-01T12:00:00.000005Z"}` + "\n"
	if w.Code != http.StatusCreated || w.Body.String() != want {
		t.Errorf("got %d %s, want 201 %s", w.Code, w.Body, want)
	}
	var claims []any
	for _, c := range to.got.Claims {
		claims = append(claims, c.Reward, c.Quantity)
	}
	got := fmt.Sprintf("%s %v %s %s %s %s %s %v %v %v %v %s", to.got.FactOwner, to.got.Fact.Slug, to.got.Amount, to.got.Currency, to.got.Name,
		to.got.Comment, to.got.Email, to.got.Anonymous, to.got.PollOption.LegacyID, to.got.Target.LegacyID, claims, to.got.Reference)
	expected := `@ana run 12.340 USD Bo <b> hi b@example.org true 3 4 [5 1 00000000-0000-7000-8000-000000000006 2] r1`
	if got != expected {
		t.Errorf("got  %s\nwant %s", got, expected)
	}
}

func TestCampaignHasManyNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`7`: "7 ", `"7"`: "7 ", `"00000000-0000-7000-8000-000000000006"`: "00000000-0000-7000-8000-000000000006 ", `"+crew/run"`: "run +crew",
	} {
		var to taker
		to.post(`{"campaign":` + text + `,"amount":"1"}`)
		if got := to.got.Fact.String() + " " + to.got.FactOwner; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestEveryWrongFieldIsNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body string
		want map[string]string
	}{
		{`{}`, map[string]string{"campaign": "cannot be blank", "amount": "cannot be blank"}},
		{`{"campaign":null,"amount":null}`, map[string]string{"campaign": "cannot be blank", "amount": "cannot be blank"}},
		{
			`{"campaign":"run","amount":1,"poll_option":"x","target":-1,"rewards":[{},{"id":true}]}`,
			map[string]string{
				"campaign": "is not a campaign; use its id, @user/slug or +team/slug", "poll_option": "is not an id",
				"target": "is not an id", "rewards.0.id": "cannot be blank", "rewards.1.id": "is not an id",
			},
		},
	} {
		var to taker
		w := to.post(c.body)
		var got struct {
			Error struct {
				Message string
				Fields  map[string]string
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusUnprocessableEntity || !maps.Equal(got.Error.Fields, c.want) || got.Error.Message == "" {
			t.Errorf("%s: got %d %v, want 422 %v", c.body, w.Code, got, c.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	for _, c := range []struct {
		name, body string
		change     func(*http.Request)
		status     int
		want       string
	}{
		{"no token", `{}`, header("Authorization", ""), 401, "needs a token"},
		{"other scheme", `{}`, header("Authorization", "Basic good"), 401, "needs a token"},
		{"unknown token", `{}`, header("Authorization", "Bearer bad"), 401, "not known"},
		{"without the scope", `{}`, header("Authorization", "bearer weak"), 403, "scope sandbox"},
		{"empty", ``, nil, 400, "not a JSON object"},
		{"list", `[]`, nil, 400, "not a JSON object"},
		{"unknown key", `{"campaign":1,"amount":1,"reward":[{"id":5}]}`, nil, 400, `\"reward\"`},
		{"unknown key of a reward", `{"campaign":1,"amount":1,"rewards":[{"ID":5,"qty":2}]}`, nil, 400, `\"qty\"`},
		{"endless key", `{"` + strings.Repeat("k", 9000) + `":1}`, nil, 400, `no field \"` + strings.Repeat("k", fault.MaxEcho) + `…\" here`},
		{"two donations", `{"campaign":1,"amount":1}{}`, nil, 400, "not a JSON object"},
		{"number as name", `{"name":7}`, nil, 400, "name cannot be a JSON number"},
		{"too large", `{"comment":"` + strings.Repeat("x", 64<<10) + `"}`, nil, 413, "65536 bytes"},
		{"wrong method", ``, func(r *http.Request) { r.Method = http.MethodGet }, 405, "POST"},
	} {
		w := new(taker).post(c.body, func(r *http.Request) {
			if c.change != nil {
				c.change(r)
			}
		})
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: got %d %s, want %d with %q", c.name, w.Code, w.Body, c.status, c.want)
		}
		why := map[string]string{
			"no token": `Bearer realm="almoner"`, "other scheme": `Bearer realm="almoner"`,
			"unknown token":     `Bearer realm="almoner", error="invalid_token", error_description="The access token is not known."`,
			"without the scope": `Bearer realm="almoner", error="insufficient_scope", scope="sandbox", error_description="This needs a token with the scope sandbox."`,
		}[c.name]
		if got := w.Header().Get("WWW-Authenticate"); got != why {
			t.Errorf("%s: got WWW-Authenticate %q, want %q", c.name, got, why)
		}
	}
}

func TestEveryKindHasAStatusAndNoPrivateText(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		to := taker{err: fault.Wrap(errors.New("private"), kind, "")}
		w := to.post(`{"campaign":1,"amount":"1"}`)
		if w.Code < 400 || strings.Contains(w.Body.String(), "private") || strings.Contains(w.Body.String(), `"message":""`) {
			t.Errorf("%v: got %d %s, want an error with public words", kind, w.Code, w.Body)
		}
	}
}

func TestWhatIsNotTheSendersFaultCanBeFoundAgain(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]struct {
		status     int
		retryAfter string
	}{
		fault.Internal:    {http.StatusInternalServerError, ""},
		fault.Unavailable: {http.StatusServiceUnavailable, "5"},
	} {
		var log bytes.Buffer
		to := taker{err: fault.Wrap(errors.New("private"), kind, "The database cannot take this now.")}
		handler := sandbox.NewTrigger(sandbox.TriggerOptions{
			Authenticate: func(context.Context, string) (pay.Taker, error) { return &to, nil },
			Log:          slog.New(slog.NewTextHandler(&log, nil)), RequestID: func() string { return "id-7" },
		})
		r := httptest.NewRequest(http.MethodPost, sandbox.TriggerPath, strings.NewReader(`{"campaign":1,"amount":"1"}`))
		r.Header.Set("Authorization", "Bearer good")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != want.status || w.Header().Get("X-Request-Id") != "id-7" || w.Header().Get("Retry-After") != want.retryAfter {
			t.Errorf("%v: got %d %v, want %d, the id and Retry-After %q", kind, w.Code, w.Header(), want.status, want.retryAfter)
		}
		if !strings.Contains(w.Body.String(), "id-7") || !strings.Contains(log.String(), "request_id=id-7") || !strings.Contains(log.String(), "private") {
			t.Errorf("%v: got %s and log %s, want the id in both", kind, w.Body, &log)
		}
	}
}

func TestOptionsTellTheMethods(t *testing.T) {
	t.Parallel()
	w := new(taker).post("", func(r *http.Request) { r.Method = http.MethodOptions })
	if w.Code != http.StatusNoContent || w.Header().Get("Allow") != "OPTIONS, POST" {
		t.Errorf("got %d %q, want 204 and the methods", w.Code, w.Header().Get("Allow"))
	}
}
