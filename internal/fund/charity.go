package fund

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/glyph"
)

// CharityState is what became of the invitation of a charity. The set is closed.
type CharityState string

// The states of an invitation: it waits for an operator, who refused it or approved it; the charity was mailed, and declined or accepted; it has a profile, which is a
// cause; it was not answered in time, or withdrawn by who asked.
const (
	CharityAsked     CharityState = "asked"
	CharityRefused   CharityState = "refused"
	CharityInvited   CharityState = "invited"
	CharityDeclined  CharityState = "declined"
	CharityAccepted  CharityState = "accepted"
	CharityJoined    CharityState = "joined"
	CharityExpired   CharityState = "expired"
	CharityWithdrawn CharityState = "withdrawn"
)

// CharityStates lists every state.
func CharityStates() []CharityState {
	return []CharityState{CharityAsked, CharityRefused, CharityInvited, CharityDeclined, CharityAccepted, CharityJoined, CharityExpired, CharityWithdrawn}
}

// Open reports whether somebody has yet to do something.
func (s CharityState) Open() bool {
	return s == CharityAsked || s == CharityInvited || s == CharityAccepted
}

// Withdrawable reports whether who asked may take the invitation back.
func (s CharityState) Withdrawable() bool { return s == CharityAsked || s == CharityInvited }

const (
	// MaxCharityName is how many characters the name of an invited charity may have.
	MaxCharityName = 100
	// MaxCharityMessage is how many characters may be written to it.
	MaxCharityMessage = 1_000
	// MaxCharityWebsite is how many characters the address of its site may have.
	MaxCharityWebsite = 200
	// MaxOpenCharities is how many invitations of a user may wait for an answer at once.
	MaxOpenCharities = 3
	// MaxCharitiesADay is how many a user may ask for within a day.
	MaxCharitiesADay = 5
	// MaxWaitingCharities is how many may wait for an operator at once.
	MaxWaitingCharities = 200
	// KeptCharities are those of them for users who raised money: accounts that are made for it do not keep them from inviting.
	KeptCharities = 50
	// CharityAskLife is how long an invitation waits for an operator.
	CharityAskLife = 30 * 24 * time.Hour
	// CharityLife is how long the charity has to answer.
	CharityLife = 30 * 24 * time.Hour
	// CharityProfileLife is how long who accepted has to write the profile.
	CharityProfileLife = 90 * 24 * time.Hour
	// CharityAddressKept is how long after its end an invitation keeps the address of the charity and what was written to it.
	CharityAddressKept = 30 * 24 * time.Hour
	// CharityKept is how long it is listed after its end. A charity that declined or did not answer is not asked again before.
	CharityKept = 180 * 24 * time.Hour
)

// The error texts of an invitation.
const (
	NotWebsite  = "is not the https address of a website"
	HasContact  = "has a link, an address or a telephone number"
	HasBadWord  = "has a word that is not sent to strangers"
	CharityHere = "is here already"
	CharityBusy = "was invited already, or does not want to be"
)

// CharityInvitation is the invitation of a charity that is not here.
type CharityInvitation struct {
	ID ID
	// UserID is who asks.
	UserID ID
	// Name, Website, Email and Country are those of the charity; Email is "" once it is erased. Country is a code of ISO 3166.
	Name, Website, Email, Country string
	// Message is what who asks writes to it, Language the language tag of the mail; "" for unknown.
	Message, Language string
	State             CharityState
	// Reason is why an operator refused; "" for none.
	Reason string
	// OwnerID is who accepted for the charity, CauseID the cause; zero for none.
	OwnerID, CauseID ID
	// LinkedAt is when the mail with the link was last written.
	LinkedAt time.Time
	// AskedAt is when it was asked for, ChangedAt when it came into its state, and DueAt when there is something to do next: it expires, its address is erased, or it goes.
	AskedAt, ChangedAt, DueAt time.Time
}

// Check normalizes what somebody typed, and says what is wrong with it.
func (i *CharityInvitation) Check() fault.Fields {
	var wrong fault.Fields
	checkText(&wrong, "name", &i.Name, MaxCharityName)
	if invisible(i.Name) {
		wrong.Add("name", Blank)
	}
	checkStrange(&wrong, "name", i.Name)
	checkWebsite(&wrong, "website", &i.Website)
	CheckLogin(&wrong, "email", &i.Email)
	CheckCountry(&wrong, "country", &i.Country)
	checkLines(&wrong, "message", &i.Message, MaxCharityMessage)
	if i.Message == "" && !wrong.Has("message") {
		wrong.Add("message", Blank)
	}
	checkStrange(&wrong, "message", i.Message)
	if _, err := language.Parse(i.Language); err != nil {
		i.Language = ""
	}
	return wrong
}

