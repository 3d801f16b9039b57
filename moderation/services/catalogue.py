"""All use cases in one place, put together by ``bootstrap`` and used by the entry points."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.services.answer_coral import AnswerCoral
from moderation.services.authenticate import Authenticate
from moderation.services.canned_reasons import KeepReasons
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
from moderation.services.rescore import Rescore
from moderation.services.review_queue import ReviewQueue
from moderation.services.score_pending import ScorePending
from moderation.services.score_texts import ScoreTexts
from moderation.services.search_comments import SearchComments
from moderation.services.show_comments import ShowComments
from moderation.services.show_feed import ShowFeed
from moderation.services.submit_comment import SubmitComment
from moderation.services.suggest_score import SuggestScore
from moderation.services.suggested_scores import ReadSuggestedScores
from moderation.services.sweep import Sweep
from moderation.services.tune_policy import TunePolicy
from moderation.services.undo_decision import UndoDecision
from moderation.services.withdraw_comment import WithdrawComment
from moderation.services.write_note import WriteNote


@dataclass(frozen=True)
class Services:
    """The use cases of the service."""

    answer_coral: AnswerCoral
    authenticate: Authenticate
    coral: ManageCoral
    decide_comment: DecideComment
    export_comments: ExportComments
    edit_comment: EditComment
    erase_comment: EraseComment
    export_comment: ExportComment
    import_comments: ImportComments
    people: ManagePeople
    policies: TunePolicy
    queue: ReviewQueue
    read_comment: ReadComment
    read_receipt: ReadReceipt
    readiness: Readiness
    rescore: Rescore
    score_pending: ScorePending
    score_texts: ScoreTexts
    show_comments: ShowComments
    show_feed: ShowFeed
    sites: ManageSites
    submit_comment: SubmitComment
    suggest_score: SuggestScore
    suggested_scores: ReadSuggestedScores
    sweep: Sweep
    tokens: ManageTokens
    undo_decision: UndoDecision
    withdraw_comment: WithdrawComment
    reasons: KeepReasons
    authors: KnowAuthor
    near_duplicates: NearDuplicates
    oversee: Oversee
    reading: KeepReading
    search: SearchComments
    notes: WriteNote
