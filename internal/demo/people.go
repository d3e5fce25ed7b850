package demo

import (
	"github.com/almoner/almoner/internal/fund"
)

// person is a user of the data set.
type person struct {
	slug, username, first, last, about, avatar string
	social                                     fund.SocialPatch
	newsletter                                 *bool
	// staff is the slug of the cause that the user works for; "" for none.
	staff string
}

func yes() *bool { answer := true; return &answer }

func no() *bool { return new(bool) }

// people are the users; the first one owns the campaign that has everything.
func people() []person {
	return []person{
		{
			slug: "mira", username: "MiraPlays", first: "Mira", last: "Okafor", newsletter: yes(),
			avatar: "https://assets.example/mira/avatar.png",
			about:  "Retro platformers, bad puns and one very loud cat.\n\nLive on **Tuesdays**.",
			social: fund.SocialPatch{
				"twitch": "miraplays", "twitter": "miraplays", "youtube": "https://www.youtube.com/@miraplays",
				"discord": "https://discord.gg/miraplays", "facebook": "miraplays", "instagram": "mira.plays",
				"tiktok": "@miraplays", "website": "https://mira.example", "snapchat": "miraplays",
			},
		},
		{slug: "jonas", username: "jonas_b", first: "Jonas", last: "Bergström", newsletter: no(), about: "Keeps the lights on."},
		{slug: "priya", username: "Priya ✨", first: "Priya", last: "Raghunathan", about: "Welcomes the new ones."},
		{slug: "tomas", username: "Tomáš", first: "Tomáš", last: "Dvořák", about: "Plans the marathons.", newsletter: yes()},
		{slug: "yuki", username: "ゆき", first: "由紀", last: "田中", about: "猫とゲームが好きです。", social: fund.SocialPatch{"twitch": "yuki_cozy", "twitter": "yuki_cozy"}},
		{slug: "lena", username: "LenaOnWheels", first: "Lena", last: "Fischer", about: `Racing "sims" & <real> wheels.`},
		{slug: "omar", username: "عمر", first: "عمر", last: "الفاروق", about: "ألعاب كل ليلة خميس 🎮"},
		{slug: "noa", username: "נועה", first: "נועה", last: "לוי", about: "ציירת בשידור חי"},
		{slug: "big-al", username: "Big_Al", first: "Alasdair", last: "MacInnes", social: fund.SocialPatch{"youtube": "bigalbakes"}},
		{slug: "zoe", username: "zoë", first: "Zoë", last: "van der Berg", about: "👩‍🚀 maybe one day"},
		{slug: "quietfox", username: "quietfox"},
		{slug: "harbor-desk", username: "Harbor Desk", first: "Rosa", last: "Castillo", staff: "open-harbor"},
		{slug: "river-desk", username: "River Desk", first: "Hugh", last: "O'Neill", staff: "river-keepers"},
		{slug: "neko-desk", username: "猫の家 事務局", first: "健", last: "佐藤", staff: "neko-no-ie"},
	}
}

// operatorSlug is the slug of the user who runs the demo's server.
const operatorSlug = "keeper"

// crew is a team of the data set. The founder becomes its super admin.
type crew struct {
	slug, name, about, avatar, founder string
	inviteOnly                         bool
	social                             fund.SocialPatch
	members                            []crewMember
}

type crewMember struct {
	user string
	role fund.Role
}

// crews are the teams; the first one has members in all roles, the last one is disbanded at the end.
func crews() []crew {
	return []crew{
		{
			slug: "lanterns", name: "The Lanterns 🏮", founder: "mira", about: "We stream so that somebody finds a light on.",
			avatar: "https://assets.example/lanterns/avatar.png",
			social: fund.SocialPatch{"twitch": "lanterns", "twitter": "lanterns", "discord": "https://discord.gg/lanterns", "website": "https://lanterns.example"},
			members: []crewMember{
				{"jonas", fund.RoleAdmin}, {"priya", fund.RoleUserManager}, {"tomas", fund.RoleEventManager},
				{"yuki", fund.RoleMember}, {"lena", fund.RoleMember},
			},
		},
		{
			slug: "nightshift", name: "夜勤 Nightshift", founder: "yuki", inviteOnly: true,
			members: []crewMember{{"quietfox", fund.RoleMember}, {"mira", fund.RoleEventManager}},
		},
		{
			slug: "old-guard", name: "Old Guard", founder: "jonas", about: "It was a good run.",
			members: []crewMember{{"big-al", fund.RoleMember}},
		},
	}
}

// disbandedCrew is the slug of the disbanded team.
const disbandedCrew = "old-guard"
