package apiv5

import (
	"github.com/almoner/almoner/internal/fund"
)

type cause struct {
	ID               string  `json:"id" format:"uuid"`
	LegacyID         int64   `json:"legacy_id"`
	Name             string  `json:"name"`
	Slug             string  `json:"slug"`
	Description      string  `json:"description"`
	ShortDescription *string `json:"short_description"`
	Avatar           image   `json:"avatar"`
	CurrencyCode     string  `json:"currency_code"`
	GovernmentID     string  `json:"government_id"`
	Contact          contact `json:"contact"`
	Social           social  `json:"social"`
	InsertedAt       string  `json:"inserted_at" format:"date-time"`
	UpdatedAt        string  `json:"updated_at" format:"date-time"`
}

type contact struct {
	AddressLine1 *string `json:"address_line1"`
	AddressLine2 *string `json:"address_line2"`
	City         *string `json:"city"`
	Region       *string `json:"region"`
	PostalCode   *string `json:"postal_code"`
	Country      *string `json:"country"`
	Email        *string `json:"email"`
}

// toCause writes what a cause says about itself at length as its description, and the line that all
// facts have as the short one.
func (v *version) toCause(c fund.Cause) cause {
	return cause{
		ID: c.ID.String(), LegacyID: c.LegacyID, Name: c.Name, Slug: c.Slug, Description: c.About,
		ShortDescription: textOrNull(c.Description), Avatar: v.image(c.Avatar, defaultAvatar, sizeFact),
		CurrencyCode: c.Currency, GovernmentID: c.GovernmentID, Social: toSocial(c.Social),
		Contact: contact{
			AddressLine1: textOrNull(c.Address.Line1), AddressLine2: textOrNull(c.Address.Line2),
			City: textOrNull(c.Address.City), Region: textOrNull(c.Address.Region),
			PostalCode: textOrNull(c.Address.PostalCode), Country: textOrNull(c.Address.Country),
			Email: textOrNull(c.ContactEmail),
		},
		InsertedAt: seconds(c.CreatedAt), UpdatedAt: seconds(c.UpdatedAt),
	}
}
