"""All use cases in one place, put together by ``bootstrap`` and used by the entry points."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.services.authenticate import Authenticate
from moderation.services.decide_comment import DecideComment
from moderation.services.manage_people import ManagePeople
from moderation.services.manage_sites import ManageSites
from moderation.services.manage_tokens import ManageTokens
from moderation.services.read_comment import ReadComment
from moderation.services.read_receipt import ReadReceipt
from moderation.services.readiness import Readiness
from moderation.services.rescore import Rescore
from moderation.services.review_queue import ReviewQueue
from moderation.services.score_pending import ScorePending
from moderation.services.score_texts import ScoreTexts
from moderation.services.show_comments import ShowComments
from moderation.services.submit_comment import SubmitComment
from moderation.services.sweep import Sweep
from moderation.services.tune_policy import TunePolicy
from moderation.services.undo_decision import UndoDecision


@dataclass(frozen=True)
class Services:
    """The use cases of the service."""

    authenticate: Authenticate
    decide_comment: DecideComment
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
    sites: ManageSites
    submit_comment: SubmitComment
    sweep: Sweep
    tokens: ManageTokens
    undo_decision: UndoDecision
