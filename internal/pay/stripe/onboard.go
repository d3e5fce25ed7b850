package stripe

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
)

// causeKey is where our cause's id stands in Stripe's metadata of an account.
const causeKey = "almoner_cause"

const (
	accountUpdated      = "account.updated"
	accountDisconnected = "account.application.deauthorized"
)

var _ pay.Connector = (*Provider)(nil)

// countries are those where Stripe takes no donations, or only those to some organizations
// (https://support.stripe.com/questions/requirements-for-accepting-tips-or-donations).
var countries = map[string]fund.CountryRule{
	"HK": fund.CountryRefused, "IN": fund.CountryRefused, "TH": fund.CountryRefused,
	"AU": fund.CountryLimited, "ID": fund.CountryLimited, "JP": fund.CountryLimited, "SG": fund.CountryLimited,
}

func donationsIn(country string) fund.CountryRule { return countries[country] }

// DonationsIn is how Stripe takes donations to causes of a country.
func (p *Provider) DonationsIn(country string) fund.CountryRule { return donationsIn(country) }

// Ends reports whether events of a topic say that an account was disconnected.
func (p *Provider) Ends(topic string) bool { return topic == accountDisconnected }

// MakeAccount makes an account that is the charity's own: it pays the fees, Stripe bears losses and asks for everything that it must know, and the charity has Stripe's dashboard. With
// other settings only the platform could be charged for what is lost.
func (p *Provider) MakeAccount(ctx context.Context, o pay.AccountOrder) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	params := &stripego.AccountCreateParams{
		Params: stripego.Params{IdempotencyKey: stripego.String("account-" + o.Key)},
		Controller: &stripego.AccountCreateControllerParams{
			Fees:                  &stripego.AccountCreateControllerFeesParams{Payer: stripego.String("account")},
			Losses:                &stripego.AccountCreateControllerLossesParams{Payments: stripego.String("stripe")},
			RequirementCollection: stripego.String("stripe"),
			StripeDashboard:       &stripego.AccountCreateControllerStripeDashboardParams{Type: stripego.String("full")},
		},
		Country: stripego.String(o.Country), Metadata: map[string]string{causeKey: o.Cause.String()},
	}
	if o.Email != "" {
		params.Email = stripego.String(o.Email)
	}
	if o.Name != "" || o.Website != "" {
		params.BusinessProfile = &stripego.AccountCreateBusinessProfileParams{}
		if o.Name != "" {
			params.BusinessProfile.Name = stripego.String(clipped(o.Name))
		}
		if o.Website != "" {
			params.BusinessProfile.URL = stripego.String(o.Website)
		}
	}
	account, err := p.client.V1Accounts.Create(ctx, params)
	if err != nil {
		return "", onboardingFault(err, "account of cause "+o.Cause.String())
	}
	return account.ID, nil
}

// Onboard makes a link to Stripe's form.
func (p *Provider) Onboard(ctx context.Context, o pay.Onboarding) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	link, err := p.client.V1AccountLinks.Create(ctx, &stripego.AccountLinkCreateParams{
		Params:  stripego.Params{IdempotencyKey: stripego.String("link-" + o.Key)},
		Account: stripego.String(o.Account), Type: stripego.String("account_onboarding"),
		ReturnURL: stripego.String(o.ReturnURL), RefreshURL: stripego.String(o.RefreshURL),
	})
	if err != nil {
		return "", onboardingFault(err, "link for "+o.Account)
	}
	return link.URL, nil
}

// onboardingFault is what an error means for somebody who wants to connect an account.
func onboardingFault(err error, about string) error {
	var said *stripego.Error
	f := faultOf(err, about)
	if !errors.As(err, &said) {
		return f
	}
	switch {
	case isDisconnected(said):
		return fault.Wrap(f, fault.Gone, "Stripe does not let this server act for the account any more.")
	case said.HTTPStatusCode == http.StatusUnauthorized || said.HTTPStatusCode == http.StatusForbidden:
		return fault.Wrap(f, fault.Forbidden, "Stripe does not let this server make accounts: its key lacks the rights of Connect. Its operator can give it those.")
	case said.HTTPStatusCode == http.StatusBadRequest:
		return fault.Wrap(f, fault.PaymentFailed, "Stripe refuses to make this account.")
	}
	return f
}

// isDisconnected reports whether an error says that an account does not let us act for it.
func isDisconnected(e *stripego.Error) bool {
	return e.HTTPStatusCode == http.StatusForbidden && e.Code == stripego.ErrorCodeAccountInvalid
}

// LookUpAccount tells how an account stands.
func (p *Provider) LookUpAccount(ctx context.Context, id string) (fund.AccountState, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	account, err := p.client.V1Accounts.GetByID(ctx, id, &stripego.AccountRetrieveParams{})
	if err != nil {
		return fund.AccountState{}, onboardingFault(err, "account "+id)
	}
	state := fund.AccountState{
		Submitted: account.DetailsSubmitted, Charges: account.ChargesEnabled, Payouts: account.PayoutsEnabled, Country: account.Country,
	}
	if r := account.Requirements; r != nil {
		state.Due, state.Late, state.Checked = needs(r.CurrentlyDue), needs(r.PastDue), needs(r.PendingVerification)
		state.Closed = closure(r.DisabledReason)
		if r.CurrentDeadline > 0 {
			state.Until = time.Unix(r.CurrentDeadline, 0).UTC()
		}
	}
	return state, nil
}

// needs are what Stripe wants, each kind once. Stripe's own names of it have ids of people in them, and new ones come.
func needs(fields []string) []fund.AccountNeed {
	var found []fund.AccountNeed
	for _, need := range fund.AccountNeeds() {
		if slices.ContainsFunc(fields, func(field string) bool { return needOf(field) == need }) {
			found = append(found, need)
		}
	}
	return found
}

func needOf(field string) fund.AccountNeed {
	first, _, _ := strings.Cut(field, ".")
	switch {
	case strings.Contains(field, "verification.document") || strings.Contains(field, "verification.additional_document") || first == "documents":
		return fund.NeedDocument
	case first == "external_account":
		return fund.NeedBank
	case first == "tos_acceptance":
		return fund.NeedTerms
	case first == "business_profile":
		return fund.NeedActivity
	case first == "company" || first == "business_type":
		return fund.NeedOrganization
	case strings.HasPrefix(first, "person_") || slices.Contains([]string{"individual", "representative", "owners", "directors", "executives", "relationship"}, first):
		return fund.NeedPerson
	default:
		return fund.NeedOther
	}
}

func closure(reason stripego.AccountRequirementsDisabledReason) fund.AccountClosure {
	switch text := string(reason); {
	case text == "":
		return ""
	case text == "requirements.past_due" || strings.HasPrefix(text, "action_required."):
		return fund.ClosedDue
	case text == "requirements.pending_verification" || text == "under_review" || text == "listed":
		return fund.ClosedReview
	case strings.HasPrefix(text, "rejected."):
		return fund.ClosedRejected
	case text == "platform_paused":
		return fund.ClosedPaused
	default:
		return fund.ClosedOther
	}
}
