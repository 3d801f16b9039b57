"""The rows of the database and its migrations. SQLAlchemy only; model weights are
"assets" and lie in ``moderation/scoring/assets``."""

from models.admin_log import AdminLog
from models.base import Base
from models.comment import Comment, HighlightSet, Score, ScoringJob
from models.kept_answer import KeptAnswer
from models.lab import BlindItem, CommentFacts
from models.moderation_log import ModerationLog
from models.people import ApiToken, User
from models.policy import PolicyVersion
from models.review import (
    AuthorMark,
    CannedReasons,
    CommentNote,
    ReaderDay,
    ReaderSettings,
    TextBand,
)
from models.shadow import ShadowPolicy
from models.site import Page, Site
from models.suggested_score import SuggestedScore

__all__ = [
    "AdminLog",
    "ApiToken",
    "AuthorMark",
    "Base",
    "BlindItem",
    "CannedReasons",
    "Comment",
    "CommentFacts",
    "CommentNote",
    "HighlightSet",
    "KeptAnswer",
    "ModerationLog",
    "Page",
    "PolicyVersion",
    "ReaderDay",
    "ReaderSettings",
    "Score",
    "ScoringJob",
    "ShadowPolicy",
    "Site",
    "SuggestedScore",
    "TextBand",
    "User",
]
