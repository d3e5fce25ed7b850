package testworld

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Start is what the clock of a World shows at first.
var Start = time.Date(2022, time.November, 5, 12, 0, 0, 0, time.UTC)

// World is a service with known content: always the same ids, names and instants.
//
// Users: Ada with campaigns and a team; Bob, a member of the cause and of the team; Cleo, who
// registered for the event and has nothing. Causes: Game Aid in GBP with everything set, and Tiny
// in JPY with nothing set and hidden leaderboards.
type World struct {
	*Service

	Ada, Bob, Cleo fund.User
	Cause, Tiny    fund.Cause
	Event          fund.FundraisingEvent
	Team           fund.Team
	// Campaign is Ada's for the team and supports TeamCampaign; Empty is Bob's, for the tiny cause;
	// Draft is unpublished, Retired is over.
	TeamCampaign, Campaign, Empty, Draft, Retired fund.Fact
}

// Populate makes the content in an empty service.
func Populate(t testing.TB, s *Service) *World {
	t.Helper()
	w := &World{Service: s}
	w.people(t.Context())
	w.charities(t.Context())
	w.campaigns(t.Context())
	return w
}

// ByID names a fact by its id, of any kind that its wire takes.
func ByID(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

func (w *World) people(ctx context.Context) {
	var err error
	w.Ada, err = w.CreateUser(ctx, app.System(), app.NewUser{
		Username: "Ada", Slug: "ada", Email: "ada@example.org", FirstName: "Ada", LastName: "Løve",
		About: "Plays for <good> & \u2028 causes 🎮", Avatar: "https://cdn.example.org/ada.png",
		Social: fund.SocialPatch{"twitch": "ada", "website": "https://ada.example.org"},
	})
	w.Must(err)
	w.Bob, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "Bob", Slug: "bob", Email: "bob@example.org"})
	w.Must(err)
	w.Cleo, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "Cleo", Slug: "cleo", Email: "cleo@example.org"})
	w.Must(err)
	w.Team, err = w.CreateTeam(ctx, As(w.Ada), fund.TeamPatch{
		Name: fund.Some("Night Owls"), Slug: fund.Some("night-owls"), About: fund.Some("Up late."),
		InviteOnly: fund.Some(true), Social: fund.SocialPatch{"discord": "owls"},
	})
	w.Must(err)
	w.Must(w.SetRole(ctx, app.System(), app.TeamRole{Team: w.Team.ID, User: w.Bob.ID, Role: fund.RoleMember}))
	gone, err := w.CreateTeam(ctx, As(w.Ada), fund.TeamPatch{Name: fund.Some("Gone"), Slug: fund.Some("gone")})
	w.Must(err)
	w.Must(w.DisbandTeam(ctx, As(w.Ada), fund.Key{ID: gone.ID}))
}

func (w *World) campaigns(ctx context.Context) {
	var err error
	event, cause := fund.Some(fund.Key{ID: w.Event.ID}), fund.Some(fund.Key{ID: w.Cause.ID})
	published := fund.Some(fund.Published)
	start := fund.Some(time.Date(2022, time.November, 2, 18, 30, 0, 0, time.UTC))
	w.TeamCampaign, err = w.CreateTeamCampaign(ctx, As(w.Ada), fund.Key{ID: w.Team.ID}, fund.CampaignPatch{
		Name: fund.Some("Owls All Night"), Slug: fund.Some("all-night"), Goal: fund.Some("5000"), Cause: cause, Event: event,
		StartsAt: start, Status: published, Supportable: fund.Some(fund.SupportPublic),
	})
	w.Must(err)
	w.Campaign, err = w.CreateCampaign(ctx, As(w.Ada), fund.CampaignPatch{
		Name: fund.Some("Speedrun for Good"), Slug: fund.Some("speedrun"), Description: fund.Some("**All** levels."),
		Goal: fund.Some("500.5"), Cause: cause, Event: event, Parent: fund.Some(fund.Key{ID: w.TeamCampaign.ID}), Team: fund.Some(fund.Key{ID: w.Team.ID}),
		StartsAt: start, EndsAt: fund.Some(time.Date(2022, time.November, 20, 0, 0, 0, 0, time.UTC)), Status: published,
		Supportable: fund.Some(fund.SupportNone), Livestream: fund.Some(&fund.Livestream{Type: "twitch", Channel: "ada"}),
	})
	w.Must(err)
	w.Empty, err = w.CreateCampaign(ctx, As(w.Bob), fund.CampaignPatch{
		Name: fund.Some("空っぽ"), Slug: fund.Some("empty"), Goal: fund.Some("10000"),
		Cause: fund.Some(fund.Key{ID: w.Tiny.ID}), Status: published,
	})
	w.Must(err)
	w.Draft, err = w.CreateCampaign(ctx, As(w.Ada), fund.CampaignPatch{
		Name: fund.Some("Draft"), Slug: fund.Some("draft"), Goal: fund.Some("1"), Cause: cause, Status: fund.Some(fund.Unpublished),
	})
	w.Must(err)
	w.Retired, err = w.CreateCampaign(ctx, As(w.Ada), fund.CampaignPatch{
		Name: fund.Some("Last Year"), Slug: fund.Some("last-year"), Goal: fund.Some("10"), Cause: cause, Status: published,
	})
	w.Must(err)
	w.Retired, err = w.UpdateCampaign(ctx, As(w.Ada), ByID(w.Retired), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	w.Must(err)
}