// checkStrange refuses what is not mailed to strangers: what leads elsewhere, and words of the shipped list.
func checkStrange(wrong *fault.Fields, path, text string) {
	switch {
	case wrong.Has(path):
	case glyph.HasContact(text):
		wrong.Add(path, HasContact)
	case hasShippedWord(text):
		wrong.Add(path, HasBadWord)
	}
}

// checkWebsite requires an https address at a domain that public DNS can have. One without a scheme gets it.
func checkWebsite(wrong *fault.Fields, path string, address *string) {
	checkText(wrong, path, address, MaxCharityWebsite)
	switch {
	case wrong.Has(path):
		return
	case *address == "":
		wrong.Add(path, Blank)
		return
	case !strings.Contains(*address, "://"):
		*address = "https://" + *address
	}
	u, err := url.Parse(*address)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(*address, " \\") {
		wrong.Add(path, NotWebsite)
		return
	}
	host, reachable := mailDomain(u.Hostname())
	if !reachable {
		wrong.Add(path, NotWebsite)
		return
	}
	u.Host = host
	*address = u.String()
}

// Host is the host of the charity's website, without "www.".
func (i CharityInvitation) Host() string {
	u, err := url.Parse(i.Website)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// OwnsHost reports whether the address of the charity is at the domain of its website, or one of both is below the other.
func (i CharityInvitation) OwnsHost() bool {
	_, domain := cutEmail(i.Email)
	domain, _ = mailDomain(domain)
	host := i.Host()
	return host != "" && domain != "" && (domain == host || strings.HasSuffix(domain, "."+host) || strings.HasSuffix(host, "."+domain))
}

// Move gives the invitation another state, with the time when there is something to do next.
func (i *CharityInvitation) Move(to CharityState, now time.Time) {
	i.State, i.ChangedAt = to, now
	switch to {
	case CharityAsked:
		i.DueAt = now.Add(CharityAskLife)
	case CharityInvited:
		i.DueAt = now.Add(CharityLife)
	case CharityAccepted:
		i.DueAt = now.Add(CharityProfileLife)
	default:
		i.DueAt = now.Add(CharityAddressKept)
	}
}

// Answerable reports whether the charity can still answer.
func (i CharityInvitation) Answerable(now time.Time) bool {
	return i.State == CharityInvited && now.Before(i.DueAt)
}

// Fresh reports whether the link was mailed so lately that it accepts; see AccountLinkLife. An older one only declines, and mails another one.
func (i CharityInvitation) Fresh(now time.Time) bool {
	return now.Before(i.LinkedAt.Add(AccountLinkLife))
}

// Rests reports whether the charity is not asked again while the invitation is kept: it said no, or nothing.
func (i CharityInvitation) Rests() bool {
	return i.State == CharityDeclined || i.State == CharityExpired
}

// NameAlike finds names that people could take for one name, however they are written: one of both is in the other, as whole words.
type NameAlike struct {
	name string
	list *glyph.WordList
}

// NewNameAlike prepares a name.
func NewNameAlike(name string) NameAlike {
	return NameAlike{name, glyph.NewWordList(glyph.Options{Whole: []string{name}, Leet: true})}
}

// Is reports whether people could take the other name for the name.
func (n NameAlike) Is(other string) bool {
	return n.list.In(other) || !glyph.Blank(other) && glyph.NewWordList(glyph.Options{Whole: []string{other}, Leet: true}).In(n.name)
}

// Same reports whether both names read the same.
func (n NameAlike) Same(other string) bool {
	return n.list.In(other) && glyph.NewWordList(glyph.Options{Whole: []string{other}, Leet: true}).In(n.name)
}

// CharityMails lists the kinds of mails about invitations of charities.
func CharityMails() []MailKind {
	return []MailKind{
		MailCharityInvitation, MailCharityAsked, MailCharityProfile, MailCharityApproved, MailCharityInvited, MailCharityRefused, MailCharityDeclined, MailCharityAccepted,
		MailCharityReady, MailCharityExpired,
	}
}

// CharityPlaces is how many invitations may wait for an operator when a user asks for one more.
func CharityPlaces(u User) int {
	if u.RaisedUSD > 0 {
		return MaxWaitingCharities
	}
	return MaxWaitingCharities - KeptCharities
}
