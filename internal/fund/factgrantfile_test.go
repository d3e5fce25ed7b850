package fund_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

func TestFilesOfGrants(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 19, 0, 0, 0, time.UTC)
	berlin := time.FixedZone("Berlin", 3600)
	tonight := now.Add(6 * time.Hour)
	many := strings.Repeat("Ada\n", fund.MaxFactGrantLines)
	for name, c := range map[string]struct{ text, want string }{
		"names":                 {"Ada\nBob Builder\n", "1 Ada screener 2026-11-30T01:00:00Z|2 Bob Builder screener 2026-11-30T01:00:00Z"},
		"a mark of the order":   {"\ufeffname\nAda", "2 Ada screener 2026-11-30T01:00:00Z"},
		"columns in order":      {"Ada,schedule reader,2026-12-01 18:30\n", "1 Ada schedule reader 2026-12-01T17:30:00Z"},
		"columns in any order":  {"Ends_At;NAME;Roles\n2026-12-01;Žofie;HEAD_SCREENER\n;\"Müller; Jan\";\n", "2 Žofie head_screener 2026-12-01T23:00:00Z|3 Müller; Jan screener 2026-11-30T01:00:00Z"},
		"tabs":                  {"name\troles\nAda\tdesk\n", "2 Ada desk 2026-11-30T01:00:00Z"},
		"empty lines":           {"Ada\n\n\r\nBob\r\n", "1 Ada screener 2026-11-30T01:00:00Z|4 Bob screener 2026-11-30T01:00:00Z"},
		"an instant":            {"Ada,,2026-12-01T18:30:00Z\n", "1 Ada screener 2026-12-01T18:30:00Z"},
		"nothing":               {"name\n", "file cannot be blank"},
		"not UTF-8":             {"M\xfcller\n", "file is not UTF-8"},
		"broken":                {"Ada\n\"Bob\n", "2 is no CSV: look at the quotation marks"},
		"another column":        {"name,mail\nAda,a@example.org\n", "1.mail is not name, roles or ends_at"},
		"too many columns":      {"Ada,desk,2026-12-01,x\n", "1 has more columns than name, roles and ends_at"},
		"wrong cells":           {"Ada,owner,soon\n,,\nBob,desk,2026-11-01", "1.ends_at is no time like 2026-12-31 18:00|1.roles is not one of the allowed values|2.name cannot be blank|3.ends_at must be in the future"},
		"too far away":          {"Ada,,2027-11-01", "1.ends_at is more than 90 days away"},
		"as many as there may":  {many, ""},
		"one more":              {many + "Bob", "file has more than 100 people"},
		"larger than there may": {strings.Repeat("a", fund.MaxFactGrantFile+1), "file is larger than 32 kB"},
	} {
		in, lines, wrong := fund.FactGrantFile{Text: []byte(c.text), Roles: []fund.GrantRole{fund.GrantScreener}, EndsAt: tonight, Zone: berlin}.Inputs(now)
		var got []string
		for i, one := range in {
			var roles []string
			for _, role := range one.Roles {
				roles = append(roles, string(role))
			}
			got = append(got, fmt.Sprintf("%d %s %s %s", lines[i], one.Name, strings.Join(roles, " "), one.EndsAt.UTC().Format(time.RFC3339)))
		}
		if len(wrong) > 0 {
			got = nil
			for _, w := range wrong {
				got = append(got, w.Path+" "+w.Text)
			}
		}
		if text := strings.Join(got, "|"); c.want != "" && text != c.want || c.want == "" && (len(in) != fund.MaxFactGrantLines || len(wrong) > 0) {
			t.Errorf("%s: got %s, want %s", name, text, c.want)
		}
	}
}
