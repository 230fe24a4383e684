"""What an account may do with the goals of its sites: members see them, owners change them."""

from dataclasses import dataclass

from functions.sites.goal_models import GoalDraft, GoalList, GoalView, goal_view
from pixeltrack.platform.errors import FieldError, NotFound, Refused
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.sites.access import owned, seen
from pixeltrack.sites.goals import MOST_GOALS
from pixeltrack.sites.ports import Goals, Sites


@dataclass(frozen=True, slots=True)
class SiteGoals:
    """Goals of sites; every method raises `NotFound` for a site that is not the account's."""

    sites: Sites
    goals: Goals

    def all(self, account: AccountId, site: SiteId) -> GoalList:
        """Return a site's goals, oldest first."""
        seen(self.sites, account, site)
        return GoalList(goals=[goal_view(goal) for goal in self.goals.of(account, site)])

    def add(self, account: AccountId, site: SiteId, draft: GoalDraft) -> GoalView:
        """Make a goal; raises `Refused` (409) for one that is there, or one too many."""
        owned(self.sites, account, site)
        if len(self.goals.of(account, site)) >= MOST_GOALS:
            raise Refused(409, FieldError("body", f"a site has at most {MOST_GOALS} goals"))
        made = self.goals.add(account, site, draft.goal())
        if made is None:
            raise Refused(409, FieldError("pattern", "is a goal of this site already"))
        return goal_view(made)

    def remove(self, account: AccountId, site: SiteId, goal: str) -> None:
        """Delete a goal; raises `Forbidden` for a viewer, `NotFound` for one that is not there."""
        owned(self.sites, account, site)
        if not self.goals.remove(account, site, goal):
            raise NotFound
