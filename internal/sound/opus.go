package sound

import (
	"context"
	"encoding/binary"
	"math"

	"github.com/pion/opus"
)

const (
	// opusRate is the rate that Opus decodes to, and counts positions in.
	opusRate = 48_000
	// opusPacket is the most samples of a channel that a packet holds: 120 ms.
	opusPacket = opusRate * 120 / 1000
	// opusHead is the length of the first packet (RFC 7845, section 5.1) where its channels are mono or stereo in the plain order.
	opusHead = 19
	// opusHeaders is how many packets stand before the sound.
	opusHeaders = 2
)

// decodeOpus decodes an Ogg file with Opus.
func decodeOpus(ctx context.Context, l Limits, file []byte) ([]byte, pcm, error) {
	stream, err := readOgg(file)
	if err != nil {
		return nil, pcm{}, err
	}
	if len(stream.packets) <= opusHeaders || len(stream.packets[0]) < opusHead {
		return nil, pcm{}, refusal(unreadable)
	}
	head := stream.packets[0]
	heard := pcm{rate: opusRate, channels: int(head[9])}
	if err := heard.checked(); err != nil {
		return nil, pcm{}, err
	}
	skip := int(binary.LittleEndian.Uint16(head[10:]))
	gain := math.Pow(10, float64(int16(binary.LittleEndian.Uint16(head[16:])))/(20*256))
	if head[8]>>4 != 0 || head[18] != 0 {
		return nil, pcm{}, refusal(unreadable)
	}
	decoder, err := opus.NewDecoderWithOutput(opusRate, heard.channels)
	if err != nil {
		return nil, pcm{}, err //nolint:wrapcheck // it is not shown
	}
	out := make([]float32, opusPacket*heard.channels)
	for _, packet := range stream.packets[opusHeaders:] {
		if err := ctx.Err(); err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // the caller says which
		}
		n, err := decoder.DecodeToFloat32(packet, out)
		if err != nil {
			return nil, pcm{}, err //nolint:wrapcheck // it is not shown
		}
		heard.samples = append(heard.samples, out[:n*heard.channels]...)
		if heard.frames() > l.longest(opusRate)+skip+opusPacket {
			return nil, pcm{}, l.tooLong()
		}
	}
	from, to := skip*heard.channels, int(stream.end)*heard.channels
	if from >= to || to > len(heard.samples) {
		return nil, pcm{}, refusal(unreadable)
	}
	heard.samples = heard.samples[from:to]
	for i := range heard.samples {
		heard.samples[i] *= float32(gain)
	}
	return file, heard, nil
}
