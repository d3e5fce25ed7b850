package apiv5

import (
	"context"
	"encoding/json"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// legacyRelay is a donation as an old service knows it. The document has all its texts as never
// null, and says currency_code where its sample says currency.
type legacyRelay struct {
	UUID          string     `json:"uuid"`
	Amount        string     `json:"amount"`
	CurrencyCode  string     `json:"currency_code"`
	Anonymous     bool       `json:"anonymous"`
	DonorName     string     `json:"donor_name"`
	DonorComment  string     `json:"donor_comment"`
	PaymentStatus string     `json:"payment_status" enum:"pending,completed,cancelled"`
	Meta          legacyMeta `json:"meta"`
}

// legacyMeta is a text or an object, as the other service sent it.
type legacyMeta json.RawMessage

// MarshalJSON writes the value as it came, and an empty text for none.
func (m legacyMeta) MarshalJSON() ([]byte, error) {
	if len(m) == 0 {
		return []byte(`""`), nil
	}
	return m, nil
}

// OpenAPI says what a meta can be.
func (legacyMeta) OpenAPI() api.Schema {
	return api.Schema{"anyOf": []api.Schema{{"type": "string"}, {"type": "object"}}}
}

func toLegacyRelay(l fund.LegacyRelay) legacyRelay {
	d := l.Donation
	return legacyRelay{
		UUID: l.UUID, Amount: fixed(d.Net(), d.Currency).Value, CurrencyCode: d.Currency, Anonymous: d.Anonymous,
		DonorName: d.DisplayName(), DonorComment: d.DisplayComment(), PaymentStatus: d.State.RelayStatus(), Meta: legacyMeta(l.Meta),
	}
}

func (v *version) getLegacyRelay(ctx context.Context, c *call) (api.Reply, error) {
	l, err := v.app.GetLegacyRelay(ctx, c.Caller, app.LegacyRelayKey{Provider: c.Path("provider"), UUID: c.Path("uuid")})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: toLegacyRelay(l)}, nil
}
