package apiv5

type eventInput struct {
	Name                   string           `json:"name"`
	Slug                   string           `json:"slug" doc:"Made from the name when it is not sent; unique among the events of the cause."`
	Description            string           `json:"description" null:"true"`
	ShortDescription       string           `json:"short_description" null:"true"`
	Message                string           `json:"message" null:"true"`
	ContactEmail           string           `json:"contact_email" format:"email" null:"true"`
	Avatar                 pictureInput     `json:"avatar"`
	Image                  pictureInput     `json:"image"`
	Logo                   pictureInput     `json:"logo"`
	Banner                 pictureInput     `json:"banner"`
	Video                  string           `json:"video" null:"true"`
	Goal                   moneyInput       `json:"goal"`
	StartsAt               string           `json:"starts_at" format:"date-time" null:"true"`
	EndsAt                 string           `json:"ends_at" format:"date-time" null:"true"`
	StartSupportingAt      string           `json:"start_supporting_at" format:"date-time" null:"true"`
	CanPublishSupportingAt string           `json:"can_publish_supporting_at" format:"date-time" null:"true"`
	EndSupportingAt        string           `json:"end_supporting_at" format:"date-time" null:"true"`
	Status                 string           `json:"status" enum:"unpublished,published,retired"`
	SupportingType         string           `json:"supporting_type" enum:"none,public,private,invite_only"`
	Supportable            string           `json:"supportable" enum:"none,public,private,invite_only" doc:"The same as supporting_type."`
	Livestream             *livestreamInput `json:"livestream" null:"true"`
	Settings               settingsInput    `json:"settings" doc:"Merged."`
}

type causeInput struct {
	Name             string           `json:"name"`
	Slug             string           `json:"slug" doc:"Made from the name when it is not sent; unique among causes."`
	LegalName        string           `json:"legal_name" null:"true"`
	Description      string           `json:"description" null:"true"`
	ShortDescription string           `json:"short_description" null:"true"`
	CurrencyCode     string           `json:"currency_code" doc:"ISO 4217. Required for a new one, and never changes."`
	GovernmentID     string           `json:"government_id" null:"true"`
	Avatar           pictureInput     `json:"avatar"`
	Image            pictureInput     `json:"image"`
	Logo             pictureInput     `json:"logo"`
	Banner           pictureInput     `json:"banner"`
	Video            string           `json:"video" null:"true"`
	ContactEmail     string           `json:"contact_email" format:"email" null:"true"`
	PhoneNumber      string           `json:"phone_number" null:"true"`
	PaypalEmail      string           `json:"paypal_email" format:"email" null:"true"`
	Goal             moneyInput       `json:"goal"`
	Status           string           `json:"status" enum:"unpublished,published,retired"`
	SupportingType   string           `json:"supporting_type" enum:"none,public,private,invite_only"`
	Supportable      string           `json:"supportable" enum:"none,public,private,invite_only" doc:"The same as supporting_type."`
	Livestream       *livestreamInput `json:"livestream" null:"true"`
	Social           socialInput      `json:"social" doc:"Merged."`
	Address          *addressInput    `json:"address" null:"true" doc:"Taken as a whole."`
	Settings         settingsInput    `json:"settings" doc:"Merged."`
	TimeZone         string           `json:"time_zone" null:"true" doc:"The IANA name of the zone that pages show the times of the cause in: Europe/Berlin. UTC when it was never sent."`
	AllowedOrigins   []string         `json:"allowed_origins" null:"true" doc:"The sites of the cause, at most 20, each as its origin: https://example.org. They may show its embeds, and donors may return there. Taken as a whole."`
}

// settingsInput is what pages look like.
type settingsInput struct {
	ColorBackground     string `json:"color_background" null:"true"`
	ColorHighlight      string `json:"color_highlight" null:"true"`
	HeaderIntro         string `json:"header_intro" null:"true"`
	HeaderTitle         string `json:"header_title" null:"true"`
	FindOutMoreLink     string `json:"find_out_more_link" null:"true"`
	FooterCopyright     string `json:"footer_copyright" null:"true"`
	FooterCoppa         string `json:"footer_coppa" null:"true"`
	FooterPrivacy       string `json:"footer_privacy" null:"true"`
	FooterTerms         string `json:"footer_terms" null:"true"`
	MinimumDonation     string `json:"minimum_donation" null:"true" doc:"A decimal text in major units."`
	AnalyticsTrackingID string `json:"analytics_tracking_id" null:"true"`
}

type addressInput struct {
	Line1      string `json:"line1"`
	Line2      string `json:"line2" null:"true"`
	City       string `json:"city"`
	Region     string `json:"region" null:"true"`
	PostalCode string `json:"postal_code" null:"true"`
	Country    string `json:"country" null:"true"`
}
