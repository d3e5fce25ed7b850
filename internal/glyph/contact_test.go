package glyph_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/glyph"
	"github.com/almoner/almoner/internal/testcost"
)

func TestWhatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"https://evil.example/x", "see HTTP://10.0.0.1", "ftp://x", "www.evil", "mailto:ada", "ada@example.org", "evil.com", "come to evil.com!", "EVIL.COM", "Evil.Com",
		"discord.gg/abc", "bit.ly/3x", "t.me/evil", "evil.co.uk", "müller.de", "пример.рф", "例え.jp", "ｅｖｉｌ．ｃｏｍ", "evil。com", "evil\u200b.c\u200bom", "evil․com",
		"evil dot com", "evil DOT gg", "evil (dot) com", "evil[.]com", "evil . com", "evil. com", "evil punkt de", "8.8.8.8", "x.is/a", "watch.My/x",
		"555-1234", "0151 2345678", "+49 (151) 234-5678", "5551234", "555.12.34", "٠١٥١٢٣٤٥٦٧", "５５５－１２３４", "1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣", "5\u200b551234", "030/1234567",
		"555 – 12 34",
	} {
		if !glyph.HasContact(text) {
			t.Errorf("%+q: got nothing, want a contact", text)
		}
	}
}

func TestWhatLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "hi", "Great stream.My friends love it", "thanks.It was fun", "wait... what", "e.g. this", "a.m.", "v1.2.3", "5.5 out of 10", "$1,000,000!", "1.000.000", "1 000 000",
		"2026-11-29", "29.11.2026", "born 1/2/1990", "555-123", "123456", "GG!", "10/10", "node.js is fun", "www", "dot", "connect the dots", "12:30:45", "Mr.Smith", "A.B.",
	} {
		if glyph.HasContact(text) {
			t.Errorf("%+q: got a contact, want none", text)
		}
	}
}

// TestTheDearestContacts measures the dearest comments.
func TestTheDearestContacts(t *testing.T) {
	t.Parallel()
	const comment = 1_000
	for name, text := range map[string]string{
		"digits": strings.Repeat("1 ", comment/2), "labels": strings.Repeat("a.", comment/2), "domains": strings.Repeat("ab.cd ", comment/6), "phrases in one sign": strings.Repeat("\ufdfa", comment),
		"schemes": strings.Repeat("a+", comment/2), "digits of others": strings.Repeat("٩", comment), "spaces": strings.Repeat(" ", comment), "dots": "ab" + strings.Repeat(" .", comment/2-1),
		"scripts": strings.Repeat("ю.рф ", comment/5),
	} {
		testcost.Bound(t, name, func() { glyph.HasContact(text) })
	}
}
