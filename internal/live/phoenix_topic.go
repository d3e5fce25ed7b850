package live

import (
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// phoenixStream is what a topic is about. It is also the name of its events.
type phoenixStream string

// The streams. A campaign and a fact are the same thing, in the words of two times.
const (
	streamDonation phoenixStream = "donation"
	streamCampaign phoenixStream = "campaign"
	streamFact     phoenixStream = "fact"
	streamReward   phoenixStream = "reward"
)

// topicFact is how a topic names its fact: by its UUID, or by its number in version 3.
type topicFact struct{ fund.Key }

// find is the key to look for. Only campaigns have numbers that belong to nothing else.
func (t topicFact) find() app.FactKey {
	if t.LegacyID != 0 {
		return app.FactKey{Key: t.Key}
	}
	return app.FactKey{Key: t.Key, Kinds: app.AllKinds()}
}

// phoenixTopic is a topic: "campaign.165613.donation", "fact.0478358a-c4ff-4ab0-9cc7-5f0b328df9dc.fact".
type phoenixTopic struct {
	name   string
	fact   topicFact
	stream phoenixStream
}

// maxTopic is the length of the longest topic, in bytes.
const maxTopic = len("campaign.") + 36 + len(".donation")

// parseTopic reads a topic; false for one that cannot exist.
func parseTopic(name string) (phoenixTopic, bool) {
	if len(name) > maxTopic {
		return phoenixTopic{}, false
	}
	parts := strings.Split(name, ".")
	if len(parts) != 3 || parts[0] != "campaign" && parts[0] != "fact" {
		return phoenixTopic{}, false
	}
	t := phoenixTopic{name: name, stream: phoenixStream(parts[2])}
	switch t.stream {
	case streamDonation, streamCampaign, streamFact, streamReward:
	default:
		return phoenixTopic{}, false
	}
	if id, err := fund.ParseID(parts[1]); err == nil {
		t.fact.ID = id
		return t, true
	}
	// Not ParseInt, which takes a sign.
	number, err := strconv.ParseUint(parts[1], 10, 63)
	t.fact.LegacyID = int64(number)
	return t, err == nil && number > 0
}
