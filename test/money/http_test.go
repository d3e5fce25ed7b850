package money_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
)

// send sends a request, whose headers are pairs. An answer that blames the server fails, unless the bank is deaf.
func (w *world) send(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	if recorder.Code >= http.StatusInternalServerError && !w.bank.deaf && !w.bank.late {
		w.t.Fatalf("%s %s %s: got %d %s", method, path, body, recorder.Code, recorder.Body)
	}
	return recorder
}

// ask sends a request as the owner of everything.
func (w *world) ask(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	return w.send(method, path, body, append(headers, "Authorization", "Bearer "+w.token)...)
}

// write makes a change and decodes what it answers; ok is whether it was made.
func write[T any](w *world, method, path, body string, headers ...string) (data T, ok bool) {
	got := w.ask(method, path, body, headers...)
	if got.Code >= http.StatusBadRequest {
		return data, false
	}
	if got.Code == http.StatusNoContent {
		return data, true
	}
	var answer struct{ Data json.RawMessage }
	must.Do(w.t, json.Unmarshal(got.Body.Bytes(), &answer))
	must.Do(w.t, json.Unmarshal(answer.Data, &data))
	return data, true
}

// made is write for what cannot be refused.
func made[T any](w *world, method, path, body string) T {
	data, ok := write[T](w, method, path, body)
	if !ok {
		w.t.Fatalf("%s %s %s was refused", method, path, body)
	}
	return data
}

// read decodes what a GET answers.
func read[T any](w *world, path string) T {
	return made[T](w, http.MethodGet, path, "")
}

// amount is money as version 5 writes it.
type amount struct{ Value, Currency string }

// minor is an amount in minor units.
func (w *world) minor(text, currency string) int64 {
	digits := must.Get(money.Digits(currency))(w.t)
	// money.Parse takes single amounts only, and totals are larger.
	whole, fraction, _ := strings.Cut(text, ".")
	minor, err := strconv.ParseInt(whole+(fraction + strings.Repeat("0", digits))[:digits], 10, 64)
	if err != nil || len(fraction) > digits {
		w.t.Fatalf("%q is no amount of %s", text, currency)
	}
	return minor
}

// decimal is an amount as the wires write it.
func decimal(minor int64, currency string) string {
	digits, err := money.Digits(currency)
	if err != nil {
		panic(err)
	}
	return money.Fixed(minor, digits)
}
