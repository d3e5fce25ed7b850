package receipt

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/almoner/almoner/internal/typeface"
)

// The page of a PDF, in millimeters and points.
const (
	pdfMargin = 22.0
	pdfWidth  = 210 - 2*pdfMargin
	pdfFamily = "DejaVu Sans Condensed"
	pdfText   = 10.5
	pdfLine   = 5.4
	pdfTitle  = 20.0
	pdfSpace  = 6.0
)

// HasPDF reports whether there is a PDF of the document. Scripts that typeface cannot draw are for the page, which browsers print, and so is a
// name of nothing but emoji.
func (d Document) HasPDF() bool {
	can := true
	d.each(func(text string) string {
		shown, whole := typeface.Drawable(text)
		can = can && whole && (shown != "" || text == "")
		return text
	})
	return can
}

// drawable is the document without the emoji and other signs that the fonts lack.
func (d Document) drawable() Document {
	return d.each(func(text string) string {
		shown, _ := typeface.Drawable(text)
		return shown
	})
}

// each is the document with each of its texts changed.
func (d Document) each(change func(string) string) Document {
	for _, text := range []*string{&d.Title, &d.Number, &d.Issued, &d.Exchange} {
		*text = change(*text)
	}
	d.Statements, d.Parties = slices.Clone(d.Statements), slices.Clone(d.Parties)
	for i := range d.Statements {
		d.Statements[i] = change(d.Statements[i])
	}
	for i := range d.Parties {
		party := &d.Parties[i]
		party.Heading, party.Lines = change(party.Heading), slices.Clone(party.Lines)
		for k := range party.Lines {
			party.Lines[k].Text = change(party.Lines[k].Text)
		}
	}
	for _, lines := range []*[]Line{&d.Bill, &d.Provided, &d.Totals} {
		*lines = slices.Clone(*lines)
		for i := range *lines {
			one := &(*lines)[i]
			one.Name, one.Value = change(one.Name), change(one.Value)
		}
	}
	return d
}

// PDF is the document as a PDF of the instant at which it was issued: the same document always makes the same bytes. A note, "" for none, stands above
// it. Emoji and other signs that the fonts lack are left out. HasPDF says for which documents there is one.
func (d Document) PDF(issued time.Time, note string) ([]byte, error) {
	return PDF([]Document{d}, issued, note)
}

// PDF is Document.PDF for documents that begin on a page each; at least one.
func PDF(all []Document, issued time.Time, note string) ([]byte, error) {
	d := all[0]
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(issued.UTC())
	f.SetModificationDate(issued.UTC())
	f.SetProducer("Almoner", false)
	f.SetTitle(d.Title+" "+d.Number, true)
	f.SetLang(d.Language)
	f.AddUTF8FontFromBytes(pdfFamily, "", typeface.Regular)
	f.AddUTF8FontFromBytes(pdfFamily, "B", typeface.Bold)
	f.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	f.SetAutoPageBreak(true, pdfMargin)
	for _, one := range all {
		f.AddPage()
		pdfPage{f}.write(one.drawable(), note)
	}
	var out bytes.Buffer
	if err := f.Output(&out); err != nil {
		return nil, fmt.Errorf("PDF of a receipt: %w", err)
	}
	return out.Bytes(), nil
}

// pdfPage writes the parts of a document one below the other.
type pdfPage struct{ *fpdf.Fpdf }

func (p pdfPage) write(d Document, note string) {
	if note != "" {
		p.text("B", pdfText, note)
		p.Ln(pdfSpace)
	}
	p.text("B", pdfTitle, d.Title)
	p.text("", pdfText, d.Number+" · "+d.Issued)
	p.Ln(pdfSpace)
	for _, party := range d.Parties {
		p.text("B", pdfText, party.Heading)
		for _, line := range party.Lines {
			style := ""
			if line.Strong {
				style = "B"
			}
			p.text(style, pdfText, line.Text)
		}
		p.Ln(pdfSpace)
	}
	p.table(d.Bill)
	if len(d.Provided) > 0 {
		p.text("B", pdfText, d.Exchange)
		p.table(d.Provided)
	}
	p.table(d.Totals)
	for _, said := range d.Statements {
		p.text("", pdfText, said)
		p.Ln(pdfLine / 2)
	}
}

func (p pdfPage) text(style string, size float64, said string) {
	p.SetFont(pdfFamily, style, size)
	p.MultiCell(pdfWidth, pdfLine*size/pdfText, said, "", "L", false)
}

// table writes names at the left and values at the right, with a line above each sum.
func (p pdfPage) table(lines []Line) {
	const name = pdfWidth * 0.6
	for _, line := range lines {
		style, border := "", ""
		if line.Total {
			style, border = "B", "T"
		}
		p.SetFont(pdfFamily, style, pdfText)
		x, y := p.GetXY()
		rows := max(len(p.SplitText(line.Name, name-2)), len(p.SplitText(line.Value, pdfWidth-name-2)), 1)
		if _, height := p.GetPageSize(); y+float64(rows)*pdfLine > height-pdfMargin {
			p.AddPage()
			x, y = p.GetXY()
		}
		if border != "" {
			p.Line(x, y, x+pdfWidth, y)
		}
		p.MultiCell(name, pdfLine, line.Name, "", "L", false)
		p.SetXY(x+name, y)
		p.MultiCell(pdfWidth-name, pdfLine, line.Value, "", "R", false)
		p.SetXY(x, y+float64(rows)*pdfLine)
	}
	if len(lines) > 0 {
		p.Ln(pdfSpace)
	}
}
