package demo

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"math"
)

// The sizes that pictures are painted in. They are smaller than the largest ones that are kept, so that the demo starts soon.
const (
	coverWidth, coverHeight = 1280, 720
	avatarSide              = 256
)

// paint is a color in the open interval of light that screens have: red, green and blue from 0 to 1.
type paint [3]float64

// palettes are the colors of a picture: the sky above and below, the light, and the ground far and near.
var palettes = [][5]paint{
	{{.16, .22, .45}, {.96, .62, .48}, {1, .86, .62}, {.45, .33, .52}, {.17, .16, .32}},
	{{.36, .67, .86}, {.87, .94, .93}, {1, .96, .78}, {.42, .68, .58}, {.13, .39, .42}},
	{{.99, .76, .5}, {.98, .92, .78}, {.93, .42, .33}, {.72, .5, .4}, {.36, .24, .31}},
	{{.12, .15, .27}, {.36, .38, .66}, {.93, .91, .99}, {.29, .29, .53}, {.09, .1, .2}},
	{{.55, .78, .72}, {.94, .96, .83}, {.98, .71, .45}, {.35, .59, .5}, {.12, .3, .32}},
	{{.78, .6, .84}, {.99, .87, .87}, {1, .97, .86}, {.6, .45, .7}, {.27, .2, .43}},
}

// brush paints one picture, the same one for the same name.
type brush struct {
	palette [5]paint
	seed    uint32
}

func newBrush(name string) brush {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return brush{palettes[h.Sum32()%uint32(len(palettes))], h.Sum32() >> 3}
}

// chance is a number from 0 to 1 that belongs to the name, another one for each n.
func (b brush) chance(n uint32) float64 {
	mixed := (b.seed ^ n*2654435761) * 2246822519
	mixed = (mixed ^ mixed>>15) * 3266489917
	return float64((mixed^mixed>>13)&0xffff) / 0xffff
}

// cover is a landscape: a sky, its light, and hills before it.
func (b brush) cover() ([]byte, error) {
	const hills = 4
	var ridges [hills][coverWidth]float64
	var ground [hills]paint
	for n := range ridges {
		ground[n] = mix(b.palette[3], b.palette[4], float64(n)/(hills-1))
		for x := range ridges[n] {
			at, of := float64(x)/coverWidth*2*math.Pi, uint32(10*n)
			ridges[n][x] = .5 + .13*float64(n) + .07*math.Sin(at*(.7+b.chance(of))+6*b.chance(of+1)) + .03*math.Sin(at*(2+2*b.chance(of+2))+6*b.chance(of+3))
		}
	}
	lightX, lightY := .2+.6*b.chance(90), .2+.18*b.chance(91)
	return painted(coverWidth, coverHeight, func(px, py int) paint {
		x, y := float64(px)/coverWidth, float64(py)/coverHeight
		behind := hills - 1 // the nearest hill that fills the point
		for behind >= 0 && edge(y-ridges[behind][px], coverHeight) < 1 {
			behind--
		}
		var c paint
		if behind >= 0 {
			c = ground[behind]
		} else {
			away := math.Hypot((x-lightX)*16/9, y-lightY)
			c = mix(mix(b.palette[0], b.palette[1], y*1.5), b.palette[2], .55*math.Exp(-7*away)+edge(.075-away, coverHeight))
		}
		for n := behind + 1; n < hills; n++ {
			if much := edge(y-ridges[n][px], coverHeight); much > 0 {
				c = mix(c, ground[n], much)
			}
		}
		return c
	})
}

// face is a person before a plain background.
func (b brush) face() ([]byte, error) {
	skins := []paint{{.98, .86, .75}, {.9, .72, .57}, {.76, .55, .4}, {.52, .35, .25}}
	skin, hair := skins[int(b.chance(1)*3.99)], mix(b.palette[4], paint{.2, .12, .1}, b.chance(2))
	fringe := -.32 + .12*b.chance(3)
	return painted(avatarSide, avatarSide, func(px, py int) paint {
		x, y := 2*float64(px)/avatarSide-1, 2*float64(py)/avatarSide-1
		c := mix(b.palette[0], b.palette[1], (y+1)/2)
		c = mix(c, hair, edge(.47-math.Hypot(x, (y+.22)*.93), avatarSide/2))
		c = mix(c, b.palette[3], edge(.68-math.Hypot(x, y-1.05), avatarSide/2))
		c = mix(c, mix(skin, paint{}, .12), edge(.14-math.Abs(x), avatarSide/2)*edge(.5-y, avatarSide/2)*edge(y, avatarSide/2))
		below := mix(skin, hair, edge(fringe+.25*x*x-y, avatarSide/2))
		return mix(c, below, edge(.36-math.Hypot(x, (y+.13)*.88), avatarSide/2))
	})
}

// emblem is a flower of as many petals as the name says.
func (b brush) emblem() ([]byte, error) {
	petals, turn := 4+math.Floor(4.99*b.chance(1)), 6*b.chance(2)
	return painted(avatarSide, avatarSide, func(px, py int) paint {
		x, y := 2*float64(px)/avatarSide-1, 2*float64(py)/avatarSide-1
		r, angle := math.Hypot(x, y), math.Atan2(y, x)+turn
		c := mix(b.palette[4], b.palette[3], (y+1)/2)
		c = mix(c, b.palette[1], edge(.5+.18*math.Cos(petals*angle)-r, avatarSide/2))
		c = mix(c, b.palette[2], edge(.34+.12*math.Cos(petals*angle+math.Pi)-r, avatarSide/2))
		return mix(c, b.palette[4], edge(.12-r, avatarSide/2))
	})
}

// edge is how much of a pixel is inside, by how far inside it is and how many pixels one is.
func edge(inside, pixels float64) float64 { return min(1, max(0, .5+inside*pixels)) }

// mix is as much of b over a.
func mix(a, b paint, much float64) paint {
	much = min(1, max(0, much))
	for i := range a {
		a[i] += (b[i] - a[i]) * much
	}
	return a
}

// painted is a JPEG of what stands at each point.
func painted(width, height int, at func(x, y int) paint) ([]byte, error) {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := at(x, y)
			picture.SetRGBA(x, y, color.RGBA{uint8(255 * c[0]), uint8(255 * c[1]), uint8(255 * c[2]), 255})
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, picture, &jpeg.Options{Quality: 92}); err != nil {
		return nil, fmt.Errorf("paint: %w", err)
	}
	return file.Bytes(), nil
}
