package main

import (
	"fmt"
	"io"
	"time"
)

// row is one line of the table. Empty cells were not measured or have no aim.
type row struct {
	what, measured, against, ratio, aim string
}

// table holds the results of a run.
type table []row

func (t *table) add(r row) { *t = append(*t, r) }

func (t *table) print(w io.Writer) {
	_, _ = fmt.Fprintln(w, "\n| what | measured | against | ratio | aim |")
	_, _ = fmt.Fprintln(w, "|---|---|---|---|---|")
	for _, r := range *t {
		_, _ = fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", r.what, r.measured, r.against, r.ratio, r.aim)
	}
}

// perSecond formats a rate: "12,345/s".
func perSecond(rate float64) string { return thousands(int64(rate+0.5)) + "/s" }

// thousands groups the digits of n by threes.
func thousands(n int64) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}

// ratioOf is a/b with two decimals.
func ratioOf(a, b float64) string {
	if b == 0 {
		return ""
	}
	return twoDigits(a / b)
}

func twoDigits(ratio float64) string { return fmt.Sprintf("%.2f", ratio) }

// short formats a duration with its significant digits.
func short(d time.Duration) string {
	switch {
	case d <= 0:
		return "0"
	case d < 10*time.Microsecond:
		return fmt.Sprintf("%.2f µs", float64(d.Nanoseconds())/1e3)
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3)
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	default:
		return fmt.Sprintf("%.0f s", d.Seconds())
	}
}

// megabytes is n bytes in MB.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
