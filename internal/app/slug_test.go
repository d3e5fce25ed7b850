package app_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestManyThingsOfOneNameGetSlugsInFewTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var last string
	seen := map[string]bool{}
	for range 13 {
		team, err := w.CreateTeam(t.Context(), w.owner, fund.TeamPatch{Name: fund.Some("Same name")})
		must.Do(t, err)
		if seen[team.Slug] {
			t.Errorf("the slug %q was assigned twice", team.Slug)
		}
		seen[team.Slug], last = true, team.Slug
	}
	if !seen["same-name"] || !seen["same-name-9"] || last != "same-name-144" {
		t.Errorf("got %v, want no gap up to 9, then doubled numbers up to 144", seen)
	}
}

// TestSlugsAreMadeInTheLanguageOfTheCaller names everything that gets a slug from its name in German, and in an unknown language.
func TestSlugsAreMadeInTheLanguageOfTheCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, name := t.Context(), fund.Some("Für Kinder")
	for languages, want := range map[string]string{"de-AT, en;q=0.5": "fuer-kinder", "": "fur-kinder", "en, de": "fur-kinder", "not a language": "fur-kinder"} {
		patch := fund.CampaignPatch{Name: name, Cause: key(w.cause.ID)}
		for kind, create := range map[string]func() (string, error){
			"campaign": func() (string, error) {
				f, err := w.CreateCampaign(ctx, w.owner.Reading(languages), patch)
				return f.Slug, err
			},
			"auction house": func() (string, error) {
				f, err := w.CreateAuctionHouse(ctx, w.causeToken.Reading(languages), fund.AuctionHousePatch{CampaignPatch: patch})
				return f.Slug, err
			},
			"team campaign": func() (string, error) {
				f, err := w.CreateTeamCampaign(ctx, w.roles[fund.RoleAdmin].Reading(languages), fund.Key{ID: w.team.ID}, patch)
				return f.Slug, err
			},
			"personal campaign": func() (string, error) {
				f, err := w.CreatePersonalCampaign(ctx, w.stranger.Reading(languages), fund.PersonalCampaignPatch{CampaignPatch: patch})
				return f.Slug, err
			},
			"event": func() (string, error) {
				e, err := w.CreateFundraisingEvent(ctx, w.causeToken.Reading(languages), fund.Key{ID: w.cause.ID}, fund.EventPatch{Name: name})
				return e.Slug, err
			},
			"cause": func() (string, error) {
				c, err := w.CreateCause(ctx, w.owner.Reading(languages), fund.CausePatch{Name: name, Currency: fund.Some("EUR")})
				return c.Slug, err
			},
			"team": func() (string, error) {
				made, err := w.CreateTeam(ctx, w.owner.Reading(languages), fund.TeamPatch{Name: name})
				return made.Slug, err
			},
		} {
			got, err := create()
			// Those of one language are numbered.
			if err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("%s in %q: got %q, %v, want %q", kind, languages, got, err, want)
			}
		}
	}
}
