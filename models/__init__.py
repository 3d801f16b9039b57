"""The rows of the database and its migrations. SQLAlchemy only; model weights are
"assets" and lie in ``moderation/scoring/assets``."""

from models.admin_log import AdminLog
from models.base import Base
from models.calibration import Calibration
from models.comment import Comment, HighlightSet, Score, ScoringJob
from models.coral_phase import CoralPhase
from models.imported_comment import ImportedComment
from models.kept_answer import KeptAnswer
from models.lab import BlindItem, CommentFacts
from models.mail import Mail, MailDigest, MailStop
from models.moderation_log import ModerationLog
from models.nudge import NudgeDay, NudgeTry
from models.people import ApiToken, User
from models.policy import PolicyVersion
from models.post_page import PostPage
from models.reader_word import Appeal, CommentReport
from models.review import (
    AuthorMark,
    CannedReasons,
    CommentNote,
    ReaderDay,
    ReaderSettings,
    TextBand,
    WaitingReason,
    WaitingScore,
)
from models.shadow import ShadowPolicy
from models.site import Page, Site
from models.suggested_score import SuggestedScore
from models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AdminLog",
    "ApiToken",
    "Appeal",
    "AuthorMark",
    "Base",
    "BlindItem",
    "Calibration",
    "CannedReasons",
    "Comment",
    "CommentFacts",
    "CommentNote",
    "CommentReport",
    "CoralPhase",
    "HighlightSet",
    "ImportedComment",
    "KeptAnswer",
    "Mail",
    "MailDigest",
    "MailStop",
    "ModerationLog",
    "NudgeDay",
    "NudgeTry",
    "Page",
    "PolicyVersion",
    "PostPage",
    "ReaderDay",
    "ReaderSettings",
    "Score",
    "ScoringJob",
    "ShadowPolicy",
    "Site",
    "SuggestedScore",
    "TextBand",
    "User",
    "WaitingReason",
    "WaitingScore",
    "WebhookDelivery",
    "WebhookEndpoint",
]
