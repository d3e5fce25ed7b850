package submit_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/submit"
)

func TestSame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`10`, `10.00`, true}, {`10`, `"10"`, false}, {`0.10`, `0.1`, true}, {`1e2`, `100`, true}, {`1e2`, `1.00E+02`, true}, {`1e-2`, `0.01`, true}, {`1e99`, `1e98`, false},
		{`null`, `null`, true}, {`null`, `{}`, false}, {`{}`, `null`, false}, {`true`, `true`, true}, {`"a"`, `[]`, false},
		{`[1,{"a":2}]`, `[1.0,{"a":2}]`, true}, {`[1]`, `[1,2]`, false}, {`[]`, `{}`, false}, {`{"a":1}`, `{"b":1}`, false},
		{`{"a":1,"b":[]}`, `{"b":[],"a":1}`, true},
	} {
		pair, err := api.DecodeJSON(fmt.Appendf(nil, `{"a":%s,"b":%s}`, test.a, test.b))
		if err != nil {
			t.Fatal(err)
		}
		if got := submit.Same(pair[0].Value, pair[1].Value); got != test.want {
			t.Errorf("Same(%s, %s): got %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func TestChangedLeavesOutWhatIsShown(t *testing.T) {
	t.Parallel()
	shown, err := submit.Shown(map[string]any{"name": "A", "goal": map[string]any{"value": "1", "currency": "USD"}, "end": nil, "n": 1.5})
	if err != nil {
		t.Fatal(err)
	}
	for sent, want := range map[string]string{
		`{"name":"A","goal":{"currency":"USD","value":"1"},"end":null,"n":1.50}`: `{}`,
		`{"name":"B","end":null}`: `{"name":"B"}`,
		`{"goal":{"value":"1"}}`:  `{"goal":{"value":"1"}}`,
		`{"more":null}`:           `{"more":null}`,
		`{"end":""}`:              `{"end":""}`,
	} {
		object, err := api.DecodeJSON([]byte(sent))
		if err != nil {
			t.Fatal(err)
		}
		if got := text(submit.Changed(object, shown)); got != want {
			t.Errorf("%s: got %s, want %s", sent, got, want)
		}
	}
	if _, err := submit.Shown(make(chan int)); err == nil {
		t.Error("got no error for what is no JSON")
	}
}

// text is a value in JSON.
func text(value any) string {
	object, ok := value.(api.Object)
	if !ok {
		one, _ := json.Marshal(value)
		return string(one)
	}
	made := "{"
	for i, one := range object {
		if i > 0 {
			made += ","
		}
		made += fmt.Sprintf("%q:%s", one.Key, text(one.Value))
	}
	return made + "}"
}
