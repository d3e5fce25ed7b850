package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

func TestDecodeJSONKeepsOrderAndNumbers(t *testing.T) {
	t.Parallel()
	got, err := api.DecodeJSON([]byte(` {"z":1.10,"a":[1e400,null,true,"x",[],{}],"m":{"k":"\u20ac"},"empty":null} `))
	if err != nil {
		t.Fatal(err)
	}
	want := api.Object{
		{Key: "z", Value: json.Number("1.10")},
		{Key: "a", Value: []any{json.Number("1e400"), nil, true, "x", []any{}, api.Object{}}},
		{Key: "m", Value: api.Object{{Key: "k", Value: "€"}}},
		{Key: "empty", Value: nil},
	}
	if fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", want) {
		t.Errorf("got %#v, want %#v", got, want)
	}
	if v, ok := got.Get("empty"); v != nil || !ok {
		t.Errorf("got %v, %t, want a null that is there", v, ok)
	}
	if _, ok := got.Get("none"); ok {
		t.Error("got a key that was not sent")
	}
}

func TestDecodeJSONRefuses(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return `{"a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	long := strings.Repeat("k", fault.MaxEcho+1)
	if _, err := api.DecodeJSON([]byte(nested(31))); err != nil {
		t.Errorf("32 levels: got %v, want none", err)
	}
	values := func(n int) string { return `{"a":[` + strings.TrimSuffix(strings.Repeat("1,", n), ",") + `]}` }
	if _, err := api.DecodeJSON([]byte(values(9_998))); err != nil {
		t.Errorf("10,000 values: got %v, want none", err)
	}
	for body, want := range map[string]string{
		values(9_999):                         "more than 10000 values",
		"":                                    "it is empty",
		" \n":                                 "it is empty",
		"null":                                "it is null",
		"[1]":                                 "it is an array",
		`"x"`:                                 "it is a string",
		"12":                                  "it is a number",
		"true":                                "it is a boolean",
		`{"a":1,}`:                            "near byte 7",
		`{"a" 1}`:                             "near byte",
		`{"a":01}`:                            "near byte",
		`{"a":'x'}`:                           "near byte",
		`{a:1}`:                               "near byte",
		`{"a":[1,]}`:                          "near byte",
		`{"a":NaN}`:                           "near byte",
		`{"a":1`:                              "ends too early",
		`{"a":"x`:                             "ends too early",
		`{`:                                   "ends too early",
		`{} {}`:                               "more follows",
		`{} x`:                                "near byte",
		`{"a":1,"a":2}`:                       `key "a" twice`,
		`{"b":{"a":1,"\u0061":2}}`:            `key "a" twice`,
		`{"` + long + `":1,"` + long + `":2}`: `key "` + long[:fault.MaxEcho] + `…" twice`,
		"{\"a\":\"\xff\"}":                    "UTF-8",
		"\xff\xfe{\x00}\x00":                  "byte order mark of UTF-16",
		"\xfe\xff\x00{\x00}":                  "byte order mark of UTF-16",
		nested(32):                            "more than 32 levels",
	} {
		_, err := api.DecodeJSON([]byte(body))
		if !fault.Is(err, fault.Malformed) || !strings.Contains(fault.From(err).Message, want) {
			t.Errorf("%s: got %v, want a malformed fault with %q", body, err, want)
		}
	}
}

func FuzzDecodeJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":null}],"c":"\ud800"}`, `{"a":1,"a":2}`, `[]`, `{"a":1e5,}`, "{\"\xff\":0}", `{}{}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := api.DecodeJSON(body)
		if err != nil {
			if !fault.Is(err, fault.Malformed) || fault.From(err).Message == "" {
				t.Errorf("%q: got %v, want a malformed fault", body, err)
			}
			return
		}
		var plain map[string]any
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatalf("%q: read, but it is no JSON object: %v", body, err)
		}
		if len(plain) != len(got) {
			t.Errorf("%q: got %d members, want %d", body, len(got), len(plain))
		}
	})
}
