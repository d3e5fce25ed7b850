package demo

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// personalDrives are the personal campaigns: the first one has everything, the second one is for
// somebody else and supports it.
func personalDrives() []drive {
	return []drive{
		{
			slug: personalDrive, name: "Forty for Lena's fortieth 🎂", about: "No presents, please: **give to the harbor**.", user: "lena",
			personal: true, supported: true, cause: "open-harbor", goal: "400", donations: 24, opened: 9,
			avatar: "https://assets.example/lena/cake.png", live: &fund.Livestream{Type: "twitch", Channel: "lenaonwheels"},
			polls:   []ballot{{patch: poll("Which cake?", time.Time{}, "Carrot", "Black forest")}},
			targets: []fund.TargetPatch{target("Forty push-ups", "100", time.Time{}, faraway)},
			rewards: []prize{{patch: reward("A slice of cake", "8", fund.RewardPatch{
				Kind: fund.Some(fund.RewardVirtual), AlwaysActive: fund.Some(true),
			})}},
			milestones: []fund.MilestonePatch{milestone("Candles are lit", "40"), milestone("A second cake", "4000")},
			schedule:   []fund.SchedulePatch{scheduled("Breakfast in bed", "", day(3), day(2.9))},
			matches: []pledge{
				{patch: match("Mum", fund.MatchAll, "", day(4)), ended: true},
				{patch: match("The office", fund.MatchAmount, "150.50", faraway)},
			},
		},
		{
			slug: "for-grandma-ada", name: "For Grandma Ada", about: "She was a nurse at the harbor.", user: "noa", personal: true,
			forName: "Ada Levi", cause: "open-harbor", parent: personalDrive, goal: "120", donations: 9, opened: 5,
		},
	}
}
