package contract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3/contract"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	var data any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ item, data, want string }{
		"right":             {"Donation", `{"id":1,"amount":1.5,"name":"A","comment":null,"completedAt":1000,"sustained":false}`, ""},
		"a key is missing":  {"Donation", `{"id":1,"amount":1.5,"name":"A","completedAt":1000,"sustained":false}`, ".comment: is missing"},
		"a wrong type":      {"Donation", `{"id":"1","amount":1.5,"name":"A","comment":"","completedAt":1000,"sustained":false}`, ".id: got string, want int"},
		"a fraction":        {"Donation", `{"id":1.5,"amount":1.5,"name":"A","comment":"","completedAt":1000,"sustained":false}`, ".id: got number 1.5, want int"},
		"a forbidden null":  {"Donation", `{"id":1,"amount":1.5,"name":null,"comment":"","completedAt":1000,"sustained":false}`, ".name: got null, want string"},
		"milliseconds":      {"Donation", `{"id":1,"amount":1.5,"name":"A","comment":"","completedAt":1001,"sustained":false}`, ".completedAt: got 1001, want a multiple of 1000"},
		"inside of a list":  {"Livestream", `[{"type":"twitch","channel":"a"},{"type":"twitch"}]`, "[1].channel: is missing"},
		"inside of a shape": {"RewardCustom", `{"custom_question":{"enabled":true},"shipping_address":{"enabled":"true"}}`, ".custom_question.enabled: got bool, want string"},
		"an optional inner": {"RegistrationFields", `{"address":{"enabled":true},"shirt_size":{"enabled":1},"service_hours":{"enabled":true}}`, ".shirt_size.enabled: got number 1, want bool"},
		"no such schema":    {"Nothing", `{}`, `data: there is no schema "Nothing"`},
		"not an object":     {"Image", `"a"`, "data: got string, want an object (Image)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(contract.Check(c.item, decode(t, c.data)), "\n"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestEveryEndpointNamesASchema(t *testing.T) {
	t.Parallel()
	for _, e := range contract.Endpoints() {
		if e.Item != "unknown" && len(contract.Keys(e.Item)) == 0 {
			t.Errorf("%s %s: got item %q, want one of the schemas", e.Method, e.Path, e.Item)
		}
	}
}
