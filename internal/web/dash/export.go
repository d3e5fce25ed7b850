package dash

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	// exportsAtOnce is how many exports a node makes and sends at once; exportsEach is how many of them one person may have.
	exportsAtOnce, exportsEach = 4, 1
	// MaxExport is how many bytes an export has at most, unless Options say otherwise.
	MaxExport = 1 << 30
	// exportTime is how long an export may take to be made, and sendTime how long each piece of sendPiece bytes may take to be sent, and all of it.
	exportTime, sendTime, allSent = 5 * time.Minute, 30 * time.Second, 30 * time.Minute
	sendPiece                     = 1 << 20
)

// errBusy is the refusal of an export while there are too many.
var errBusy = errors.New("too many exports at once")

// beginExport counts an export of somebody, until end is called.
func (s *Server) beginExport(by string) (end func(), err error) {
	s.exportsLock.Lock()
	defer s.exportsLock.Unlock()
	all := 0
	for _, n := range s.exports {
		all += n
	}
	if all >= exportsAtOnce || s.exports[by] >= exportsEach {
		return nil, errBusy
	}
	s.exports[by]++
	return func() {
		s.exportsLock.Lock()
		defer s.exportsLock.Unlock()
		if s.exports[by]--; s.exports[by] == 0 {
			delete(s.exports, by)
		}
	}, nil
}

// exports reports whether somebody may export something.
func exports(r app.FactRights) bool { return r.Count || r.Fulfill }

type choice struct {
	Value, Text string
	Chosen      bool
}

type exportPage struct {
	place

	Whats, Formats, Delimiters      []choice
	NoMark                          bool
	From, To, Zone                  string
	FromProblem, ToProblem, Problem string
	what, format, delimiter         string
	span                            fund.Span
}

var whatTexts = []struct {
	what export.What
	id   text.ID
	may  func(app.FactRights) bool
}{
	{export.WhatDonations, "dash.export.donations", counts}, {export.WhatEntries, "dash.export.entries", counts}, {export.WhatClaims, "dash.export.claims", fulfills},
}

var formatTexts = []struct {
	format export.Format
	id     text.ID
}{{export.XLSX, "dash.export.xlsx"}, {export.CSV, "dash.export.csv"}, {export.JSON, "dash.export.ndjson"}}

// delimiterNames are the signs between the cells of CSV, in the order in which they are offered.
var delimiterNames = []struct {
	name string
	id   text.ID
}{{"comma", "dash.export.comma"}, {"semicolon", "dash.export.semicolon"}, {"tab", "dash.export.tab"}, {"pipe", "dash.export.pipe"}}

// askExport is GET /dashboard/{fact}/export.
func (s *Server) askExport(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showExport(w, r, http.StatusOK, exportPage{place: p})
}

