package mail

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/text"
)

// alarmBegan goes to operators when something is wrong with the server. What it is stands in English: it names commands and settings.
func alarmBegan(l *text.Locale, m app.AlarmMail) (page, error) {
	subject, what := text.ID("mail.alarm_began.subject"), text.ID("mail.alarm_began.what")
	if m.Urgent {
		subject, what = "mail.alarm_began.urgent_subject", "mail.alarm_began.urgent"
	}
	w := letter{
		Subject: l.Text(subject, "Site", m.Site, "Check", m.Check), Before: []string{l.Text(what, "Site", m.Site, "At", l.Instant(m.BeganAt))},
		Quoted: alarmWords(m), Then: []string{l.Text("mail.alarm_began.next")},
	}
	w.Link.Name, w.Link.URL = l.Text("mail.alarm.link"), m.Link
	return w.page(l, m.Mode)
}

// alarmEnded goes to operators when it is over.
func alarmEnded(l *text.Locale, m app.AlarmMail) (page, error) {
	w := letter{
		Subject: l.Text("mail.alarm_ended.subject", "Site", m.Site, "Check", m.Check),
		Before:  []string{l.Text("mail.alarm_ended.what", "Site", m.Site, "Began", l.Instant(m.BeganAt), "Ended", l.Instant(m.EndedAt))}, Quoted: alarmWords(m),
	}
	w.Link.Name, w.Link.URL = l.Text("mail.alarm.link"), m.Link
	return w.page(l, m.Mode)
}

// alarmWords are what is wrong, and how to mend it, in a line each. The server wrote them; what a mail server answered may be in them, so links stay, which are
// names of hosts to look at, and lines do not.
func alarmWords(m app.AlarmMail) []string {
	where := m.Check
	if m.Node != "" {
		where += " (" + m.Node + ")"
	}
	words := []string{line(where + ": " + m.Text)}
	if m.Fix != "" {
		words = append(words, line(m.Fix))
	}
	return words
}
