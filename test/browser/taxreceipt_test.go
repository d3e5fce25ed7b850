package browser_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
	"regexp"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/chromedp"
)

// taxReceipt gives under a name that is shown, and wants a tax receipt in another one: the form asks for it only then, and the receipt, its file, its
// correction and the statement of the year have it.
func taxReceipt(j *journey) {
	const shownName, wrongName, name = "Zed of the chat", "Augusta Kink", "Augusta King"
	address := fmt.Sprintf("augusta-%d@example.org", time.Now().UnixNano())
	j.step("donate", `document.getElementById("receipt-name")`, j.visit(j.campaignPage()+"/donate"))
	j.step("a gift under a shown name", "true", j.tap(`label[for="preset-1"]`), j.fill("#name", shownName), j.fill("#email", address))
	if j.sees("#receipt-name") {
		j.t.Error("got a form that asks everybody for the name on a tax receipt")
	}
	j.step("who wants a tax receipt", isShown+`(document.getElementById("receipt-name"))`, j.reach(`label[for="tax_receipt"]`))
	j.step("a receipt without a name", `document.querySelector('#summary a[href="#receipt-name"]')`, j.reach(".pay button"))
	j.step("the name on the receipt", "true", j.fill("#receipt-name", wrongName))
	j.step("the provider", `document.getElementById("card")`, j.reach(".pay button"))
	j.step("thanks", `document.querySelector(".gift.thanked")`, j.fill("#card", goodCard), j.fill("#code", "123"), j.reach(submit))
	j.says("main", nil, []string{"Augusta"})

	j.step("the receipt", `document.querySelector(".receipt")`, j.reach(`a[href$="/receipt"]`))
	j.says(".paper", []string{wrongName, "No goods or services", "12-3456789", "$25.00"}, []string{shownName})
	j.file([]string{"Kink"}, []string{"Zed"})
	number := ask[string](j.window, receiptNumber)
	j.step("the spelling", `document.getElementById("name")`, j.reach(`a[href$="/spelling"]`))
	j.step("the receipt with its name spelled right", `document.querySelector(".receipt")`, func() { ask[bool](j.window, `document.getElementById("name").value = "", true`) }, j.fill("#name", name), j.reach(submit))
	j.says(".paper", []string{name}, []string{wrongName, shownName})
	j.file([]string{"King"}, []string{"Kink"})
	again := ask[string](j.window, receiptNumber)
	if again == number {
		j.t.Errorf("got receipt %s again, want one with another number", number)
	}
	j.step("the receipt with the wrong name, which is void", `document.querySelector(".mark")`, j.reach(fmt.Sprintf(`a[href$="/receipt/%s"]`, number)))
	j.says(".paper", []string{wrongName}, nil)

	j.step("find gifts", `document.getElementById("email")`, j.visit(j.BaseURL+"/gifts"))
	j.step("a link is mailed", `!document.getElementById("email")`, j.fill("#email", address), j.reach(submit))
	j.step("the mailed link", fmt.Sprintf("%s !== undefined", shown(submit)), func() { j.do(chromedp.Navigate(mailedLink(j.t, j.post, address, j.BaseURL+"/gifts/find/"))) })
	j.step("all gifts", `location.pathname === "/gifts/mine"`, j.reach(submit))
	j.spoken()
	j.step("the statement of the year", `document.querySelector(".receipt")`, j.reach(`a[href*="/statements/"]`))
	j.says(".paper", []string{name, "No. " + again, "$25.00", "12-3456789"}, []string{wrongName, shownName, "No. " + number + " "})
	j.file([]string{"King"}, []string{"Kink", "Zed"})

	j.step("the page of the campaign", fmt.Sprintf(`document.getElementById("donations").textContent.includes(%q)`, shownName), j.visit(j.campaignPage()))
	j.says("main", nil, []string{"Augusta"})
}

// file wants words in the PDF that the page links to, and no others.
func (j *journey) file(words, not []string) {
	j.t.Helper()
	path := ask[string](j.window, `document.querySelector('a[href$=".pdf"]').href`)
	text := pdfText(j.t, j.read(path))
	for _, word := range words {
		if !bytes.Contains(text, inPDF(word)) {
			j.t.Errorf("got the file %s without %q", path, word)
		}
	}
	for _, word := range not {
		if bytes.Contains(text, inPDF(word)) {
			j.t.Errorf("got the file %s with %q", path, word)
		}
	}
}

// inPDF is a word as PDFs of receipts have it: in two bytes a letter.
func inPDF(word string) []byte {
	var letters []byte
	for _, unit := range utf16.Encode([]rune(word)) {
		letters = binary.BigEndian.AppendUint16(letters, unit)
	}
	return letters
}

var pdfStream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\r?\nendstream`)

// pdfText is what a PDF says, among other bytes.
func pdfText(t *testing.T, file []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		t.Fatalf("got %.40q, want a PDF", file)
	}
	var text bytes.Buffer
	for _, found := range pdfStream.FindAllSubmatch(file, -1) {
		unpacked, err := zlib.NewReader(bytes.NewReader(found[1]))
		if err != nil {
			continue
		}
		_, _ = io.Copy(&text, unpacked)
	}
	return text.Bytes()
}
