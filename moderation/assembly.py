"""Every service put together over one store, one scorer and one clock."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any, Protocol

from moderation.domain.scores import Scores
from moderation.metrics import Metrics
from moderation.outbound.mail import SmtpMailer
from moderation.outbound.post import WebhookPost
from moderation.scoring.explain import Highlight, highlights
from moderation.services.admin_log import ReadAdminLog
from moderation.services.answer_coral import AnswerCoral
from moderation.services.appeal_rejection import AppealRejection
from moderation.services.authenticate import Authenticate
from moderation.services.author_mail import MailKeys, StopMail
from moderation.services.calibrate import Calibrate
from moderation.services.canned_reasons import KeepReasons
from moderation.services.catalogue import LabServices, Services
from moderation.services.clock import Clock
from moderation.services.close_page import ClosePage
from moderation.services.decide_comment import DecideComment
from moderation.services.deliver_webhooks import DeliverWebhooks
from moderation.services.edit_comment import EditComment
from moderation.services.erase_author import EraseAuthor
from moderation.services.erase_comment import EraseComment
from moderation.services.export_comment import ExportComment
from moderation.services.export_comments import ExportComments
from moderation.services.find_imported_comment import FindImportedComment
from moderation.services.find_post_page import FindPostPage
from moderation.services.forget_texts import ForgetTexts
from moderation.services.import_comments import ImportComments
from moderation.services.judge_blind import JudgeBlind
from moderation.services.know_author import KnowAuthor
from moderation.services.lab.site_window import ReadWindow
from moderation.services.manage_coral import ManageCoral
from moderation.services.manage_people import ManagePeople
from moderation.services.manage_sites import ManageSites
from moderation.services.manage_tokens import ManageTokens
from moderation.services.manage_webhooks import ManageWebhooks
from moderation.services.measure_agreement import MeasureAgreement
from moderation.services.measure_fairness import MeasureFairness
from moderation.services.near_duplicates import NearDuplicates
from moderation.services.nudge_tone import NudgeBook, NudgeTone
from moderation.services.oversee import Oversee
from moderation.services.preview_policy import PreviewPolicy
from moderation.services.read_comment import ReadComment
from moderation.services.read_receipt import ReadReceipt
from moderation.services.readiness import Readiness
from moderation.services.reading import KeepReading
from moderation.services.receipts import Receipts
from moderation.services.redecide_queue import RedecideQueue
from moderation.services.report_comment import ReportComment
from moderation.services.rescore import Rescore
from moderation.services.review_queue import ReviewQueue
from moderation.services.score_pending import ScorePending
from moderation.services.score_texts import ScoreTexts
from moderation.services.scoring_health import ScoringHealth
from moderation.services.scoring_port import ScoringPort
from moderation.services.search_comments import SearchComments
from moderation.services.send_mail import Sender, SendMail
from moderation.services.shadow_policy import RunShadow
from moderation.services.show_comments import ShowComments
from moderation.services.show_feed import ShowFeed
from moderation.services.show_lab import ShowLab
from moderation.services.show_thread import ShowThread
from moderation.services.site_numbers import SiteNumbers
from moderation.services.submission_checks import SubmissionChecks
from moderation.services.submit_comment import SubmitComment
from moderation.services.suggest_score import SuggestScore
from moderation.services.suggest_threshold import SuggestThreshold
from moderation.services.suggested_scores import ReadSuggestedScores
from moderation.services.sweep import Sweep
from moderation.services.tune_policy import TunePolicy
from moderation.services.undo_decision import UndoDecision
from moderation.services.watch_backlog import WatchBacklog
from moderation.services.watch_drift import WatchDrift
from moderation.services.webhook_deliveries import WebhookDeliveries
from moderation.services.webhook_secrets import WebhookSecrets
from moderation.services.withdraw_comment import WithdrawComment
from moderation.services.write_note import WriteNote
from moderation.settings import Settings
from moderation.storage.unit_of_work import Store


class ServiceScorer(Protocol):
    """A scorer that loads itself in the background and says how it is."""

    name: str

    @property
    def version(self) -> str: ...
    @property
    def labels(self) -> tuple[str, ...]: ...
    def coming(self) -> AbstractContextManager[None]: ...
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


def assemble(
    settings: Settings,
    secret_key: str,
    store: Store,
    clock: Clock,
    scorer: ServiceScorer,
    metrics: Metrics,
) -> Services:
    """Make the services.

    Args:
        clock: where they take the time from.
        metrics: counts what they do.
    """
    health = ScoringHealth(clock)
    scoring = ScoringPort(scorer, health, scorer.coming)
    inline = scoring if settings.scoring == "inline" else None
    pending = ScorePending(store, clock, scoring, settings.scoring_give_up_s)
    submit, nudges = _intake(settings, secret_key, store, clock, inline)

    return Services(
        appeal_rejection=AppealRejection(store, clock),
        authenticate=Authenticate(store, clock),
        backlog=WatchBacklog(store, clock, scorer.status),
        decide_comment=DecideComment(store, clock),
        export_comments=ExportComments(store),
        edit_comment=EditComment(store, clock, inline),
        erase_author=EraseAuthor(store, clock),
        erase_comment=EraseComment(store, clock),
        export_comment=ExportComment(store),
        find_post_page=FindPostPage(store),
        nudges=nudges,
        people=ManagePeople(store, clock),
        policies=TunePolicy(store, clock),
        queue=ReviewQueue(store, clock),
        read_comment=ReadComment(store, clock, _ScorerExplainer(scorer)),
        read_receipt=ReadReceipt(store, clock),
        readiness=Readiness(store, scorer.status),
        report_comment=ReportComment(store, clock, secret_key),
        rescore=Rescore(store, clock, scoring),
        score_pending=pending,
        score_texts=ScoreTexts(scoring),
        send_mail=_send_mail(settings, secret_key, store, clock),
        show_comments=ShowComments(store),
        show_feed=ShowFeed(store),
        show_thread=ShowThread(store, clock),
        stop_mail=StopMail(store, clock, MailKeys(secret_key)),
        submit_comment=submit,
        sweep=Sweep(store, clock, pending, nudges, ForgetTexts(store, clock)),
        tokens=ManageTokens(store, clock, secret_key),
        undo_decision=UndoDecision(store, clock),
        withdraw_comment=WithdrawComment(store, clock),
        admin_log=ReadAdminLog(store),
        **_neighbours(store, clock, scoring, Receipts(secret_key)),
        lab=_lab(store, clock, scoring),
        **_room_services(store, clock),
        oversee=Oversee(store, clock, scorer.status, health.speed),
        **_webhook_services(settings, secret_key, store, clock, metrics),
    )


def _neighbours(
    store: Store, clock: Clock, scoring: ScoringPort, receipts: Receipts
) -> dict[str, Any]:
    """What other comment systems ask for, and what is taken over from them."""
    return {
        "answer_coral": AnswerCoral(store, clock, scoring, receipts),
        "close_page": ClosePage(store, clock),
        "coral": ManageCoral(store, clock),
        "find_imported_comment": FindImportedComment(store),
        "import_comments": ImportComments(store, clock, receipts),
        "suggest_score": SuggestScore(store, clock, scoring),
        "suggested_scores": ReadSuggestedScores(store),
    }


def _lab(store: Store, clock: Clock, scoring: ScoringPort) -> LabServices:
    read_window = ReadWindow(store, clock)
    preview = PreviewPolicy(read_window)
    calibrate = Calibrate(store, clock, read_window, scoring.model)
    return LabServices(
        agreement=MeasureAgreement(store, clock),
        blind=JudgeBlind(store, clock),
        calibrate=calibrate,
        numbers=SiteNumbers(read_window),
        drift=WatchDrift(read_window, clock),
        fairness=MeasureFairness(read_window),
        preview=preview,
        redecide=RedecideQueue(store, clock),
        shadow=RunShadow(store, clock, preview, TunePolicy(store, clock)),
        show=ShowLab(store, read_window, preview, scoring.labels, calibrate),
        suggest=SuggestThreshold(read_window),
    )


def _room_services(store: Store, clock: Clock) -> dict[str, Any]:
    """What only moderators' and admins' pages need."""
    return {
        "sites": ManageSites(store, clock),
        "reasons": KeepReasons(store, clock),
        "authors": KnowAuthor(store, clock),
        "near_duplicates": NearDuplicates(store, clock),
        "reading": KeepReading(store, clock),
        "search": SearchComments(store, clock),
        "notes": WriteNote(store, clock),
    }


def _intake(
    settings: Settings, secret_key: str, store: Store, clock: Clock, inline: ScoringPort | None
) -> tuple[SubmitComment, NudgeTone]:
    """What takes submissions, and what asks their writers to reword."""
    checks = SubmissionChecks(clock, limit_floods=settings.rate_limits)
    book = NudgeBook(secret_key)
    nudges = NudgeTone(store, clock, checks, book, inline)
    receipts = Receipts(secret_key)
    return SubmitComment(store, clock, checks, receipts, inline, nudges, book), nudges


def _send_mail(settings: Settings, secret_key: str, store: Store, clock: Clock) -> SendMail:
    url, sender = settings.smtp_url, settings.mail_from
    mailer = SmtpMailer(url, sender) if url and sender else None
    every = timedelta(seconds=settings.mail_digest_s)
    way = Sender(mailer, settings.base_url, every)
    return SendMail(store, clock, way, Receipts(secret_key), MailKeys(secret_key))


def _webhook_services(
    settings: Settings, secret_key: str, store: Store, clock: Clock, metrics: Metrics
) -> dict[str, Any]:
    allow_private = settings.webhook_allow_private
    keys = WebhookSecrets(secret_key)
    post = WebhookPost(allow_private=allow_private)
    return {
        "webhooks": ManageWebhooks(store, clock, keys, allow_private=allow_private),
        "webhook_deliveries": WebhookDeliveries(store, clock),
        "deliver_webhooks": DeliverWebhooks(store, clock, post, keys, metrics.webhook_try),
    }
