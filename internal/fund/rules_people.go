package fund

import (
	"strings"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
)

// Apply changes a team. A missing slug is derived from the name.
func (p TeamPatch) Apply(t *Team, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Name.To(&t.Name)
	p.Slug.To(&t.Slug)
	p.About.To(&t.About)
	p.Avatar.To(&t.Avatar)
	p.InviteOnly.To(&t.InviteOnly)
	CheckName(&wrong, "name", &t.Name)
	if t.Slug == "" && !p.Slug.Set {
		t.Slug = SlugFrom(t.Name, "team", p.Language)
	} else {
		CheckSlug(&wrong, "slug", &t.Slug)
	}
	checkLong(&wrong, "about", t.About, MaxAbout)
	checkAddress(&wrong, "avatar", &t.Avatar)
	p.Social.apply(&t.Social, &wrong)
	t.UpdatedAt = now
	return wrong
}

// Apply changes a user.
func (p UserPatch) Apply(u *User, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Username.To(&u.Username)
	p.Slug.To(&u.Slug)
	p.Email.To(&u.Email)
	p.FirstName.To(&u.FirstName)
	p.LastName.To(&u.LastName)
	p.About.To(&u.About)
	p.Avatar.To(&u.Avatar)
	p.Newsletter.To(&u.Newsletter)
	CheckName(&wrong, "username", &u.Username)
	CheckSlug(&wrong, "slug", &u.Slug)
	if p.Email.Set || u.Email == "" {
		CheckLogin(&wrong, "email", &u.Email)
	}
	checkText(&wrong, "first_name", &u.FirstName, MaxName)
	checkText(&wrong, "last_name", &u.LastName, MaxName)
	checkLong(&wrong, "about", u.About, MaxAbout)
	checkAddress(&wrong, "avatar", &u.Avatar)
	p.Social.apply(&u.Social, &wrong)
	u.UpdatedAt = now
	return wrong
}

// Apply changes a registration for an event that asks for these fields, and requires the fields that the event requires.
func (p RegistrationPatch) Apply(r *Registration, asked RegistrationFields, now time.Time) fault.Fields {
	wrong := begin(p.Invalid)
	p.Email.To(&r.Email)
	p.Subscribed.To(&r.Subscribed)
	p.Address.To(&r.Address)
	p.ShirtSize.To(&r.ShirtSize)
	p.ServiceHours.To(&r.ServiceHours)
	p.PhoneNumber.To(&r.PhoneNumber)
	p.DateOfBirth.To(&r.DateOfBirth)
	if p.Email.Set || r.Email == "" {
		CheckEmail(&wrong, "email", &r.Email)
	}
	r.Address = checkPostal(&wrong, r.Address)
	checkText(&wrong, "shirt_size", &r.ShirtSize, MaxDonorName)
	checkPhone(&wrong, "phone_number", &r.PhoneNumber)
	checkBirth(&wrong, &r.DateOfBirth, now)
	has := map[string]bool{
		"address": r.Address != nil, "shirt_size": r.ShirtSize != "", "service_hours": r.ServiceHours != nil,
		"phone_number": r.PhoneNumber != "", "date_of_birth": r.DateOfBirth != "",
	}
	for _, name := range RegistrationFieldNames() {
		if field := asked[name]; field.Enabled && field.Required && !has[name] {
			wrong.Add(name, Blank)
		}
	}
	r.UpdatedAt = now
	return wrong
}

// checkPostal normalizes the address; one without any line is nil.
func checkPostal(wrong *fault.Fields, a *Address) *Address {
	if a == nil || *a == (Address{}) {
		return nil
	}
	clean := *a
	CheckName(wrong, "address.line1", &clean.Line1)
	checkText(wrong, "address.line2", &clean.Line2, MaxName)
	CheckName(wrong, "address.city", &clean.City)
	checkText(wrong, "address.region", &clean.Region, MaxName)
	checkText(wrong, "address.postal_code", &clean.PostalCode, MaxName)
	checkText(wrong, "address.country", &clean.Country, MaxName)
	return &clean
}

func checkPhone(wrong *fault.Fields, path string, phone *string) {
	checkText(wrong, path, phone, MaxDonorName)
	plain := !strings.ContainsFunc(*phone, func(r rune) bool {
		return (r < '0' || r > '9') && !strings.ContainsRune("+-()/. x", r)
	})
	if *phone != "" && (!plain || !strings.ContainsFunc(*phone, unicode.IsDigit)) {
		wrong.Add(path, NotPhone)
	}
}

// checkBirth requires a past day as YYYY-MM-DD.
func checkBirth(wrong *fault.Fields, date *string, now time.Time) {
	*date = strings.TrimSpace(*date)
	if *date == "" {
		return
	}
	day, err := time.Parse(time.DateOnly, *date)
	if err != nil {
		wrong.Add("date_of_birth", "is not a date (YYYY-MM-DD)")
	} else if day.After(now) {
		wrong.Add("date_of_birth", "cannot be in the future")
	}
}
