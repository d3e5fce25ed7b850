package apiv5

import (
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// maxSlug is the longest slug there can be; what is longer is not looked up.
const maxSlug = 100

// idAt is the UUID or the legacy id at a wildcard. What can be neither is an invalid field, as the
// documents show; what can be one but is nobody's is not found.
func idAt(c *call, name string) (fund.Key, error) {
	text := c.Path(name)
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return uuidAt(c, name)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n == 0 {
		return fund.Key{}, &fault.Error{Kind: fault.NotFound}
	}
	return fund.Key{LegacyID: n}, nil
}

// uuidAt is the UUID at a wildcard of things that have no legacy id on this wire.
func uuidAt(c *call, name string) (fund.Key, error) {
	id, err := fund.ParseID(c.Path(name))
	if err != nil {
		var wrong fault.Fields
		wrong.Add(name, invalid)
		return fund.Key{}, wrong.Err()
	}
	if id.IsZero() {
		return fund.Key{}, &fault.Error{Kind: fault.NotFound}
	}
	return fund.Key{ID: id}, nil
}

// slugAt is the slug at a wildcard. The slug of a user or team may have the sign before it that it
// has in addresses.
func slugAt(c *call, name string) (fund.Key, error) {
	text := strings.ToLower(c.Path(name))
	if strings.HasPrefix(text, "@") || strings.HasPrefix(text, "+") {
		text = text[1:]
	}
	if text == "" || len(text) > maxSlug || strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
		return fund.Key{}, &fault.Error{Kind: fault.NotFound}
	}
	return fund.Key{Slug: text}, nil
}

// keyAt finds a thing by its UUID or legacy id at a wildcard, uuidKeyAt one that has no legacy id, and slugKeyAt
// one by its slug.
func keyAt(name string) finds[fund.Key]     { return reading(idAt, name) }
func uuidKeyAt(name string) finds[fund.Key] { return reading(uuidAt, name) }
func slugKeyAt(name string) finds[fund.Key] { return reading(slugAt, name) }

func reading(read func(*call, string) (fund.Key, error), name string) finds[fund.Key] {
	return func(c *call) (fund.Key, error) { return read(c, name) }
}

// pathParameter is where a fact stands in a path.
type pathParameter struct {
	// name is that of the wildcard with its id.
	name string
	// kinds are the kinds of facts that are found there.
	kinds []fund.Kind
	// id reads the wildcard.
	id func(c *call, name string) (fund.Key, error)
}

// The places of facts.
var (
	atCampaign     = pathParameter{"campaign_id", []fund.Kind{fund.KindCampaign}, idAt}
	atTeamCampaign = pathParameter{"team_campaign_id", []fund.Kind{fund.KindTeamCampaign}, idAt}
	atPersonal     = pathParameter{"personal_campaign_id", []fund.Kind{fund.KindPersonalCampaign}, uuidAt}
	atEvent        = pathParameter{"fundraising_event_id", []fund.Kind{fund.KindFundraisingEvent}, idAt}
	atCause        = pathParameter{"cause_id", []fund.Kind{fund.KindCause}, idAt}
	atHouse        = pathParameter{"auction_house_id", []fund.Kind{fund.KindAuctionHouse}, uuidAt}
	// A number would mean one thing for each kind, so that a fact is known by its UUID only.
	atFact = pathParameter{"fact_id", []fund.Kind{
		fund.KindCause, fund.KindFundraisingEvent, fund.KindTeamCampaign, fund.KindCampaign,
		fund.KindPersonalCampaign, fund.KindAuctionHouse,
	}, uuidAt}
)

// key finds the fact at the place.
func (p pathParameter) key(c *call) (app.FactKey, error) {
	key, err := p.id(c, p.name)
	return app.FactKey{Key: key, Kinds: p.kinds}, err
}
