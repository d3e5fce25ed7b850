package command

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/login"
)

// webhookCommands look after the webhook endpoints of an application, over the wire of a running server.
type webhookCommands struct {
	List       ListWebhooks      `cmd:"" help:"List the webhook endpoints of an application, without signing keys."`
	Deliveries ListDeliveries    `cmd:"" help:"List what an endpoint was sent, the newest first."`
	Show       ShowDelivery      `cmd:"" help:"Show a delivery with its attempts and what was sent."`
	Resend     ResendWebhook     `cmd:"" help:"Send a delivery again, or all that did not arrive since an instant."`
	Test       TestWebhook       `cmd:"" help:"Send a test message to an endpoint, once."`
	Activate   ActivateWebhook   `cmd:"" help:"Turn the deliveries of an endpoint on."`
	Deactivate DeactivateWebhook `cmd:"" help:"Turn the deliveries of an endpoint off; what waits is stopped."`
}

// applicationFlags say which running server a command speaks to, and for which application.
type applicationFlags struct {
	Server    string `help:"Address of a running server." required:"" placeholder:"URL"`
	TokenFile string `help:"File that holds an access token of the application, with the scope webhooks:read or webhooks:write." required:"" placeholder:"FILE"`
	asLines
}

func (f applicationFlags) connect() (*login.Server, error) {
	return serverFlags{Server: f.Server, TokenFile: f.TokenFile}.withToken()
}

const endpointsPath = "/api/private/webhook_endpoints"

// endpointFlags name an endpoint.
type endpointFlags struct {
	applicationFlags
	Endpoint string `help:"The endpoint." required:"" placeholder:"UUID"`
}

func (f endpointFlags) path(more ...string) string {
	return pathOf(append([]string{f.Endpoint}, more...))
}

// pathOf is a path below the endpoints.
func pathOf(words []string) string {
	path := endpointsPath
	for _, word := range words {
		path += "/" + url.PathEscape(word)
	}
	return path
}

// webhookJSON is an endpoint in the API.
type webhookJSON struct {
	ID               string  `json:"id"`
	Status           string  `json:"status"`
	Description      string  `json:"description"`
	URL              string  `json:"url"`
	Format           string  `json:"format"`
	RetrySchedule    string  `json:"retry_schedule"`
	Ordered          bool    `json:"ordered"`
	StandardWebhooks bool    `json:"standard_webhooks"`
	KeyOverlap       bool    `json:"key_overlap"`
	ActivatedAt      *string `json:"activated_at"`
	DeactivatedAt    *string `json:"deactivated_at"`
}

func (w webhookJSON) line() string { return columnsOf(w.ID, w.Status, w.Format, w.URL, w.Description) }

// columnsOf is a line of texts that may come from strangers, with tabs between them.
func columnsOf(texts ...string) string {
	for i, text := range texts {
		texts[i] = printable(text)
	}
	return strings.Join(texts, "\t")
}

// ListWebhooks lists endpoints.
type ListWebhooks struct{ applicationFlags }

// Run prints a line for each endpoint, the oldest first.
func (c ListWebhooks) Run(ctx context.Context, t Terminal) error {
	server, err := c.connect()
	if err != nil {
		return err
	}
	return eachListed(ctx, server, apiList[webhookJSON]{path: endpointsPath, show: func(w webhookJSON) error {
		return printed(t, c.asLines, w, w.line())
	}})
}

// apiList is a list of the API.
type apiList[T any] struct {
	path  string
	query url.Values
	// most is how many items are read; 0 for all.
	most int
	show func(T) error
}

// eachListed shows the items of a list, page by page.
func eachListed[T any](ctx context.Context, server *login.Server, l apiList[T]) error {
	query := url.Values{"limit": {"100"}}
	for name, values := range l.query {
		query[name] = values
	}
	for shown := 0; ; {
		var page struct {
			Data     []T
			Metadata struct {
				After *string `json:"after"`
			}
		}
		if err := server.Get(ctx, l.path+"?"+query.Encode(), &page); err != nil {
			return err
		}
		for _, one := range page.Data {
			if shown++; l.most > 0 && shown > l.most {
				return nil
			}
			if err := l.show(one); err != nil {
				return err
			}
		}
		if page.Metadata.After == nil || *page.Metadata.After == "" {
			return nil
		}
		query.Set("after", *page.Metadata.After)
	}
}

