package command

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// TriggerDonation makes donations through the sandbox provider of a running server.
type TriggerDonation struct {
	Campaign   string       `help:"Campaign to give to: its UUID, its number, @user/slug or +team/slug." required:"" placeholder:"ID|@user/slug"`
	Amount     string       `help:"Amount in the currency of the campaign, such as 12.34." required:"" placeholder:"12.34"`
	Currency   string       `help:"Currency that the amount must be in (default: that of the campaign)." placeholder:"CODE"`
	Name       string       `help:"Name of the donor (default: anonymous)."`
	Comment    string       `help:"Comment of the donor."`
	Email      string       `help:"E-mail address of the donor."`
	PollOption string       `help:"Option of a poll that the donor chooses." placeholder:"ID"`
	Target     string       `help:"Target (challenge) that the donation goes to." placeholder:"ID"`
	Reward     []rewardFlag `help:"Reward that the donor claims, and how many; can be given more than once." placeholder:"ID[:QTY]"`
	Count      int          `help:"How many such donations to make." default:"1" placeholder:"N"`
	serverFlags
}

// Validate refuses a count that makes no sense, and flags that name several servers.
func (c TriggerDonation) Validate() error {
	if c.Count < 1 {
		return errors.New("--count must be 1 or more")
	}
	return c.serverFlags.Validate()
}

// rewardFlag is a reward with how many of it, as the flag and the wire have it.
type rewardFlag struct {
	ID       string `json:"id"`
	Quantity int64  `json:"quantity"`
}

// UnmarshalText reads ID or ID:QTY.
func (r *rewardFlag) UnmarshalText(text []byte) error {
	id, quantity, several := strings.Cut(string(text), ":")
	*r = rewardFlag{ID: id, Quantity: 1}
	if !several {
		return nil
	}
	var err error
	if r.Quantity, err = strconv.ParseInt(quantity, 10, 64); err != nil || r.Quantity < 1 {
		return fmt.Errorf("%q is not a quantity; write ID or ID:QTY with a number from 1 on", quantity)
	}
	return nil
}

// atOnce is how many donations are on their way at the same time.
const atOnce = 16

// Run makes the donations. Its error is nil only when each was acknowledged as durable.
func (c TriggerDonation) Run(ctx context.Context, t Terminal) error {
	if c.Server != "" || c.Profile != "" || c.Data == "" && !inFolder(demoData) {
		return c.atServer(ctx, t)
	}
	to, err := c.demo()
	if err != nil {
		return err
	}
	client := newSandboxClient(to)
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	numbers := make(chan int)
	var working sync.WaitGroup
	var noting sync.Mutex
	var failed []error
	series := rand.Text()
	for range min(atOnce, c.Count) {
		working.Go(func() {
			for n := range numbers {
				id, err := client.donate(ctx, c.donation(series, n))
				noting.Lock()
				if err == nil {
					_, _ = fmt.Fprintln(t.Out, id)
				} else {
					failed = append(failed, err)
				}
				noting.Unlock()
				if err != nil {
					stop(err)
					return
				}
			}
		})
	}
	for n := range c.Count {
		select {
		case numbers <- n:
		case <-ctx.Done():
		}
	}
	close(numbers)
	working.Wait()
	return refused(failed, context.Cause(ctx), t)
}

// refused prints what went wrong, one line each and nothing twice, and gives the end of it.
func refused(failed []error, cause error, t Terminal) error {
	var lines []string
	for _, err := range failed {
		var wrong fieldsError
		if errors.As(err, &wrong) {
			lines = append(lines, wrong...)
		} else {
			lines = append(lines, err.Error())
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	var wrong fieldsError
	fields := errors.As(cause, &wrong)
	if len(lines) <= 1 && !fields {
		return cause
	}
	for _, line := range lines {
		_, _ = fmt.Fprintln(t.Err, line)
	}
	if fields {
		return wrong
	}
	return fmt.Errorf("not every donation was made, for %d reasons", len(lines))
}

// donation is what is sent. Each has a reference of its own, so that a retry never gives twice.
func (c TriggerDonation) donation(series string, n int) donationBody {
	return donationBody{
		Campaign: c.Campaign, Amount: c.Amount, Currency: c.Currency, Name: c.Name, Comment: c.Comment, Email: c.Email,
		PollOption: c.PollOption, Target: c.Target, Rewards: c.Reward, Reference: fmt.Sprintf("trigger-%s-%d", series, n),
	}
}
