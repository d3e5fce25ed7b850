package apiv5_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

// FuzzRead puts any text at the wildcards of any row and any query behind it: there is never a
// 5xx and never a panic, and every answer is JSON of one of the two shapes.
func FuzzRead(f *testing.F) {
	w := newWorld(f)
	rows := apiv5.Reads()
	for i, row := range rows {
		f.Add(uint8(i), "", row.Pattern)
	}
	for _, query := range []string{
		"limit=0&after=x&before=%zz", "time_type=daily&limit=100", "completed_after=2022-11-05T12:00:00+01:00",
		"created_before=9999-12-31T23:59:59.999999999Z", "updated_after=0000-01-01", "role=%00&status=%F0%9F", "after=AAAAAAAAAAAAAAAAAAAA", ";;;&&&===",
		"completed_after=-2022-11-05", "include_disabled=1&include_disabled=x",
	} {
		f.Add(uint8(3), "9223372036854775808", query)
		f.Add(uint8(60), "@", query)
	}
	f.Fuzz(func(t *testing.T, at uint8, id, query string) {
		row := rows[int(at)%len(rows)]
		target := w.path(targetOf(row.Pattern))
		if id != "" {
			target = strings.Join(fill(strings.Split(row.Pattern, "/"), url.PathEscape(id)), "/")
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = &url.URL{Path: unescaped(target), RawPath: target, RawQuery: query}
		r.Header.Set("Authorization", "Bearer "+w.token(callerOf(row.Pattern)))
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		body := answer.Body.String()
		if answer.Code >= 500 || !strings.HasPrefix(body, `{"data":`) && !strings.HasPrefix(body, `{"error":`) {
			t.Errorf("%s?%s: got %d %s", target, query, answer.Code, body)
		}
	})
}

func fill(parts []string, with string) []string {
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = with
		}
	}
	return parts
}

func unescaped(path string) string {
	text, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return text
}
