package admin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// before is where a list that is sorted by numbers goes on, as its address says; nil for its beginning.
func before(r *http.Request) (*fund.Cursor, error) {
	asked := r.URL.Query().Get("before")
	if asked == "" {
		return nil, nil //nolint:nilnil // the beginning has no cursor
	}
	number, err := strconv.ParseInt(asked, 10, 64)
	if err != nil || number < 1 {
		return nil, fault.New(fault.Malformed, "The address does not say where the list goes on.")
	}
	return &fund.Cursor{Number: number}, nil
}

// olderAt is the address of what comes after a number in a list.
func olderAt(path string, number int64) string {
	return path + "?" + url.Values{"before": {strconv.FormatInt(number, 10)}}.Encode()
}

// reasonProblem says what is wrong with a reason that was refused.
func reasonProblem(l *text.Locale, typed string) string {
	if strings.TrimSpace(typed) == "" {
		return l.Text("admin.reason.blank")
	}
	return l.Text("admin.reason.long", "Count", fund.MaxReason)
}

// afterID is where a list that is sorted by ids goes on, as its address says; nil for its beginning.
func afterID(r *http.Request) (*fund.Cursor, error) {
	asked := r.URL.Query().Get("after")
	if asked == "" {
		return nil, nil //nolint:nilnil // the beginning has no cursor
	}
	id, err := fund.ParseID(asked)
	if err != nil {
		return nil, fault.New(fault.Malformed, "The address does not say where the list goes on.")
	}
	return &fund.Cursor{ID: id}, nil
}
