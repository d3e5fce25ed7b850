package app

import (
	"net/netip"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
)

// LinkAsk is somebody who asks for a link to be mailed to an address.
type LinkAsk struct {
	Email string
	// Session names the browser, Address is that of its network.
	Session string
	Address netip.Addr
	// Language is the language tag of the page; "" for unknown.
	Language string
}

// takeLinkAsk checks and counts a question for a link, and makes the id of the link.
func (a *App) takeLinkAsk(use shield.LinkUse, ask *LinkAsk) (fund.ID, error) {
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &ask.Email)
	if err := wrong.Err(); err != nil {
		return fund.ID{}, err
	}
	if err := a.shield.Link(use, shield.Donor{Session: ask.Session, Network: ask.Address}, ask.Email); err != nil {
		return fund.ID{}, err
	}
	return a.newID(a.Now())
}
