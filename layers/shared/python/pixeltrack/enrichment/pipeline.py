"""The processor's use case: a batch of raw events becomes buckets, rejections and messages.

The order of writes is the promise: rejections, buckets, messages, each repeatable. A crash
between any two, or a store that is away, brings the same batch again and changes nothing.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from pixeltrack.enrichment.drafts import Draft, decode, undecoded
from pixeltrack.enrichment.ports import DeviceDetector, GeoLocator, Salts
from pixeltrack.enrichment.steps import COUNTING, Context, Step, steps_after, visitor_of
from pixeltrack.events import buckets
from pixeltrack.events.barriers import Barriers
from pixeltrack.events.buckets import Sized
from pixeltrack.events.drops import Dropped, Reason
from pixeltrack.events.identity import site_key
from pixeltrack.events.ports import EventStore, RejectionStore, Tombstones
from pixeltrack.events.stored import PING, Bucket, Rejection, StoredEvent
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.identifiers import TrackingId
from pixeltrack.platform.ports import Message, Stream
from pixeltrack.platform.records import Record
from pixeltrack.sites.ports import SiteDirectory

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Report:
    """What became of a batch, in counts: events by outcome, buckets, repeats, faults of ours.

    An outcome is `stored`, `bot`, `ping`, or the reason of a drop. `faults` hold stacks without
    messages, which could quote an address.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    buckets: int = 0
    repeats: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Processor:
    """Takes batches; `now_ms` is the clock in epoch milliseconds.

    Raises `Unavailable` where a store or broker is away: the batch has to come again then.
    """

    sites: SiteDirectory
    salts: Salts
    tombstones: Tombstones
    geo: GeoLocator
    devices: DeviceDetector
    events: EventStore
    rejections: RejectionStore
    stream: Stream
    now_ms: Callable[[], int]

    def __call__(self, records: Iterable[Record], request_id: str) -> Report:
        """Process a batch, in any state of an earlier try, and report what became of it."""
        report = Report()
        rejected: list[Rejection] = []
        drafts = self._decoded(records, rejected)
        accepted = self._enriched(drafts, rejected, report)
        cut = buckets.cut(accepted, stored_at=self.now_ms())
        self._write(cut, rejected, report, request_id)
        report.buckets = len(cut)
        report.outcomes.update(rejection.reason for rejection in rejected)
        return report

    def _decoded(self, records: Iterable[Record], rejected: list[Rejection]) -> list[Draft]:
        drafts = []
        for record in records:
            read = decode(record)
            if isinstance(read, Dropped):
                rejected.append(undecoded(record, read))
            else:
                drafts.append(read)
        return drafts

    def _enriched(
        self, drafts: Sequence[Draft], rejected: list[Rejection], report: Report
    ) -> list[Sized]:
        tracking_ids = {TrackingId(draft.raw.event.site_id) for draft in drafts}
        sites = self.sites.find(tracking_ids) if drafts else {}
        context = Context(sites, self.salts, self.geo, self.devices)

        def passed(
            drafts: Iterable[Draft], steps: Callable[[Draft], Sequence[Step]]
        ) -> list[Draft]:
            verdicts = [
                (draft, self._verdict(draft, steps(draft), context, report)) for draft in drafts
            ]
            rejected.extend(d.rejection(dropped) for d, dropped in verdicts if dropped)
            return [draft for draft, dropped in verdicts if dropped is None]

        counted = passed(drafts, lambda _: COUNTING)
        context = replace(context, barriers=self._barriers(counted))
        kept = passed(counted, lambda draft: (*steps_after(draft), self._measure))
        return [Sized(draft.partition, draft.site, draft.event, draft.size) for draft in kept]

    def _barriers(self, drafts: Sequence[Draft]) -> Barriers:
        """Read the tombstones of a batch's visitors and sites, anew each time."""
        keys = set(map(visitor_of, drafts)) | {site_key(s) for s in {d.site.id for d in drafts}}
        return Barriers(self.tombstones.find(keys) if keys else {})

    def _verdict(
        self, draft: Draft, steps: Iterable[Step], context: Context, report: Report
    ) -> Dropped | None:
        try:
            for step in steps:
                verdict = step(draft, context)
                if isinstance(verdict, Dropped):
                    return verdict
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  one event's fault must not block its partition
            report.faults.append("".join(traceback.format_tb(error.__traceback__)))
            return Dropped(Reason.INTERNAL, type(error).__name__)
        return None

    def _measure(self, draft: Draft, _context: Context) -> Draft | Dropped:
        if fault := self.events.fault(draft.event):
            return Dropped(Reason.UNSTORABLE, fault)
        draft.size = len(_encode(draft.event))
        return draft

    def _write(
        self, cut: Sequence[Bucket], rejected: list[Rejection], report: Report, request_id: str
    ) -> None:
        if rejected:
            self.rejections.add(rejected)
        added = self.events.add(cut)
        refused = [bucket for bucket in cut if bucket.id in added.refused]
        if refused:
            unstorable = [r for bucket in refused for r in _rejections(bucket)]
            self.rejections.add(unstorable)
            rejected.extend(unstorable)
        stored = [bucket for bucket in cut if bucket.id not in added.refused]
        headers = {"requestId": request_id}
        if stored:
            self.stream.publish([Message(_encode(b), b.site.encode(), headers) for b in stored])
        report.repeats = added.repeats
        for bucket in stored:
            report.outcomes.update(map(_outcome, bucket.events))


def _outcome(event: StoredEvent) -> str:
    if event.type == PING:
        return "ping"
    return "bot" if event.bot else "stored"


def _rejections(bucket: Bucket) -> list[Rejection]:
    """Return the events of a bucket that the store refuses; their sample is their identity."""
    return [
        Rejection(
            partition=bucket.partition,
            offset=event.offset,
            received_at=event.received_at,
            reason=Reason.UNSTORABLE,
            detail="its bucket",
            sample=_encode({"id": event.id, "eventType": event.type}).decode(),
        )
        for event in bucket.events
    ]
