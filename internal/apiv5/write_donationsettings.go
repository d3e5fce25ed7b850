package apiv5

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// donationSettings is how a fact takes donations, as far as it says so itself: what is null is said above it.
type donationSettings struct {
	Minimum             *amount  `json:"minimum" doc:"The least that is taken at once; null is what is set above, in the end 1.00."`
	Maximum             *amount  `json:"maximum" doc:"The most that is taken at once; null is what is set above, in the end 999,999.99."`
	Presets             []amount `json:"presets" null:"true" doc:"The amounts to choose from; null for those from above."`
	ScreeningMode       *string  `json:"screening_mode" enum:"off,comments,everything,host_only" doc:"What is held until somebody has looked at it; null is what is set above, in the end off."`
	ScreeningWords      []string `json:"screening_words" null:"true" doc:"A donation whose name or comment has one of them, however it is written, is held, whatever the mode; null for those from above."`
	ScreeningAllowed    []string `json:"screening_allowed_words" null:"true" doc:"Words and phrases that have one of the words inside and hold nothing, if they stand alone and are written plainly; null for those from above."`
	ScreeningLeet       bool     `json:"screening_leet" doc:"Whether digits and signs in a name or comment are read as letters, too: 4 as a, $ as s. It goes with the words."`
	OfflineMaximum      *amount  `json:"offline_maximum" doc:"The most that those who raise money for the cause may record at once without a payment, as a donation or a pledge; null is nothing, and what other facts have."`
	OfflineDailyMaximum *amount  `json:"offline_daily_maximum" doc:"The most that each of them may record a day (UTC)."`
	StreamersShip       bool     `json:"streamers_ship" doc:"Whether the cause lets those who raise money for it see the answers and shipping addresses of rewards that were claimed at their campaigns, and fulfill them: set on the cause or an event at all of its campaigns, on another fact there and at what supports it."`
	Thanks              *string  `json:"thanks" doc:"The fundraiser's own words on the page that thanks a donor, in plain text; null for none. Not inherited."`
	StreamDelay         int64    `json:"stream_delay" doc:"After how many seconds viewers of the stream see what happens, so that donors know when to look; 0 for unknown. Not inherited."`
	Statement           *string  `json:"statement" doc:"What a cause tells donors before they pay, in plain text; null for nothing, and what other facts have."`
	InstantOnly         bool     `json:"instant_only" doc:"Whether a cause leaves out methods of payment whose money takes days to come."`
	ReleaseAfter        int64    `json:"release_after" doc:"After how many seconds what the mode held is shown automatically; 0 for never. It goes with the mode."`
	ReleaseAttended     bool     `json:"release_attended" doc:"Whether what the mode everything held is shown automatically only while somebody has the page of the screening open. It goes with the mode."`
	ShippedWords        bool     `json:"shipped_words" doc:"Whether the word list that comes with the server holds donations, as screening_words do. True above a fact holds below it."`
	NoContacts          bool     `json:"no_contacts" doc:"Whether links, domains, mail addresses and telephone numbers in names and comments are never shown: what has one is held, and nobody can show it. True above a fact holds below it."`
	TwoPasses           bool     `json:"screening_two_passes" doc:"Whether a screener passes a donation that waits on, and another one, or who sets the screening, shows it. True above a fact holds below it."`
	Approval            string   `json:"approval" enum:"pending,approved,suspended" doc:"What an operator decided: donations are taken only while it is approved. It is the cause's, but suspended where the fact itself was taken down."`
	Suspension          *string  `json:"suspension" doc:"Why an operator suspended the fact itself; null while nobody did."`
}

// factDonationSettings is how a fact takes donations, with the fact.
type factDonationSettings struct {
	fund.DonationSettings
	fact fund.Fact
}

func toDonationSettings(g factDonationSettings) donationSettings {
	currency := g.fact.Currency
	made := donationSettings{
		Minimum: shortOrNull(g.Minimum, currency), Maximum: shortOrNull(g.Maximum, currency),
		OfflineMaximum: shortOrNull(g.OfflineMaximum, currency), OfflineDailyMaximum: shortOrNull(g.OfflineDailyMaximum, currency),
		ScreeningMode: textOrNull(string(g.Screening)), ScreeningWords: g.Words, ScreeningAllowed: g.Allowed, ScreeningLeet: g.Leet,
		Thanks: textOrNull(g.Thanks), StreamDelay: int64(g.StreamDelay / time.Second), Statement: textOrNull(g.Statement), InstantOnly: g.InstantOnly,
		StreamersShip: g.StreamersShip, ReleaseAfter: int64(g.ReleaseAfter / time.Second),
		ReleaseAttended: g.ReleaseAttended, ShippedWords: g.ShippedWords, NoContacts: g.NoContacts, TwoPasses: g.TwoPasses,
		Approval: string(g.fact.Approval), Suspension: textOrNull(g.fact.Suspension),
	}
	if g.Presets != nil {
		made.Presets = list(g.Presets, func(minor int64) amount { return short(minor, currency) })
	}
	return made
}

// donationSettingsPatch is a change of how a fact takes donations, with the currency that was sent.
type donationSettingsPatch struct {
	fund.DonationSettingsPatch
	currency fund.Opt[string]
}

