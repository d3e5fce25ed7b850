package dash

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// matchFields are the fields of a donation match.
func matchFields(f *fields, m fund.DonationMatch) {
	f.hint(f.line("matched_by", "dash.match.by", m.MatchedBy), "dash.match.by.hint")
	f.hint(f.choice("type", "dash.match.type", string(m.Type),
		pick{string(fund.MatchAmount), f.locale.Text("dash.match.amount")}, pick{string(fund.MatchAll), f.locale.Text("dash.match.all")}), "dash.match.type.hint")
	f.hint(f.amount("pledged", "dash.match.pledged", m.Pledged), "dash.match.pledged.hint").Optional = true
	f.hint(f.moment("starts_at", "dash.match.starts", m.StartsAt), "dash.match.starts.hint", "Zone", f.zone.String()).Optional = true
	f.moment("ends_at", "dash.part.ends", m.EndsAt)
}

// matchPatch is a changed donation match. One that nobody says a start for begins now.
func matchPatch(in sent) fund.MatchPatch {
	patch := fund.MatchPatch{
		MatchedBy: in.text("matched_by"), Type: choiceOf[fund.MatchType](in, "type"), Pledged: in.text("pledged"), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at"),
	}
	if patch.StartsAt.Value.IsZero() {
		patch.StartsAt.Set = false
	}
	return patch
}

func (s *Server) matches() partKind {
	end := partDeed{
		path: "end", button: "dash.match.end", asks: "dash.match.end.asks", text: "dash.match.end.text", late: true,
		do: func(ctx context.Context, actor app.Actor, id fund.ID) error {
			_, err := s.app.EndMatch(ctx, actor, fund.Key{ID: id})
			return err
		},
	}
	return partKind{
		Path: "matches", param: "match", list: "matches", Heading: "fact.matches", None: "dash.matches.none", Add: "dash.matches.add", change: "dash.matches.change", may: credits,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Matches(ctx, p.seen, app.MatchQuery{}, everything)
			rows, now := make([]partRow, len(all)), s.app.Now()
			for i, one := range all {
				raised := f.locale.Text("dash.match.so_far", "Amount", f.locale.Amount(one.Raised, one.Currency))
				if one.Type == fund.MatchAmount {
					raised = f.of(one.Amount(), one.Pledged)
				}
				rows[i] = f.row(one.ID, one.MatchedBy, one.Active(now), raised, f.until(one.EndsAt))
			}
			return rows, err
		},
		blank: func(f *fields) { matchFields(f, fund.DonationMatch{Type: fund.MatchAmount}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetMatch(ctx, p.actor, fund.Key{ID: id})
			matchFields(f, one)
			return found{name: one.MatchedBy, fact: one.FactID, over: !one.CompletedAt.IsZero()}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateMatch(ctx, actor, p.key(), matchPatch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateMatch(ctx, actor, fund.Key{ID: id}, matchPatch(in))
			return err
		},
		deeds: []partDeed{end},
	}
}
