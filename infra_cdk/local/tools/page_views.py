"""Which requests of a log are views of a site's pages, and why the others are none.

What is left out is known to be no page. What can be one is, as it is for the tracker, which counts
wherever it runs: `/docs/v1.2`, `/wiki/Mr._Robot` and `/wiki/File:Logo.png` are pages.
`/docs/node.js` cannot be told from a script, and is none.
"""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from infra_cdk.local.tools.access_log import Visit
from pixeltrack.enrichment.drafts import MOST_AHEAD_MS
from pixeltrack.enrichment.visitors import is_excluded
from pixeltrack.events import urls
from pixeltrack.platform import hosts
from pixeltrack.sites.sites import Site


class NoView(StrEnum):
    """Why a request is no view of a site's page."""

    OTHER_HOST = "of other hosts than the site's own and those it allows"
    OTHER_METHOD = "not asked for with GET"
    OTHER_STATUS = "answered with neither 200 nor 304"
    NO_PATH = "asked for neither a path nor an address"
    NO_PAGE = "images, styles and other files, no pages"
    LEFT_OUT = "paths that --exclude leaves out"
    EXCLUDED_ADDRESS = "from addresses that the site leaves out"
    AHEAD = "dated after now"
    BAD_ADDRESS = "no address of a page"


class BadPattern(ValueError):
    """A pattern for paths can match none."""


_FILES = {
    "styles and scripts": "css less scss js mjs cjs jsonp map wasm htc axd class",
    "images": "png jpg jpeg jpe jfif gif webp avif apng svg svgz ico cur bmp tif tiff heic heif jxl"
    " psd",
    "fonts": "woff woff2 ttf otf eot",
    "sound and video": "mp3 m4a aac oga ogg opus wav wma flac mid midi mp4 m4v m4s 3gp webm ogv mov"
    " avi mkv wmv flv mpg mpeg m3u8 m3u mpd ts vtt srt swf",
    "data and feeds": "txt json jsonld geojson webmanifest manifest appcache xml xsl xslt xsd dtd"
    " rss atom rdf ics vcf kml gpx csv tsv yml yaml toml ini conf cfg log sql sqlite bak",
    "documents": "pdf doc docx xls xlsx ppt pptx odt ods odp rtf epub mobi azw3",
    "archives and programs": "zip gz gzip tgz bz2 tbz xz txz zst br 7z rar tar jar war iso img dmg"
    " exe msi deb rpm apk ipa bin torrent asc sig pem crt md5 sha1 sha256",
}
"""Extensions of what no tracker runs in, by kind."""

_EXTENSIONS = frozenset(" ".join(_FILES.values()).split())
_WELL_KNOWN = "/.well-known/"  # RFC 8615: of interest to programs


def is_page(path: str) -> bool:
    """Tell whether a path, with or without query, can be a page's."""
    path = path.partition("?")[0]
    name = unquote(path.rpartition("/")[2]).partition(";")[0]
    is_titled = ":" in name.strip(":")  # of a wiki's page about a file
    extension = name.rpartition(".")[2] if "." in name and not is_titled else ""
    return extension.lower() not in _EXTENSIONS and not path.startswith(_WELL_KNOWN)


def compiled(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """Return what matches any of these patterns for whole paths, None without any.

    `*` stands for any characters, slashes too, `?` for one, `[ab]` for one of these; letters may be
    escaped, as they are in a log. Raise `BadPattern` where a pattern can match no path.
    """
    for pattern in patterns:
        if not pattern.startswith(("/", "*", "?", "[")):
            raise BadPattern(f"{pattern!r} matches no path: begin with / or *")
    written = "|".join(fnmatch.translate(unquote(pattern)) for pattern in patterns)
    return re.compile(written) if patterns else None


class Rules:
    """Judges requests for one site; `excluded` matches decoded paths that are left out."""

    def __init__(self, site: Site, excluded: re.Pattern[str] | None = None) -> None:
        self._site = site
        self._excluded = excluded
        parts = urlsplit(site.url)
        # A path may begin with two slashes, and is no other host's for that.
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._scheme, self._host = parts.scheme, parts.hostname
        self._is_own = lru_cache(maxsize=4096)(self._owns)

    def fault(self, visit: Visit, now_ms: int) -> NoView | None:
        """Return why a request is no view of a page of the site, None where it is one."""
        return next(self._faults(visit, now_ms), None)

    def _faults(self, visit: Visit, now_ms: int) -> Iterator[NoView]:
        if visit.host and not self._is_own(visit.host):
            yield NoView.OTHER_HOST
        if visit.method != "GET":
            yield NoView.OTHER_METHOD
        if visit.status not in {200, 304}:
            yield NoView.OTHER_STATUS
        if not visit.path.startswith("/"):
            yield NoView.NO_PATH
        if not is_page(visit.path):
            yield NoView.NO_PAGE
        if self._excluded and self._excluded.match(unquote(visit.path.partition("?")[0])):
            yield NoView.LEFT_OUT
        if is_excluded(visit.ip, self._site.excluded_ips):
            yield NoView.EXCLUDED_ADDRESS
        if visit.at_ms > now_ms + MOST_AHEAD_MS:
            yield NoView.AHEAD

    def url(self, visit: Visit) -> str:
        """Return the address of the page that was asked for."""
        host = visit.host
        if host is None or host.lower() == self._host:
            return self._origin + visit.path
        return f"{self._scheme}://{host}{visit.path}"

    def address_fault(self, url: str) -> NoView | None:
        """Return why the processor would not take an address of a page."""
        page, allowed = urls.page(url, self._site.url), self._site.allowed_domains
        if page is None:
            return NoView.BAD_ADDRESS
        is_taken = not allowed or urls.is_within(page.host, allowed)
        return None if is_taken else NoView.OTHER_HOST

    def _owns(self, host: str) -> bool:
        name = hosts.ascii_host(host)
        return name is not None and urls.is_own(name, self._site.url, self._site.allowed_domains)
