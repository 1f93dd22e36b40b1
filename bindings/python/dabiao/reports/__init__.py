"""The papers that plans are run with: reports of several kinds, in several forms.

A kind is one function that makes a report, which is data (`model`); a form is one function that
writes any report. `kinds` and `formats` list them.
"""

from __future__ import annotations

from dabiao.reports.formats import FORMATS
from dabiao.reports.kinds import KINDS, Kind
from dabiao.reports.model import Report

__all__ = ["FORMATS", "KINDS", "Kind", "Report"]
