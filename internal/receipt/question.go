package receipt

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// Question is what a donor who wants a tax receipt is asked.
type Question struct {
	// Name is what the answer is stored by, and what the words of the profile call it. A question of KindName is named so.
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Labels are what the form calls it, Hints what it says of it, and Problems what it says of an answer that is missing or does not match, each by
	// language. Labels and Problems have English, and Hints may have nothing.
	Labels   map[string]string `json:"labels"`
	Hints    map[string]string `json:"hints"`
	Problems map[string]string `json:"problems"`
	Required bool              `json:"required"`
	// Most is how many characters the answer may have; at most MaxQuestion.
	Most int `json:"most"`
	// Pattern is a regular expression that the answer must match; "" for any.
	Pattern string `json:"pattern"`
	// Autocomplete is what browsers call it; "" for nothing that they know.
	Autocomplete string `json:"autocomplete"`
}

// Kind is how a question is answered. The set is closed.
type Kind string

// The kinds: the name that the receipt is made out to, a line, and a box to tick, whose answer is its label.
const (
	KindName    Kind = "name"
	KindLine    Kind = "line"
	KindConfirm Kind = "confirm"
)

// MaxQuestion is how many characters the answer to a question may have at most.
const MaxQuestion = fund.MaxName

// maxQuestions is how many questions a profile may have: more are no form that somebody fills in on a phone.
const maxQuestions = 12

// questionName is what the names of questions look like.
var questionName = regexp.MustCompile("^[a-z][a-z_]{0,31}$")

// Label is the text of the question in a language, or in English where there is none; so are Hint and Problem.
func (q Question) Label(language string) string { return in(language, q.Labels) }

// Hint is what the form says of the question; "" for nothing.
func (q Question) Hint(language string) string { return in(language, q.Hints) }

// Problem is what the form says of an answer that is missing or does not match.
func (q Question) Problem(language string) string { return in(language, q.Problems) }

func in(language string, texts map[string]string) string {
	if said, has := texts[language]; has {
		return said
	}
	return texts[English]
}

// check refuses a question that could not be asked or answered.
func (q Question) check() error {
	_, err := regexp.Compile(q.Pattern)
	switch {
	case err != nil:
		return err
	case !questionName.MatchString(q.Name):
		return fmt.Errorf("the name is none: a letter, then letters and _")
	case !slices.Contains([]Kind{KindName, KindLine, KindConfirm}, q.Kind):
		return fmt.Errorf("there is no kind %q", q.Kind)
	case (q.Kind == KindName) != (q.Name == string(KindName)):
		return fmt.Errorf("only a question of the kind name is named so")
	case q.Labels[English] == "" || q.Problems[English] == "":
		return fmt.Errorf("its labels and problems need %q", English)
	case q.Kind != KindConfirm && (q.Most < 1 || q.Most > MaxQuestion):
		return fmt.Errorf("most is from 1 to %d", MaxQuestion)
	}
	return nil
}

// checkQuestions refuses questions that the words of a document could not tell apart.
func (p Profile) checkQuestions() error {
	if len(p.Asks) > maxQuestions {
		return fmt.Errorf("it asks more than %d questions", maxQuestions)
	}
	taken := Profile{}.words(fund.IssuedReceipt{}, text.English)
	for _, q := range p.Asks {
		if err := q.check(); err != nil {
			return fmt.Errorf("question %q: %w", q.Name, err)
		}
		if _, is := taken[q.Name]; is {
			return fmt.Errorf("question %q: a word has that name", q.Name)
		}
		taken[q.Name] = ""
	}
	return nil
}

// Request is what a donor asks for who wants a receipt of the profile, from what was typed in the language of a form. Invalid answers are at receipt.NAME.
// A profile without questions needs none: nil.
func (p Profile) Request(typed fund.ReceiptInput, language string, wrong *fault.Fields) *fund.ReceiptRequest {
	if len(p.Asks) == 0 {
		return nil
	}
	request := &fund.ReceiptRequest{Profile: p.Name}
	for _, q := range p.Asks {
		answer := q.answer(typed[q.Name], language, wrong)
		switch {
		case q.Kind == KindName:
			request.Name = answer
		case answer != "":
			if request.Asked == nil {
				request.Asked = map[string]string{}
			}
			request.Asked[q.Name] = answer
		}
	}
	return request
}

// answer is an answer as it is stored; "" for none.
func (q Question) answer(typed, language string, wrong *fault.Fields) string {
	path := "receipt." + q.Name
	answer := ""
	switch {
	case q.Kind != KindConfirm:
		answer = fund.ReceiptLine(wrong, path, typed, q.Most)
	case typed != "":
		answer = q.Label(language)
	}
	switch {
	case wrong.Has(path):
	case answer == "" && q.Required:
		wrong.Add(path, fund.Blank)
	case answer != "" && q.Pattern != "" && !regexp.MustCompile("^(?:"+q.Pattern+")$").MatchString(answer):
		wrong.Add(path, NotAsAsked)
	}
	return answer
}

// NotAsAsked is the error text of an answer that the question of a profile does not allow.
const NotAsAsked = "is not what the receipt needs"

// OnRequest are the names of the profiles that only donors get who asked for one.
func (s *Set) OnRequest() []string {
	var names []string
	for _, p := range s.all {
		if p.OnRequest {
			names = append(names, p.Name)
		}
	}
	return names
}
