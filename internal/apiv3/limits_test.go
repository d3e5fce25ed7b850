package apiv3_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// limit is the edge of what a field takes: at passes, and more is refused with the text.
type limit struct {
	// row is the change that the field is a part of, key the place of its error in the answer.
	row, key string
	// body has {value} where the value goes.
	body     string
	at, more string
	text     string
}

// chars are n characters of two bytes each, letters are n of one, as JSON.
func chars(n int) string   { return `"` + strings.Repeat("é", n) + `"` }
func letters(n int) string { return `"` + strings.Repeat("x", n) + `"` }

// address is a web address of n characters.
func address(n int) string {
	return `"https://example.org/` + strings.Repeat("x", n-len("https://example.org/")) + `"`
}

func email(n int) string {
	return `"` + strings.Repeat("x", n-len("@example.org")) + `@example.org"`
}

func options(n int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(`{"name":"A"},`, n), ",") + "]"
}

const (
	tooLong255    = "is too long (255 characters at most)"
	tooLong100    = "is too long (100 characters at most)"
	tooLong2048   = "is too long (2048 characters at most)"
	tooLong64K    = "is too long (65536 bytes at most)"
	tooLong10K    = "is too long (10000 bytes at most)"
	lastInstant   = `"9999-12-31T23:59:59Z"`
	afterTheLast  = `253402300800000`
	noDate        = "is not a date"
	largestPounds = `10000000000`
	morePounds    = `"10000000000.01"`
)

