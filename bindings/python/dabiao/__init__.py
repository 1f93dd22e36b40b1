"""dabiao 达标: policy plans that a person can read and a machine can evaluate.

>>> import dabiao
>>> plan = dabiao.parse('''
...     plan 示例 "养老服务"  window 2023-09-01..2023-12-31
...     level 市
...     unit 张
...     input 床位     张 stock at 市
...     input 护理床位 张 stock at 市
...     indicator 护理占比 % = 护理床位 / 床位
...     target 护理占比60 : 护理占比 不低于60% by 2023-12-31
... ''')
>>> result = plan.assess({"床位": 9688, "护理床位": 5586, "period": "2023-12"}, as_of="2023-12-31")
>>> result["护理占比60"].status
'missed'
>>> cell = result["护理占比60"].cell
>>> round(cell.value, 2), cell.threshold, cell.unit
(57.66, 60.0, '%')
"""

from __future__ import annotations

from typing import Any

from dabiao import _core
from dabiao._core import Cell, Comparison, Data, Diagnostic, Label
from dabiao.assessment import Assessment, TargetResult
from dabiao.compiled import CompiledPlan, Record, Session
from dabiao.coverage import Coverage, Passage
from dabiao.errors import DabiaoError, DataError, PlanError
from dabiao.figures import Figure
from dabiao.plan import (
    Indicator,
    Input,
    Level,
    Noted,
    Plan,
    Target,
    dense,
    from_dict,
    from_json,
    load,
    parse,
    read,
)
from dabiao.session import PlanSession
from dabiao.statuses import Statuses

__version__: str = _core.version

__all__ = [
    "Assessment",
    "Cell",
    "Comparison",
    "CompiledPlan",
    "Coverage",
    "DabiaoError",
    "Data",
    "DataError",
    "Diagnostic",
    "Figure",
    "Indicator",
    "Input",
    "Label",
    "Level",
    "Noted",
    "Passage",
    "Plan",
    "PlanError",
    "PlanSession",
    "Record",
    "Session",
    "Statuses",
    "Target",
    "TargetResult",
    "__version__",
    "dense",
    "diagnostic_kinds",
    "from_dict",
    "from_json",
    "functions",
    "load",
    "parse",
    "read",
    "reasons",
    "statuses",
]


def functions() -> list[dict[str, Any]]:
    """Every function of the language with its summary and examples.

    >>> next(each for each in dabiao.functions() if each["name"] == "floor")["examples"][0]
    ('floor(2.9)', '2')
    """
    return _core.functions()


def diagnostic_kinds() -> list[dict[str, Any]]:
    """Every kind of diagnostic: its name, severity, messages and meaning.

    >>> dabiao.diagnostic_kinds()[1]["english"]
    'unknown name `{name}`'
    """
    return _core.diagnostic_kinds()


def statuses() -> list[dict[str, Any]]:
    """Every status that a cell can have, the worst first.

    >>> [each["name"] for each in dabiao.statuses()]
    ['missed', 'undecided', 'behind', 'pending', 'on_track', 'met', 'not_applicable']
    """
    return _core.statuses()


def reasons() -> list[dict[str, Any]]:
    """Every reason for which a value can be missing.

    >>> "stale" in [each["name"] for each in dabiao.reasons()]
    True
    """
    return _core.reasons()
