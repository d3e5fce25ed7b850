package sound

import "math"

// The gating of EBU R 128 (ITU-R BS.1770-5): blocks of 400 ms that overlap by three quarters, of which those below the absolute gate, and then those
// more than 10 LU below the mean of the others, do not count.
const (
	blocksPerSecond = 10   // one begins each 100 ms
	stepsPerBlock   = 4    // and is four times as long
	absoluteGate    = -70. // LUFS
	relativeGate    = -10. // LU
	// offset is what BS.1770 adds so that a sine of 997 Hz at full scale on one channel measures -3.01.
	offset = -0.691
)

// loudness is the integrated loudness in LUFS; -Inf for silence. Mono counts as two equal channels, which is how it is played. A sound that is
// shorter than one block is measured as one block of its own length.
func (p pcm) loudness() float64 {
	energies := p.steps()
	if len(energies) == 0 {
		return math.Inf(-1)
	}
	span := min(stepsPerBlock, len(energies))
	var blocks []float64
	for i := 0; i+span <= len(energies); i++ {
		blocks = append(blocks, mean(energies[i:i+span]))
	}
	blocks = above(blocks, absoluteGate)
	return level(mean(above(blocks, level(mean(blocks))+relativeGate)))
}

// steps are the mean energies of each 100 ms after weighting, all channels together. What is left at the end counts only where nothing else is.
func (p pcm) steps() []float64 {
	step := p.rate / blocksPerSecond
	if p.frames() < step*stepsPerBlock {
		step = p.frames()
	}
	if step == 0 {
		return nil
	}
	energies := make([]float64, p.frames()/step)
	for channel := range p.channels {
		weigh := kWeighting(p.rate)
		for i := range len(energies) * step {
			s := weigh(float64(p.samples[i*p.channels+channel]))
			energies[i/step] += s * s / float64(step)
		}
	}
	if p.channels == 1 {
		for i := range energies {
			energies[i] *= 2
		}
	}
	return energies
}

// kWeighting filters one channel: a shelf for the head, then a high-pass. The constants are those of the analog filters behind the table in
// BS.1770, which has coefficients for 48 kHz only.
func kWeighting(rate int) func(float64) float64 {
	const (
		shelfAt, shelfQ, shelfGain, shelfBand = 1681.974450955533, 0.7071752369554196, 3.999843853973347, 0.4996667741545416
		passAt, passQ                         = 38.13547087602444, 0.5003270373238773
	)
	k := math.Tan(math.Pi * shelfAt / float64(rate))
	high := math.Pow(10, shelfGain/20)
	band := math.Pow(high, shelfBand)
	a0 := 1 + k/shelfQ + k*k
	shelf := biquad{
		b: [3]float64{(high + band*k/shelfQ + k*k) / a0, 2 * (k*k - high) / a0, (high - band*k/shelfQ + k*k) / a0},
		a: [2]float64{2 * (k*k - 1) / a0, (1 - k/shelfQ + k*k) / a0},
	}
	k = math.Tan(math.Pi * passAt / float64(rate))
	a0 = 1 + k/passQ + k*k
	pass := biquad{b: [3]float64{1, -2, 1}, a: [2]float64{2 * (k*k - 1) / a0, (1 - k/passQ + k*k) / a0}}
	return func(s float64) float64 { return pass.next(shelf.next(s)) }
}

// biquad is a filter of the second order in its transposed direct form II.
type biquad struct {
	b    [3]float64
	a    [2]float64
	held [2]float64
}

func (f *biquad) next(x float64) float64 {
	y := f.b[0]*x + f.held[0]
	f.held[0] = f.b[1]*x - f.a[0]*y + f.held[1]
	f.held[1] = f.b[2]*x - f.a[1]*y
	return y
}

// level is an energy in LUFS.
func level(energy float64) float64 { return offset + 10*math.Log10(energy) }

func mean(of []float64) float64 {
	sum := 0.0
	for _, one := range of {
		sum += one
	}
	return sum / float64(max(1, len(of)))
}

// above are the energies louder than a gate.
func above(energies []float64, gate float64) (kept []float64) {
	for _, one := range energies {
		if level(one) > gate {
			kept = append(kept, one)
		}
	}
	return kept
}