func (s *Server) showExport(w http.ResponseWriter, r *http.Request, status int, page exportPage) error {
	l := text.Of(r)
	page.Zone = fund.Zone(page.Fact.TimeZone).String()
	for _, one := range whatTexts {
		if one.may(page.Rights) {
			chosen := page.what == string(one.what) || page.what == "" && len(page.Whats) == 0
			page.Whats = append(page.Whats, choice{string(one.what), l.Text(one.id), chosen})
		}
	}
	for i, one := range formatTexts {
		page.Formats = append(page.Formats, choice{string(one.format), l.Text(one.id), page.format == string(one.format) || page.format == "" && i == 0})
	}
	for _, one := range delimiterNames {
		page.Delimiters = append(page.Delimiters, choice{one.name, l.Text(one.id), page.delimiter == one.name})
	}
	v := session.View{Template: "export.html", Status: status, Title: session.Say(r, "dash.export.title", "Name", page.Fact.Name), Data: page}
	if status >= http.StatusBadRequest {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// readExport reads the form of an export; problems are set where it cannot be taken.
func readExport(r *http.Request, p place) (page exportPage, ok bool) {
	l, form, zone := text.Of(r), r.PostForm, fund.Zone(p.Fact.TimeZone)
	page = exportPage{
		place: p, what: form.Get("what"), format: form.Get("format"), delimiter: form.Get("delimiter"), NoMark: form.Get("no_mark") != "", From: form.Get("from"), To: form.Get("to"),
	}
	ok = true
	day := func(typed string, problem *string) time.Time {
		if typed == "" {
			return time.Time{}
		}
		at, err := time.ParseInLocation(time.DateOnly, typed, zone)
		if err != nil {
			*problem, ok = l.Text("dash.export.day"), false
		}
		return at
	}
	page.span.After = day(page.From, &page.FromProblem)
	if last := day(page.To, &page.ToProblem); !last.IsZero() {
		page.span.Before = last.AddDate(0, 0, 1)
		if ok && !page.span.After.Before(page.span.Before) {
			page.ToProblem, ok = l.Text("dash.export.order"), false
		}
	}
	return page, ok
}

// export makes a file, and sends it. It is made before it is sent, so that who reads slowly keeps nothing of the database open.
func (s *Server) export(w http.ResponseWriter, r *http.Request, p place) error {
	page, ok := readExport(r, p)
	if !ok {
		return s.showExport(w, r, http.StatusUnprocessableEntity, page)
	}
	o := export.Options{Format: export.Format(page.format), Delimiter: export.Delimiters[page.delimiter], Mark: !page.NoMark}
	if !known(page) {
		return fault.New(fault.Malformed, "The form does not say what to export.")
	}
	end, err := s.beginExport(p.actor.User.String() + p.actor.Grant.String())
	if err != nil {
		page.Problem = session.Say(r, "dash.export.busy")
		w.Header().Set("Retry-After", "30")
		return s.showExport(w, r, http.StatusTooManyRequests, page)
	}
	defer end()
	// Connections that have no deadlines keep having none.
	deadlines := http.NewResponseController(w)
	_ = deadlines.SetWriteDeadline(time.Now().Add(exportTime + sendTime))
	file, err := os.CreateTemp("", "almoner-export-*")
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The server has no room for the file.")
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	err = s.writeExport(r, page, o, file)
	if fault.Is(err, fault.Conflict) {
		page.Problem = session.Say(r, "dash.export.large")
		return s.showExport(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return send(w, deadlines, file, page)
}

// known reports whether an export of that kind and format is offered.
func known(page exportPage) bool {
	what, format := false, false
	for _, one := range whatTexts {
		what = what || page.what == string(one.what) && one.may(page.Rights)
	}
	for _, one := range formatTexts {
		format = format || page.format == string(one.format)
	}
	return what && format
}

// writeExport writes all rows to a file of limited size.
func (s *Server) writeExport(r *http.Request, page exportPage, o export.Options, file *os.File) error {
	ctx, cancel := context.WithTimeout(r.Context(), exportTime)
	defer cancel()
	fact := page.Fact.ID
	return export.Write(&limited{to: file, left: s.maxExport}, export.What(page.what), o, export.Source{
		Receipts: s.app.ReceiptColumns(),
		Donations: func(fn func(fund.Record) error) error {
			return s.app.ExportDonations(ctx, page.actor, fact, page.span, fn)
		},
		Entries: func(fn func(fund.Movement) error) error {
			return s.app.ExportMovements(ctx, page.actor, fact, page.span, fn)
		},
		Claims: func(fn func(fund.ClaimRecord) error) error {
			return s.app.ExportClaims(ctx, page.actor, fact, page.span, fn)
		},
	})
}

// limited takes no more than so many bytes.
type limited struct {
	to   io.Writer
	left int64
}

// Write writes all of p, or is a Conflict.
func (l *limited) Write(p []byte) (int, error) {
	if int64(len(p)) > l.left {
		return 0, fault.New(fault.Conflict, "The export is too large.")
	}
	n, err := l.to.Write(p)
	l.left -= int64(n)
	return n, err
}

// contentTypes are those of the formats.
var contentTypes = map[export.Format]string{
	export.CSV: "text/csv; charset=utf-8", export.JSON: "application/x-ndjson", export.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// send sends a file that was made, in pieces that each have their time.
func send(w http.ResponseWriter, deadlines *http.ResponseController, file *os.File, page exportPage) error {
	size, err := file.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file could not be read.")
	}
	h := w.Header()
	h.Set("Content-Type", contentTypes[export.Format(page.format)])
	h.Set("Content-Disposition", `attachment; filename="`+page.Fact.Slug+"-"+page.what+"."+page.format+`"`)
	begun := time.Now()
	for size > 0 && time.Since(begun) < allSent {
		_ = deadlines.SetWriteDeadline(time.Now().Add(sendTime))
		n, err := io.CopyN(w, file, min(size, sendPiece))
		if err != nil {
			return nil //nolint:nilerr // nobody is left to tell
		}
		size -= n
	}
	return nil
}
