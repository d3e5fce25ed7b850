package fund

import "time"

const (
	// AccountAskLife is how long the mail with a link about an account may wait to be sent.
	AccountAskLife = 24 * time.Hour
	// AccountLinkLife is how long the link works from then on.
	AccountLinkLife = 30 * time.Minute
	// InvitationLife is how long an invitation holds. Its first link works as long as any; meanwhile the page of the link mails another.
	InvitationLife = 7 * 24 * time.Hour
	// SignUpLife is how long somebody who asked for an account has to make it.
	SignUpLife = 24 * time.Hour
	// SignUpWait is how long pages of somebody who signed up without an invitation wait until they may become public, unless an operator says yes before.
	SignUpWait = 24 * time.Hour
)

// AccountLinkKind is what the link in a mail about an account is for.
type AccountLinkKind string

const (
	// LinkEmail confirms another address to sign in with. It takes the user's password, too. A user has at most one: the next replaces it.
	LinkEmail AccountLinkKind = "email"
	// LinkPassword chooses a new password, in place of one that was forgotten.
	LinkPassword AccountLinkKind = "password"
	// LinkInvitation makes an account.
	LinkInvitation AccountLinkKind = "invitation"
	// LinkSignUp makes an account for somebody who asked for one.
	LinkSignUp AccountLinkKind = "sign_up"
	// LinkTeam lets somebody join a team.
	LinkTeam AccountLinkKind = "team"
	// LinkRestore undoes the deletion of an account.
	LinkRestore AccountLinkKind = "restore"
	// LinkSetUp makes the account of the first operator of a server. It is printed and not mailed.
	LinkSetUp AccountLinkKind = "set_up"
)

// AccountLink is a link that somebody asked for, to be mailed to an address. It works once.
type AccountLink struct {
	ID   ID
	Kind AccountLinkKind
	// UserID is the account. Of a LinkPassword it is zero until the mail is written: nobody who asks learns whether there is one. Those that make an account have none.
	UserID ID
	// Email is the address that it is mailed to, as users have it.
	Email string
	// TeamID and Role are what a LinkTeam makes of somebody, and InvitedBy is who says so. Zero for others.
	TeamID    ID
	Role      Role
	InvitedBy ID
	// ExpiresAt is until when the mail may be sent; once it is written, when the link stops working.
	AskedAt, ExpiresAt time.Time
}

// SetUpLife is how long the link works that makes the first operator.
const SetUpLife = 24 * time.Hour

// MaxTeamInvitations is how many invitations to a team hold at once.
const MaxTeamInvitations = 50

// Lasts reports whether the link works until the time that it was asked for, and not only AccountLinkLife from when its mail is written.
func (l AccountLink) Lasts() bool { return l.Kind == LinkRestore || l.Kind == LinkTeam }

// Open reports whether the link works, or may still be mailed.
func (l AccountLink) Open(now time.Time) bool { return now.Before(l.ExpiresAt) }

// Life is how long an account can be made, by this link or by another one to the same address.
func (l AccountLink) Life() time.Duration {
	if l.Kind == LinkSignUp {
		return SignUpLife
	}
	return InvitationLife
}

// Holds reports whether an account can still be made, by this link or by another one to the same address.
func (l AccountLink) Holds(now time.Time) bool { return now.Before(l.AskedAt.Add(l.Life())) }