// printed prints what a server says: as JSON, or in a line.
func printed(t Terminal, as asLines, value any, line string) error {
	if as.JSON {
		return printJSON(t.Out, value)
	}
	_, err := fmt.Fprintln(t.Out, line)
	return err
}

// ActivateWebhook turns deliveries on.
type ActivateWebhook struct{ endpointFlags }

// Run prints the endpoint.
func (c ActivateWebhook) Run(ctx context.Context, t Terminal) error {
	return c.change(t, func(server *login.Server, out any) error {
		return server.Post(ctx, c.path("activate"), struct{}{}, out)
	})
}

// DeactivateWebhook turns deliveries off.
type DeactivateWebhook struct{ endpointFlags }

// Run prints the endpoint.
func (c DeactivateWebhook) Run(ctx context.Context, t Terminal) error {
	return c.change(t, func(server *login.Server, out any) error {
		return server.Patch(ctx, c.path(), map[string]string{"status": "inactive"}, out)
	})
}

// change changes an endpoint and prints it.
func (f endpointFlags) change(t Terminal, do func(*login.Server, any) error) error {
	server, err := f.connect()
	if err != nil {
		return err
	}
	var got struct{ Data webhookJSON }
	if err := do(server, &got); err != nil {
		return err
	}
	return printed(t, f.asLines, got.Data, got.Data.line())
}

// TestWebhook sends a test message.
type TestWebhook struct {
	endpointFlags
	Type string `help:"Event type of the message." default:"public:direct:donation_updated" placeholder:"TYPE"`
	Fact string `help:"What the message is about (default: all is made up)." placeholder:"UUID"`
}

// Run prints the delivery, which is sent soon.
func (c TestWebhook) Run(ctx context.Context, t Terminal) error {
	body := map[string]string{"event_type": c.Type}
	if c.Fact != "" {
		body["fact_id"] = c.Fact
	}
	return c.send(ctx, t, c.path("test"), body)
}

// ResendWebhook sends again.
type ResendWebhook struct {
	endpointFlags
	Delivery string `help:"The delivery to send again." xor:"what" placeholder:"UUID"`
	Since    string `help:"Send again what failed, was stopped or withheld since this instant, such as 2026-11-28T12:00:00Z." xor:"what" placeholder:"INSTANT"`
}

// Validate wants one of the two.
func (c ResendWebhook) Validate() error {
	if c.Delivery == "" && c.Since == "" {
		return errors.New("say what to send again: --delivery UUID, or --since INSTANT")
	}
	return nil
}

// Run prints the delivery, or how many deliveries are sent again.
func (c ResendWebhook) Run(ctx context.Context, t Terminal) error {
	if c.Delivery != "" {
		return c.send(ctx, t, c.path("deliveries", c.Delivery, "resend"), struct{}{})
	}
	server, err := c.connect()
	if err != nil {
		return err
	}
	var got struct {
		Data struct {
			Deliveries int `json:"deliveries"`
		}
	}
	if err := server.Post(ctx, c.path("resend")+"?"+url.Values{"since": {c.Since}}.Encode(), struct{}{}, &got); err != nil {
		return err
	}
	return printed(t, c.asLines, got.Data, fmt.Sprintf("%d are sent again.", got.Data.Deliveries))
}

// send has a delivery sent and prints it.
func (f endpointFlags) send(ctx context.Context, t Terminal, path string, body any) error {
	server, err := f.connect()
	if err != nil {
		return err
	}
	var got struct{ Data deliveryJSON }
	if err := server.Post(ctx, path, body, &got); err != nil {
		return err
	}
	return printed(t, f.asLines, got.Data, got.Data.line())
}
