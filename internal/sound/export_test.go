package sound

// Loudness is what samples measure, in LUFS.
func Loudness(rate, channels int, samples []float32) float64 {
	return pcm{rate, channels, samples}.loudness()
}

// TakeTurn takes a turn of the taker and never gives it back.
func TakeTurn(t *Taker) { t.turns <- struct{}{} }

// OggSum is the checksum of a page.
var OggSum = oggSum

// VorbisSafe reports whether a decoder can be handed a setup header.
var VorbisSafe = vorbisSafe
