package receipt_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
)

func pdf(t *testing.T, r fund.IssuedReceipt, note string) []byte {
	t.Helper()
	d, err := receipt.Profiles.Compose(r)
	if err != nil {
		t.Fatal(err)
	}
	content, err := d.PDF(r.IssuedAt, note)
	if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
		t.Fatalf("got %d bytes, %v, want a PDF", len(content), err)
	}
	return content
}

// TestPDFsAreTheSameAlways makes the same receipt twice, and holds its bytes: a change of the fonts or of the module shows here.
func TestPDFsAreTheSameAlways(t *testing.T) {
	t.Parallel()
	const want = "9162e079290eb962"
	first, second := pdf(t, sample("us", mug(cents(1600))), ""), pdf(t, sample("us", mug(cents(1600))), "")
	if !bytes.Equal(first, second) {
		t.Error("got two different PDFs of one receipt")
	}
	if len(first) > 80_000 {
		t.Errorf("got %d bytes, want a PDF that a mailbox takes", len(first))
	}
	sum := sha256.Sum256(first)
	if got := hex.EncodeToString(sum[:8]); got != want {
		t.Errorf("got the PDF %s, want %s: look at it, and say in the changelog that PDFs look different from now on; those handed out before are kept", got, want)
	}
	if bytes.Equal(first, pdf(t, sample("us", mug(cents(1600))), "TEST")) {
		t.Error("got no note in a PDF")
	}
}

func TestWhichReceiptsHaveAPDF(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		donor    string
		language string
		want     bool
	}{
		"Latin": {"Zoë Łukasz Ñandú €", "", true}, "Greek": {"Ελένη Παπαδοπούλου", "", true}, "Cyrillic": {"Олександр Щур", "", true}, "Vietnamese": {"Nguyễn Văn Ạ", "", true}, "polytonic Greek": {"Ἀλέξανδρος", "", true},
		"Arabic": {"ليلى", "", false}, "Chinese": {"李雷", "", false}, "emoji beside letters": {"Ada 👩‍🚀", "", true}, "emoji alone": {"👩‍🚀", "", false}, "an Arabic receipt": {"Ada", "ar", false},
	} {
		d, err := receipt.Profiles.Compose(in(c.language, sample("plain", func(r *fund.IssuedReceipt) { r.Facts.Donor.Name = c.donor })))
		if err != nil || d.HasPDF() != c.want {
			t.Errorf("%s: got a PDF %v, %v, want %v", name, d.HasPDF(), err, c.want)
		}
	}
}

// TestPDFsGoOnOverPages has more rewards than a page has lines, with names that are long.
func TestPDFsGoOnOverPages(t *testing.T) {
	t.Parallel()
	long := pdf(t, sample("us", func(r *fund.IssuedReceipt) {
		for range 90 {
			r.Facts.Rewards = append(r.Facts.Rewards, fund.ReceiptReward{Name: strings.Repeat("long name ", 12), Quantity: 1, Value: cents(1)})
		}
	}), "")
	if n := bytes.Count(long, []byte("/Type /Page\n")); n < 3 {
		t.Errorf("got %d pages, want several", n)
	}
}
