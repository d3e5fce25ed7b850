// Package killpoint names the places where the crash tests end the process without a warning: those at which
// money or mail is half done. In every other program a place costs nothing: only programs that are built
// with the tag killpoints can be told, by the environment, where to end.
//
// ALMONER_KILL_AT=journalled:17 ends the process the seventeenth time that it reaches Journalled.
package killpoint

// Place is where a process can be told to end.
type Place string

// The places.
const (
	// Journalled is after a provider event is durable, and before its sender is answered.
	Journalled Place = "journalled"
	// Committing is before a group of writes is committed, Committed after that and before anybody is answered.
	Committing Place = "committing"
	Committed  Place = "committed"
	// MailBody is after a mail server has taken most of a mail, MailHanded after that is noted and before the
	// mail ends, MailTaken after the server has confirmed it and before that is noted.
	MailBody   Place = "mail-body"
	MailHanded Place = "mail-handed"
	MailTaken  Place = "mail-taken"
)

// Places lists all places.
func Places() []Place {
	return []Place{Journalled, Committing, Committed, MailBody, MailHanded, MailTaken}
}
