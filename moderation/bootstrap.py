"""The composition root: the only place that knows which store, scorer and clock there are."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from moderation.domain.scores import Scores
from moderation.scoring.explain import Highlight, highlights
from moderation.scoring.service_scorer import build_scorer
from moderation.services.answer_coral import AnswerCoral
from moderation.services.authenticate import Authenticate
from moderation.services.background import Background
from moderation.services.canned_reasons import KeepReasons
from moderation.services.catalogue import Services
from moderation.services.clock import Clock, utc_now
from moderation.services.decide_comment import DecideComment
from moderation.services.edit_comment import EditComment
from moderation.services.erase_comment import EraseComment
from moderation.services.export_comment import ExportComment
from moderation.services.export_comments import ExportComments
from moderation.services.import_comments import ImportComments
from moderation.services.know_author import KnowAuthor
from moderation.services.manage_coral import ManageCoral
from moderation.services.manage_people import ManagePeople
from moderation.services.manage_sites import ManageSites
from moderation.services.manage_tokens import ManageTokens
from moderation.services.near_duplicates import NearDuplicates
from moderation.services.oversee import Oversee
from moderation.services.read_comment import ReadComment
from moderation.services.read_receipt import ReadReceipt
from moderation.services.readiness import Readiness
from moderation.services.reading import KeepReading
from moderation.services.receipts import Receipts
from moderation.services.rescore import Rescore
from moderation.services.review_queue import ReviewQueue
from moderation.services.score_pending import ScorePending
from moderation.services.score_texts import ScoreTexts
from moderation.services.scoring_port import ScoringPort
from moderation.services.search_comments import SearchComments
from moderation.services.show_comments import ShowComments
from moderation.services.show_feed import ShowFeed
from moderation.services.submission_checks import SubmissionChecks
from moderation.services.submit_comment import SubmitComment
from moderation.services.suggest_score import SuggestScore
from moderation.services.suggested_scores import ReadSuggestedScores
from moderation.services.sweep import Sweep
from moderation.services.tune_policy import TunePolicy
from moderation.services.undo_decision import UndoDecision
from moderation.services.withdraw_comment import WithdrawComment
from moderation.services.write_note import WriteNote
from moderation.settings import Settings
from moderation.storage.unit_of_work import Store
from moderation.work_notice import WorkNotice


class ServiceScorer(Protocol):
    """A scorer that loads itself in the background and says how it is."""

    name: str

    @property
    def version(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    def score(self, texts: Sequence[str]) -> list[Scores]: ...
    def status(self) -> tuple[bool, str]: ...
    def warm_up(self, *, wait: bool = False) -> None: ...
    def close(self) -> None: ...


class _ScorerExplainer:
    """Highlights by leaving words out, with the scorer that the service holds."""

    def __init__(self, scorer: ServiceScorer) -> None:
        self._scorer = scorer

    def version(self) -> str:
        version = self._scorer.version
        return f"{self._scorer.name} {version}" if version else ""

    def explain(self, text: str) -> list[Highlight]:
        return highlights(self._scorer, text)


@dataclass(frozen=True)
class Runtime:
    """A service put together, not yet running.

    Attributes:
        secret_key: signs cookies, receipts and tokens.
    """

    settings: Settings
    secret_key: str
    store: Store
    scorer: ServiceScorer
    services: Services
    background: Background

    def start(self) -> None:
        """Load the model and begin sweeping; called in the process that serves."""
        self.scorer.warm_up()
        self.background.start()

    def close(self) -> None:
        """Stop sweeping and let go of model and database."""
        self.background.stop()
        self.scorer.close()
        self.store.close()


def bootstrap(
    settings: Settings, *, clock: Clock = utc_now, scorer: ServiceScorer | None = None
) -> Runtime:
    """Put the service together.

    Args:
        clock: where services take the time from.
        scorer: instead of the configured one, in tests.

    Raises:
        SettingsError: the scorer's name is unknown, or the instance folder cannot be used.
    """
    scorer = scorer or build_scorer(
        settings.scorer,
        instance=settings.instance,
        threads=settings.scoring_threads,
        timeout_s=settings.scoring_timeout_s,
    )
    secret_key = settings.secret_key or _kept_secret(settings.instance)
    store = Store(settings.database_url)
    services = _services(settings, secret_key, store, clock, scorer)
    worker_mode = settings.scoring == "worker"
    background = Background(services.sweep.without_scoring if worker_mode else services.sweep)
    return Runtime(settings, secret_key, store, scorer, services, background)


def _services(
    settings: Settings, secret_key: str, store: Store, clock: Clock, scorer: ServiceScorer
) -> Services:
    scoring = ScoringPort(scorer)
    receipts = Receipts(secret_key)
    checks = SubmissionChecks(clock, limit_floods=settings.rate_limits)
    inline = scoring if settings.scoring == "inline" else None
    broker_url = settings.broker_url if settings.scoring == "worker" else None
    notice = WorkNotice(broker_url) if broker_url else None
    pending = ScorePending(store, clock, scoring, settings.scoring_give_up_s)

    return Services(
        answer_coral=AnswerCoral(store, clock, scoring, receipts),
        authenticate=Authenticate(store, clock),
        coral=ManageCoral(store, clock),
        decide_comment=DecideComment(store, clock),
        export_comments=ExportComments(store),
        edit_comment=EditComment(store, clock, inline),
        erase_comment=EraseComment(store, clock),
        export_comment=ExportComment(store),
        import_comments=ImportComments(store, clock, receipts),
        people=ManagePeople(store, clock),
        policies=TunePolicy(store, clock),
        queue=ReviewQueue(store, clock),
        read_comment=ReadComment(store, clock, _ScorerExplainer(scorer)),
        read_receipt=ReadReceipt(store, clock),
        readiness=Readiness(store, scorer.status),
        rescore=Rescore(store, clock, scoring),
        score_pending=pending,
        score_texts=ScoreTexts(scoring),
        show_comments=ShowComments(store),
        show_feed=ShowFeed(store),
        sites=ManageSites(store, clock),
        submit_comment=SubmitComment(store, clock, checks, receipts, inline, notice),
        suggest_score=SuggestScore(store, clock, scoring),
        suggested_scores=ReadSuggestedScores(store),
        sweep=Sweep(store, clock, pending),
        tokens=ManageTokens(store, clock, secret_key),
        undo_decision=UndoDecision(store, clock),
        withdraw_comment=WithdrawComment(store, clock),
        reasons=KeepReasons(store),
        authors=KnowAuthor(store, clock),
        near_duplicates=NearDuplicates(store, clock),
        oversee=Oversee(store, clock, scorer.status),
        reading=KeepReading(store, clock),
        search=SearchComments(store, clock),
        notes=WriteNote(store, clock),
    )


def _kept_secret(instance: Path) -> str:
    """The secret in the instance folder, made on first use, readable by the owner only."""
    path = instance / "secret_key"
    instance.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        secret = secrets.token_hex(32)
        file.write(secret)
    return secret
