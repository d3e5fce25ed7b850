package webhook_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/webhook"
)

// TestBodyIsWhatJavaScriptWrites has each value beside the text that Node reads and writes again without a change.
func TestBodyIsWhatJavaScriptWrites(t *testing.T) {
	t.Parallel()
	type raw = json.RawMessage
	for _, c := range []struct {
		name    string
		message any
		want    string
	}{
		{"markup", `</script><!-- & 'it' -->`, `"</script><!-- & 'it' -->"`},
		{"separators of lines", "\u2027\u2028\u2029\u202a", "\"\u2027\u2028\u2029\u202a\""},
		{"short forms", "\b\t\n\f\r\"\\/", `"\b\t\n\f\r\"\\/"`},
		{"controls", "\x00\x01\x0b\x0e\x1a\x1f\x7f\u0080\u009f", `"\u0000\u0001\u000b\u000e\u001a\u001f` + "\x7f\u0080\u009f\""},
		{"letters", "é ß 中 \u00a0 \ufeff", "\"é ß 中 \u00a0 \ufeff\""},
		{"beyond the first plane", "💜\U0001f469\u200d\U0001f52c\U0010ffff", "\"💜\U0001f469\u200d\U0001f52c\U0010ffff\""},
		{"ends of planes", "\ud7ff\ue000\ufffd\ufffe\uffff", "\"\ud7ff\ue000\ufffd\ufffe\uffff\""},
		{"what looks like an escape", `\u2028 \n \\`, `"\\u2028 \\n \\\\"`},
		{"broken UTF-8", "a\xffb\xc3", "\"a\ufffdb\ufffd\""},
		{"half of a pair in UTF-8", "\xed\xa0\x80", "\"\ufffd\ufffd\ufffd\""},
		{"half of a pair", raw(`"a\ud800b\udc00"`), "\"a\ufffdb\ufffd\""},
		{"a pair as escapes", raw(`"\ud83d\udc9c\/\u003C"`), `"💜/<"`},
		{"integers", []int64{0, -1, 82, 1 << 53, -(1 << 53)}, `[0,-1,82,9007199254740992,-9007199254740992]`},
		{"beyond 2^53", int64(1)<<53 + 1, `9007199254740992`},
		{"fractions", []float64{0.1, 1.0, -0.5, 82.95, 1e20, 1e21, 1.5e300, 1e-6, 1e-7}, `[0.1,1,-0.5,82.95,100000000000000000000,1e+21,1.5e+300,0.000001,1e-7]`},
		{"other spellings of numbers", raw(`[1.0, -0, 1E2, 1.50, 0.00]`), `[1,0,100,1.5,0]`},
		{"blanks", raw(" { \"b\" : [ 1 , 2 ] ,\n\t\"a\" : { } } "), `{"a":{},"b":[1,2]}`},
		{"constants", []any{nil, true, false, ""}, `[null,true,false,""]`},
		{"order of keys", map[string]int{"b": 1, "a": 2, "Z": 3, "é": 4, "_": 5, "": 6, "aa": 7}, `{"":6,"Z":3,"_":5,"a":2,"aa":7,"b":1,"é":4}`},
		{"order beyond the first plane", map[string]int{"\ue000": 1, "💜": 2}, "{\"💜\":2,\"\ue000\":1}"},
		{"order within", map[string]any{"z": []any{map[string]int{"y": 1, "x": 2}}}, `{"z":[{"x":2,"y":1}]}`},
		{"keys that are no index", map[string]int{"01": 1, "-1": 2, "1.0": 3, "4294967295": 4, "1e3": 5}, `{"-1":2,"01":1,"1.0":3,"1e3":5,"4294967295":4}`},
		{"a key of a prototype", map[string]int{"__proto__": 1, "constructor": 2}, `{"__proto__":1,"constructor":2}`},
		{"values that are numbers", map[string]string{"id": "1", "a": "2"}, `{"a":"2","id":"1"}`},
	} {
		got, err := webhook.Body(c.message)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.name, got, err, c.want)
		}
		again, err := webhook.Body(raw(got))
		if err != nil || string(again) != c.want {
			t.Errorf("%s: got %s, %v from its own form, want no change", c.name, again, err)
		}
	}
}

func TestBodyRefusesWhatJavaScriptChanges(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]any{
		"an index":          map[string]int{"0": 1},
		"the last index":    map[string]int{"4294967294": 1},
		"an index within":   []any{map[string]any{"a": map[string]int{"17": 1}}},
		"a doubled key":     json.RawMessage(`{"a":1,"a":2}`),
		"no JSON":           json.RawMessage(`{`),
		"what JSON has not": func() {},
	} {
		if got, err := webhook.Body(message); err == nil || !strings.HasPrefix(err.Error(), "webhook message: ") {
			t.Errorf("%s: got %s, %v, want it refused", name, got, err)
		}
	}
}
