package ui

import (
	"strconv"
	"strings"
	"time"
)

// The view box of a chart, in its own units. Its lines keep their width however it is stretched.
const (
	chartWidth  = 600
	chartHeight = 160
	// chartRoom is what is left free above the highest point.
	chartRoom = 8
)

// Chart is a curve of money over time, with all its points as a table.
type Chart struct {
	// Line and Area are the curve, and what is below it.
	Line, Area string
	// Points are the points of the curve, the first and the last among them.
	Points []ChartPoint
}

// ChartPoint is a point of a chart. Total is an amount, and Minor the same in minor units.
type ChartPoint struct {
	At    time.Time
	Total string
	Minor int64
}

// NewChart draws at least two points, which come in the order of their times.
func NewChart(points []ChartPoint) *Chart {
	var highest int64 = 1
	for _, p := range points {
		highest = max(highest, p.Minor)
	}
	first, span := points[0].At, points[len(points)-1].At.Sub(points[0].At)
	var line strings.Builder
	for i, p := range points {
		x := float64(chartWidth) * float64(p.At.Sub(first)) / float64(max(span, 1))
		y := chartHeight - float64(chartHeight-chartRoom)*float64(max(0, p.Minor))/float64(highest)
		line.WriteString(map[bool]string{true: "M", false: "L"}[i == 0] + place(x) + " " + place(y))
	}
	return &Chart{
		Line: line.String(), Area: line.String() + "V" + strconv.Itoa(chartHeight) + "H0Z", Points: points,
	}
}

// From is the first point.
func (c *Chart) From() ChartPoint { return c.Points[0] }

// To is the last point.
func (c *Chart) To() ChartPoint { return c.Points[len(c.Points)-1] }

// place is a place in a drawing with one decimal.
func place(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
