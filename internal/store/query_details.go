package store

import "github.com/almoner/almoner/internal/fund"

// The JSON objects below are the stored form of what only one kind of fact has and what is never searched. Their keys
// are part of the schema: a key may be added, never renamed. The conversions compile only while an object has the
// fields of its domain type.

type socialJSON struct {
	Discord   string `json:"discord,omitempty"`
	Facebook  string `json:"facebook,omitempty"`
	Instagram string `json:"instagram,omitempty"`
	Mixer     string `json:"mixer,omitempty"`
	Snapchat  string `json:"snapchat,omitempty"`
	Tiktok    string `json:"tiktok,omitempty"`
	Twitch    string `json:"twitch,omitempty"`
	Twitter   string `json:"twitter,omitempty"`
	Website   string `json:"website,omitempty"`
	Youtube   string `json:"youtube,omitempty"`
}

type addressJSON struct {
	Line1      string `json:"line1,omitempty"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city,omitempty"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

type settingsJSON struct {
	ColorBackground     string `json:"color_background,omitempty"`
	ColorHighlight      string `json:"color_highlight,omitempty"`
	HeaderIntro         string `json:"header_intro,omitempty"`
	HeaderTitle         string `json:"header_title,omitempty"`
	FindOutMoreLink     string `json:"find_out_more_link,omitempty"`
	FooterCopyright     string `json:"footer_copyright,omitempty"`
	FooterCoppa         string `json:"footer_coppa,omitempty"`
	FooterPrivacy       string `json:"footer_privacy,omitempty"`
	FooterTerms         string `json:"footer_terms,omitempty"`
	MinimumDonation     int64  `json:"minimum_donation,omitempty"`
	AnalyticsTrackingID string `json:"analytics_tracking_id,omitempty"`
}

type visibilityJSON struct {
	Visible bool   `json:"visible"`
	Type    string `json:"type,omitempty"`
	URL     string `json:"url,omitempty"`
	Heat    *bool  `json:"heat,omitempty"`
}

type registrationFieldJSON struct {
	Enabled  bool `json:"enabled"`
	Required bool `json:"required"`
	Position int  `json:"position"`
}

type causeJSON struct {
	LegalName    string                    `json:"legal_name,omitempty"`
	About        string                    `json:"about,omitempty"`
	Video        string                    `json:"video,omitempty"`
	Image        string                    `json:"image,omitempty"`
	Logo         string                    `json:"logo,omitempty"`
	Banner       string                    `json:"banner,omitempty"`
	ContactEmail string                    `json:"contact_email,omitempty"`
	PhoneNumber  string                    `json:"phone_number,omitempty"`
	PaypalEmail  string                    `json:"paypal_email,omitempty"`
	GovernmentID string                    `json:"government_id,omitempty"`
	Social       socialJSON                `json:"social"`
	Address      addressJSON               `json:"address"`
	Settings     settingsJSON              `json:"settings"`
	Permissions  map[string]bool           `json:"permissions,omitempty"`
	Visibility   map[string]visibilityJSON `json:"visibility,omitempty"`
	PlanTier     int                       `json:"plan_tier,omitempty"`
	Connected    []string                  `json:"connected,omitempty"`
	Receipts     string                    `json:"receipts,omitempty"`
	Account      string                    `json:"proposed_account,omitempty"`
}

type identityJSON struct {
	LegalName      string `json:"legal_name"`
	GovernmentID   string `json:"government_id"`
	ReceiptProfile string `json:"receipts,omitempty"`
}

func toCauseJSON(c fund.Cause) causeJSON {
	return causeJSON{
		LegalName: c.LegalName, About: c.About, Video: c.Video, Image: c.Image, Logo: c.Logo, Banner: c.Banner,
		ContactEmail: c.ContactEmail, PhoneNumber: c.PhoneNumber, PaypalEmail: c.PaypalEmail,
		GovernmentID: c.GovernmentID, Social: socialJSON(c.Social), Address: addressJSON(c.Address),
		Settings: settingsJSON(c.Settings), Permissions: c.Permissions, Visibility: toVisibilityJSON(c.Visibility),
		PlanTier: c.PlanTier, Connected: c.Connected, Receipts: c.ReceiptProfile, Account: c.ProposedAccount,
	}
}

func (b causeJSON) cause(fact fund.Fact) fund.Cause {
	return fund.Cause{
		Fact: fact, LegalName: b.LegalName, About: b.About, Video: b.Video, Image: b.Image, Logo: b.Logo,
		Banner: b.Banner, ContactEmail: b.ContactEmail, PhoneNumber: b.PhoneNumber, PaypalEmail: b.PaypalEmail,
		GovernmentID: b.GovernmentID, Social: fund.Social(b.Social), Address: fund.Address(b.Address),
		Settings: fund.Settings(b.Settings), Permissions: b.Permissions, Visibility: visibility(b.Visibility),
		PlanTier: b.PlanTier, Connected: b.Connected, ReceiptProfile: b.Receipts, ProposedAccount: b.Account,
	}
}

type eventJSON struct {
	ShortDescription   string                           `json:"short_description,omitempty"`
	Message            string                           `json:"message,omitempty"`
	ContactEmail       string                           `json:"contact_email,omitempty"`
	Video              string                           `json:"video,omitempty"`
	Image              string                           `json:"image,omitempty"`
	Logo               string                           `json:"logo,omitempty"`
	Banner             string                           `json:"banner,omitempty"`
	Settings           settingsJSON                     `json:"settings"`
	RegistrationFields map[string]registrationFieldJSON `json:"registration_fields,omitempty"`
	Visibility         map[string]visibilityJSON        `json:"visibility,omitempty"`
	// The times are microseconds; see micros.
	StartSupportingAt      int64 `json:"start_supporting_at,omitempty"`
	CanPublishSupportingAt int64 `json:"can_publish_supporting_at,omitempty"`
	EndSupportingAt        int64 `json:"end_supporting_at,omitempty"`
}

func toEventJSON(e fund.FundraisingEvent) eventJSON {
	b := eventJSON{
		ShortDescription: e.ShortDescription, Message: e.Message, ContactEmail: e.ContactEmail, Video: e.Video,
		Image: e.Image, Logo: e.Logo, Banner: e.Banner, Settings: settingsJSON(e.Settings),
		Visibility: toVisibilityJSON(e.Visibility), RegistrationFields: map[string]registrationFieldJSON{},
		StartSupportingAt: micros(e.StartSupportingAt), CanPublishSupportingAt: micros(e.CanPublishSupportingAt),
		EndSupportingAt: micros(e.EndSupportingAt),
	}
	for name, field := range e.RegistrationFields {
		b.RegistrationFields[name] = registrationFieldJSON(field)
	}
	return b
}

func (b eventJSON) event(fact fund.Fact) fund.FundraisingEvent {
	e := fund.FundraisingEvent{
		Fact: fact, ShortDescription: b.ShortDescription, Message: b.Message, ContactEmail: b.ContactEmail,
		Video: b.Video, Image: b.Image, Logo: b.Logo, Banner: b.Banner, Settings: fund.Settings(b.Settings),
		Visibility: visibility(b.Visibility), StartSupportingAt: fromMicros(b.StartSupportingAt),
		CanPublishSupportingAt: fromMicros(b.CanPublishSupportingAt), EndSupportingAt: fromMicros(b.EndSupportingAt),
	}
	if b.RegistrationFields != nil {
		e.RegistrationFields = fund.RegistrationFields{}
	}
	for name, field := range b.RegistrationFields {
		e.RegistrationFields[name] = fund.RegistrationField(field)
	}
	return e
}

func toVisibilityJSON(v fund.Visibility) map[string]visibilityJSON {
	b := map[string]visibilityJSON{}
	for name, option := range v {
		b[name] = visibilityJSON(option)
	}
	return b
}

func visibility(b map[string]visibilityJSON) fund.Visibility {
	if b == nil {
		return nil
	}
	v := fund.Visibility{}
	for name, option := range b {
		v[name] = fund.VisibilityOption(option)
	}
	return v
}
