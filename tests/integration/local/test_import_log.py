"""The log of 2015 imported: what reports say of it equals a count by standard text tools."""

import gzip
import os
import secrets
import subprocess
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import psycopg
import pytest
from confluent_kafka import Consumer, TopicPartition

from infra_cdk.local import cli
from infra_cdk.local.commands import data
from infra_cdk.local.tools import history, import_log
from infra_cdk.local.tools.import_log import Import, NoSuchSite
from infra_cdk.local.tools.log_files import LogFile
from infra_cdk.local.tools.traffic.sites import make_sites
from infra_cdk.local.trial import Trial
from pixeltrack.enrichment.devices import UserAgents
from pixeltrack.enrichment.geoip import HostingNetworks
from pixeltrack.platform import settings
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.sites.sites import HostingExclusion

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAMPLE = Path(__file__).parents[2] / "data" / "access-2015.log.gz"

# Page views: GET, 200 or 304, and a path that does not end as files that are no pages do; of
# those this log has these.
# People: agents that do not say they are programs, or how to reach whoever runs them.
TOOLS = r"""
pages() { zcat "$LOG" | awk -F'"' '
  { split($2, request, " "); split($3, status, " "); path = request[2]; sub(/\?.*/, "", path) }
  request[1] == "GET" && (status[1] == 200 || status[1] == 304) &&
  tolower(path) !~ /\.(css|js|png|jpe?g|gif|svg|ico|ttf|woff|txt|xml|xsl|pdf|doc)$/ &&
  path !~ /\.(gz|jar|exe|deb|swf|log|conf)$/'; }
bots='(google|yandex|msn|bing|ahrefs|exa|mj12|ps|voila|mojeek|twitter|mail.ru_|archive.org_)bot'
bots="$bots|(baidu|sogou web |360|yisou)spider|slurp;|feed(burner|fetcher|bin|ly)|rss/|^-$"
bots="$bots|python-|^ruby|phantomjs|binlar|nutch|preview|appengine|flipboard|facebookexternalhit"
bots="$bots|libwww-perl|indy library|theoldreader|ia_archiver|genieo|embedly|changedetection"
bots="$bots|siteexplorer|yandexdirect|simplepie|(beetle|lumi)bot|spider|feed fetcher|link validator"
bots="$bots|irssiurllog|^&as_qdr|robosourcer|protocol discovery|[(]compatible;[)]|^mozilla/[45].0$"
bots="$bots|@[a-z]+[.](com|net)|https?:"
# One of Internet Explorer names the program that it was embedded in.
people() { pages | awk -F'"' -v bots="$bots" 'tolower($6) !~ bots || $6 ~ /tropicdesigns/'; }
requests() { people | awk -F'"' '{ split($1, word, " "); split(word[4], t, /[\/:]/)
  printf "%s %s\t%d\n", word[1], $6, ((substr(t[1], 2) * 24 + t[4]) * 60 + t[5]) * 60 + t[6] }' |
  LC_ALL=C sort -t"$(printf '\t')" -k1,1 -k2,2n; }
"""
PAGES = "pages | wc -l"
PEOPLE = "people | wc -l"
DAYS = "people | cut -d[ -f2 | cut -d: -f1 | sort | uniq -c"
TOP_PAGES = r"""people | awk '{ sub(/\?.*/, "", $7); print $7 }' | sort | uniq -c |
  LC_ALL=C sort -k1,1nr -k2 | head"""
SPAN = "pages | cut -d[ -f2 | cut -d] -f1 | sort | sed -n '1p;$p'"
VISITORS = "requests | cut -f1 | uniq | wc -l"
VISITS = r"""requests | awk -F'\t' '$1 != last || $2 - at >= 1800 || $2 - start >= 86400 {
  visits++; start = $2 } { last = $1; at = $2 } END { print visits }'"""

