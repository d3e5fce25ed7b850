package app

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ImportGrants gives a grant on a fact to each person of a file, all or none. What is wrong is Invalid at "file", or at the number of a line and the column,
// like "3.roles".
func (a *App) ImportGrants(ctx context.Context, actor Actor, key FactKey, file fund.FactGrantFile) ([]FactGrantLink, error) {
	if _, err := a.grantedFact(ctx, actor, key); err != nil {
		return nil, err
	}
	in, lines, wrong := file.Inputs(a.Now())
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	given, err := a.GiveGrants(ctx, actor, key, in)
	if f := fault.From(err); err != nil && f.Kind == fault.Invalid {
		return nil, atLines(f.Fields, lines).Err()
	}
	return given, err
}

// atLines are errors of grants at the lines that these came from.
func atLines(fields fault.Fields, lines []int) fault.Fields {
	var moved fault.Fields
	for _, f := range fields {
		number, column, _ := strings.Cut(f.Path, ".")
		if i, err := strconv.Atoi(number); err == nil && i > 0 && i <= len(lines) {
			f.Path = fmt.Sprintf("%d.%s", lines[i-1], column)
		}
		moved.AddField(f)
	}
	return moved
}
