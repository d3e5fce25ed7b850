// Command mutants helps scripts/mutants.sh:
//
//	mutants sum LIST RESULTS…          sums up what gremlins found. It fails when too few mutants were killed, and when
//	                                   those that survived are not those of the list of known survivors.
//	mutants switch FOLDER PACKAGE FILE…  writes files of a package with a switch for each change, and overlay.json.
//	mutants which ORIGINAL CHANGED      prints the switch of a change; nothing when it has none.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
)

// floor is how many of a hundred mutants have to be killed.
const floor = 85

func main() {
	if len(os.Args) < 2 {
		os.Args = append(os.Args, "")
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(what string, args []string) error {
	switch {
	case what == "sum" && len(args) > 1:
		return sumUp(args[0], args[1:])
	case what == "switch" && len(args) > 2:
		return writeSwitches(args[0], args[1], args[2:])
	case what == "which" && len(args) == 2:
		name, err := which(args[0], args[1])
		fmt.Println(name)
		return err
	default:
		return fmt.Errorf("see its source: %s %q", what, args)
	}
}

func sumUp(list string, results []string) error {
	known, err := readSurvivors(list)
	if err != nil {
		return err
	}
	all, err := readResults(results)
	if err != nil {
		return err
	}
	fmt.Println()
	printFiles(all)
	strange, gone := compare(all, known)
	if len(strange) > 0 {
		fmt.Printf("\n%d mutants survived that are not in %s:\n", len(strange), list)
		for _, m := range strange {
			fmt.Printf("\n%s\n    (line %d, %s)\n", m.key, m.line, m.status)
		}
	}
	if len(gone) > 0 {
		fmt.Printf("\n%d of %s did not survive, or are not there any more:\n", len(gone), list)
		for _, k := range gone {
			fmt.Printf("\n%s\n", k)
		}
	}
	total := sum(all)
	fmt.Printf("\n%s in all; the floor is %d %%.\n", total, floor)
	switch {
	case total.killed*100 < floor*total.all():
		return fmt.Errorf("fewer than %d of 100 mutants were killed", floor)
	case len(strange)+len(gone) > 0:
		return fmt.Errorf("bring %s up to date, with a reason for each, or write the tests", list)
	}
	return nil
}

func printFiles(all []mutant) {
	byFile := map[string][]mutant{}
	for _, m := range all {
		byFile[m.file] = append(byFile[m.file], m)
	}
	for _, file := range slices.Sorted(maps.Keys(byFile)) {
		fmt.Printf("%-40s %s\n", file, sum(byFile[file]))
	}
}
