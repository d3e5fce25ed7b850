package web

import (
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// stream is a channel of a streaming service.
type stream struct {
	Service, URL string
	// Player is the address of the service's player, and Host what loads from there; "" where it has none for the channel.
	Player, Host string
}

// The origins of the players that pages may show.
const (
	twitchPlayer  = "https://player.twitch.tv"
	youtubePlayer = "https://www.youtube-nocookie.com"
)

// streamOf is where a fact is streamed; nil where that is at no service that has pages.
func (s *Site) streamOf(f fund.Fact) *stream {
	if f.Livestream == nil || f.Livestream.Channel == "" {
		return nil
	}
	channel := url.PathEscape(f.Livestream.Channel)
	switch {
	case f.Livestream.Type == "twitch":
		// Twitch plays only in pages of the named host.
		query := url.Values{"channel": {f.Livestream.Channel}, "parent": {s.host()}, "autoplay": {"true"}}
		return &stream{"Twitch", "https://www.twitch.tv/" + channel, twitchPlayer + "/?" + query.Encode(), twitchPlayer}
	case f.Livestream.Type == "youtube" && strings.HasPrefix(channel, "UC"):
		query := url.Values{"channel": {f.Livestream.Channel}, "autoplay": {"1"}}
		return &stream{"YouTube", "https://www.youtube.com/channel/" + channel, youtubePlayer + "/embed/live_stream?" + query.Encode(), youtubePlayer}
	case f.Livestream.Type == "youtube":
		return &stream{Service: "YouTube", URL: "https://www.youtube.com/@" + strings.TrimPrefix(channel, "@")}
	default:
		return nil
	}
}

// host is the name of this server, without a port.
func (s *Site) host() string {
	u, err := url.Parse(s.baseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// policy is the content policy of the page of a fact: it may show the player of its stream, and no other frame.
func (p *factPage) policy() string {
	if p.Stream == nil || p.Stream.Host == "" {
		return scriptPolicy
	}
	return ui.ContentPolicy("'none'", ui.Sources{Scripts: "'self'", Connections: "'self'", Frames: p.Stream.Host})
}
