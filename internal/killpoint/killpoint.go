// Package killpoint names the places where the crash tests kill the process without warning: those where money,
// mail or a webhook is half done. It costs nothing in any other program: only programs built with the tag killpoints
// read from the environment where to die.
//
// ALMONER_KILL_AT=journalled:17 kills the process the seventeenth time that it reaches Journalled.
package killpoint

// Place is a point where a process can be made to die.
type Place string

// The places.
const (
	// Journalled is after a provider event is durable, before its sender is answered.
	Journalled Place = "journalled"
	// Committing is before a group of writes is committed, Committed after that and before any caller is answered.
	Committing Place = "committing"
	Committed  Place = "committed"
	// MailBody is after a mail server has taken most of a mail, MailHanded after that is recorded and before the mail
	// ends, MailTaken after the server has confirmed it and before that is recorded.
	MailBody   Place = "mail-body"
	MailHanded Place = "mail-handed"
	MailTaken  Place = "mail-taken"
	// WebhookSent is after a receiver has answered a webhook, before that is recorded.
	WebhookSent Place = "webhook-sent"
	// Restoring is between any two steps that put a backup in the place of a database.
	Restoring Place = "restoring"
)

// Places lists all places.
func Places() []Place {
	return []Place{Journalled, Committing, Committed, MailBody, MailHanded, MailTaken, WebhookSent, Restoring}
}
