package sound

import (
	"context"
	"encoding/binary"
	"math"
	"sync"
	"time"
)

// builtinRate is the samples a second of the sounds that come with this server: enough for what they are made of.
const builtinRate = 24_000

// note is a tone of a built-in sound: when it begins, how high it is in Hertz, and how fast it fades, in seconds to a third.
type note struct {
	at    time.Duration
	pitch float64
	fade  float64
	// second and third are how strong the overtones are.
	second, third float64
}

// builtins are the sounds that come with this server, made when they are first asked for.
var builtins = map[string]func() Sound{
	// A bell on two tones, a fifth apart.
	"chime": sync.OnceValue(func() Sound {
		return compose(time.Second, note{0, 784, .25, .4, .15}, note{150 * time.Millisecond, 1175, .3, .4, .15})
	}),
	// Three rising notes of a chord.
	"rise": sync.OnceValue(func() Sound {
		return compose(1200*time.Millisecond, note{0, 523, .18, .3, .1}, note{120 * time.Millisecond, 659, .18, .3, .1}, note{240 * time.Millisecond, 784, .35, .3, .1})
	}),
	// A short knock on wood.
	"knock": sync.OnceValue(func() Sound {
		return compose(400*time.Millisecond, note{0, 330, .05, .6, .3}, note{140 * time.Millisecond, 392, .06, .6, .3})
	}),
	// Two coins: high, fast, with many overtones.
	"coin": sync.OnceValue(func() Sound {
		return compose(700*time.Millisecond, note{0, 988, .06, .5, .4}, note{80 * time.Millisecond, 1319, .2, .5, .4})
	}),
	// A fanfare of four notes for large donations.
	"fanfare": sync.OnceValue(func() Sound {
		return compose(2*time.Second, note{0, 523, .12, .7, .5}, note{160 * time.Millisecond, 523, .12, .7, .5}, note{320 * time.Millisecond, 659, .15, .7, .5}, note{480 * time.Millisecond, 1047, .5, .7, .5})
	}),
}

// Builtins lists the names of the sounds that come with this server.
func Builtins() []string { return []string{"chime", "rise", "knock", "coin", "fanfare"} }

// Builtin is a sound that comes with this server.
func Builtin(name string) (Sound, bool) {
	sound, ok := builtins[name]
	if !ok {
		return Sound{}, false
	}
	return sound(), true
}

// compose writes notes as a WAV. It rises for five milliseconds, so that nothing clicks, and the loudest sample is at half of full scale.
func compose(length time.Duration, notes ...note) Sound {
	const rise, loudest = .005, .5
	samples := make([]float64, int(length.Seconds()*builtinRate))
	peak := 0.0
	for i := range samples {
		at := float64(i) / builtinRate
		for _, n := range notes {
			if t := at - n.at.Seconds(); t >= 0 {
				w := 2 * math.Pi * n.pitch * t
				samples[i] += min(1, t/rise) * math.Exp(-t/n.fade) * (math.Sin(w) + n.second*math.Sin(2*w) + n.third*math.Sin(3*w))
			}
		}
		samples[i] *= min(1, (length.Seconds()-at)/.05) // what is left at the end fades out
		peak = max(peak, math.Abs(samples[i]))
	}
	data := make([]byte, 0, 2*len(samples))
	for _, s := range samples {
		data = binary.LittleEndian.AppendUint16(data, uint16(int16(math.Round(s/peak*loudest*math.MaxInt16))))
	}
	le := binary.LittleEndian
	format := le.AppendUint16(le.AppendUint16(nil, wavPCM), 1)
	format = le.AppendUint32(le.AppendUint32(format, builtinRate), 2*builtinRate)
	format = le.AppendUint16(le.AppendUint16(format, 2), 16)
	s, err := take(context.Background(), formatWAV, Uploads, writeWAV(format, data))
	if err != nil {
		panic("sound: " + err.Error()) // it is made of the lines above
	}
	return s
}
