package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/text"
)

// statementPage is a yearly statement as it is printed.
type statementPage struct {
	Documents []receipt.Document
	// Back leads to all gifts, File to the PDF; "" where that cannot show it.
	Back, File string
	// Play reports whether the money is play money.
	Play bool
}

// statementLink leads to a yearly statement.
type statementLink struct{ Name, Path string }

// statementAt is the address of a yearly statement.
func statementAt(cause fund.ID, year int) string {
	return statementPath + cause.String() + "/" + strconv.Itoa(year)
}

// statement serves a yearly statement to the donor with a session. A year that ends in ".pdf" is the file.
func (s *Site) statement(w http.ResponseWriter, r *http.Request) {
	private(w.Header())
	name, isFile := strings.CutSuffix(r.PathValue("year"), filePath)
	l := text.Of(r)
	key, err := statementKey(r.PathValue("cause"), name, l)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	made, err := s.app.GetStatement(r.Context(), s.giftsSession(r), key)
	if err != nil {
		s.noStatement(w, r, made, err)
		return
	}
	if isFile {
		s.statementFile(w, r, made)
		return
	}
	page := statementPage{Documents: made.Documents, Back: minePath, Play: made.Mode.Play()}
	if made.HasPDF() {
		page.File = statementAt(key.Cause, key.Year) + filePath
	}
	title := l.Text("statement.title", "Cause", made.Cause.Name, "Year", strconv.Itoa(made.Year))
	s.write(w, s.render(r, view{template: "statement.html", Title: title, policy: formPolicy, Data: page}))
}

// noStatement says why there is no statement, and leads back.
func (s *Site) noStatement(w http.ResponseWriter, r *http.Request, made app.Statement, err error) {
	l := text.Of(r)
	page := confirmPage{Back: minePath, BackText: l.Text("statement.back")}
	switch {
	case fault.Is(err, fault.RateLimited):
		wait := fault.From(err).Wait()
		w.Header().Set("Retry-After", api.Seconds(wait))
		page.Heading, page.Text = l.Text("statement.limited"), []string{l.Text("statement.limited.text", "Wait", l.Wait(wait))}
		s.showConfirm(w, r, http.StatusTooManyRequests, page)
	case fault.Is(err, fault.Conflict):
		page.Heading, page.Text = l.Text("statement.long"), []string{l.Text("statement.long.text", "Cause", made.Cause.Name)}
		s.showConfirm(w, r, http.StatusConflict, page)
	default:
		s.noSession(w, r, err)
	}
}

// statementKey reads the address of a statement.
func statementKey(cause, year string, l *text.Locale) (key app.StatementKey, err error) {
	key.Language = l.Language()
	if key.Cause, err = fund.ParseID(cause); err == nil {
		key.Year, err = strconv.Atoi(year)
	}
	if err != nil || key.Year < 1970 || key.Year > 9999 || strconv.Itoa(key.Year) != year {
		return key, fault.New(fault.NotFound, "There is no such statement.")
	}
	return key, nil
}

func (s *Site) statementFile(w http.ResponseWriter, r *http.Request, made app.Statement) {
	note := ""
	if made.Mode.Play() {
		l := text.Accepted(made.Documents[0].Language)
		note = l.Text("gift.play_mark") + " " + l.Text("receipt.play")
	}
	content, err := made.PDF(note)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	writePDF(w, "statement-"+strconv.Itoa(made.Year), content)
}

// writePDF hands out a PDF of that name.
func writePDF(w http.ResponseWriter, name string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+name+filePath+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	_, _ = w.Write(content) //nolint:gosec // it is a PDF of ours, and says so
}
