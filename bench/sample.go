package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// sample is one turn of a measurement.
type sample struct {
	count   int
	elapsed time.Duration
	// latencies are sorted; there is one for every count.
	latencies []time.Duration
	// cpu is the processor time that the server used meanwhile; 0 if not measured.
	cpu time.Duration
}

// gathered joins the measurements of several workers in the same time.
func gathered(elapsed time.Duration, workers [][]time.Duration) sample {
	all := slices.Concat(workers...)
	slices.Sort(all)
	return sample{count: len(all), elapsed: elapsed, latencies: all}
}

func (s sample) rate() float64 {
	if s.elapsed <= 0 {
		return 0
	}
	return float64(s.count) / s.elapsed.Seconds()
}

// each is the server's processor time per request.
func (s sample) each() time.Duration { return s.cpu / time.Duration(max(s.count, 1)) }

// quantile is the q-quantile of the latencies.
func (s sample) quantile(q float64) time.Duration {
	if len(s.latencies) == 0 {
		return 0
	}
	return s.latencies[min(int(q*float64(len(s.latencies))), len(s.latencies)-1)]
}

// String is the rate with its latencies, for a cell.
func (s sample) String() string {
	text := fmt.Sprintf("%s, p50 %s, p99 %s", perSecond(s.rate()), short(s.quantile(0.5)), short(s.quantile(0.99)))
	if s.cpu > 0 {
		text += fmt.Sprintf(", %s CPU each", short(s.each()))
	}
	return text
}

// contender is one of the subjects that are compared.
type contender struct {
	name    string
	measure func(time.Duration) (sample, error)
}

// results are the results of compete.
type results struct {
	// medians are the median samples by rate, one per contender.
	medians []sample
	// ratios are the rates of the first contender over those of each: the median of the ratios of the turns, which a slow minute of the
	// machine does not affect.
	ratios []float64
}

// compete measures each contender in turns, after a turn to warm up.
func (b *bench) compete(contenders ...contender) (results, error) {
	turns := make([][]sample, len(contenders))
	for turn := range b.turns + 1 {
		for i, c := range contenders {
			s, err := c.measure(b.turn)
			if err != nil {
				return results{}, fmt.Errorf("%s: %w", c.name, err)
			}
			b.progress("%s: %s", c.name, s)
			if turn > 0 {
				turns[i] = append(turns[i], s)
			}
		}
	}
	var r results
	for _, all := range turns {
		ratios := make([]float64, len(all))
		for turn, s := range all {
			ratios[turn] = turns[0][turn].rate() / max(s.rate(), 1)
		}
		r.ratios = append(r.ratios, median(ratios))
	}
	for _, all := range turns {
		slices.SortFunc(all, func(x, y sample) int { return cmp.Compare(x.rate(), y.rate()) })
		r.medians = append(r.medians, all[len(all)/2])
	}
	return r, nil
}

// median is the median of some values.
func median[T cmp.Ordered](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}
