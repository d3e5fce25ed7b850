package mail

import (
	"cmp"
	"embed"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/text"
)

//go:embed templates
var files embed.FS

var receiptParts = newParts("receipt")

// letterReceipt is what both parts of a mail say. All texts are single lines. What the donor wrote beside the name is
// not repeated: nobody is to use a charity's mail server to send words of their own to strangers.
type letterReceipt struct {
	Donor, Legal string
	// Play tells that no money moved.
	Play bool
	// Void is set when the receipt does not hold any more.
	Void bool
	// Facts are the lines of the receipt, in order.
	Facts []fact
	// Statements are its sentences, Unavailable what the donor chose and could not get.
	Statements, Unavailable []string
	URL                     string
	// File is where the receipt is a PDF; "" where a PDF cannot show it.
	File string
	// Problem is where the donor says what is wrong with the gift; "" where nothing of it can go back.
	Problem string
	Contact string
	// Withdraw is where the donor withdraws the consent to contact; "" for none.
	Withdraw string
}

// minWidth is how many characters the column of names has at least.
const minWidth = 22

// Width is how many characters the column of names has: the values stand below each other in every language.
func (r letterReceipt) Width() int {
	width := minWidth
	for _, f := range r.Facts {
		width = max(width, utf8.RuneCountInString(f.Name))
	}
	return width
}

// fact is a line; one without a name goes on with what the line before names.
type fact struct{ Name, Value string }

// receiptPage is what the mail of a receipt says, with the contact of the cause for answers.
func receiptPage(l *text.Locale, m app.ReceiptMail) (w page, err error) {
	w.subject, w.replyTo, w.unsubscribe = subjectOf(l, m), m.Cause.ContactEmail, m.Withdraw
	w.text, w.markup, err = Parts(l, m)
	return w, err
}

// subjectOf says first that the money is play money, where it is.
func subjectOf(l *text.Locale, m app.ReceiptMail) string {
	mode := m.Mode
	if m.Simulated() && mode != fund.ModeTest {
		mode = fund.ModeSandbox
	}
	return marked(l, mode, l.Text("mail.subject", "Name", line(legalName(m.Cause))))
}

// Parts are the text and the HTML of a receipt's mail in a language. They say the same.
func Parts(l *text.Locale, m app.ReceiptMail) (plain, markup string, err error) {
	if m.Receipt == nil {
		return "", "", fmt.Errorf("donation %s has no receipt", m.Donation.ID)
	}
	return receiptParts.write(l, receiptOf(l, m))
}

func receiptOf(l *text.Locale, m app.ReceiptMail) letterReceipt {
	r := letterReceipt{
		Donor: unlinked(m.Donation.Name), Legal: line(legalName(m.Cause)), Play: m.Simulated(), Void: !m.Receipt.Valid(), Facts: factsOf(l, m), URL: m.URL, Withdraw: m.Withdraw,
		Contact: m.Cause.ContactEmail,
	}
	if m.Document.HasPDF() {
		r.File = m.File
	}
	if !r.Void {
		r.Problem = m.Problem
	}
	for _, said := range m.Document.Statements {
		r.Statements = append(r.Statements, line(said))
	}
	for _, one := range m.Donation.Unavailable {
		r.Unavailable = append(r.Unavailable, unavailableText(l, one))
	}
	return r
}

func legalName(c fund.Cause) string { return cmp.Or(c.LegalName, c.Name) }

// factsOf are the lines of the document.
func factsOf(l *text.Locale, m app.ReceiptMail) []fact {
	all := []fact{{l.Text("mail.number"), strconv.FormatInt(m.Receipt.Number, 10)}}
	for _, party := range m.Document.Parties {
		name := line(party.Heading)
		for _, one := range party.Lines {
			value := line(one.Text)
			if one.Written {
				value = unlinked(one.Text)
			}
			if value != "" {
				all = append(all, fact{name, value})
				name = ""
			}
		}
	}
	for _, one := range m.Document.Bill {
		all = append(all, fact{one.Name, one.Value})
	}
	name := line(m.Document.Exchange)
	for _, one := range m.Document.Provided {
		all = append(all, fact{name, providedText(l, one)})
		name = ""
	}
	for _, one := range m.Document.Totals {
		all = append(all, fact{one.Name, one.Value})
	}
	return all
}

// providedText is a reward, whose name a fundraiser wrote, with what the receipt says of its value.
func providedText(l *text.Locale, r receipt.Line) string {
	if r.Value == "" {
		return unlinked(r.Name)
	}
	return l.Text("mail.reward_value", "Reward", unlinked(r.Name), "Value", r.Value)
}

func unavailableText(l *text.Locale, o fund.UnavailableIncentive) string {
	return l.Text(map[string]text.ID{
		"poll_option": "gift.left_out.vote", "target": "gift.left_out.challenge", "reward": "gift.left_out.reward",
	}[o.Kind], "Name", unlinked(o.Name))
}
