package demo

import "github.com/almoner/almoner/internal/fund"

// house is an auction house of the data set: that of a user, or that of the cause where user is "".
type house struct {
	slug, name, about, banner string
	user, cause, event        string
	goal                      string
	lots                      []lot
}

// lot is an item of a house with its offers, oldest first. A lot that is not open takes no offers yet; a sold one is completed after them.
type lot struct {
	patch      fund.AuctionItemPatch
	open, sold bool
	offers     []offer
}

// offer is a bid by a user of the data set, under a public name. A withdrawn one is removed at once.
type offer struct {
	user, name, amount string
	withdrawn          bool
}

// userHouse is the slug of the auction house that the credentials name.
const userHouse = "mira-clears-the-attic"

// houses are the auction houses: one of a user and one of a cause.
func houses() []house {
	return []house{
		{
			slug: userHouse, name: "Mira clears the attic", about: "Everything must go. *Everything.*", user: "mira",
			cause: "open-harbor", event: "winter-lights", goal: "2000", banner: "https://assets.example/mira/attic.jpg",
			lots: []lot{
				{
					patch: item("Signed lantern", "80", "60", fund.AuctionItemPatch{
						ShortDescription: fund.Some("Signed by the whole crew."), Legal: fund.Some("No warranty."),
						Rules: fund.Some("Pick it up at the pier, or pay for the parcel."), EndsAt: fund.Some(faraway),
						Images: fund.Some([]string{"https://assets.example/mira/lantern-1.jpg", "https://assets.example/mira/lantern-2.jpg"}),
					}),
					open: true,
					offers: []offer{
						{user: "jonas", name: "J. from the crew", amount: "80"}, {user: "lena", name: "LenaOnWheels", amount: "95.50"},
						{user: "omar", name: "Anonymous", amount: "120"}, {user: "zoe", name: "zoë", amount: "12000", withdrawn: true},
					},
				},
				{
					patch: item("Cartridge with a stranger's save file", "25", "", fund.AuctionItemPatch{EndsAt: fund.Some(day(1))}),
					open:  true, sold: true,
					offers: []offer{{user: "yuki", name: "ゆき", amount: "25"}, {user: "quietfox", name: "quietfox", amount: "40"}},
				},
				{patch: item("A box. Nobody knows", "5", "", fund.AuctionItemPatch{StartsAt: fund.Some(faraway.AddDate(0, 0, -7)), EndsAt: fund.Some(faraway)})},
			},
		},
		{
			slug: "captains-table", name: "The captain's table", about: "Dinners, tours and one old boat.", cause: "open-harbor",
			event: "winter-lights", goal: "10000", lots: []lot{{
				patch: item("A day on the rescue boat", "500", "750", fund.AuctionItemPatch{EndsAt: fund.Some(faraway)}),
				open:  true, offers: []offer{{user: "priya", name: "Priya ✨", amount: "510"}},
			}},
		},
	}
}

// item is an auction item that opens on the seventh day before Epoch, unless rest says otherwise.
func item(name, from, worth string, rest fund.AuctionItemPatch) fund.AuctionItemPatch {
	rest.Name, rest.StartingBid = fund.Some(name), fund.Some(from)
	rest.Description = fund.Some("**" + name + "**, as seen on stream.")
	if worth != "" {
		rest.FairMarketValue = fund.Some(worth)
	}
	if !rest.StartsAt.Set {
		rest.StartsAt = fund.Some(day(7))
	}
	return rest
}
