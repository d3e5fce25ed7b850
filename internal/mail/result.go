package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"unicode"

	"github.com/almoner/almoner/internal/app"
)

// maxSaid is how many characters of a server's words are kept.
const maxSaid = 300

// away is that no mail at all can be sent now. What the server says does not concern a donor yet.
func away(problem string, err error) app.Delivery {
	return app.Delivery{Result: app.MailAway, Problem: problem, Err: err}
}

// refusal is what became of a message that did not come to its end. A connection that broke is no word about
// the message, but may be because of it: it is put off.
func refusal(err error) *app.Delivery {
	if d, is := answer(err); is {
		return &d
	}
	return &app.Delivery{Result: app.MailPutOff, Problem: "The connection to the mail server broke.", Err: err}
}

// answered is what became of a message that came to its end. Without an answer, nobody knows.
func answered(err error) app.Delivery {
	if d, is := answer(err); is {
		return d
	}
	return app.Delivery{Result: app.MailLost, Problem: "The mail server did not answer; the mail may have arrived or not.", Err: err}
}

// answer reads the server's refusal: one with 4 is for now, one with 5 for ever (RFC 5321, section 4.2.1). Its
// words may quote the donor's address, so that the log has the number only.
func answer(err error) (app.Delivery, bool) {
	var said *textproto.Error
	if !errors.As(err, &said) {
		return app.Delivery{}, false
	}
	d := app.Delivery{Problem: "The mail server said: " + words(err), Err: fmt.Errorf("the mail server answered %d", said.Code)}
	switch said.Code / 100 {
	case 4:
		d.Result = app.MailPutOff
	case 5:
		d.Result = app.MailRefused
	default:
		return d, false
	}
	return d, true
}

// words are what a server said, made fit for a database and a terminal.
func words(err error) string {
	text := err.Error()
	var said *textproto.Error
	if errors.As(err, &said) {
		text = fmt.Sprintf("%d %s", said.Code, said.Msg)
	}
	text = line(text)
	if runes := []rune(text); len(runes) > maxSaid {
		text = string(runes[:maxSaid]) + "…"
	}
	return text
}

// line makes one line of a text, without what is not shown or turns others around.
func line(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(text), " ")
}
