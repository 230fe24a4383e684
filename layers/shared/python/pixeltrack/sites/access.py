"""Who may see a site and who may change it: members and owners; to others it does not exist."""

from collections.abc import Sequence

from pixeltrack.platform.errors import Forbidden, NotFound
from pixeltrack.platform.identifiers import AccountId, SiteId
from pixeltrack.sites.ports import Memberships, Sites
from pixeltrack.sites.sites import MemberSite, Role


def seen(sites: Sites, account: AccountId, site: SiteId) -> MemberSite:
    """Return a site that the account is a member of. Raise `NotFound`."""
    found = sites.find(account, site)
    if found is None:
        raise NotFound
    return found


def owned(sites: Sites, account: AccountId, site: SiteId) -> MemberSite:
    """Return a site that the account owns. Raise `NotFound`, or `Forbidden` for a viewer."""
    found = seen(sites, account, site)
    if found.role is not Role.OWNER:
        raise Forbidden("Only the site's owner may change it; you may see it.")
    return found


def visible(memberships: Memberships, account: AccountId, site: str | None) -> Sequence[SiteId]:
    """Return the ids of the account's sites, or of one of them alone.

    Raise `NotFound` where that one is not among them.
    """
    found = [SiteId(s) for s in memberships.sites_of(account) if site in {None, s}]
    if site is not None and not found:
        raise NotFound
    return found
