"""The processor's use case: a batch of raw events becomes buckets, rejections and messages.

The order of writes is the promise: rejections, buckets, messages, each repeatable. A crash
between any two, or a store that is away, brings the same batch again and changes nothing.
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from pixeltrack.enrichment.drafts import Draft, decode, undecoded
from pixeltrack.enrichment.ports import DeviceDetector, GeoLocator, Networks, Salts
from pixeltrack.enrichment.steps import STAGES, Context, Stage, Step
from pixeltrack.enrichment.visitors import Floods
from pixeltrack.events.ports import EventStore, RejectionStore, Tombstones
from pixeltrack.events.rejections import Dropped, Reason, Rejection, Samples
from pixeltrack.events.stored import (
    PING,
    Bucket,
    Sized,
    StoredEvent,
    bucket_of,
    encode_message,
    pieces,
)
from pixeltrack.platform.consumer import Record
from pixeltrack.platform.errors import Unavailable
from pixeltrack.platform.ports import Message, Stream
from pixeltrack.sites.ports import SiteDirectory

_encode = msgspec.json.Encoder().encode
_Filled = tuple[Bucket, list[Sized]]


@dataclass(slots=True)
class Report:
    """What became of a batch, in counts: events by outcome, buckets, repeats, faults of ours.

    An outcome is `stored`, `bot`, `ping`, or the reason of a drop. `faults` hold stacks without
    messages, which could quote an address. `unsampled` rejections are stored without what they
    show; `lost` are the ids of those that the store would not have at all.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    buckets: int = 0
    repeats: int = 0
    faults: list[str] = field(default_factory=list)
    unsampled: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Processor:
    """Takes batches; `now_ms` is the store's clock in epoch milliseconds.

    Raises `Unavailable` where a store or broker is away, or this machine's clock is wrong: the
    batch has to come again then.
    """

    sites: SiteDirectory
    salts: Salts
    tombstones: Tombstones
    geo: GeoLocator
    networks: Networks
    devices: DeviceDetector
    events: EventStore
    rejections: RejectionStore
    stream: Stream
    now_ms: Callable[[], int]
    floods: Floods
    samples: Samples = field(default_factory=Samples)

    def __call__(self, records: Iterable[Record], request_id: str) -> Report:
        """Process a batch, in any state of an earlier try, and report what became of it."""
        self.now_ms()  # a clock that is refused is so before anything is done
        report = Report()
        rejected: list[Rejection] = []
        kept = self._decoded(records, rejected)
        context = Context(
            self.sites,
            self.salts,
            self.tombstones,
            self.geo,
            self.networks,
            self.devices,
            self.events,
            self.floods,
        )
        for stage in STAGES:
            kept = _passed(stage, kept, context, rejected, report)
        accepted = [
            Sized(d.partition, d.site, d.event, len(d.json), d.json, d.document) for d in kept
        ]
        now = self.now_ms()
        cut = [(bucket_of(piece, now), piece) for piece in pieces(accepted)]
        self._reject(rejected, report)
        self._write(cut, report, request_id)
        report.buckets = len(cut)
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

    def _write(self, cut: Sequence[_Filled], report: Report, request_id: str) -> None:
        encoded = {bucket.id: [item.document for item in piece] for bucket, piece in cut}
        added = self.events.add([bucket for bucket, _ in cut], encoded)
        refused = [bucket for bucket, _ in cut if bucket.id in added.refused]
        self._reject([r for bucket in refused for r in _rejections(bucket)], report)
        stored = [(bucket, piece) for bucket, piece in cut if bucket.id not in added.refused]
        if stored:
            self.stream.publish(
                [
                    Message(
                        encode_message(bucket, [item.json for item in piece]),
                        bucket.site.encode(),
                        _headers(bucket, request_id),
                    )
                    for bucket, piece in stored
                ]
            )
        report.repeats = added.repeats
        for bucket, _ in stored:
            report.outcomes.update(map(_outcome, bucket.events))

    def _reject(self, rejections: Sequence[Rejection], report: Report) -> None:
        """Store rejections; one that the store refuses goes without what it shows."""
        if not rejections:
            return
        report.outcomes.update(rejection.reason for rejection in rejections)
        shown = self.samples.capped(rejections, self.now_ms())
        report.unsampled += _sampled(rejections) - _sampled(shown)
        refused = self.rejections.add(shown).refused
        if refused:
            bare = [r.bare() for r in shown if r.id in refused]
            report.unsampled += len(bare)
            report.lost += sorted(self.rejections.add(bare).refused)


def _sampled(rejections: Iterable[Rejection]) -> int:
    return sum(bool(rejection.sample) for rejection in rejections)


def _passed(
    stage: Stage,
    drafts: Sequence[Draft],
    context: Context,
    rejected: list[Rejection],
    report: Report,
) -> list[Draft]:
    """Take drafts through a stage; those that it drops are `rejected`."""
    passed = []
    for draft in _read(stage, drafts, context, rejected, report):
        is_skipped = draft.event.type == PING and not stage.takes_pings
        dropped = None if is_skipped else _verdict(draft, stage.steps, context, report)
        if dropped is None:
            passed.append(draft)
        else:
            rejected.append(draft.rejection(dropped))
    return passed


def _read(
    stage: Stage,
    drafts: Sequence[Draft],
    context: Context,
    rejected: list[Rejection],
    report: Report,
) -> Sequence[Draft]:
    """Look up what a stage needs, and return the drafts for which that could be done.

    Where it fails for all of them together, those that make it fail are found one by one.
    """
    read = stage.read
    if read is None or not drafts:
        return drafts
    try:
        read(drafts, context)
    except Unavailable:
        raise
    except Exception:  # noqa: BLE001  one event's fault must not block its partition

        def read_alone(draft: Draft, context: Context) -> Draft:
            read([draft], context)
            return draft

        sound = []
        for draft in drafts:
            if dropped := _verdict(draft, (read_alone,), context, report):
                rejected.append(draft.rejection(dropped))
            else:
                sound.append(draft)
        if sound:
            read(sound, context)
        return sound
    return drafts


def _verdict(
    draft: Draft, steps: Iterable[Step], context: Context, report: Report
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


def _headers(bucket: Bucket, request_id: str) -> dict[str, str]:
    """Return a message's headers; history alone says so, for who skips it without reading it."""
    is_history = all(event.imported for event in bucket.events)
    return {"requestId": request_id} | ({"imported": "true"} if is_history else {})


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
            tracking_id=bucket.tracking_id,
            visitors=(event.visitor,),
        )
        for event in bucket.events
    ]
