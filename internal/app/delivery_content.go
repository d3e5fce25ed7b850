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
	f, err := a.store.GetFact(ctx, factByID(d.FactID))
	if known, err := found(err); err != nil {
		return WebhookContent{}, err
	} else if !known {
		return WebhookContent{}, withheld("the fact was deleted")
	}
	c := WebhookContent{EventType: d.EventType, Receiver: receiver, Fact: &f}
	if d.SourceType != fund.WebhookSourceRelay && !d.Test() {
		if err := a.stillSubscribed(ctx, receiver, d, f); err != nil {
			return WebhookContent{}, err
		}
	}
	if !d.DonationID.IsZero() {
		c.Donation, err = a.sentDonation(ctx, receiver, d, f)
	}
	return c, err
}

// stillSubscribed is Gone unless the endpoint is subscribed to this type of message, and its application may see the fact; for private types,
// its owner must be able to edit what it is subscribed to.
func (a *App) stillSubscribed(ctx context.Context, receiver Actor, d fund.WebhookDelivery, f fund.Fact) error {
	s, err := a.store.GetSubscription(ctx, d.EndpointID, d.SourceID)
	if subscribed, err := found(err); err != nil {
		return err
	} else if !subscribed || !slices.Contains(s.EventTypes, d.EventType) {
		return withheld("the subscription was ended")
	}
	if !fund.PrivateWebhookType(d.EventType) {
		sees, err := maySee(ctx, a.store.Queries, receiver, f)
		if err == nil && !sees {
			err = withheld("the fact is not public any more")
		}
		return err
	}
	source := f
	if d.SourceID != f.ID {
		if source, err = a.store.GetFact(ctx, factByID(d.SourceID)); err != nil {
			return err
		}
	}
	managed, err := ownerMayEdit(ctx, a.store.Queries, receiver, source)
	if err == nil && !managed {
		err = withheld("the owner of the application may not edit the fact any more")
	}
	return err
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
