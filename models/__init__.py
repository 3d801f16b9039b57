"""The rows of the database and its migrations. SQLAlchemy only; model weights are
"assets" and lie in ``moderation/scoring/assets``."""

from models.base import Base
from models.comment import Comment, HighlightSet, Score, ScoringJob
from models.coral_phase import CoralPhase
from models.imported_comment import ImportedComment
from models.kept_answer import KeptAnswer
from models.moderation_log import ModerationLog
from models.people import ApiToken, User
from models.policy import PolicyVersion
from models.post_page import PostPage
from models.review import (
    AuthorMark,
    CannedReasons,
    CommentNote,
    ReaderDay,
    ReaderSettings,
    TextBand,
)
from models.site import Page, Site
from models.suggested_score import SuggestedScore

__all__ = [
    "ApiToken",
    "AuthorMark",
    "Base",
    "CannedReasons",
    "Comment",
    "CommentNote",
    "CoralPhase",
    "HighlightSet",
    "ImportedComment",
    "KeptAnswer",
    "ModerationLog",
    "Page",
    "PolicyVersion",
    "PostPage",
    "ReaderDay",
    "ReaderSettings",
    "Score",
    "ScoringJob",
    "Site",
    "SuggestedScore",
    "TextBand",
    "User",
]
