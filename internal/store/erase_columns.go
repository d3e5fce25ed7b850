package store

// The columns of texts and bytes, but for ids, that the tables have. Each stands in one of both lists; a test holds them to it, so that a new
// column is not forgotten when a donor's data is erased.
var (
	// erasedColumns can hold a name, an address, a comment, an answer or anything else that a donor or somebody else wrote of a donor: Erase empties
	// them. receipts_kept has what is left of it for a while, and donor_access the address of who looks for donations.
	erasedColumns = map[string][]string{
		"donations":          {"name", "given_name", "comment", "email"},
		"payments":           {"via", "return_to", "receipt_request"},
		"reward_claims":      {"answer", "address"},
		"cases":              {"message", "reason"},
		"screening_notes":    {"note"},
		"donors":             {"name"},
		"donation_matches":   {"matched_by"},
		"notices":            {"header", "body", "problem", "dismissal"},
		"mails":              {"recipient", "problem"},
		"idempotency_keys":   {"header", "body"},
		"webhook_deliveries": {"data", "problem"},
		"webhook_attempts":   {"answer", "failure"},
		"relay_keys":         {"metadata"},
		"legacy_relays":      {"meta"},
		"sandbox_payments":   {"body"},
		"receipts_kept":      {"record"},
		"receipts":           {"facts", "document"},
		"receipt_files":      {"content"},
		"donor_access":       {"address"},
	}
	// otherColumns cannot hold it.
	otherColumns = map[string][]string{
		// What identifies a donation, says where its money is, or names its incentives. References are numbers of providers and of causes.
		"donations":    {"currency", "state", "reference", "screening", "left_out", "origin"},
		"payments":     {"provider", "account", "reference", "status", "reason", "payout_reference", "language"},
		"notices":      {"provider", "notice_id", "topic", "account", "reference"},
		"ledger":       {"kind", "currency"},
		"cases":        {"state"},
		"mails":        {"kind", "about", "language"},
		"donor_access": {"hash", "session"},
		"consents":     {"channel", "wording"},
		// Names that programs gave, and what is hashed or made here.
		"idempotency_keys":   {"caller", "key", "request_hash"},
		"webhook_deliveries": {"event_type", "source_type", "payment_status", "status", "sent_as", "changes"},
		"webhook_attempts":   {"headers"},
		"relay_keys":         {"key", "client_key"},
		"legacy_relays":      {"provider", "uuid"},
		"sandbox_payments":   {"id"},
		"receipts":           {"void_reason"},
		// The log holds ids, amounts and states; samples of test events are made up.
		"events": {"topic", "subject", "facts", "detail"},
		"acts":   {"actor", "role", "act", "subject", "detail", "address"},
		// What a server found wrong with itself, in its own words.
		"alarms": {"check_name", "node", "text", "fix"},
		"boards": {"board", "period"}, "projections": {"name", "halfway"}, "leases": {"kind", "holder"}, "sequences": {"kind"},
		// What those who raise money wrote of themselves and of what they raise it for.
		"facts": {
			"legacy_space", "kind", "slug", "name", "description", "status", "currency", "avatar", "supportable", "livestream_type",
			"livestream_channel", "approval", "suspension", "cover", "color", "time_zone", "allowed_origins",
		},
		"causes": {"details", "proposed"}, "cause_members": {"role"}, "fundraising_events": {"details"}, "payment_accounts": {"provider", "account", "mode", "state", "creation"},
		"giving": {"presets", "screening", "words", "allowed", "thanks", "statement"}, "personal_campaigns": {"for_name"}, "past_fact_slugs": {"slug"}, "past_slugs": {"kind", "slug"},
		"search_words": {"word", "kind"},
		"polls":        {"name"}, "poll_options": {"name"}, "targets": {"name"}, "milestones": {"name"}, "schedule_items": {"name", "description"},
		"rewards":    {"name", "description", "currency", "kind", "shipping_note", "custom_question", "image"},
		"incentives": {"title", "description", "image"}, "auction_houses": {"banner"},
		"auction_items":    {"name", "short_description", "description", "legal", "rules", "images"},
		"donation_matches": {"type", "currency"}, "fitness_goals": {"type", "unit"}, "fitness_activities": {"type"},
		"pictures": {"hash", "type", "content"}, "picture_uses": {"slot", "hash", "address"},
		"webhook_endpoints": {"description", "url", "signing_key", "options", "previous_key"}, "webhook_relays": {"name"}, "webhook_subscriptions": {"event_types"},
		// Accounts: their users end them, which is another matter. A bid is the promise of a user.
		"users": {
			"slug", "username", "email", "password_hash", "first_name", "last_name", "about", "avatar", "social", "cover", "language",
		},
		"account_deletions": {"state", "kept"}, "deleted_facts": {"status", "livestream_type", "livestream_channel"},
		"charity_invitations": {"name", "website", "address", "country", "message", "language", "state", "reason", "address_hash", "host_hash", "hash"}, "charity_refusals": {"hash"},
		"teams": {"slug", "name", "about", "avatar", "social", "cover"}, "team_members": {"role"},
		"registrations": {"email", "address", "shirt_size", "phone_number", "date_of_birth"}, "account_links": {"kind", "address", "hash", "role", "invited_by"},
		"readings": {"read_by"}, "screening_notes": {"written_by"}, "handover_notes": {"note", "written_by"},
		"screening_decisions": {"was", "became"}, "screening_groups": {"name", "color"}, "screening_highlights": {"words"},
		"stages":         {"name", "takes", "takes_below", "takes_via", "language", "shown_currency"},
		"overlays":       {"name", "kind", "theme", "title", "key", "key_hash", "parts"},
		"alert_settings": {"sound"}, "stage_sounds": {"hash", "type", "content"}, "variant_sounds": {"hash", "type", "content"},
		"alert_variants": {"name", "kind", "template", "sound", "theme"},
		"counters":       {"name", "via"}, "timers": {"name", "state"}, "timer_entries": {"act", "reason"},
		// A sample is what those at the desk made up for a test.
		"alerts": {"state", "sample", "variant"}, "alert_players": {"secret_hash"}, "desk_keys": {"name", "key_hash"},
		"fact_grants":        {"name", "roles", "link_hash", "session_hash", "given_by"},
		"authenticator_apps": {"secret"}, "recovery_codes": {"hash"}, "passkeys": {"credential", "data", "name", "host"}, "passkey_answers": {"hash"}, "pending_sign_ins": {"hash", "factors"},
		"sessions": {"hash", "agent", "address", "factors"}, "auction_bids": {"public_name"},
		"identities": {"issuer", "subject", "label"}, "openid_requests": {"hash", "provider", "purpose", "browser", "username", "slug", "next"},
		"applications": {"name", "client_id", "secret_hash", "redirect_uri", "scopes", "api"}, "grants": {"scopes"}, "tokens": {"hash", "kind", "scopes", "name"},
		"authorization_codes": {"hash", "redirect_uri", "challenge"}, "refresh_tokens": {"hash", "scopes"},
		// What operators set.
		"rates": {"currency"}, "settings": {"key", "value"}, "secrets": {"name", "value"}, "certificate_files": {"name", "content"},
	}
)
