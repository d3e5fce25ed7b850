package fund

import "time"

// User is a person with an account.
type User struct {
	ID       ID
	LegacyID int64
	// Slug is lower case and unique among users.
	Slug, Username      string
	Email               string
	FirstName, LastName string
	About               string
	Avatar, Cover       string
	Social              Social
	// Newsletter reports whether the user subscribed; nil if never asked.
	Newsletter *bool
	Confirmed  bool
	// Language is the language tag of the page where the user signed in last; "" for unknown. Mails are written in it.
	Language string
	// Operator reports whether the user runs the server.
	Operator bool
	// DisabledAt is when an operator disabled the account; the zero time while it may be used.
	DisabledAt time.Time
	// DeletedAt is when somebody asked that the account is deleted; the zero time for nobody. Such an account is disabled, too, and names nobody.
	DeletedAt time.Time
	// PublicAt is when pages of somebody who signed up without an invitation may become public; the zero time for at once.
	PublicAt time.Time
	// RaisedUSD is what the user's facts raised, in US cents: each donation is converted once, at that day's rate.
	RaisedUSD            int64
	CreatedAt, UpdatedAt time.Time
}

// Waits reports whether pages of the user may not be public yet.
func (u User) Waits(now time.Time) bool { return now.Before(u.PublicAt) }

// Team is a group of users that raises money together.
type Team struct {
	ID       ID
	LegacyID int64
	// Slug is lower case and unique among teams.
	Slug, Name, About string
	Avatar, Cover     string
	InviteOnly        bool
	// DisbandedAt is when the team was disbanded; the zero time while it exists.
	DisbandedAt time.Time
	Social      Social
	// RaisedUSD is what the team's facts raised, in US cents.
	RaisedUSD            int64
	CreatedAt, UpdatedAt time.Time
}

// Role is what a member may do in a team.
type Role string

// The roles of team members, strongest first.
const (
	RoleSuperAdmin   Role = "super_admin"
	RoleAdmin        Role = "admin"
	RoleUserManager  Role = "user_manager"
	RoleEventManager Role = "event_manager"
	RoleMember       Role = "member"
)

// Roles lists all roles, strongest first.
func Roles() []Role {
	return []Role{RoleSuperAdmin, RoleAdmin, RoleUserManager, RoleEventManager, RoleMember}
}

// MayEditTeam reports whether the role may change the team itself.
func (r Role) MayEditTeam() bool { return r == RoleSuperAdmin || r == RoleAdmin }

// MayEditCampaigns reports whether the role may create and change the team's campaigns.
func (r Role) MayEditCampaigns() bool { return r.MayEditTeam() || r == RoleEventManager }

// MayManage reports whether the role may assign and revoke the other role: a super admin any, an admin all except super admin, a user
// manager only member.
func (r Role) MayManage(other Role) bool {
	switch r {
	case RoleSuperAdmin:
		return true
	case RoleAdmin:
		return other != RoleSuperAdmin
	case RoleUserManager:
		return other == RoleMember
	default:
		return false
	}
}

// Membership is a user's membership in a team.
type Membership struct {
	Team   Team
	UserID ID
	Role   Role
}

// Member is a user in a team, as the team sees them.
type Member struct {
	ID                   ID
	LegacyID             int64
	User                 User
	Role                 Role
	CreatedAt, UpdatedAt time.Time
}

// Registration is a user's registration for a fundraising event.
type Registration struct {
	ID           ID
	LegacyID     int64
	EventID      ID
	UserID       ID
	UserLegacyID int64
	Email        string
	Subscribed   bool
	Address      *Address
	ShirtSize    string
	ServiceHours *bool
	PhoneNumber  string
	DateOfBirth  string
	RegisteredAt time.Time
	UpdatedAt    time.Time
}

// LeaderboardEntry is one line of a leaderboard: a user, a team or a donor and their score.
type LeaderboardEntry struct {
	// Owner of a donor holds only the donor's id and public name.
	Owner
	// Raised is the score: money in minor units of the cause's currency, or meters or seconds of
	// exercise.
	Raised int64
}

// Application is an OAuth application: a program that calls the API.
type Application struct {
	ID       ID
	Name     string
	ClientID string
	// RedirectURIs are where users may be redirected to; the first is the default.
	RedirectURIs []string
	OwnerID      ID
	// Scopes are the most that its tokens may have.
	Scopes []string
	// API is APIV3 or APIV5.
	API       string
	CreatedAt time.Time
	// DisabledAt is when an operator disabled the application or its owner; the zero time while it may be used. Read, never
	// inserted.
	DisabledAt time.Time
	// Registered reports whether the application registered itself, so that nobody vouches for its name. Pending reports whether it still waits for
	// an operator, and gets no tokens.
	Registered, Pending bool
	// UnusedAt is when to look whether the application was used; the zero time for one that stays without.
	UnusedAt time.Time
}

// TokenKind is the kind of actor that a token stands for.
type TokenKind string

// The kinds of tokens.
const (
	TokenApplication TokenKind = "application"
	TokenUser        TokenKind = "user"
	TokenCause       TokenKind = "cause"
)

// Token is a bearer token as stored: only its SHA-256, never the token.
type Token struct {
	ID            ID
	Kind          TokenKind
	ApplicationID ID
	// UserID is set for user tokens, CauseID for cause tokens.
	UserID, CauseID ID
	// OwnerID is the owner of the application, zero for none; API is its version, "" for a token without
	// an application. Both are read, never written.
	OwnerID ID
	API     string
	// Operator reports whether the user runs the server; read, never written.
	Operator bool
	// Disabled reports whether the user, the application or the application's owner is disabled; read, never written.
	Disabled bool
	// Name says what a token that its user made is for; "" for any other token.
	Name string
	// GrantID is the grant that the token was issued under; zero for tokens without a user's consent.
	GrantID   ID
	Scopes    []string
	CreatedAt time.Time
	// ExpiresAt is the zero time for a token that does not expire.
	ExpiresAt, RevokedAt time.Time
}
