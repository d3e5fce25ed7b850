package dash

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// MakesCampaigns reports whether who is here makes and changes campaigns of the team.
func (p inTeam) MakesCampaigns() bool { return p.Open() && p.Role.MayEditCampaigns() }

// addTeamCampaign adds the page on which a campaign of a team begins.
func (s *Server) addTeamCampaign(routes session.Routes) {
	routes[teamPath+"/campaign"] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.ofTeam(ifTeam(inTeam.MakesCampaigns, s.teamCampaign(s.askEdit)))),
		http.MethodPost: s.changeLong(s.ofTeam(ifTeam(inTeam.MakesCampaigns, s.teamCampaign(s.edit)))),
	}
}

// teamCampaign serves the form of a new campaign of a team, which is not published.
func (s *Server) teamCampaign(serve form) func(http.ResponseWriter, *http.Request, inTeam) error {
	return func(w http.ResponseWriter, r *http.Request, p inTeam) error {
		l := text.Of(r)
		homes, _, err := s.app.ListCampaignHomes(r.Context(), p.actor, "", netip.Addr{})
		if err != nil {
			return err
		}
		picks := []pick{{"", l.Text("dash.team.campaign.choose")}}
		for _, f := range homes {
			picks = append(picks, pick{f.ID.String(), f.Name})
		}
		return serve(w, r, p.place(r), subject{
			Title: l.Text("dash.team.campaign"), Back: p.Base(), Action: r.URL.Path, Submit: l.Text("dash.edit.add"), made: true,
			read: func(context.Context, *app.App) (*fields, error) {
				f := fieldsFor(l, fund.Fact{})
				f.hint(f.choice("cause", "dash.team.campaign.for", "", picks...), "dash.team.campaign.for.hint", "Count", l.Count(app.CampaignHomes))
				f.line("name", "dash.page.name", "")
				f.lines("description", "dash.part.description", "").Optional = true
				return f, nil
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				id, err := fund.ParseID(in.plain["cause"])
				if err != nil {
					return &fault.Error{Kind: fault.Invalid, Fields: fault.Fields{{Path: "cause", Text: fund.Blank}}}
				}
				home, err := s.app.GetCampaignHome(ctx, p.actor, id)
				if err != nil {
					return err
				}
				patch := fund.CampaignPatch{Name: in.text("name"), Description: in.text("description"), Cause: fund.Some(fund.Key{ID: home.Cause.ID})}
				if home.Kind == fund.KindFundraisingEvent {
					patch.Event = fund.Some(fund.Key{ID: home.ID})
				}
				_, err = s.app.CreateTeamCampaign(ctx, actor, p.key(), patch)
				return err
			},
		})
	}
}
