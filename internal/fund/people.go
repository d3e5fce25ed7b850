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
	Avatar              string
	Social              Social
	// Newsletter reports whether the user wants it; nil when never asked.
	Newsletter *bool
	Confirmed  bool
	// RaisedUSD is what the user's facts raised, in US cents: each donation converted once,
	// at the rate of its day.
	RaisedUSD            int64
	CreatedAt, UpdatedAt time.Time
}

// Team is a group of users that raises money together.
type Team struct {
	ID       ID
	LegacyID int64
	// Slug is lower case and unique among teams.
	Slug, Name, About string
	Avatar            string
	InviteOnly        bool
	// DisbandedAt is when the team ended; the zero time while it lives.
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

// MayEditCampaigns reports whether the role may make and change the team's campaigns.
func (r Role) MayEditCampaigns() bool { return r.MayEditTeam() || r == RoleEventManager }

// MayManage reports whether the role may give others that role, and take it from them: a super admin
// any, an admin all but the super admin's, a user manager the plain member's.
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

// Membership is a user's place in a team.
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

// Registration is a user's entry for a fundraising event.
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
	// Owner of a donor has the donor's id and the name for public eyes, and nothing else.
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
	// RedirectURIs are where users may be sent back to; the first is meant when none is named.
	RedirectURIs []string
	OwnerID      ID
	// Scopes are what its tokens may have at most.
	Scopes []string
	// API is APIV3 or APIV5.
	API       string
	CreatedAt time.Time
}

// TokenKind says whom a token speaks for.
type TokenKind string

// The kinds of tokens.
const (
	TokenApplication TokenKind = "application"
	TokenUser        TokenKind = "user"
	TokenCause       TokenKind = "cause"
)

// Token is a bearer token as it is stored: never itself, only its SHA-256.
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
	// GrantID is the grant that the token came of; zero for tokens that no user allowed.
	GrantID   ID
	Scopes    []string
	CreatedAt time.Time
	// ExpiresAt is the zero time for a token that does not expire.
	ExpiresAt, RevokedAt time.Time
}
