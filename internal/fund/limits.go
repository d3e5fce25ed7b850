package fund

import (
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of input. Characters are Unicode code points.
const (
	// MaxName is how many characters a name of anything may have.
	MaxName = 255
	// MaxSlug is how many characters a slug may have.
	MaxSlug = 100
	// MaxDescription is how many bytes a description may have.
	MaxDescription = 65_536
	// MaxAbout is how many bytes the about of a user or team may have.
	MaxAbout = 10_000
	// MaxComment is how many characters a donor's comment may have.
	MaxComment = 1_000
	// MaxDonorName is how many characters the name of a donor may have.
	MaxDonorName = 100
	// MaxEmail is how many bytes an e-mail address may have (RFC 5321).
	MaxEmail = 254
	// MaxAddress is how many characters a web address may have.
	MaxAddress = 2_048
	// MaxOptions is how many options a poll may have; it has at least one.
	MaxOptions = 50
	// MaxQuantity is how many of a reward there may be, or be claimed at once.
	MaxQuantity = 1_000_000
	// MaxHeld is how many of a reward with a limited stock one donation may claim while it is unpaid, or one in HeldShare of the stock where
	// that is more: an unpaid donation holds what it claims.
	MaxHeld   = 10
	HeldShare = 10
	// MaxClaims is how many rewards one donation may claim.
	MaxClaims = 50
	// MaxPassword is how many bytes a password may have.
	MaxPassword = 1_024
	// MinPassword is how many characters a password has at least.
	MinPassword = 8
	// MaxOpenMatches is how many donation matches of a fact may be open at once.
	MaxOpenMatches = 10
	// MaxOfflineADay is how many donations and pledges without a payment one person who raises money for a cause may record a day.
	MaxOfflineADay = 200
	// MaxDepth is how many facts a chain of parents may have.
	MaxDepth = 16
	// MaxPerFact is how many polls, targets or rewards of one fact are listed.
	MaxPerFact = 1_000
	// DonorPage is how many donations a page of a donor's own shows.
	DonorPage = 25
	// MaxPage is how many items of a list are read at once: a page, and one more to see whether another page follows.
	MaxPage = 101
	// MaxPictureBytes is how many bytes of uploaded pictures a user, a team or a cause may have in all sizes, with those that were replaced less than
	// PictureGrace ago: some thousand covers.
	MaxPictureBytes = 256 << 20
	// PictureGrace is how long a picture that was replaced or removed can still be read: pages that show it were read before.
	PictureGrace = time.Hour
	// MaxImages is how many pictures an auction item may have.
	MaxImages = 20
	// MaxExercise is how many meters or seconds one activity may have.
	MaxExercise = 1_000_000_000
	// MaxMetadata is how many characters the metadata of a relay key may have.
	MaxMetadata = 4_096
	// MaxEndpoints is how many webhook endpoints an application may have.
	MaxEndpoints = 100
	// MaxChatTemplate is how many characters the template of an endpoint of a chat may have.
	MaxChatTemplate = 500
	// MaxRelays is how many webhook relays an application may have.
	MaxRelays = 100
	// MaxSubscriptions is how many facts a webhook endpoint may be subscribed to.
	MaxSubscriptions = 10_000
	// MaxPendingApplications is how many applications that registered themselves may wait for an operator at once.
	MaxPendingApplications = 100
	// MaxRegisteredRedirects is how many redirect URIs an application may register itself with.
	MaxRegisteredRedirects = 10
	// MaxPresets is how many amounts a donate page offers.
	MaxPresets = 12
	// MaxWords is how many words hold donations of a fact, MaxWord how many characters each may have, and MaxWordsText all of them: a list is
	// prepared in the write that records the money. The allowed words have the same limits of their own.
	MaxWords     = 1_000
	MaxWord      = 100
	MaxWordsText = 20_000
	// MaxAnswer is how many characters the answer to a reward's question may have.
	MaxAnswer = 500
	// MaxDonorText is how many characters a text may have that a fundraiser or a cause shows to its donors.
	MaxDonorText = 1_000
	// MaxStreamDelay is the longest delay of a stream, in seconds: what is later than an hour is no stream that a donor waits for.
	MaxStreamDelay = 60 * 60
	// MaxVia is how many characters the name may have by which a link says where donors come from.
	MaxVia = 64
	// MaxReleaseAfter is the longest time in seconds until a held donation is released automatically: 30 days.
	MaxReleaseAfter = 30 * 24 * 60 * 60
	// MaxIdempotencyKey is how many bytes an idempotency key may have.
	MaxIdempotencyKey = 255
)

// The rules whose texts include a value, which is the Limit of the field error.
const (
	// BelowMinimum and AboveMaximum reject a donation outside the fact's bounds; the limit is in minor units.
	BelowMinimum fault.Rule = "below_minimum"
	AboveMaximum fault.Rule = "above_maximum"
	// BelowRewards rejects a donation smaller than the price of its rewards; the limit is that price in minor units.
	BelowRewards fault.Rule = "below_rewards"
	// AboveOffline rejects what is more than a cause lets others record without a payment.
	AboveOffline fault.Rule = "above_offline"
	// BelowClaimed rejects a stock that is less than what is claimed already, which is the limit.
	BelowClaimed fault.Rule = "below_claimed"
	// NotMultiple rejects an amount between two of the payment provider's increments; the limit is the increment in minor units.
	NotMultiple fault.Rule = "not_multiple"
	// TooManyDecimals rejects an amount with more decimals than its currency has; the limit is the currency's number of decimals.
	TooManyDecimals fault.Rule = "too_many_decimals"
	// TooLight rejects a color that cannot be read on light pages; the limit is the number 0xrrggbb of the nearest one that can.
	TooLight fault.Rule = "too_light"
	// OutOfStock rejects a claim for more of a reward than are left; the limit is how many are left.
	OutOfStock fault.Rule = "out_of_stock"
	// AboveHeld rejects a claim for more of a limited reward than one donation may hold; the limit is how many it may.
	AboveHeld fault.Rule = "above_held"
)

// The rules by which a payment provider refuses to start a payment, for pages that tell the donor what to change. A PaymentFailed fault
// without one of them has no reason that a donor can do something about.
const (
	ProviderMinimum fault.Rule = "provider_minimum"
	ProviderMaximum fault.Rule = "provider_maximum"
	ProviderEmail   fault.Rule = "provider_email"
)

// The error texts of fields, which follow the field's name.
const (
	Blank       = "cannot be blank"
	NotAllowed  = "is not one of the allowed values"
	Taken       = "is already taken"
	ManyNames   = "was changed too often: choose one that it had before"
	Missing     = "does not exist"
	NoFile      = "has no file: upload one first"
	Fixed       = "cannot be changed"
	IsRetired   = "is retired"
	OtherCause  = "belongs to another cause"
	OtherFact   = "belongs to another campaign"
	NotEmail    = "is not an e-mail address"
	ManyMails   = "was asked for too many receipts within the hour: leave it empty, or try again later"
	ManyChanges = "was asked for too often within the hour: try again later"
	OwnEmail    = "is the address that you sign in with already"
	WrongSecret = "is not right"
	NotPhone    = "is not a phone number"
	NotAddress  = "is not an address (https://…)"
	ControlText = "has characters that cannot be shown"
	NotHook     = "is not an https or http address of a public host name"
	NotHookPort = "must have the port 80 or 443, one from 1024 on, or none"
	NotDiscord  = "is not an address of Discord: it begins with https://discord.com/api/webhooks/"
	NotSlack    = "is not an address of Slack: it begins with https://hooks.slack.com/services/, and not with /workflows/ or /triggers/"
	NotMatrix   = "is not an address of Matrix: it is one of Hookshot, or https://HOMESERVER/!ROOM:SERVER?access_token=TOKEN"
	NotForChats = "can be public types of donation_updated and of the events that chats announce only, because this endpoint is a chat"
	IsChat      = "is a chat, which takes no messages of relays"
	UsedBefore  = "was used before"
	NotManaged  = "has private types, which require managing the fact"
	NotPositive = "must be more than zero"
	NotCurrency = "is not a known currency"
	AfterStart  = "must be after starts_at"
	AfterActive = "must be after activates_at"
	UnknownName = "is not a known name"
	PollClosed  = "belongs to a poll that is closed"
	Closed      = "is closed"
	StaffOnly   = "is for the staff of the cause: promise an amount"
	NoPledge    = "is not for a match of everything"
	NotColor    = "is not a color (#0b6b50)"
	NotSlug     = "may only have the characters a-z, 0-9, - and _, and needs a letter"
	Reserved    = "is an address of this server: choose another one"
	InPast      = "cannot be in the past"
	HeldWord    = "has a word that holds names here: reword it, or allow it in the screening"
)
