package live_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/live"
)

func TestPhoenixTopics(t *testing.T) {
	t.Parallel()
	const uuid = "0478358a-c4ff-4ab0-9cc7-5f0b328df9dc"
	for name, want := range map[string]string{
		// Those that were seen.
		"campaign.146066.campaign": "146066 campaign 0",
		"campaign.146066.donation": "146066 donation 0",
		"fact.165613.donation":     "165613 donation 0",
		"fact." + uuid + ".fact":   uuid + " fact 6",
		"fact." + uuid + ".reward": uuid + " reward 6",

		"campaign." + uuid + ".donation":              uuid + " donation 6",
		"fact." + strings.ToUpper(uuid) + ".donation": uuid + " donation 6",
		"fact.9223372036854775807.donation":           "9223372036854775807 donation 0",
		"fact.9223372036854775808.donation":           "",
		"fact.0.donation":                             "",
		"fact.-1.donation":                            "",
		"fact.+1.donation":                            "",
		"fact. 1.donation":                            "",
		"fact.1_000.donation":                         "",
		"fact.speedrun.donation":                      "",
		"fact..donation":                              "",
		"fact.1":                                      "",
		"fact.1.":                                     "",
		"fact.1.donations":                            "",
		"fact.1.Donation":                             "",
		"fact.1.donation.x":                           "",
		"user.1.donation":                             "",
		"phoenix":                                     "",
		"":                                            "",
		"fact." + strings.Repeat("0", 99) + "1.donation": "",
	} {
		if got := live.ParseTopic(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func FuzzPhoenixTopic(f *testing.F) {
	f.Add("campaign.146066.campaign")
	f.Add("fact.0478358a-c4ff-4ab0-9cc7-5f0b328df9dc.reward")
	f.Fuzz(func(t *testing.T, name string) {
		got := live.ParseTopic(name)
		if got == "" {
			return
		}
		if !strings.HasPrefix(name, "campaign.") && !strings.HasPrefix(name, "fact.") || strings.HasPrefix(got, "0 ") || strings.HasPrefix(got, " ") {
			t.Errorf("%q: got %q", name, got)
		}
	})
}

func TestFramesOfOneClientPassAtAPace(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_700_000_000, 0)
	at := slices.Repeat([]time.Time{start}, live.FrameBurst)
	waits := live.Pace(append(at, start, start, start.Add(time.Second), start.Add(time.Hour))...)
	for i, wait := range waits[:live.FrameBurst] {
		if wait != 0 {
			t.Fatalf("frame %d waits %s, want none of the burst to wait", i, wait)
		}
	}
	want := []time.Duration{live.FrameEvery, 2 * live.FrameEvery, 0, 0}
	if got := waits[live.FrameBurst:]; !slices.Equal(got, want) {
		t.Errorf("after the burst: got %v, want %v", got, want)
	}
}
