package fund

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

// CauseRole is what a member may do for a cause.
type CauseRole string

// The roles of a cause's members, strongest first. A member looks after what the cause publishes, finance after its money as well, and an
// owner after the other members, too.
const (
	CauseOwner   CauseRole = "owner"
	CauseFinance CauseRole = "finance"
	CauseMember  CauseRole = "member"
)

// CauseRoles lists all roles, strongest first.
func CauseRoles() []CauseRole { return []CauseRole{CauseOwner, CauseFinance, CauseMember} }

// Any reports whether the role is one at all.
func (r CauseRole) Any() bool { return r != "" }

// HandlesMoney reports whether the role includes the money of the cause and the names behind it.
func (r CauseRole) HandlesMoney() bool { return r == CauseOwner || r == CauseFinance }

// ManagesMembers reports whether the role may add and remove members.
func (r CauseRole) ManagesMembers() bool { return r == CauseOwner }

// Approval says whether an operator stands behind a cause. Only an approved cause takes donations, gives receipts, and is seen by others.
type Approval string

// The approvals of a cause.
const (
	Pending   Approval = "pending"
	Approved  Approval = "approved"
	Suspended Approval = "suspended"
)

// MaxReason is how many characters the reason may have that an operator gives for a decision.
const MaxReason = 500

// CheckReason requires a reason of at most MaxReason characters.
func CheckReason(wrong *fault.Fields, reason string) {
	switch {
	case reason == "":
		wrong.Add("reason", Blank)
	case utf8.RuneCountInString(reason) > MaxReason:
		wrong.Add("reason", fmt.Sprintf("is too long (%d characters at most)", MaxReason))
	}
}

// LegalIdentity is who a cause is by law: what donors' receipts rest on.
type LegalIdentity struct {
	LegalName, GovernmentID string
	// ReceiptProfile is the profile of its receipts; "" is PlainReceipts.
	ReceiptProfile string `json:",omitempty"`
}

// Profile is the profile of the receipts that such a cause gives.
func (i LegalIdentity) Profile() string { return cmp.Or(i.ReceiptProfile, PlainReceipts) }

