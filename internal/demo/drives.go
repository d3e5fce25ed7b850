package demo

import (
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// drive is a campaign, team campaign or personal campaign of the data set. Objects are named by their slugs.
type drive struct {
	slug, name, about string
	// user is the owner or creator; team is the owner of a team campaign, otherwise the team that a member's campaign is for.
	user, team string
	ofTeam     bool
	// personal drives are for somebody: forName, or their owner where that is "".
	personal bool
	forName  string
	// supported drives may be supported by everybody; those of teams always may.
	supported            bool
	cause, event, parent string
	goal                 string
	avatar               string
	live                 *fund.Livestream
	unpublished          bool
	// retired drives are retired after their donations.
	retired bool
	// donations is how many donations it gets, from opened days before Epoch until the end.
	donations int
	opened    float64

	polls      []ballot
	targets    []fund.TargetPatch
	rewards    []prize
	milestones []fund.MilestonePatch
	schedule   []fund.SchedulePatch
	matches    []pledge
	fitness    []workout
	// presets are the amounts that its donate page offers; nil for those of every page.
	presets []string
}

// ballot is a poll; a disabled one is disabled after all donations.
type ballot struct {
	patch    fund.PollPatch
	disabled bool
}

// prize is a reward; a retired one is retired after all donations.
type prize struct {
	patch   fund.RewardPatch
	retired bool
}

// pledge is a donation match; an ended one is ended after all donations, with the matcher's own donation.
type pledge struct {
	patch fund.MatchPatch
	ended bool
}

// drives are all campaigns, each after what it supports.
func drives() []drive { return slices.Concat(campaigns(), personalDrives()) }

// campaigns are the campaigns of users and teams.
func campaigns() []drive {
	return []drive{
		lanternDrive(), miraDrive(),
		{
			slug: "cozy-nights", name: "Cozy nights with Yuki ☕", about: "Slow games, warm tea.", user: "yuki", team: "lanterns",
			cause: "open-harbor", event: "winter-lights", parent: "lanterns-light-the-pier", goal: "2500", donations: 180, opened: 11,
			live:    &fund.Livestream{Type: "twitch", Channel: "yuki_cozy"},
			polls:   []ballot{{patch: poll("Next game?", time.Time{}, "Farm", "Fish", "はなび")}},
			rewards: []prize{{patch: reward("Postcard", "12.00", fund.RewardPatch{Kind: fund.Some(fund.RewardPhysical), AlwaysActive: fund.Some(true)})}},
		},
		{
			slug: "relay", name: "Speedrun relay", user: "tomas", team: "lanterns", cause: "open-harbor", event: "winter-lights",
			parent: "lanterns-light-the-pier", goal: "1500.50", donations: 90, opened: 9,
			targets: []fund.TargetPatch{target("Blindfolded final", "800", time.Time{}, time.Time{})},
		},
		{
			slug: "laps-for-light", name: "1,000 laps for light", about: "A lap for every dollar. Really.", user: "lena",
			cause: "open-harbor", event: "winter-lights", goal: "5000", donations: 160, opened: 12,
			live:     &fund.Livestream{Type: "youtube", Channel: "UCdemoLaps"},
			schedule: []fund.SchedulePatch{scheduled("Rain race", "", day(5), day(4.9))}, fitness: lenaLaps(),
		},
		{
			slug: "thursday-nights", name: "ليالي الخميس", about: "نلعب معاً من أجل الميناء.", user: "omar", cause: "open-harbor",
			event: "winter-lights", goal: "800", donations: 70, opened: 10,
		},
		{
			slug: "drawing-otters", name: "מציירים לוטרות 🦦", user: "noa", cause: "river-keepers", event: "otter-week", goal: "1200.75",
			donations: 150, opened: 15, avatar: "https://assets.example/otter-week/noa.png",
			polls:   []ballot{{patch: poll("What shall they wear?", time.Time{}, "Hats", "Scarves", "<b>Nothing</b>")}},
			targets: []fund.TargetPatch{target("Paint the bathroom wall", "5000", time.Time{}, time.Time{})},
		},
		{
			slug: "bake-along", name: "Big Al's Bake-along", about: bakeAlong, user: "big-al", cause: "river-keepers", goal: "900",
			donations: 110, opened: 14, live: &fund.Livestream{Type: "youtube", Channel: "bigalbakes"},
		},
		{
			slug: "neko-allnight", name: "猫のための徹夜ゲーム", about: "朝まで遊びます。", user: "yuki", cause: "neko-no-ie", goal: "300000",
			donations: 140, opened: 8, live: &fund.Livestream{Type: "twitch", Channel: "yuki_cozy"},
			polls:   []ballot{{patch: poll("次の猫の名前は？", time.Time{}, "たま", "みけ", "🐈‍⬛")}},
			targets: []fund.TargetPatch{target("猫耳をつける", "50000", time.Time{}, time.Time{})},
			rewards: []prize{{patch: reward("肉球ステッカー", "1500", fund.RewardPatch{Kind: fund.Some(fund.RewardPhysical), AlwaysActive: fund.Some(true)})}},
		},
		{slug: "fox-den", name: "fox den", user: "quietfox", cause: "neko-no-ie", goal: "10000", donations: 25, opened: 6},
		{
			slug: "night-of-cats", name: "Night of 1000 cats", user: "yuki", team: "nightshift", ofTeam: true, cause: "neko-no-ie",
			goal: "500000", donations: 30, opened: 7,
		},
		{
			slug: "last-watch", name: "The last watch", user: "jonas", team: "old-guard", ofTeam: true, cause: "open-harbor",
			goal: "1000", donations: 30, opened: 28, retired: true,
		},
		{
			slug: "autumn-warmup", name: "Autumn warm-up", about: "Done and dusted.", user: "jonas", cause: "open-harbor", goal: "750",
			donations: 60, opened: 27, retired: true, targets: []fund.TargetPatch{target("Cold shower", "200", time.Time{}, time.Time{})},
		},
		{
			slug: "first-try", name: "First try", user: "lena", cause: "river-keepers", goal: "100", donations: 45, opened: 26, retired: true,
		},
		{slug: "secret-plan", name: "Secret plan", user: "priya", cause: "open-harbor", goal: "5000", opened: 3, unpublished: true},
		{slug: "next-year", name: "Next year's idea", user: "zoe", cause: "river-keepers", goal: "400", opened: 2, unpublished: true},
		{slug: emptyDrive, name: "Zoë's very first campaign", user: "zoe", cause: "open-harbor", goal: "250", opened: 2},
		{
			slug: "harbor-chorus", name: "A chorus for Mira", about: "Sings along, off key.", user: "jonas", cause: "open-harbor",
			parent: fullDrive, goal: "300", donations: 20, opened: 6,
		},
	}
}

// The slugs of the drives that the credentials name.
const (
	teamDrive     = "lanterns-light-the-pier"
	fullDrive     = "light-up-the-harbor"
	secondDrive   = "cozy-nights"
	emptyDrive    = "first-light"
	personalDrive = "forty-for-forty"
)

// lanternDrive has everything that a team campaign can have.
func lanternDrive() drive {
	return drive{
		slug: teamDrive, name: "Lanterns light the pier", about: "All of us, one pier.", user: "mira", team: "lanterns", ofTeam: true,
		cause: "open-harbor", event: "winter-lights", goal: "20000", donations: 120, opened: 13,
		live:    &fund.Livestream{Type: "twitch", Channel: "lanterns"},
		polls:   []ballot{{patch: poll("Who hosts the finale?", time.Time{}, "Mira", "Tomáš", "ゆき")}},
		targets: []fund.TargetPatch{target("Everybody in one kitchen", "3000", time.Time{}, faraway)},
		rewards: []prize{{patch: reward("Lantern of paper", "15", fund.RewardPatch{
			Kind: fund.Some(fund.RewardPhysical), AlwaysActive: fund.Some(true),
		})}},
		milestones: []fund.MilestonePatch{milestone("The pier has a roof", "1000"), milestone("The pier has a stage", "250000")},
		schedule:   []fund.SchedulePatch{scheduled("All on one couch", "Bring a pillow.", day(7), day(6.5))},
		matches:    []pledge{{patch: match("The Lamp Makers' Guild", fund.MatchAmount, "2500", faraway)}},
		fitness:    lanternRounds(),
	}
}

// miraDrive has everything that a campaign can have.
func miraDrive() drive {
	d := drive{
		slug: fullDrive, name: "Light up the harbor with Mira ⚓",
		about: "24 hours, *one* save file, no pause button.\n\nEvery **$25** is a blanket.", user: "mira", team: "lanterns",
		cause: "open-harbor", event: "winter-lights", parent: teamDrive, goal: "15000", donations: 320, opened: 9, supported: true,
		avatar: "https://assets.example/mira/harbor.png", live: &fund.Livestream{Type: "twitch", Channel: "miraplays"},
	}
	d.polls = []ballot{
		{patch: poll("Which game comes next?", time.Time{}, "Castle of \"Illusions\"", "Moon 🌙 Rider", "לילה טוב", "<i>none</i>")},
		{patch: poll("Hair color for the finale", faraway, "Teal", "Copper")},
		{patch: poll("First boss: sword or bow?", day(4), "Sword", "Bow")},
		{patch: poll("Pineapple?", time.Time{}, "Yes", "No"), disabled: true},
	}
	d.targets = []fund.TargetPatch{
		target("Sing the credits", "25000", time.Time{}, time.Time{}),
		target("Eat a very sour candy 🍋", "50", time.Time{}, faraway),
		target("Finish before midnight", "9000.50", time.Time{}, day(3)),
		target("Cosplay on New Year's Eve", "40000", day(2), faraway),
	}
	d.rewards = miraPrizes()
	d.presets = []string{"10", "25", "50", "65.50", "100", "250"}
	d.milestones = []fund.MilestonePatch{
		milestone("New lamp", "500"), milestone("Half an hour of karaoke", "2500.50"), milestone("12 more hours", "60000"),
		milestone("Move to the pier", "250000"),
	}
	d.matches = []pledge{
		{patch: match("Harbor Savings Bank", fund.MatchAmount, "400", day(6)), ended: true},
		{patch: match("A friend of the harbor 🛟", fund.MatchAll, "", faraway)},
	}
	d.fitness = miraSteps()
	d.schedule = []fund.SchedulePatch{
		scheduled("Start of the stream", "Tea is ready.", day(9), day(8.9)),
		scheduled("Q&A with the harbor crew", "", day(4), time.Time{}),
		scheduled("🎆 Finale", "Whenever we get there.", faraway.AddDate(0, -1, 0), faraway),
	}
	return d
}

func miraPrizes() []prize {
	stock := func(n int64) fund.Opt[*int64] { return fund.Some(&n) }
	return []prize{
		{patch: reward("Sticker sheet", "10", fund.RewardPatch{
			Description: fund.Some("Five stickers of the cat."), Kind: fund.Some(fund.RewardPhysical), Quantity: stock(5000),
			FairMarketValue: fund.Some("2.50"), ShippingAddressRequired: fund.Some(true),
			ShippingNote: fund.Some("Ships worldwide in January."), AlwaysActive: fund.Some(true),
			Image: fund.Some("https://assets.example/mira/stickers.png"),
		})},
		{patch: reward("Play one level with me", "35", fund.RewardPatch{
			Kind: fund.Some(fund.RewardVirtual), Quantity: stock(3), CustomQuestion: fund.Some("Which level, and what is your handle?"),
			AlwaysActive: fund.Some(true),
		})},
		{patch: reward("Your name in the credits", "5", fund.RewardPatch{
			Kind: fund.Some(fund.RewardVirtual), StartsAt: fund.Some(day(9)), EndsAt: fund.Some(faraway),
			CustomQuestion: fund.Some("How do you spell it? 🖋️"),
		})},
		{patch: reward("Harbor hoodie", "65.50", fund.RewardPatch{
			Kind: fund.Some(fund.RewardProduct), FairMarketValue: fund.Some("40"), Quantity: stock(2000),
			ShippingAddressRequired: fund.Some(true), StartsAt: fund.Some(day(8)), EndsAt: fund.Some(faraway),
		})},
		{patch: reward("Early bird poster", "20", fund.RewardPatch{
			Kind: fund.Some(fund.RewardPhysical), StartsAt: fund.Some(day(9)), EndsAt: fund.Some(day(5)),
		})},
		{retired: true, patch: reward("Last year's mug", "18", fund.RewardPatch{
			Kind: fund.Some(fund.RewardProduct), AlwaysActive: fund.Some(true),
		})},
	}
}

func poll(name string, ends time.Time, options ...string) fund.PollPatch {
	patch := fund.PollPatch{Name: fund.Some(name), Enabled: fund.Some(true)}
	if !ends.IsZero() {
		patch.EndsAt = fund.Some(ends)
	}
	for _, option := range options {
		patch.Options = append(patch.Options, fund.PollOptionPatch{Name: fund.Some(option)})
	}
	return patch
}

func target(name, amount string, activates, ends time.Time) fund.TargetPatch {
	patch := fund.TargetPatch{Name: fund.Some(name), Amount: fund.Some(amount), Enabled: fund.Some(true)}
	if !activates.IsZero() {
		patch.ActivatesAt = fund.Some(activates)
	}
	if !ends.IsZero() {
		patch.EndsAt = fund.Some(ends)
	}
	return patch
}

func milestone(name, amount string) fund.MilestonePatch {
	return fund.MilestonePatch{Name: fund.Some(name), Amount: fund.Some(amount), Enabled: fund.Some(true)}
}

// match is a donation match that starts on the eighth day before Epoch.
func match(by string, of fund.MatchType, pledged string, ends time.Time) fund.MatchPatch {
	patch := fund.MatchPatch{
		MatchedBy: fund.Some(by), Type: fund.Some(of), StartsAt: fund.Some(day(8)), EndsAt: fund.Some(ends),
	}
	if pledged != "" {
		patch.Pledged = fund.Some(pledged)
	}
	return patch
}

func reward(name, amount string, rest fund.RewardPatch) fund.RewardPatch {
	rest.Name, rest.Amount, rest.Enabled = fund.Some(name), fund.Some(amount), fund.Some(true)
	return rest
}

const bakeAlong = "Bread, *bread* and **more bread**.\n\n> “A loaf a day”\n\n<iframe src=\"https://bread.example\"></iframe>"
