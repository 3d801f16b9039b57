"""How a label's scores translate into the chance that people reject, version by version."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class Calibration(Base):
    """One version of one label's scale; rows are never changed but for ``in_use``.

    ``scale`` holds for each hundredth of a score, 0 to 100, the chance with its interval and the
    decisions near it; ``report`` how well scores told the truth before and after. ``basis`` names
    what it was made from. At most one version of a label is in use.
    """

    __tablename__ = "calibrations"
    __table_args__ = (
        UniqueConstraint("site_id", "label", "version", name="uq_calibrations_version"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    site_id: Mapped[str] = mapped_column(Id, ForeignKey("sites.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    model: Mapped[str] = mapped_column(String(300))
    basis: Mapped[dict[str, Any]]
    scale: Mapped[list[dict[str, Any]]]
    report: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    in_use: Mapped[bool]
