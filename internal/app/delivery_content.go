package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// withheld is why a message is not sent: its receiver may no longer read what it is about.
func withheld(why string) error { return fault.New(fault.Gone, "Not sent: %s.", why) }

// content finds what a delivery is about, as its receiver may read it now. It is Gone if the receiver may not.
func (a *App) content(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery) (WebhookContent, error) {
	application, err := a.store.GetApplication(ctx, e.ApplicationID)
	if err != nil {
		return WebhookContent{}, err
	}
	receiver := Actor{
		Kind: ActorApplication, Application: application.ID, Owner: application.OwnerID, API: application.API, Scopes: application.Scopes, unattended: true,
	}
	if !application.DisabledAt.IsZero() || application.Pending {
		return WebhookContent{}, withheld("the application is disabled")
	}
	if err := requireWebhookRead(receiver); err != nil {
		return WebhookContent{}, withheld("the application has lost the scope webhooks:write")
	}
	if d.Test() && d.FactID.IsZero() {
		return WebhookContent{EventType: d.EventType, Receiver: receiver}, nil
	}
	c := WebhookContent{EventType: d.EventType, Receiver: receiver}
	if c.Event, err = a.eventOf(ctx, e, d); err != nil {
		return WebhookContent{}, err
	}
	f, err := a.store.GetFact(ctx, factByID(d.FactID))
	if known, err := found(err); err != nil {
		return WebhookContent{}, err
	} else if known {
		c.Fact = &f
	} else if c.Gone = endsSight(c.Event); !c.Gone {
		return WebhookContent{}, withheld("the fact was deleted")
	}
	if d.SourceType != fund.WebhookSourceRelay && (!d.Test() || d.Rehearsed()) {
		if err := a.stillSubscribed(ctx, receiver, d, &c); err != nil {
			return WebhookContent{}, err
		}
	}
	switch {
	case c.Event != nil && !e.Options.Format.Chat():
		c.Receiver = readerOf(receiver, d)
	case !d.DonationID.IsZero():
		c.Donation, err = a.sentDonation(ctx, receiver, d, f)
	}
	return c, err
}

// eventOf is the event that a delivery comes from, if what it says is written after the event; nil for others.
func (a *App) eventOf(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery) (*fund.Event, error) {
	tells := e.Options.Format.Chat() && !d.Test()
	if fund.WebhookTopic(d.EventType) == "" && !d.Rehearsed() && !tells {
		return nil, nil
	}
	at, err := a.store.EventsAfter(ctx, d.Position-1, 1)
	if err != nil {
		return nil, err
	}
	if len(at) == 0 || at[0].Position != d.Position {
		return nil, withheld("the event is not kept any more")
	}
	return &at[0], nil
}

// readerOf reads the object of an event: everybody for public types, and the owner of the application, within its scopes, for private ones.
func readerOf(receiver Actor, d fund.WebhookDelivery) Actor {
	if !fund.PrivateWebhookType(d.EventType) {
		return Actor{}
	}
	return Actor{Kind: ActorUser, User: receiver.Owner, Scopes: receiver.Scopes, unattended: true}
}

// endsSight reports whether an event says that what everybody saw is not shown any more, so that everybody may know of it.
func endsSight(e *fund.Event) bool {
	if e == nil {
		return false
	}
	switch e.Topic {
	case fund.TopicFactRemoved, fund.TopicFactUnpublished:
		return e.Detail.From == string(fund.Published)
	case fund.TopicFactDecided, fund.TopicCauseDecided:
		return e.Detail.From == string(fund.Approved)
	default:
		return false
	}
}

// stillSubscribed is Gone unless the endpoint is subscribed to this type of message, and its application may see the fact, or may know that it is gone;
// for private types, its owner must be able to edit what it is subscribed to.
func (a *App) stillSubscribed(ctx context.Context, receiver Actor, d fund.WebhookDelivery, c *WebhookContent) error {
	s, err := a.store.GetSubscription(ctx, d.EndpointID, d.SourceID)
	if subscribed, err := found(err); err != nil {
		return err
	} else if !subscribed || !slices.Contains(s.EventTypes, d.EventType) {
		return withheld("the subscription was ended")
	}
	if !fund.PrivateWebhookType(d.EventType) {
		return a.stillPublic(ctx, receiver, c)
	}
	var source fund.Fact
	if c.Fact != nil && d.SourceID == c.Fact.ID {
		source = *c.Fact
	} else if source, err = a.store.GetFact(ctx, factByID(d.SourceID)); err != nil {
		return err
	}
	managed, err := ownerMayEdit(ctx, a.store.Queries, receiver, source)
	if err == nil && !managed {
		err = withheld("the owner of the application may not edit the fact any more")
	}
	return err
}

// stillPublic is Gone unless the application may see the fact, or may know that it is gone.
func (a *App) stillPublic(ctx context.Context, receiver Actor, c *WebhookContent) error {
	if c.Fact == nil {
		return nil
	}
	sees, err := maySee(ctx, a.store.Queries, receiver, *c.Fact)
	if err != nil || sees {
		return err
	}
	if c.Gone = endsSight(c.Event); !c.Gone {
		return withheld("the fact is not public any more")
	}
	return nil
}

// sentDonation is the donation of a delivery as the receiver may read it through the API: as the owner of the application, within its scopes.
// Relays and public messages have nothing of who donated but what everybody sees.
func (a *App) sentDonation(ctx context.Context, receiver Actor, d fund.WebhookDelivery, f fund.Fact) (*fund.Donation, error) {
	donation, err := a.store.GetDonation(ctx, fund.Key{ID: d.DonationID})
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known {
		return nil, withheld("the donation was deleted")
	}
	if d.SourceType == fund.WebhookSourceRelay || !fund.PrivateWebhookType(d.EventType) {
		donation = withoutClaims(withoutDonor(donation))
		return &donation, nil
	}
	owner := Actor{Kind: ActorUser, User: receiver.Owner, Scopes: receiver.Scopes, unattended: true}
	donation, err = a.forHandler(ctx, owner, donation, f)
	return &donation, err
}
