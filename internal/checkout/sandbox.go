package checkout

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// sandboxKeyUse is the purpose of the key that the sandbox signs with.
const sandboxKeyUse = "sandbox provider"

func sandboxRow() row {
	return row{
		Profile: sandbox.Profile(),
		isSet:   func(s Settings) bool { return s.Sandbox },
		mode:    func(Settings) fund.Mode { return fund.ModeSandbox },
		open:    openSandbox,
		lasting: true,
	}
}

func openSandbox(ctx context.Context, o opening) (provider, error) {
	key, err := o.Keys.Key(ctx, sandboxKeyUse)
	if err != nil {
		return provider{}, err
	}
	p := sandbox.New(sandbox.Options{
		Book: o.Book, Key: key, Notify: o.Notify, Opened: o.Opened, BaseURL: o.BaseURL, Fee: o.Fee, Guard: o.Guard, Log: o.Log,
		Links: o.Links,
	})
	card := p.Page()
	trigger := sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: o.Authenticate, Log: o.Log})
	pages := []page{
		{path: sandbox.StylePath, handler: card}, {path: sandbox.PagePath, handler: card, endpoints: card.Endpoints()},
		{path: sandbox.TriggerPath, handler: trigger, endpoints: trigger.Endpoints(), uncounted: true},
	}
	return provider{Provider: p, pages: pages, run: p.Run}, nil
}