// ApprovalVersion stands for all that an operator looks at before approving the cause: the name it is shown under, who it is by law, and what
// it proposed. It changes when one of them does.
func (c Cause) ApprovalVersion() string {
	// Neither strings nor pointers to strings fail to encode.
	all := []any{c.ID.String(), c.Slug, c.Name, c.Identity(), c.Proposed}
	if c.ProposedAccount != "" {
		all = append(all, c.ProposedAccount)
	}
	text, _ := json.Marshal(all)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// Act is what somebody with a role did, as stored: "cause.approve". The set is closed: Acts lists it.
type Act string

// The acts that are logged.
const (
	ActAddOperator     Act = "operator.add"
	ActRemoveOperator  Act = "operator.remove"
	ActApproveCause    Act = "cause.approve"
	ActSuspendCause    Act = "cause.suspend"
	ActProposeIdentity Act = "cause.identity.propose"
	ActSetMember       Act = "cause.member.set"
	ActRemoveMember    Act = "cause.member.remove"
	ActSetOffline      Act = "cause.offline.set"
	// ActSetReceipts chose the profile of a cause's receipts, ActCorrectReceipt reissued one with the donor's name spelled right.
	ActSetReceipts    Act = "cause.receipts.set"
	ActCorrectReceipt Act = "receipt.correct"
	// ActSetShipping let those who raise money see and fulfill claims, or ended that.
	ActSetShipping Act = "cause.shipping.set"
	// ActSetTerms changed what only a cause sets for its donors: its statement, and the methods of payment.
	ActSetTerms      Act = "cause.terms.set"
	ActUpdateCause   Act = "cause.update"
	ActRecordOffline Act = "donation.record"
	ActRefund        Act = "donation.refund"
	ActConcede       Act = "dispute.concede"
	ActAnswerCase    Act = "case.answer"
	ActScreen        Act = "donation.screen"
	// ActPass passed a donation on for another screener to show it, ActUnpass took that back.
	ActPass   Act = "donation.pass"
	ActUnpass Act = "donation.unpass"
	// ActMark marked a donation with a group of the screening, or with none.
	ActMark Act = "donation.mark"
	// ActRead read a donation aloud, ActUnread took that back, ActReadAll did it for all that waited. ActSendToReader moved one to the front, ActPin pinned
	// it, and ActUnpin did not any more.
	ActRead         Act = "donation.read"
	ActUnread       Act = "donation.unread"
	ActReadAll      Act = "donations.read"
	ActSendToReader Act = "donation.send_to_reader"
	ActPin          Act = "donation.pin"
	ActUnpin        Act = "donation.unpin"
	// ActEditName changed the name of a donor that is shown, ActNote what screeners tell each other about a donation, and ActHandOver what they tell the next shift.
	ActEditName Act = "donation.edit_name"
	ActNote     Act = "donation.note"
	ActHandOver Act = "screening.hand_over"
	// ActSetScreening changed what is held of donations, ActSchedule a schedule; both are logged where a grant allowed them.
	ActSetScreening Act = "screening.set"
	ActSchedule     Act = "schedule.change"
	// ActGiveGrant gave a grant on a fact, ActRenewGrant gave it another link, ActAcceptGrant accepted it, and ActEndGrant ended it.
	ActGiveGrant   Act = "grant.give"
	ActRenewGrant  Act = "grant.renew"
	ActAcceptGrant Act = "grant.accept"
	ActEndGrant    Act = "grant.end"
	// ActCreateOverlay made an overlay, ActRenewOverlay gave it another key, and ActDeleteOverlay ended it.
	ActCreateOverlay Act = "overlay.create"
	ActRenewOverlay  Act = "overlay.renew"
	ActDeleteOverlay Act = "overlay.delete"
	// ActDeleteStage ended a stage, with the addresses of its overlays and the keys of its desk.
	ActDeleteStage Act = "stage.delete"
	// ActRunStage did something at the alert desk of a fact; it is logged where a grant allowed it. ActAllowPlayer let a page of an overlay play alerts.
	ActRunStage Act = "stage.run"
	// ActRunTimer started, paused or resumed a timer, or added time to it.
	ActRunTimer    Act = "timer.run"
	ActAllowPlayer Act = "overlay.player.allow"
	// ActCreateVariant made a variant of the alerts of a fact, ActUpdateVariant changed one or its sound, ActMoveVariant gave one another place in their order, and
	// ActDeleteVariant deleted one.
	ActCreateVariant Act = "alert_variant.create"
	ActUpdateVariant Act = "alert_variant.update"
	ActMoveVariant   Act = "alert_variant.move"
	ActDeleteVariant Act = "alert_variant.delete"
	// ActCreateCounter made a counter of a fact, ActUpdateCounter changed one, and ActDeleteCounter deleted one; those of timers did the same with a timer.
	ActCreateCounter Act = "counter.create"
	ActUpdateCounter Act = "counter.update"
	ActDeleteCounter Act = "counter.delete"
	ActCreateTimer   Act = "timer.create"
	ActUpdateTimer   Act = "timer.update"
	ActDeleteTimer   Act = "timer.delete"
	// ActMakeDeskKey made a key of the alert desk of a fact, ActEndDeskKey ended one.
	ActMakeDeskKey Act = "desk_key.create"
	ActEndDeskKey  Act = "desk_key.end"

	ActCreateMatch Act = "match.create"
	ActUpdateMatch Act = "match.update"
	ActEndMatch    Act = "match.end"
	ActViewDonors  Act = "donors.view"
	// ActViewClaims read an answer or a shipping address, ActFulfillClaims said that rewards were fulfilled, or that they were not.
	ActViewClaims    Act = "claims.view"
	ActFulfillClaims Act = "claims.fulfill"
	ActExportDonors  Act = "donors.export"
	// ActErase asked for what a donor wrote to be erased, ActViewKeptReceipts read what receipts of erased donors said.
	ActErase            Act = "donation.erase"
	ActWithdrawConsent  Act = "consent.withdraw"
	ActViewKeptReceipts Act = "receipts_kept.view"
	ActTakeDown         Act = "fact.takedown"
	ActPutBack          Act = "fact.putback"
	// ActGoLive took all play money out of the database.
	ActGoLive Act = "donations.reset"

	ActCreateUser         Act = "user.create"
	ActInviteUser         Act = "user.invite"
	ActApproveUser        Act = "user.approve"
	ActWithdrawInvitation Act = "user.invitation.withdraw"
	ActSetPassword        Act = "user.password"
	ActSetEmail           Act = "user.email"
	// ActAddIdentity and ActRemoveIdentity changed with which account at an OpenID provider a user signs in.
	ActAddIdentity    Act = "user.identity.add"
	ActRemoveIdentity Act = "user.identity.remove"
	ActDisableUser    Act = "user.disable"
	ActEnableUser     Act = "user.enable"
	ActEndSessions    Act = "user.sessions.end"
	// ActDeleteUser closed an account, to be erased later, ActUndeleteUser undid that.
	ActDeleteUser   Act = "user.delete"
	ActUndeleteUser Act = "user.undelete"
	// ActAddSecondFactor had sign-ins ask for a second factor, ActRemoveSecondFactor ended that.
	ActAddSecondFactor    Act = "user.second_factor.add"
	ActRemoveSecondFactor Act = "user.second_factor.remove"
	// ActRenewRecoveryCodes made a new set of recovery codes, ActUseRecoveryCode signed in with one.
	ActRenewRecoveryCodes Act = "user.recovery_codes.renew"
	ActUseRecoveryCode    Act = "user.recovery_code.use"
	ActAddPasskey         Act = "user.passkey.add"
	ActRemovePasskey      Act = "user.passkey.remove" //nolint:gosec // the name of an act, not a secret
	ActCreateApplication  Act = "application.create"
	ActRotateSecret       Act = "application.rotate"
	ActDisableApplication Act = "application.disable"
	ActEnableApplication  Act = "application.enable"
	// ActApproveApplication let an application in that registered itself, ActSetScopes gave an application further scopes.
	ActApproveApplication Act = "application.approve"
	ActSetScopes          Act = "application.scopes"
	ActCreateToken        Act = "token.create"
	ActRevokeToken        Act = "token.revoke"
	ActCreateCause        Act = "cause.create"
	ActConnectCause       Act = "cause.connect"
	// ActOnboard led the finance of a cause to the payment provider's form for its account.
	ActOnboard        Act = "cause.onboard"
	ActCreateCampaign Act = "campaign.create"
	ActApplyEvent     Act = "provider_event.apply"
	ActDismissEvent   Act = "provider_event.dismiss"
	ActSendReceipt    Act = "receipt.send"
	// ActSetSetting changed what operators decide while servers run.
	ActSetSetting Act = "setting.set"
	// ActApproveCharity let an invitation be mailed to a charity, ActDeclineCharity did not.
	ActApproveCharity Act = "charity.approve"
	ActDeclineCharity Act = "charity.decline"
	// ActSetRates set exchange rates, one or a file of them.
	ActSetRates Act = "rate.set"
	// ActRotateSecretKey sealed webhooks with a new secret key, ActReplaceSecretKey gave endpoints new signing keys because it was lost.
	ActRotateSecretKey  Act = "secret_key.rotate"
	ActReplaceSecretKey Act = "secret_key.replace_lost" //nolint:gosec // the name of an act, not a secret
	// ActRebuildTotals set totals right by the ledger, ActRepairDates dated donations again, and ActMigrate changed the schema.
	ActRebuildTotals Act = "totals.rebuild"
	ActRepairDates   Act = "dates.repair"
	ActMigrate       Act = "schema.migrate"
	// ActRestore put a backup in the place of the database, ActAcceptLoss let it go on without what was lost of it.
	ActRestore    Act = "database.restore"
	ActAcceptLoss Act = "database.accept_loss"
)

// Acts lists every act.
func Acts() []Act {
	return []Act{
		ActAddOperator, ActRemoveOperator, ActApproveCause, ActSuspendCause, ActProposeIdentity, ActSetMember, ActRemoveMember, ActSetOffline, ActSetShipping, ActSetTerms, ActSetReceipts, ActCorrectReceipt, ActUpdateCause,
		ActRecordOffline, ActRefund, ActConcede, ActAnswerCase, ActScreen, ActPass, ActUnpass, ActMark, ActRead, ActUnread, ActReadAll, ActSendToReader, ActPin, ActUnpin, ActEditName, ActNote, ActHandOver, ActSetScreening, ActSchedule, ActGiveGrant, ActRenewGrant, ActAcceptGrant, ActEndGrant, ActCreateOverlay, ActRenewOverlay, ActDeleteOverlay, ActDeleteStage, ActRunStage, ActRunTimer, ActAllowPlayer, ActCreateVariant, ActUpdateVariant, ActMoveVariant, ActDeleteVariant, ActCreateCounter, ActUpdateCounter, ActDeleteCounter, ActCreateTimer, ActUpdateTimer, ActDeleteTimer, ActMakeDeskKey, ActEndDeskKey, ActCreateMatch, ActUpdateMatch, ActEndMatch, ActViewDonors, ActViewClaims, ActFulfillClaims,
		ActExportDonors, ActErase, ActWithdrawConsent, ActViewKeptReceipts, ActTakeDown, ActPutBack, ActGoLive,
		ActCreateUser, ActInviteUser, ActApproveUser, ActWithdrawInvitation, ActSetPassword, ActSetEmail, ActAddIdentity, ActRemoveIdentity, ActDisableUser, ActEnableUser, ActEndSessions, ActDeleteUser, ActUndeleteUser, ActAddSecondFactor, ActRemoveSecondFactor, ActRenewRecoveryCodes, ActUseRecoveryCode, ActAddPasskey, ActRemovePasskey, ActCreateApplication, ActRotateSecret,
		ActDisableApplication, ActEnableApplication, ActApproveApplication, ActSetScopes, ActCreateToken, ActRevokeToken, ActCreateCause, ActConnectCause, ActOnboard, ActCreateCampaign, ActApplyEvent,
		ActDismissEvent, ActSendReceipt, ActSetSetting, ActSetRates, ActRebuildTotals, ActRepairDates, ActMigrate, ActRestore, ActAcceptLoss, ActRotateSecretKey, ActReplaceSecretKey,
		ActApproveCharity, ActDeclineCharity,
	}
}

// The subjects of acts on what there is once.
var (
	// SubjectRates are the exchange rates, SubjectDatabase is the database as a whole.
	SubjectRates    = subjectID("rates")
	SubjectDatabase = subjectID("database")
)

func subjectID(name string) ID { return ID{}.With(sha256.Sum256([]byte("almoner subject\x00" + name))) }

// LoggedAct is a line of the append-only log of acts.
type LoggedAct struct {
	// Number is 1, 2, 3 … in the order of the acts.
	Number int64
	At     time.Time
	// Actor is a user, an application or a cause; zero for a command. Role is what the actor was when doing it.
	Actor ID
	Role  string
	Act   Act
	// Subject is what the act was done on.
	Subject ID
	// Detail holds ids and numbers by name, never a text that somebody wrote.
	Detail map[string]string
	// Address is the network address that the request came from; "" for a command.
	Address string
}