var donationSettingsModel = model[donationSettingsPatch]{
	invalid: func(p *donationSettingsPatch) *fault.Fields { return &p.Invalid },
	fields: func(p *donationSettingsPatch) []submit.Field {
		return []submit.Field{
			moneyField(&p.Minimum, &p.currency, "minimum", "minimum"),
			moneyField(&p.Maximum, &p.currency, "maximum", "maximum"),
			moneyField(&p.OfflineMaximum, &p.currency, "offline_maximum", "offline_maximum"),
			moneyField(&p.OfflineDailyMaximum, &p.currency, "offline_daily_maximum", "offline_daily_maximum"),
			leavesField(&p.Presets, func(to *fund.Opt[string]) submit.Field { return moneyField(to, &p.currency, "", "") }, "presets", "presets"),
			submit.Text(&p.Screening, "screening", "screening_mode"),
			leavesField(&p.Words, func(to *fund.Opt[string]) submit.Field { return submit.Text(to, "", "") }, "words", "screening_words"),
			leavesField(&p.Allowed, func(to *fund.Opt[string]) submit.Field { return submit.Text(to, "", "") }, "allowed", "screening_allowed_words"),
			submit.Flag(&p.Leet, "leet", "screening_leet"),
			submit.Flag(&p.StreamersShip, "streamers_ship", "streamers_ship"),
			submit.Text(&p.Thanks, "thanks", "thanks"),
			submit.Clearable(&p.StreamDelay, submit.ReadWhole, "stream_delay", "stream_delay"),
			submit.Text(&p.Statement, "statement", "statement"),
			submit.Flag(&p.InstantOnly, "instant_only", "instant_only"),
			submit.Clearable(&p.ReleaseAfter, submit.ReadWhole, "release_after", "release_after"),
			submit.Flag(&p.ReleaseAttended, "release_attended", "release_attended"),
			submit.Flag(&p.ShippedWords, "shipped_words", "shipped_words"),
			submit.Flag(&p.NoContacts, "no_contacts", "no_contacts"),
			submit.Flag(&p.TwoPasses, "two_passes", "screening_two_passes"),
		}
	},
}

// leavesField is a list of single values, each read as the field that item makes for it; null is an empty list.
func leavesField(to *fund.Opt[[]string], item func(to *fund.Opt[string]) submit.Field, path, key string) submit.Field {
	return submit.Field{Path: path, Keys: []string{key}, Read: func(s *submit.Submission, at submit.Spot, value any) {
		*to = fund.Some([]string(nil))
		if value == nil {
			return
		}
		s.List(at, value, func(s *submit.Submission, at submit.Spot, value any) {
			var one fund.Opt[string]
			item(&one).Read(s, at, value)
			to.Value = append(to.Value, one.Value)
		})
	}}
}

// donationSettingsRows are the rows about how each kind of fact takes donations.
func (v *version) donationSettingsRows() []route {
	r := resourceOf(donationSettingsModel, donationSettings{}, shown(toDonationSettings), nil)
	var rows []route
	for _, h := range append(slices.Clone(parentResources), eventParent, causeParent) {
		rows = append(rows,
			h.right.get(h.pattern("giving"), h.tag, "Get how "+h.noun+" takes gifts", donationSettings{}, api.Gets(h.key, v.getDonationSettings, r.Reply)),
			h.right.patch(h.pattern("giving"), h.tag, "Change how "+h.noun+" takes gifts", donationSettingsInput{}, donationSettings{}, api.Changes(r, h.key, v.getDonationSettings, v.updateDonationSettings)),
		)
	}
	return rows
}

func (v *version) getDonationSettings(ctx context.Context, actor app.Actor, key app.FactKey) (factDonationSettings, error) {
	g, err := v.app.GetDonationSettings(ctx, actor, key)
	if err != nil {
		return factDonationSettings{}, err
	}
	return v.withFact(ctx, actor, key, g)
}

// withFact are the settings with their fact, as the actor may see it.
func (v *version) withFact(ctx context.Context, actor app.Actor, key app.FactKey, g fund.DonationSettings) (factDonationSettings, error) {
	f, err := v.app.GetFact(ctx, actor, key)
	if err == nil {
		f.Suspension, err = v.app.Suspension(ctx, actor, f)
	}
	return factDonationSettings{g, f}, err
}

// updateDonationSettings looks at the currency here because it is that of the cause, which never changes.
func (v *version) updateDonationSettings(ctx context.Context, actor app.Actor, key app.FactKey, patch donationSettingsPatch) (factDonationSettings, error) {
	f, err := v.app.GetFact(ctx, actor, key)
	if err != nil {
		return factDonationSettings{}, err
	}
	if patch.currency.Set && patch.currency.Value != f.Currency {
		patch.Invalid.Add("currency", "is not the currency of the cause ("+f.Currency+")")
	}
	g, err := v.app.UpdateDonationSettings(ctx, actor, key, patch.DonationSettingsPatch)
	if err != nil {
		return factDonationSettings{}, err
	}
	f.Suspension, err = v.app.Suspension(ctx, actor, f)
	return factDonationSettings{g, f}, err
}