COUNTED = {
    PAGES: "3852",
    PEOPLE: "1606",
    DAYS: """235 17/May/2015
448 18/May/2015
557 19/May/2015
366 20/May/2015""",
    TOP_PAGES: """204 /projects/xdotool/
145 /projects/xdotool/xdotool.xhtml
127 /
123 /articles/dynamic-dns-with-dhcp/
72 /blog/geekery/ssl-latency.html
48 /presentations/logstash-puppetconf-2012/
46 /articles/ssh-security/
37 /blog/geekery/installing-windows-8-consumer-preview.html
36 /presentations/puppet-at-loggly/puppet-at-loggly.pdf.html
29 /blog/geekery/xvfb-firefox.html""",
    SPAN: "17/May/2015:10:05:03 +0000\n20/May/2015:21:05:59 +0000",
    VISITORS: "939",
    VISITS: "1088",
}


def tool(command: str) -> str:
    shell = ["sh", "-c", TOOLS + command]
    environ = {"LOG": str(SAMPLE), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(shell, env=environ, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return "\n".join(line.strip() for line in done.stdout.splitlines())


def counts(command: str) -> list[tuple[int, str]]:
    lines = (line.split(" ", 1) for line in COUNTED[command].splitlines())
    return [(int(count), value) for count, value in lines]


@pytest.mark.parametrize("command", COUNTED, ids=range(len(COUNTED)))
def test_the_tools_still_count_so(command: str) -> None:
    assert tool(command) == COUNTED[command]


class Site:
    """A site of a test's own, and what reports say of it."""

    def __init__(self, host: Trial) -> None:
        self._host = host
        (self.made,) = make_sites(host.environ["DATABASE_URL"], secrets.token_hex(6), 1)
        self.leave_out(HostingExclusion.NONE)  # of which the tools know nothing

    @property
    def tracking_id(self) -> str:
        return self.made.tracking_id

    def ask(self, report: str, **parameters: Any) -> Mapping[str, Any]:
        asked = {
            "siteId": self.made.site_id,
            "period": "custom",
            "from": "2015-05-16",
            "to": "2015-05-21",
            # Not the site's own zone, but the same hours: answered from facts alone, exactly.
            "timezone": "Etc/UTC",
        }
        answer = httpx.get(
            f"{self._host.origin}/api/v1/reports/{report}",
            params=asked | parameters,
            headers={"Authorization": f"Bearer {self._host.demo.api_key}"},
        )
        assert answer.status_code == 200, answer.text
        found: Mapping[str, Any] = answer.json()
        assert found["exact"]
        return found

    def leave_out(self, hosting: HostingExclusion) -> None:
        with psycopg.connect(self._host.environ["DATABASE_URL"]) as database:
            database.execute(
                "update sites set exclude_hosting = %s where id = %s", [hosting, self.made.site_id]
            )

    def figures(self) -> Mapping[str, int]:
        summary = self.ask("summary")
        names = ("pageviews", "visitors", "visits", "events")
        return {name: summary["metrics"][name] for name in names} | {
            "bots": summary["bots"]["events"]
        }


@pytest.fixture
def site(host: Trial) -> Site:
    return Site(host)


def quiet(_: str) -> None:
    """Show no progress."""


def sample() -> LogFile:
    return LogFile("sample", SAMPLE)


@pytest.fixture
def command(host: Trial, site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Run `import-log` with these arguments, for the test's site."""
    monkeypatch.setattr(os, "umask", lambda _: 0)
    monkeypatch.setattr(data, "running_stack", lambda _: host.stack)
    return lambda *given: cli.main(["import-log", "--site", site.tracking_id, *given])


TRUE = {
    "pageviews": int(COUNTED[PEOPLE]),
    "visitors": int(COUNTED[VISITORS]),
    "visits": int(COUNTED[VISITS]),
    "events": 0,
    "bots": int(COUNTED[PAGES]) - int(COUNTED[PEOPLE]),
}


def test_totals_days_and_top_pages_are_those_of_the_tools(host: Trial, site: Site) -> None:
    log = import_log.run(host.stack, [sample()], site.tracking_id, quiet)
    assert log.views == int(COUNTED[PAGES])
    assert log.views + sum(log.left_out.values()) == 10_000

    assert site.figures() == TRUE
    days = {f"{int(day[:2])}": count for count, day in counts(DAYS)}
    points = {point["at"]: point["pageviews"] for point in site.ask("summary")["series"]}
    assert {at[8:10]: views for at, views in points.items() if views} == days
    rows = site.ask("breakdown", dimension="page", limit=1000)["rows"]
    found = sorted((-row["pageviews"], row["value"]) for row in rows)
    assert [(-views, path) for views, path in found[:10]] == counts(TOP_PAGES)
    assert sum(row["pageviews"] for row in rows) == TRUE["pageviews"]


def test_an_import_broken_off_goes_on_and_one_done_changes_nothing(host: Trial, site: Site) -> None:
    stream = history.raw_stream(host.environ)
    made = import_log.site_of(host.stack, site.tracking_id)
    log = Import([sample()], made, import_log.key_of(host.stack))
    history.send(stream, islice(log.events(), 1_500), quiet)
    history.wait_until_counted(host.stack, quiet, within_s=60)
    part = site.figures()
    assert part["pageviews"] + part["bots"] == 1_500

    for _ in range(2):
        import_log.run(host.stack, [sample()], site.tracking_id, quiet)
        assert site.figures() == TRUE


def test_browsers_on_servers_that_tell_no_screen_are_left_out(host: Trial, site: Site) -> None:
    networks, agents = HostingNetworks(host.environ["PIXELTRACK_GEOIP_DIR"]), UserAgents()
    people = [line.split('"') for line in tool(PEOPLE.removesuffix("| wc -l")).splitlines()]
    expected = sum(
        networks.is_hosting(line[0].split()[0]) and agents.detect(line[5]).kind == "desktop"
        for line in people
    )
    site.leave_out(HostingExclusion.SUSPICIOUS)
    import_log.run(host.stack, [sample()], site.tracking_id, quiet)
    summary = site.ask("summary")
    assert summary["bots"]["byReason"]["hosting"] == expected > 0
    assert summary["metrics"]["pageviews"] == len(people) - expected
    rows = {r["value"]: r for r in site.ask("breakdown", dimension="network")["rows"]}
    assert rows["hosting"]["pageviews"] > 0, "other browsers there count, and are told apart"


def test_several_logs_in_any_order_are_as_one(
    site: Site, command: Callable[..., int], tmp_path: Path
) -> None:
    lines = gzip.decompress(SAMPLE.read_bytes()).splitlines(keepends=True)
    for number, part in enumerate([lines[:2_000], lines[2_000:7_000], lines[7_000:]]):
        (tmp_path / f"access.log.{number}").write_bytes(gzip.compress(b"".join(part)))
    # The second time backwards, and with each log twice.
    given = [str(tmp_path / "access.log.*"), str(tmp_path / "access.log.[210]")]
    given += [str(tmp_path / f"access.log.{number}") for number in (2, 1, 0)]
    assert command(given[0]) == 0
    assert site.figures() == TRUE
    assert command(*given[::-1]) == 0
    assert site.figures() == TRUE


def sent(host: Trial) -> int:
    """Return how many records the topic has taken."""
    kafka = settings.load(settings.Kafka, host.environ)
    consumer = Consumer(kafka.client() | {"group.id": "nobody"})
    try:
        partitions = consumer.list_topics(kafka.raw_topic, 10).topics[kafka.raw_topic].partitions
        found = (TopicPartition(kafka.raw_topic, number) for number in partitions)
        return sum(consumer.get_watermark_offsets(one, 10)[1] for one in found)
    finally:
        consumer.close()


def test_a_dry_run_says_the_same_and_sends_nothing(
    host: Trial, site: Site, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    span = ", from 2015-05-17T10:05:03.000Z to 2015-05-20T21:05:59.000Z"  # as SPAN says
    before = sent(host)
    assert command(str(SAMPLE), "--dry-run") == 0
    assert sent(host) == before
    dry = capsys.readouterr().out.rpartition("\033[K")[2]
    assert command(str(SAMPLE), "--exclude", "/nowhere/*") == 0
    wet = capsys.readouterr().out.rpartition("\033[K")[2]
    assert dry.replace("would be in", "are in") == wet
    assert f"{int(COUNTED[PAGES]):,} page views are in{span}\n" in wet
    assert sent(host) - before == int(COUNTED[PAGES])
    assert site.figures() == TRUE


def test_a_paused_site_takes_no_history(host: Trial, site: Site) -> None:
    with psycopg.connect(host.environ["DATABASE_URL"]) as connection:
        connection.execute(
            "update sites set status = 'paused' where tracking_id = %s", [site.tracking_id]
        )
    with pytest.raises(NoSuchSite, match="is paused"):
        import_log.run(host.stack, [sample()], site.tracking_id, quiet)


# Two views of one visitor twenty minutes apart, by the clock of a zone, and the days they lie on.
ACROSS = [
    (
        "Asia/Kolkata",
        ("09/Jun/2014:23:50:00 +0530", "10/Jun/2014:00:10:00 +0530"),
        {"2014-06-09": 1, "2014-06-10": 1},
    ),
    (
        "America/Sao_Paulo",  # midnight of 19 October does not exist
        ("18/Oct/2014:23:50:00 -0300", "19/Oct/2014:01:10:00 -0200"),
        {"2014-10-18": 1, "2014-10-19": 1},
    ),
    (
        "Europe/Moscow",  # the clock goes back for good, and the 26th has 25 hours
        ("26/Oct/2014:23:50:00 +0300", "27/Oct/2014:00:10:00 +0300"),
        {"2014-10-26": 1, "2014-10-27": 1},
    ),
    (
        "Australia/Lord_Howe",  # half an hour comes twice
        ("05/Apr/2015:01:50:00 +1100", "05/Apr/2015:01:40:00 +1030"),
        {"2015-04-05": 2},
    ),
    (
        "Pacific/Apia",  # 30 December does not exist
        ("29/Dec/2011:23:50:00 -1000", "31/Dec/2011:00:10:00 +1400"),
        {"2011-12-29": 1, "2011-12-31": 1},
    ),
    (
        "America/New_York",  # an hour is left out
        ("08/Mar/2015:01:50:00 -0500", "08/Mar/2015:03:10:00 -0400"),
        {"2015-03-08": 2},
    ),
    (
        "America/New_York",  # an hour comes twice
        ("02/Nov/2014:01:50:00 -0400", "02/Nov/2014:01:10:00 -0500"),
        {"2014-11-02": 2},
    ),
]


def test_days_of_every_zone(host: Trial, site: Site, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(
        "".join(
            f'203.0.113.{n} - - [{at}] "GET / HTTP/1.1" 200 5 "-" "{BROWSER}"\n'
            for n, (_, ats, _) in enumerate(ACROSS)
            for at in ats
        )
    )
    import_log.run(host.stack, [LogFile(log.name, log)], site.tracking_id, quiet)
    for zone, _, views in ACROSS:
        first, last = (date.fromisoformat(day(views)) for day in (min, max))
        span = {"from": f"{first - timedelta(2)}", "to": f"{last + timedelta(1)}"}
        told = site.ask("summary", timezone=zone, **span)
        metrics = told["metrics"]
        assert (metrics["visits"], metrics["pageviews"], metrics["visitors"]) == (1, 2, 1), zone
        assert metrics["visitDuration"] == 1200
        days = {
            str(datetime.fromisoformat(point["at"]).astimezone(ZoneInfo(zone)).date()): point
            for point in told["series"]
        }
        assert {day: p["pageviews"] for day, p in days.items() if p["pageviews"]} == views, zone
        assert "2011-12-30" not in days


def test_a_site_that_is_not_there_is_said_so(host: Trial) -> None:
    with pytest.raises(NoSuchSite, match="pt_0"):
        import_log.run(host.stack, [sample()], TrackingId("pt_" + "0" * 32), quiet)
