package apiv5

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/webhook"
)

// message is the body that a webhook endpoint is sent. Its data is the object that a read shows, with
// all its instants in microseconds, as in the messages of the original.
type message struct {
	Data any `json:"data"`
	// Meta is a messageMeta, or a relayMeta.
	Meta any `json:"meta"`
}

type messageMeta struct {
	ID                     string `json:"id" format:"uuid" doc:"The same in all attempts: drop what came before"`
	EventType              string `json:"event_type" doc:"What the message is, as it was subscribed to"`
	GeneratedAt            string `json:"generated_at" format:"date-time" doc:"When the message was made"`
	AttemptedAt            string `json:"attempted_at" format:"date-time" doc:"The instant that is signed, X-Tiltify-Timestamp"`
	SubscriptionSourceID   string `json:"subscription_source_id" format:"uuid" doc:"The fact that the endpoint is subscribed to, or the relay; all zeros for a test message"`
	SubscriptionSourceType string `json:"subscription_source_type" doc:"The kind of that fact, webhook_relay or test"`
}

// relayMeta is the messageMeta of messages of relays.
type relayMeta struct {
	messageMeta
	messageRelay
}

// messageRelay is what only the messages of relays say: the name of the key, and what came with it
// when it was made.
type messageRelay struct {
	RelayKeyID       string  `json:"relay_key_id" doc:"The id of the key, as it was given when it was made"`
	RelayKeyMetadata *string `json:"relay_key_metadata" doc:"What came with the key when it was made"`
}

// text is the message as it is sent and signed.
func (m message) text() ([]byte, error) { return webhook.Body(m) }

// privateDonation is a donation for who may edit what was given to. The name is the one that the
// public sees.
type privateDonation struct {
	donation

	Email                *string        `json:"email" doc:"The address of the donor; null without the scope donations:read and the right to it"`
	RewardClaims         []privateClaim `json:"reward_claims" null:"true"`
	RewardCustomQuestion *string        `json:"reward_custom_question" doc:"The custom_question of the first of reward_claims"`
}

type privateClaim struct {
	rewardClaim

	CustomQuestion *string `json:"custom_question" doc:"What the donor answered to the question of the reward"`
}

// publicMessage is the data of donation_updated for everybody.
func (v *version) publicMessage(d fund.Donation, facts []simpleFact) donation {
	made := v.toDonation(d, facts)
	made.CreatedAt = micros(d.CreatedAt)
	preciseMatches(made.DonationMatches, d.Matches)
	return made
}

// privateMessage is the data of donation_updated for who may edit what was given to.
func (v *version) privateMessage(d fund.Donation, facts []simpleFact) privateDonation {
	made := privateDonation{donation: v.publicMessage(d, facts), Email: textOrNull(d.Email)}
	for i, claim := range made.donation.RewardClaims {
		made.RewardClaims = append(made.RewardClaims, privateClaim{rewardClaim: claim, CustomQuestion: textOrNull(d.Claims[i].Answer)})
	}
	if len(made.RewardClaims) > 0 {
		made.RewardCustomQuestion = made.RewardClaims[0].CustomQuestion // as reward_id, which is that of the first
	}
	return made
}

// relayMessage is the data of donation_updated for who made the key of a relay. That may be anybody,
// so the e-mail address is not in it.
func (v *version) relayMessage(d fund.Donation) *relayDonation {
	made := v.toRelayDonation(d)
	made.CreatedAt = micros(d.CreatedAt)
	preciseMatches(made.DonationMatches, d.Matches)
	return made
}

func preciseMatches(made []donationMatch, of []fund.DonationMatch) {
	for i, m := range of {
		made[i].StartsAt, made[i].EndsAt, made[i].CompletedAt = micros(m.StartsAt), micros(m.EndsAt), written(m.CompletedAt, microseconds)
		made[i].InsertedAt, made[i].UpdatedAt = micros(m.CreatedAt), micros(m.UpdatedAt)
	}
}

func micros(t time.Time) string { return t.UTC().Format(microseconds) }

// stamps are the instants that all kinds of facts show.
type stamps struct {
	inserted, updated  *string
	published, retired **string
}

// precise writes the instants of a fact in microseconds.
func (s stamps) precise(f fund.Fact) {
	*s.inserted, *s.updated = micros(f.CreatedAt), micros(f.UpdatedAt)
	if s.published != nil {
		*s.published, *s.retired = written(f.PublishedAt, microseconds), written(f.RetiredAt, microseconds)
	}
}

// factMessage is the data of fact_updated: what a read of the fact by its own kind shows.
func (v *version) factMessage(ctx context.Context, actor app.Actor, f fund.Fact) (any, error) {
	switch f.Kind {
	case fund.KindCause:
		c, err := v.app.GetCause(ctx, actor, fund.Key{ID: f.ID})
		made := v.toCause(c)
		stamps{inserted: &made.InsertedAt, updated: &made.UpdatedAt}.precise(c.Fact)
		return made, err
	case fund.KindFundraisingEvent:
		e, err := v.app.GetFundraisingEvent(ctx, actor, fund.Key{ID: f.ID})
		return v.eventMessage(e), err
	case fund.KindPersonalCampaign:
		p, err := v.app.GetPersonalCampaign(ctx, actor, keyOf(f))
		if err != nil {
			return nil, err
		}
		w, err := v.around(ctx, &call{Caller: actor}, p.Fact)
		made := v.toPersonalCampaign(p, w)
		stamps{&made.InsertedAt, &made.UpdatedAt, &made.PublishedAt, &made.RetiredAt}.precise(p.Fact)
		return made, err
	case fund.KindAuctionHouse:
		h, err := v.app.GetAuctionHouse(ctx, actor, keyOf(f))
		made := v.toAuctionHouse(h)
		stamps{&made.InsertedAt, &made.UpdatedAt, &made.PublishedAt, &made.RetiredAt}.precise(h.Fact)
		return made, err
	default:
		w, err := v.around(ctx, &call{Caller: actor}, f)
		return v.campaignMessage(f, w), err
	}
}

// campaignMessage is the data of fact_updated of a campaign or a team campaign.
func (v *version) campaignMessage(f fund.Fact, w related) any {
	starts, ends := written(f.StartsAt, microseconds), written(f.EndsAt, microseconds)
	if f.Kind == fund.KindTeamCampaign {
		made := v.toTeamCampaign(f, w)
		stamps{&made.InsertedAt, &made.UpdatedAt, &made.PublishedAt, &made.RetiredAt}.precise(f)
		made.StartsAt, made.EndsAt = starts, ends
		return made
	}
	made := v.toCampaign(f, w)
	stamps{&made.InsertedAt, &made.UpdatedAt, &made.PublishedAt, &made.RetiredAt}.precise(f)
	made.StartsAt, made.EndsAt = starts, ends
	return made
}

func (v *version) eventMessage(e fund.FundraisingEvent) fundraisingEvent {
	made := v.toFundraisingEvent(e)
	stamps{&made.InsertedAt, &made.UpdatedAt, &made.PublishedAt, &made.RetiredAt}.precise(e.Fact)
	made.StartSupportingAt, made.EndSupportingAt = written(e.StartSupportingAt, microseconds), written(e.EndSupportingAt, microseconds)
	made.CanPublishSupportingAt = written(e.CanPublishSupportingAt, microseconds)
	return made
}
