package app

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// noCursor is the fault for a cursor that is not in the list.
func noCursor(number int64) error {
	return fault.New(fault.NotFound, "There is no item %d in this list to page from.", number)
}

// checkCursors checks that the list contains each cursor of the page. After number 0, which no item has, is the start of a list.
func checkCursors(page fund.Page, has func(number int64) (bool, error)) error {
	for _, c := range []*fund.Cursor{page.Before, page.After} {
		if c == nil || c == page.After && c.Number == 0 {
			continue
		}
		ok, err := has(c.Number)
		if err != nil {
			return err
		}
		if !ok {
			return noCursor(c.Number)
		}
	}
	return nil
}
