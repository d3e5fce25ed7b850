package ecb

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// cubes reads elements named Cube: one with a time for each day, and in it one with a currency and a rate for each.
type cubes struct {
	*reader
	day    time.Time
	begun  place
	quotes []quote
	// depth is how deep the present element is, dayDepth how deep that of the day; 0 outside of one.
	depth, dayDepth int
}

// readXML reads the elements one by one. Entities of its own are refused by the decoder, so that nothing multiplies.
func (r *reader) readXML(text []byte) error {
	in := xml.NewDecoder(bytes.NewReader(text))
	c := &cubes{reader: r}
	for {
		var here place
		here.line, here.column = in.InputPos()
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			here.line, here.column = in.InputPos()
			return here.wrong("the XML cannot be read: %s", fault.Echo(err.Error()))
		}
		switch e := token.(type) {
		case xml.StartElement:
			err = c.start(e, here)
		case xml.EndElement:
			err = c.end()
		}
		if err != nil {
			return err
		}
	}
}

func (c *cubes) start(e xml.StartElement, here place) (err error) {
	c.depth++
	if e.Name.Local != "Cube" {
		return nil
	}
	named := map[string]string{}
	for _, a := range e.Attr {
		named[a.Name.Local] = a.Value
	}
	day, isDay := named["time"]
	code, isQuote := named["currency"]
	switch {
	case isDay && c.dayDepth > 0:
		return here.wrong("a day stands within another")
	case isDay:
		c.begun, c.dayDepth, c.quotes = here, c.depth, nil
		c.day, err = c.reader.day(day, here)
		return err
	case !isQuote:
		return nil
	case c.dayDepth == 0:
		return here.wrong("a rate stands outside of any day")
	case len(c.quotes) >= MaxColumns:
		return here.wrong("the day has more than %d currencies", MaxColumns)
	}
	if err := checkCode(code, here); err != nil {
		return err
	}
	rate, err := value(named["rate"], here)
	c.quotes = append(c.quotes, quote{code, rate, here})
	return err
}

func (c *cubes) end() error {
	c.depth--
	if c.dayDepth == 0 || c.depth >= c.dayDepth {
		return nil
	}
	c.dayDepth = 0
	return c.add(c.day, c.quotes, c.begun)
}
