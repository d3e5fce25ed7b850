package apiv5

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	usualLimit = 10
	maxLimit   = 100
)

// The names of query parameters. Those that no row names are ignored: a client writes
// "?time_typeall".
var (
	pageQuery      = []string{"after", "before", "limit"}
	timeQuery      = []string{"time_type"}
	completedQuery = []string{"completed_after", "completed_before"}
	createdQuery   = []string{"created_after", "created_before"}
	caseQuery      = []string{"case_status", "overdue"}
	updatedQuery   = []string{"updated_after", "updated_before"}
)

// paging are the parameters that every list has and those in more.
func paging(more ...[]string) []string {
	return slices.Concat(append([][]string{pageQuery}, more...)...)
}

// invalid is what is said of a value that is not what it should be and cannot be mended by a hint.
const invalid = "invalid"

// params reads the query and collects everything that is wrong with it. A parameter without a
// value counts as not sent.
type params struct {
	query url.Values
	wrong fault.Fields
}

func queryOf(c *call) *params { return &params{query: c.Query()} }

// err is everything that was wrong.
func (p *params) err() error { return p.wrong.Err() }

// limit is how many items are asked for. More than there can be on a page is as many as there can
// be: the answer says how many that is.
func (p *params) limit() int {
	text := p.query.Get("limit")
	if text == "" {
		return usualLimit
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		p.wrong.Add("limit", "must be a whole number from 1 to 100")
		return usualLimit
	}
	return min(n, maxLimit)
}

// cursor is where a cursor points to; nil for none.
func (p *params) cursor(name string, cursors cursorCodec) *fund.Cursor {
	text := p.query.Get(name)
	if text == "" {
		return nil
	}
	place, ok := cursors.read(text)
	if !ok {
		p.wrong.Add(name, invalid)
		return nil
	}
	return &place
}

// span is the time between the parameters name_after (inclusive) and name_before (exclusive).
func (p *params) span(name string) fund.Span {
	return fund.Span{After: p.instant(name + "_after"), Before: p.instant(name + "_before")}
}

// instantLayouts are the forms of ISO 8601 that are read; without an offset it is UTC.
var instantLayouts = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly,
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05",
}

// instant is a point in time; the zero time for none.
func (p *params) instant(name string) time.Time {
	text := p.query.Get(name)
	if text == "" {
		return time.Time{}
	}
	upper := strings.ToUpper(text) // RFC 3339 knows t and z too
	if strings.Contains(upper, "T") {
		upper = strings.ReplaceAll(upper, " ", "+") // an offset whose sign was not escaped
	}
	for _, layout := range instantLayouts {
		if at, err := time.Parse(layout, upper); err == nil {
			return at.UTC()
		}
	}
	p.wrong.Add(name, "must be a date-time in ISO 8601, such as 2024-12-06T00:00:12Z")
	return time.Time{}
}

// oneOf is a value of an enumeration; "" for none.
func (p *params) oneOf(name string, values ...string) string {
	text := p.query.Get(name)
	if text != "" && !slices.Contains(values, text) {
		p.wrong.Add(name, "must be one of: "+strings.Join(values, ", "))
		return ""
	}
	return text
}

// flag is a switch; false for none.
func (p *params) flag(name string) bool {
	switch p.query.Get(name) {
	case "true", "1":
		return true
	case "", "false", "0":
		return false
	default:
		p.wrong.Add(name, "must be true or false")
		return false
	}
}