// limits are all that docs/v3.md lists about submitted fields.
func limits() []limit {
	const campaign, challenge, reward = "POST /campaigns", "POST /campaigns/{id}/challenges", "POST /campaigns/{id}/rewards"
	const poll, schedule, milestone = "POST /campaigns/{id}/polls", "POST /campaigns/{id}/schedule", "POST /campaigns/{id}/milestones"
	const registration, visibility = "PATCH /fundraising-events/{id}/registrations/{registration}", "PATCH /fundraising-events/{id}/visibility-options"
	of := func(key, rest string) string { return `{"` + key + `":{value}` + rest + `}` }
	newCampaign, newReward := `,"name":"C","causeId":{cause}`, `,"name":"R","amount":5`
	return []limit{
		{campaign, "name", of("name", `,"causeId":{cause}`), chars(255), chars(256), tooLong255},
		{campaign, "slug", of("slug", newCampaign), letters(100), letters(101), tooLong100},
		{campaign, "description", of("description", newCampaign), letters(65_536), letters(65_537), tooLong64K},
		{campaign, "avatar", of("avatar", newCampaign), address(2048), address(2049), tooLong2048},
		{campaign, "goal", of("goal", newCampaign), largestPounds, morePounds, "is too large"},
		{campaign, "goal", of("goal", newCampaign), `0.01`, `0.001`, "has more decimals than GBP allows"},
		{campaign, "goal", of("goal", newCampaign), `0`, `-0.01`, "cannot be negative"},
		{campaign, "goal", of("goal", `,"name":"C","causeId":{tiny}`), `1000000000000`, `1000000000001`, "is too large"},
		{campaign, "goal", of("goal", `,"name":"C","causeId":{tiny}`), `1.0`, `1.1`, "has more decimals than JPY allows"},
		{campaign, "livestream.channel", of("livestream", newCampaign), `{"type":"twitch","channel":` + chars(255) + `}`, `{"type":"twitch","channel":` + chars(256) + `}`, tooLong255},
		{campaign, "endsAt", of("endsAt", newCampaign), lastInstant, afterTheLast, noDate},
		{campaign, "startsAt", of("startsAt", newCampaign), `100000000000`, `99999999999`, "is too early: times are in milliseconds"},
		{campaign, "endsAt", of("endsAt", `,"startsAt":1000000000000`+newCampaign), `1000000001000`, `1000000000000`, "must be after startsAt"},
		{challenge, "name", of("name", `,"amount":5`), chars(255), chars(256), tooLong255},
		{challenge, "amount", of("amount", `,"name":"C"`), largestPounds, morePounds, "is too large"},
		{challenge, "amount", of("amount", `,"name":"C"`), `0.01`, `0`, "must be more than zero"},
		{challenge, "endsAt", of("endsAt", `,"activatesOn":1000000000000,"name":"C","amount":5`), `1000000001000`, `1000000000000`, "must be after activatesOn"},
		{milestone, "name", of("name", `,"amount":5`), chars(255), chars(256), tooLong255},
		{milestone, "amount", of("amount", `,"name":"M"`), `0.01`, `0`, "must be more than zero"},
		{poll, "name", of("name", `,"options":[{"name":"A"}]`), chars(255), chars(256), tooLong255},
		{poll, "options", of("options", `,"name":"P"`), options(50), options(51), "are too many (50 at most)"},
		{poll, "options", of("options", `,"name":"P"`), options(1), options(0), "cannot be blank"},
		{poll, "options", of("options", `,"name":"P"`), options(50), options(201), "is too long (200 items at most)"},
		{poll, "options.0.name", of("options", `,"name":"P"`), `[{"name":` + chars(255) + `}]`, `[{"name":` + chars(256) + `}]`, tooLong255},
		{reward, "name", of("name", `,"amount":5`), chars(255), chars(256), tooLong255},
		{reward, "description", of("description", newReward), letters(65_536), letters(65_537), tooLong64K},
		{reward, "image", of("image", newReward), address(2048), address(2049), tooLong2048},
		{reward, "quantity", of("quantity", newReward), `1000000`, `1000001`, "is too large (1000000 at most)"},
		{reward, "quantity", of("quantity", newReward), `0`, `-1`, "cannot be negative"},
		{reward, "fairMarketValue", of("fairMarketValue", newReward), largestPounds, morePounds, "is too large"},
		{reward, "shippingNote", of("shippingNote", newReward), letters(10_000), letters(10_001), tooLong10K},
		{reward, "customQuestion", of("customQuestion", newReward), chars(1000), chars(1001), "is too long (1000 characters at most)"},
		{reward, "endsAt", of("endsAt", `,"startsAt":1000000000000`+newReward), `1000000001000`, `1000000000000`, "must be after startsAt"},
		{schedule, "name", of("name", `,"startsAt":1000000000000`), chars(255), chars(256), tooLong255},
		{schedule, "description", of("description", `,"name":"S","startsAt":1000000000000`), letters(65_536), letters(65_537), tooLong64K},
		{schedule, "endsAt", of("endsAt", `,"name":"S","startsAt":1000000000000`), `1000000001000`, `1000000000000`, "must be after startsAt"},
		{"POST /teams", "name", of("name", ""), chars(255), chars(256), tooLong255},
		{"POST /teams", "slug", of("slug", `,"name":"T"`), letters(100), letters(101), tooLong100},
		{"POST /teams", "about", of("about", `,"name":"T"`), letters(10_000), letters(10_001), tooLong10K},
		{"POST /teams", "avatar", of("avatar", `,"name":"T"`), address(2048), address(2049), tooLong2048},
		{"POST /teams", "social.twitch", of("social", `,"name":"T"`), `{"twitch":` + chars(255) + `}`, `{"twitch":` + chars(256) + `}`, tooLong255},
		{"PATCH /user", "username", of("username", ""), chars(255), chars(256), tooLong255},
		{"PATCH /user", "slug", of("slug", ""), letters(100), letters(101), tooLong100},
		{"PATCH /user", "email", of("email", ""), email(254), email(255), "is too long (254 bytes at most)"},
		{"PATCH /user", "firstName", of("firstName", ""), chars(255), chars(256), tooLong255},
		{"PATCH /user", "lastName", of("lastName", ""), chars(255), chars(256), tooLong255},
		{"PATCH /user", "about", of("about", ""), letters(10_000), letters(10_001), tooLong10K},
		{"PATCH /user", "avatar", of("avatar", ""), address(2048), address(2049), tooLong2048},
		{registration, "email", of("email", ""), email(254), email(255), "is too long (254 bytes at most)"},
		{registration, "shirtSize", of("shirtSize", ""), chars(100), chars(101), tooLong100},
		{registration, "phoneNumber", of("phoneNumber", ""), `"` + strings.Repeat("1", 100) + `"`, `"` + strings.Repeat("1", 101) + `"`, tooLong100},
		{registration, "dateOfBirth", of("dateOfBirth", ""), `"2022-11-05"`, `"2022-11-06"`, "cannot be in the future"},
		{registration, "address.city", of("address", ""), `{"line1":"L","country":"GB","city":` + chars(255) + `}`, `{"line1":"L","country":"GB","city":` + chars(256) + `}`, tooLong255},
		{visibility, "goal.type", of("goal", ""), `{"type":"BOTH"}`, `{"type":"BOT"}`, "is not one of ALL, BOTH"},
		{visibility, "toolkit.url", of("toolkit", ""), `{"url":` + address(2048) + `}`, `{"url":` + address(2049) + `}`, tooLong2048},
		{"PATCH /fundraising-events/{id}/registration-fields", "address.position", of("address", ""), `{"position":2147483647}`, `{"position":2147483648}`, "is too large"},
		{"PATCH /fundraising-events/{id}/registration-fields", "address.position", of("address", ""), `{"position":0}`, `{"position":-1}`, "cannot be negative"},
	}
}

