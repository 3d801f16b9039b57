"""All use cases in one place, put together by ``bootstrap`` and used by the entry points."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.services.admin_log import ReadAdminLog
from moderation.services.answer_coral import AnswerCoral
from moderation.services.appeal_rejection import AppealRejection
from moderation.services.authenticate import Authenticate
from moderation.services.author_mail import StopMail
from moderation.services.calibrate import Calibrate
from moderation.services.canned_reasons import KeepReasons
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
from moderation.services.import_comments import ImportComments
from moderation.services.judge_blind import JudgeBlind
from moderation.services.know_author import KnowAuthor
from moderation.services.manage_coral import ManageCoral
from moderation.services.manage_people import ManagePeople
from moderation.services.manage_sites import ManageSites
from moderation.services.manage_tokens import ManageTokens
from moderation.services.manage_webhooks import ManageWebhooks
from moderation.services.measure_agreement import MeasureAgreement
from moderation.services.measure_fairness import MeasureFairness
from moderation.services.near_duplicates import NearDuplicates
from moderation.services.nudge_tone import NudgeTone
from moderation.services.oversee import Oversee
from moderation.services.preview_policy import PreviewPolicy
from moderation.services.read_comment import ReadComment
from moderation.services.read_receipt import ReadReceipt
from moderation.services.readiness import Readiness
from moderation.services.reading import KeepReading
from moderation.services.redecide_queue import RedecideQueue
from moderation.services.report_comment import ReportComment
from moderation.services.rescore import Rescore
from moderation.services.review_queue import ReviewQueue
from moderation.services.score_pending import ScorePending
from moderation.services.score_texts import ScoreTexts
from moderation.services.search_comments import SearchComments
from moderation.services.send_mail import SendMail
from moderation.services.shadow_policy import RunShadow
from moderation.services.show_comments import ShowComments
from moderation.services.show_feed import ShowFeed
from moderation.services.show_lab import ShowLab
from moderation.services.show_thread import ShowThread
from moderation.services.site_numbers import SiteNumbers
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
from moderation.services.withdraw_comment import WithdrawComment
from moderation.services.write_note import WriteNote


@dataclass(frozen=True)
class LabServices:
    """The use cases behind tuning a policy."""

    agreement: MeasureAgreement
    blind: JudgeBlind
    calibrate: Calibrate
    numbers: SiteNumbers
    drift: WatchDrift
    fairness: MeasureFairness
    preview: PreviewPolicy
    redecide: RedecideQueue
    shadow: RunShadow
    show: ShowLab
    suggest: SuggestThreshold


@dataclass(frozen=True)
class Services:
    """The use cases of the service."""

    appeal_rejection: AppealRejection
    admin_log: ReadAdminLog
    authenticate: Authenticate
    backlog: WatchBacklog
    answer_coral: AnswerCoral
    coral: ManageCoral
    decide_comment: DecideComment
    close_page: ClosePage
    deliver_webhooks: DeliverWebhooks
    export_comments: ExportComments
    edit_comment: EditComment
    erase_author: EraseAuthor
    erase_comment: EraseComment
    export_comment: ExportComment
    find_imported_comment: FindImportedComment
    find_post_page: FindPostPage
    nudges: NudgeTone
    lab: LabServices
    import_comments: ImportComments
    people: ManagePeople
    policies: TunePolicy
    queue: ReviewQueue
    read_comment: ReadComment
    read_receipt: ReadReceipt
    readiness: Readiness
    report_comment: ReportComment
    rescore: Rescore
    score_pending: ScorePending
    score_texts: ScoreTexts
    send_mail: SendMail
    show_comments: ShowComments
    show_feed: ShowFeed
    show_thread: ShowThread
    sites: ManageSites
    stop_mail: StopMail
    submit_comment: SubmitComment
    suggest_score: SuggestScore
    suggested_scores: ReadSuggestedScores
    sweep: Sweep
    tokens: ManageTokens
    undo_decision: UndoDecision
    webhooks: ManageWebhooks
    webhook_deliveries: WebhookDeliveries
    withdraw_comment: WithdrawComment
    reasons: KeepReasons
    authors: KnowAuthor
    near_duplicates: NearDuplicates
    oversee: Oversee
    reading: KeepReading
    search: SearchComments
    notes: WriteNote
