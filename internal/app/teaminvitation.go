package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TeamInvite invites somebody to a team.
type TeamInvite struct {
	Team  fund.Key
	Email string
	Role  fund.Role
}

// InviteMember mails an invitation to a team, in place of an earlier one to the same address; those who may give the role, see fund.Role.MayManage. More than
// fund.MaxTeamInvitations at once are a Conflict, and who invites too often is RateLimited.
func (a *App) InviteMember(ctx context.Context, actor Actor, in TeamInvite) (fund.AccountLink, error) {
	link := fund.AccountLink{Kind: fund.LinkTeam, Email: in.Email, Role: in.Role, InvitedBy: actor.User}
	team, err := a.invitingTeam(ctx, actor, in.Team)
	if err != nil {
		return link, err
	}
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &link.Email)
	fund.CheckOneOf(&wrong, "role", in.Role, fund.Roles())
	if err := wrong.Err(); err != nil {
		return link, err
	}
	if link.ID, err = a.newID(a.Now()); err != nil {
		return link, err
	}
	link.TeamID = team.ID
	if err := a.shield.Invite(actor.User.String(), link.Email); err != nil {
		return link, err
	}
	err = a.write(ctx, actor, team.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		by, err := invitesTo(ctx, tx.Queries, actor, team.ID)
		if err != nil {
			return err
		}
		if !by.MayManage(link.Role) {
			return forbidden()
		}
		if err := endTeamInvitations(ctx, tx, team.ID, link.Email, now); err != nil {
			return err
		}
		open, err := tx.ListTeamInvitations(ctx, team.ID, now)
		if err != nil {
			return err
		}
		if len(open) >= fund.MaxTeamInvitations {
			return fault.New(fault.Conflict, "A team has at most %d invitations at once: withdraw some first.", fund.MaxTeamInvitations)
		}
		link.AskedAt, link.ExpiresAt = now, now.Add(fund.InvitationLife)
		if err := tx.PutAccountLink(ctx, link); err != nil {
			return err
		}
		mail := fund.Mail{Kind: fund.MailTeamInvitation, Recipient: link.Email, About: link.ID, Language: actor.mailLanguage()}
		if err := a.queueMail(ctx, tx, mail, now); err != nil {
			return err
		}
		return tx.SweepAccountLinks(ctx, now.Add(-expiredRetention), sweptExpired)
	})
	if err != nil {
		return link, fmt.Errorf("team %d: invitation: %w", team.LegacyID, err)
	}
	return link, nil
}

// invitingTeam finds a team to which the actor may invite somebody.
func (a *App) invitingTeam(ctx context.Context, actor Actor, key fund.Key) (fund.Team, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Team{}, err
	}
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return team, err
	}
	_, err = invitesTo(ctx, a.store.Queries, actor, team.ID)
	return team, err
}

// invitesTo is the role with which an actor invites to a team that exists.
func invitesTo(ctx context.Context, q store.Queries, actor Actor, team fund.ID) (fund.Role, error) {
	c, err := loadMember(ctx, q, actor, MemberKey{Team: fund.Key{ID: team}, User: fund.Key{ID: actor.User}})
	if err == nil && !c.by.MayManage(fund.RoleMember) {
		err = forbidden()
	}
	return c.by, err
}

// endTeamInvitations ends the invitations to a team that were mailed to an address.
func endTeamInvitations(ctx context.Context, tx *store.Tx, team fund.ID, email string, now time.Time) error {
	open, err := tx.ListTeamInvitations(ctx, team, now)
	if err != nil {
		return err
	}
	for _, one := range open {
		if one.Email != email {
			continue
		}
		if err := tx.UseAccountLink(ctx, one.ID); err != nil {
			return err
		}
	}
	return nil
}

