package fund

import "time"

const (
	// DeletionWait is how long the deletion of an account can be undone. Then what is known of its user is erased.
	DeletionWait = 14 * 24 * time.Hour
	// DeletionRetry is when an erasure that has to wait for a payment is tried again.
	DeletionRetry = time.Hour
	// FormerUser is what a user is called whose account was deleted.
	FormerUser = "A former fundraiser"
	// FormerSlug is what the slug of such a user begins with.
	FormerSlug = "former-fundraiser"
)

// DeletionState is how far the deletion of an account has come:
//
//	closing ─► closed ─► erasing ─► erased
//	                └──► restoring ─► (no deletion)
type DeletionState string

const (
	// DeletionClosing takes the pages of the user down: nobody can use the account any more.
	DeletionClosing DeletionState = "closing"
	// DeletionClosed waits, and can be undone.
	DeletionClosed DeletionState = "closed"
	// DeletionRestoring puts the pages back.
	DeletionRestoring DeletionState = "restoring"
	// DeletionErasing erases the user: there is no way back.
	DeletionErasing DeletionState = "erasing"
	// DeletionErased is over.
	DeletionErased DeletionState = "erased"
)

// AccountDeletion is that an account is to be deleted, or was.
type AccountDeletion struct {
	UserID ID
	State  DeletionState
	// AskedAt is when somebody asked for it, EraseAt until when it can be undone. DueAt is when there is something to do; the zero time for nothing.
	AskedAt, EraseAt, DueAt time.Time
	// DisabledAt is when an operator disabled the user apart from this; the zero time if none did.
	DisabledAt time.Time
	// Kept is what the user gets back who undoes it; empty once that is too late.
	Kept KeptAccount
}

// Undoable reports whether the deletion can be undone.
func (d AccountDeletion) Undoable(now time.Time) bool {
	return (d.State == DeletionClosing || d.State == DeletionClosed) && now.Before(d.EraseAt)
}

// KeptAccount is what is kept of a user whose account is deleted, while that can be undone.
type KeptAccount struct {
	Slug, Username, FirstName, LastName, About, Avatar, Cover string
	Social                                                    Social
	Newsletter                                                *bool
	Operator                                                  bool
	// Teams and Causes are the roles that the user had, by the ids of both.
	Teams  map[ID]Role
	Causes map[ID]CauseRole
}

// Keep takes what names the user out of it, and returns that. The slug is the one of its page from now on.
func (u *User) Keep(slug string, now time.Time) KeptAccount {
	kept := KeptAccount{
		Slug: u.Slug, Username: u.Username, FirstName: u.FirstName, LastName: u.LastName, About: u.About, Avatar: u.Avatar, Cover: u.Cover,
		Social: u.Social, Newsletter: u.Newsletter, Operator: u.Operator,
	}
	u.Slug, u.Username, u.FirstName, u.LastName, u.About, u.Avatar, u.Cover = slug, FormerUser, "", "", "", "", ""
	u.Social, u.Newsletter, u.UpdatedAt = Social{}, nil, now
	return kept
}

// Restore undoes User.Keep.
func (k KeptAccount) Restore(u *User, now time.Time) {
	u.Slug, u.Username, u.FirstName, u.LastName, u.About, u.Avatar, u.Cover = k.Slug, k.Username, k.FirstName, k.LastName, k.About, k.Avatar, k.Cover
	u.Social, u.Newsletter, u.UpdatedAt = k.Social, k.Newsletter, now
}

// DeletedFact is what a fact was before the account of its user was deleted.
type DeletedFact struct {
	FactID, UserID ID
	Status         Status
	Livestream     *Livestream
}
