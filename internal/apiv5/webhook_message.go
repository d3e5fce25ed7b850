package apiv5

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Messages writes webhook messages in the words of this version: an app.WebhookEncoder.
type Messages struct {
	// BaseURL is that of Options.
	BaseURL string
}

var _ app.WebhookEncoder = Messages{}

// Data writes the object that a message is about.
func (m Messages) Data(ctx context.Context, a *app.App, c app.WebhookContent) (string, error) {
	v := newVersion(Options{App: a, BaseURL: m.BaseURL, Settings: api.Settings{Now: a.Now}})
	data, err := v.contentData(ctx, c)
	if err != nil {
		return "", err
	}
	text, err := api.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("webhook message: %w", err)
	}
	return string(text), nil
}

// Message writes the body of an attempt: the object and what stands around it.
func (m Messages) Message(of app.WebhookMessage) ([]byte, error) {
	meta := messageMeta{
		ID: of.ID.String(), EventType: of.EventType, GeneratedAt: micros(of.GeneratedAt), AttemptedAt: micros(of.AttemptedAt),
		SubscriptionSourceID: of.Source().String(), SubscriptionSourceType: of.SourceType,
	}
	made := message{Data: json.RawMessage(of.Data), Meta: meta}
	switch {
	case fund.WebhookTopic(of.EventType) != "":
		return topicMessage(meta, of.Data)
	case of.Key != nil:
		made.Meta = relayMeta{meta, messageRelay{RelayKeyID: of.Key.Key, RelayKeyMetadata: of.Key.Metadata}}
	case of.EventType == fund.WebhookRelayType:
		made.Meta = relayMeta{meta, madeUpRelay()}
	}
	return made.text()
}

// contentData is what a message says of its content: as the original does, or about an event.
func (v *version) contentData(ctx context.Context, c app.WebhookContent) (any, error) {
	switch {
	case c.Event == nil:
		return v.messageData(ctx, c)
	case fund.WebhookTopic(c.EventType) != "":
		return v.topicData(ctx, c)
	default:
		return rehearsedMessage(c)
	}
}

// messageData is the data of a message: of the fact or donation that it is about, or made up.
func (v *version) messageData(ctx context.Context, c app.WebhookContent) (any, error) {
	if strings.HasSuffix(c.EventType, ":"+fund.WebhookFact) {
		if c.Fact == nil {
			return v.campaignMessage(madeUpCampaign()), nil
		}
		return v.factMessage(ctx, c.Receiver, *c.Fact)
	}
	d, facts, err := v.messageDonation(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case c.EventType == fund.WebhookRelayType:
		return v.relayMessage(d), nil
	case fund.PrivateWebhookType(c.EventType):
		return v.privateMessage(d, facts), nil
	default:
		return v.publicMessage(d, facts), nil
	}
}

// messageDonation is the donation that a message is about, or a made-up one, with the facts that it counts for.
func (v *version) messageDonation(ctx context.Context, c app.WebhookContent) (fund.Donation, []simpleFact, error) {
	if c.Fact == nil {
		f, w := madeUpCampaign()
		return madeUpDonation(), append(w.parents(f), toSimpleFact(fund.Ancestor{ID: f.ID, Name: f.Name, Kind: f.Kind})), nil
	}
	above, err := v.app.Ancestors(ctx, c.Receiver, c.Fact.ID)
	facts := append(list(above[c.Fact.ID], toSimpleFact), toSimpleFact(fund.Ancestor{ID: c.Fact.ID, Name: c.Fact.Name, Kind: c.Fact.Kind}))
	if c.Donation != nil {
		return *c.Donation, facts, err
	}
	return madeUpDonationTo(*c.Fact), facts, err
}