// ListTeamInvitations lists the invitations to a team that hold, the oldest first; those who may invite.
func (a *App) ListTeamInvitations(ctx context.Context, actor Actor, key fund.Key) ([]fund.AccountLink, error) {
	team, err := a.invitingTeam(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.store.ListTeamInvitations(ctx, team.ID, a.Now())
}

// WithdrawTeamInvitation ends an invitation to a team; those who may give its role. One that does not hold is NotFound.
func (a *App) WithdrawTeamInvitation(ctx context.Context, actor Actor, key fund.Key, id fund.ID) error {
	team, err := a.invitingTeam(ctx, actor, key)
	if err != nil {
		return err
	}
	err = a.write(ctx, actor, team.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		by, err := invitesTo(ctx, tx.Queries, actor, team.ID)
		if err != nil {
			return err
		}
		open, err := tx.ListTeamInvitations(ctx, team.ID, now)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(open, func(one fund.AccountLink) bool { return one.ID == id })
		if at < 0 {
			return missingNamed("invitation", "")
		}
		if !by.MayManage(open[at].Role) {
			return forbidden()
		}
		return tx.UseAccountLink(ctx, id)
	})
	if err != nil {
		return fmt.Errorf("team %d: invitation %s: %w", team.LegacyID, id, err)
	}
	return nil
}

// TeamInvitation is an invitation to a team as who has its link sees it.
type TeamInvitation struct {
	fund.AccountLink

	Team fund.Team
	// By is who invites.
	By fund.User
}

// GetTeamInvitation returns the invitation with the key of a link that was mailed. It changes nothing: programs open links in mails, too. One that was accepted, withdrawn or
// replaced is NotFound, and so is one that is too old, of a team that was disbanded, or from somebody who may not give the role any more.
func (a *App) GetTeamInvitation(ctx context.Context, key string) (TeamInvitation, error) {
	return a.teamInvitation(ctx, a.store.Queries, key)
}

func (a *App) teamInvitation(ctx context.Context, q store.Queries, key string) (i TeamInvitation, err error) {
	hash := hashOf(key)
	if i.AccountLink, err = q.GetAccountLinkByHash(ctx, hash[:], fund.LinkTeam); err != nil {
		return i, asRequested(err, "link", "")
	}
	if !i.Open(a.Now()) {
		return i, missingNamed("link", "")
	}
	if i.By, err = q.GetUser(ctx, fund.Key{ID: i.InvitedBy}); err != nil {
		return i, err
	}
	inviter := Actor{Kind: ActorUser, User: i.By.ID, Operator: i.By.Operator}
	c, err := loadMember(ctx, q, inviter, MemberKey{Team: fund.Key{ID: i.TeamID}, User: fund.Key{ID: i.By.ID}})
	i.Team = c.team
	switch {
	case fault.Is(err, fault.Forbidden), fault.Is(err, fault.Conflict), err == nil && !c.by.MayManage(i.Role):
		err = missingNamed("link", "")
	}
	return i, err
}

// AcceptTeamInvitation lets the actor join the team of an invitation, once; see GetTeamInvitation. A member who has a role already keeps it: that is a Conflict.
func (a *App) AcceptTeamInvitation(ctx context.Context, actor Actor, key string) (fund.Team, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Team{}, err
	}
	invitation, err := a.GetTeamInvitation(ctx, key)
	if err != nil {
		return fund.Team{}, err
	}
	team := invitation.Team
	err = a.write(ctx, actor, team.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		i, err := a.teamInvitation(ctx, tx.Queries, key)
		if err != nil {
			return err
		}
		_, err = tx.GetRole(ctx, team.ID, actor.User)
		if is, err := found(err); err != nil {
			return err
		} else if is {
			return fault.New(fault.Conflict, "You are a member of this team already.")
		}
		if err := tx.UseAccountLink(ctx, i.ID); err != nil {
			return asRequested(err, "link", "")
		}
		if err := tx.SetRole(ctx, team.ID, actor.User, i.Role); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: team.ID, Facts: []fund.ID{actor.User}, At: now})
		return nil
	})
	if err != nil {
		return team, fmt.Errorf("team %d: invitation: %w", team.LegacyID, err)
	}
	return team, nil
}

// teamMail loads what an invitation to a team says, and gives its link a secret: an AccountMail. It is Gone if the invitation is.
func teamMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	link, err := a.openLink(ctx, m.About)
	if err != nil {
		return nil, err
	}
	team, err := a.store.GetTeam(ctx, fund.Key{ID: link.TeamID})
	if err != nil {
		return nil, err
	}
	said, err := a.accountMail(ctx, link.InvitedBy)
	if err != nil {
		return nil, err
	}
	said.Team, said.Role = team.Slug, link.Role
	key, err := a.linkKey(ctx, link)
	said.Link = a.accounts.Team(key)
	return said, err
}
