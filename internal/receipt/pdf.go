package receipt

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// The page of a PDF, in millimeters and points.
const (
	pdfMargin = 22.0
	pdfWidth  = 210 - 2*pdfMargin
	pdfFamily = "Go"
	pdfText   = 10.5
	pdfLine   = 5.4
	pdfTitle  = 20.0
	pdfSpace  = 6.0
)

// pdfFont is the font of PDFs: Latin, Greek and Cyrillic.
var pdfFont = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(goregular.TTF) })

// HasPDF reports whether a PDF can show all signs of the document. Scripts beyond Latin, Greek and Cyrillic are for the page, which browsers print.
func (d Document) HasPDF() bool {
	font, err := pdfFont()
	if err != nil {
		return false
	}
	var buffer sfnt.Buffer
	for _, r := range strings.Join(d.texts(), "") {
		if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return false
		}
	}
	return true
}

// texts are all texts of the document.
func (d Document) texts() []string {
	all := append([]string{d.Title, d.Number, d.Issued, d.Exchange}, d.Statements...)
	for _, party := range d.Parties {
		all = append(all, party.Heading)
		for _, line := range party.Lines {
			all = append(all, line.Text)
		}
	}
	for _, lines := range [][]Line{d.Bill, d.Provided, d.Totals} {
		for _, line := range lines {
			all = append(all, line.Name, line.Value)
		}
	}
	return all
}

// PDF is the document as a PDF of the instant at which it was issued: the same document always makes the same bytes. A note, "" for none, stands above
// it. HasPDF says for which documents there is one.
func (d Document) PDF(issued time.Time, note string) ([]byte, error) {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCatalogSort(true)
	f.SetCreationDate(issued.UTC())
	f.SetModificationDate(issued.UTC())
	f.SetProducer("Almoner", false)
	f.SetTitle(d.Title+" "+d.Number, true)
	f.SetLang(d.Language)
	f.AddUTF8FontFromBytes(pdfFamily, "", goregular.TTF)
	f.AddUTF8FontFromBytes(pdfFamily, "B", gobold.TTF)
	f.SetMargins(pdfMargin, pdfMargin, pdfMargin)
	f.SetAutoPageBreak(true, pdfMargin)
	f.AddPage()
	p := pdfPage{f}
	p.write(d, note)
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