func TestLimitsAtTheirEdges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := map[string]row{}
	for _, r := range w.rows(t) {
		rows[r.String()] = r
	}
	for _, l := range limits() {
		r, known := rows[l.row]
		if !known {
			t.Fatalf("there is no row %s", l.row)
		}
		body := w.path(l.body)
		send := func(value string) (int, string) {
			answer := w.call(r.Method, r.target, w.token(r.by), strings.Replace(body, "{value}", value, 1))
			return answer.Code, answer.Body.String()
		}
		what := fmt.Sprintf("%s %s", l.row, l.key)
		if status, answer := send(l.more); status != 422 || messageAt(answer, l.key) != lastName(l.key)+" "+l.text {
			t.Errorf("%s beyond the limit %.40s: got %d %.300s, want 422 and %q", what, l.more, status, answer, l.text)
		}
		if status, answer := send(l.at); status != 200 && status != 201 {
			t.Errorf("%s at the limit %.40s: got %d %.300s, want it taken", what, l.at, status, answer)
		}
	}
	if answer := w.call("GET", "/users/"+strings.Repeat("x", 100), "", ""); answer.Code != 200 {
		t.Errorf("got %d %s for the longest slug, want 200", answer.Code, answer.Body)
	}
}

// messageAt is the message at a path of keys below the one model of an answer; "" for none.
func messageAt(answer, path string) string {
	var body struct{ Errors map[string]any }
	if json.Unmarshal([]byte(answer), &body) != nil {
		return ""
	}
	for _, value := range body.Errors {
		for key := range strings.SplitSeq(path, ".") {
			fields, _ := value.(map[string]any)
			value = fields[key]
		}
		text, _ := value.(string)
		return text
	}
	return ""
}

func lastName(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }

// TestLimitsOfBodies are those of a body as a whole.
func TestLimitsOfBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const open = `{"firstName":"Cleo"`
	keys := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"k%d":1`, i)
		}
		return open + b.String() + "}"
	}
	nested := func(n int) string { return open + `,"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}" }
	size := func(n int) string { return open + strings.Repeat(" ", n-len(open)-1) + "}" }
	for _, one := range []struct {
		name, at, more string
		status         int
	}{
		{"bytes", size(1 << 20), size(1<<20 + 1), 413},
		{"keys", keys(199), keys(200), 400},
		{"levels", nested(31), nested(32), 400},
	} {
		if answer := w.call("PATCH", "/user", w.cleoToken, one.at); answer.Code != 200 {
			t.Errorf("%s at the limit: got %d %.300s, want 200", one.name, answer.Code, answer.Body)
		}
		wantError(t, one.name+" beyond the limit", w.call("PATCH", "/user", w.cleoToken, one.more), one.status)
	}
}
