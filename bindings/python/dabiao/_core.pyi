"""
The C++ core of dabiao. Its names are not stable; use the package `dabiao`.
"""
from __future__ import annotations
import collections.abc
import datetime
import fractions
import typing
import typing_extensions
__all__: list[str] = ['Assessment', 'Cell', 'Comparison', 'CompiledPlan', 'Coverage', 'Data', 'DenseInput', 'Diagnostic', 'Draft', 'Figure', 'Label', 'Passage', 'Plan', 'PlanSession', 'Record', 'Session', 'Statuses', 'Table', 'assess', 'breakdown', 'compile', 'coverage', 'dense', 'diagnostic', 'diagnostic_kinds', 'diagnostics_json', 'figures', 'functions', 'indicator_trees', 'language_from_locale', 'owed_reports', 'parse', 'read', 'reasons', 'render', 'session', 'stated_figures', 'statuses', 'template_inputs', 'text_from_json', 'version']
class Label:
    """
    A further place in a plan's text with a few words.
    """
    def __repr__(self) -> str:
        ...
    @property
    def column(self) -> int | None:
        ...
    @property
    def end_column(self) -> int | None:
        ...
    @property
    def end_line(self) -> int | None:
        ...
    @property
    def line(self) -> int | None:
        ...
    @property
    def message(self) -> str:
        ...
class Diagnostic:
    """
    What is wrong with a plan or with data, and where.
    """
    def __repr__(self) -> str:
        ...
    def __str__(self) -> str:
        ...
    def json(self, lang: str = 'en') -> str:
        """
        The diagnostic as a JSON object.
        """
    def message(self, lang: str = 'en') -> str:
        """
        The headline in English ('en') or Chinese ('zh').
        """
    def render(self, lang: str = 'en', *, colour: bool = False) -> str:
        """
        The diagnostic as lines for a terminal.
        """
    @property
    def column(self) -> int | None:
        """
        Column in characters, from 1.
        """
    @property
    def data_column(self) -> str | None:
        """
        The heading of the data's column.
        """
    @property
    def end_column(self) -> int | None:
        """
        The column after the last character.
        """
    @property
    def end_line(self) -> int | None:
        ...
    @property
    def expected(self) -> list[str]:
        """
        What could have stood there.
        """
    @property
    def file(self) -> str | None:
        """
        The name of the plan or of the data.
        """
    @property
    def kind(self) -> str:
        """
        The name of its kind, as in `dabiao.diagnostic_kinds()`.
        """
    @property
    def labels(self) -> list[Label]:
        """
        Further places, such as where a name was declared first.
        """
    @property
    def line(self) -> int | None:
        """
        Line of the plan's text, from 1; None where it is not about a text.
        """
    @property
    def notes(self) -> list[str]:
        ...
    @property
    def row(self) -> int | None:
        """
        The row of the data, as the file counts its lines from 1.
        """
    @property
    def severity(self) -> str:
        """
        'error', 'warning' or 'note'.
        """
    @property
    def suggestion(self) -> str | None:
        """
        The text that would repair it.
        """
class Plan:
    """
    A plan that can be evaluated.
    """
    def check(self, documents: collections.abc.Sequence[tuple[str, str]] = [], uncovered: bool = True) -> list[Diagnostic]:
        """
        What looks wrong with the plan, given the names and texts of its documents.
        """
    def format(self) -> str:
        """
        The plan in its canonical form.
        """
    def graph(self, format: str, targets: collections.abc.Sequence[str] = []) -> str:
        """
        The dependency graph as 'dot', 'mermaid' or 'json'.
        """
    def json(self) -> str:
        """
        The JSON form of the plan.
        """
    def template(self) -> list[tuple[str, list[str], int, bool, list[str], list[list[str]]]]:
        """
        The tables to fill in.
        """
    @property
    def file(self) -> str:
        ...
    @property
    def label(self) -> str:
        ...
    @property
    def levels(self) -> list[tuple[str, str, str | None, int | None]]:
        """
        Name, label, the level above and the declared count of each level.
        """
    @property
    def name(self) -> str:
        ...
    @property
    def sources(self) -> list[str]:
        ...
    @property
    def text(self) -> str:
        ...
    @property
    def warnings(self) -> list[Diagnostic]:
        ...
class Passage:
    """
    A piece of a document that says something countable.
    """
    @property
    def clause(self) -> str:
        ...
    @property
    def file(self) -> str:
        ...
    @property
    def line(self) -> int:
        ...
    @property
    def marks(self) -> list[str]:
        ...
    @property
    def words(self) -> str:
        ...
class Coverage:
    """
    How much of its documents a plan accounts for.
    """
    @property
    def by_figures(self) -> int:
        ...
    @property
    def by_targets(self) -> int:
        ...
    @property
    def characters(self) -> int:
        ...
    @property
    def noted(self) -> int:
        ...
    @property
    def noted_characters(self) -> int:
        ...
    @property
    def passages(self) -> int:
        ...
    @property
    def uncovered(self) -> list[Passage]:
        ...
class Draft:
    """
    A plan that has errors, beside its documents.
    """
    def __init__(self, text: str, name: str) -> None:
        ...
    def check_anchors(self, documents: collections.abc.Sequence[tuple[str, str]]) -> list[Diagnostic]:
        """
        The anchors that do not stand there, as far as the plan is sound.
        """
    @property
    def sources(self) -> list[str]:
        ...
class Figure:
    """
    A figure beside what the rest of the plan makes it.
    """
    @property
    def anchors(self) -> list[str]:
        ...
    @property
    def clause(self) -> str:
        ...
    @property
    def difference(self) -> str | None:
        ...
    @property
    def difference_words(self) -> tuple[str, str]:
        ...
    @property
    def entity(self) -> str:
        ...
    @property
    def figure(self) -> str:
        ...
    @property
    def from_words(self) -> tuple[str, str]:
        ...
    @property
    def kind(self) -> str:
        ...
    @property
    def period(self) -> str:
        ...
    @property
    def recomputed(self) -> str | None:
        ...
    @property
    def recomputed_words(self) -> tuple[str, str]:
        ...
    @property
    def stated(self) -> str | None:
        ...
    @property
    def stated_words(self) -> tuple[str, str]:
        ...
    @property
    def unit(self) -> str:
        ...
    @property
    def verdict(self) -> str:
        ...
    @property
    def verdict_chinese(self) -> str:
        ...
class Table:
    """
    A table that is handed over.
    """
    def __init__(self, name: str, data: typing.Any, first_row: typing.SupportsInt | typing.SupportsIndex = 2, row_numbers: collections.abc.Sequence[typing.SupportsInt | typing.SupportsIndex] = []) -> None:
        ...
class Data:
    """
    Data of a plan: its entities and, per input, the reports.
    """
    def borrows(self, input: str) -> bool:
        """
        Whether the numbers of an input are read where they stood.
        """
    def entities(self, level: str) -> list[str]:
        """
        The names of the entities of a level.
        """
    @property
    def files(self) -> list[str]:
        ...
    @property
    def warnings(self) -> list[Diagnostic]:
        ...
class DenseInput:
    """
    The numbers of an input, as an array.
    """
    @staticmethod
    def of_cells(name: str, table: typing.Any, timeless: bool) -> DenseInput:
        """
        Cells of any type, as a table of one column, which are read as tables are.
        """
    def __init__(self, name: str, numbers: typing_extensions.Buffer, first: typing.SupportsInt | typing.SupportsIndex, count: typing.SupportsInt | typing.SupportsIndex, validity: typing_extensions.Buffer | None, validity_offset: typing.SupportsInt | typing.SupportsIndex, timeless: bool) -> None:
        ...
class Comparison:
    """
    One comparison of a target at a cell; numbers are in `unit`.
    """
    def demand(self, lang: str = 'en') -> str:
        """
        The operator and the threshold in words.
        """
    def expected_text(self, lang: str = 'en') -> str:
        ...
    def gap_text(self, lang: str = 'en') -> str:
        ...
    def value_text(self, lang: str = 'en') -> str:
        ...
    @property
    def attained(self) -> float | None:
        ...
    @property
    def data_day(self) -> datetime.date | None:
        ...
    @property
    def exact_gap(self) -> fractions.Fraction | None:
        ...
    @property
    def exact_threshold(self) -> fractions.Fraction | None:
        ...
    @property
    def exact_value(self) -> fractions.Fraction | None:
        """
        The value as a fractions.Fraction.
        """
    @property
    def expected(self) -> float | None:
        ...
    @property
    def gap(self) -> float | None:
        """
        At least 0 where it holds, below 0 where it does not.
        """
    @property
    def holds(self) -> bool | None:
        ...
    @property
    def operator(self) -> str:
        """
        '>=', '>', '<=', '<', '=', '!=', '..', 'holds' or 'holds not'.
        """
    @property
    def progress(self) -> float | None:
        ...
    @property
    def projected(self) -> float | None:
        ...
    @property
    def projected_date(self) -> datetime.date | None:
        ...
    @property
    def reason(self) -> str | None:
        ...
    @property
    def start(self) -> float | None:
        ...
    @property
    def status(self) -> str:
        ...
    @property
    def threshold(self) -> float | None:
        ...
    @property
    def unit(self) -> str | None:
        ...
    @property
    def upper(self) -> float | None:
        """
        The upper end of a range.
        """
    @property
    def value(self) -> float | None:
        ...
class Cell:
    """
    A target at an entity and a span. Value, threshold and gap are those of the comparison that binds, in `unit`.
    """
    def __repr__(self) -> str:
        ...
    @property
    def attained(self) -> float | None:
        ...
    @property
    def binding(self) -> Comparison | None:
        """
        The comparison that decides the status.
        """
    @property
    def cite(self) -> list[str]:
        ...
    @property
    def clause(self) -> str | None:
        ...
    @property
    def comparisons(self) -> list[Comparison]:
        ...
    @property
    def complete(self) -> float:
        """
        The share of the reports needed that are there.
        """
    @property
    def cooperating(self) -> list[str]:
        ...
    @property
    def due(self) -> datetime.date | None:
        ...
    @property
    def entity(self) -> str:
        ...
    @property
    def expected(self) -> float | None:
        ...
    @property
    def gap(self) -> float | None:
        ...
    @property
    def index(self) -> int:
        ...
    @property
    def label(self) -> str:
        ...
    @property
    def lead(self) -> list[str]:
        ...
    @property
    def level(self) -> str:
        ...
    @property
    def path(self) -> str:
        ...
    @property
    def progress(self) -> float | None:
        ...
    @property
    def projected(self) -> float | None:
        ...
    @property
    def projected_date(self) -> datetime.date | None:
        ...
    @property
    def reached_on(self) -> datetime.date | None:
        ...
    @property
    def reason(self) -> str | None:
        ...
    @property
    def responsible(self) -> list[str]:
        ...
    @property
    def span(self) -> str:
        ...
    @property
    def status(self) -> str:
        ...
    @property
    def tags(self) -> list[str]:
        ...
    @property
    def target(self) -> str:
        ...
    @property
    def threshold(self) -> float | None:
        ...
    @property
    def tight(self) -> bool:
        ...
    @property
    def unit(self) -> str | None:
        ...
    @property
    def upper(self) -> float | None:
        ...
    @property
    def value(self) -> float | None:
        ...
    @property
    def whatever(self) -> bool:
        """
        Whether the status holds whatever the missing values are.
        """
class Assessment:
    """
    The outcome of an assessment.
    """
    def __arrow_c_stream__(self, requested_schema: typing.Any = None) -> typing.Any:
        """
        One row per cell, through Arrow.
        """
    def __len__(self) -> int:
        ...
    def by_body(self) -> dict[str, dict[str, int]]:
        ...
    def by_clause(self) -> dict[str, dict[str, int]]:
        ...
    def by_entity(self) -> dict[str, dict[str, int]]:
        ...
    def by_target(self) -> dict[str, dict[str, int]]:
        ...
    def cells(self, target: str | None = None) -> list[Cell]:
        ...
    def explain(self, cell: typing.SupportsInt | typing.SupportsIndex, lang: str = 'en') -> str:
        """
        Why a cell is what it is, in words.
        """
    def explanation(self, cell: typing.SupportsInt | typing.SupportsIndex, lang: str = 'en') -> str:
        """
        Why a cell is what it is, as JSON.
        """
    def json(self, lang: str = 'en') -> str:
        """
        The assessment as JSON.
        """
    @property
    def as_of(self) -> datetime.date:
        ...
    @property
    def counts(self) -> dict[str, int]:
        ...
    @property
    def warnings(self) -> list[Diagnostic]:
        ...
class PlanSession:
    """
    A plan with its data, kept up to date; not shared among threads.
    """
    def assessment(self) -> tuple[Assessment, Data]:
        """
        Every cell as it is now, and the data.
        """
    def set(self, reports: collections.abc.Sequence[tuple[str, str, str, str, str]]) -> tuple[list[Cell], list[Cell], list[Diagnostic]]:
        """
        Puts reports (input, entity, period, value, level) in place; the cells that are different now, those that are there no more, and what is wrong.
        """
    @property
    def evaluated_cells(self) -> int:
        """
        How many cells of nodes were evaluated so far.
        """
class Record:
    """
    Evaluates one record at a time; not shared among threads.
    """
    def reason(self, output: typing.SupportsInt | typing.SupportsIndex) -> str:
        """
        Why an output of the last record is missing; empty where it is not.
        """
    def values(self, values: typing.Any) -> tuple[typing.Any, ...]:
        """
        The outputs, in order, for a value of each input, in order; None is missing.
        """
    def was_settled(self, output: typing.SupportsInt | typing.SupportsIndex) -> bool:
        """
        Whether the doubles did not decide an output of the last record, so that exact arithmetic did.
        """
class Session:
    """
    A live record; not shared among threads.
    """
    def set(self, values: dict[str, typing.Any]) -> dict[str, typing.Any]:
        """
        Sets inputs, by name, and gives the outputs that changed, by name.
        """
    def steps(self) -> int:
        """
        How many instructions the last update ran.
        """
    def values(self) -> list[typing.Any]:
        """
        All outputs, in order.
        """
class CompiledPlan:
    """
    Indicators and targets as functions of one record.
    """
    def record(self) -> Record:
        """
        An evaluator of single records.
        """
    def run(self, batch: typing.Any, name: str, first_row: typing.SupportsInt | typing.SupportsIndex = 2, threads: typing.SupportsInt | typing.SupportsIndex = 0, progress: collections.abc.Callable[[int, int], typing.Any] | None = None) -> tuple[tuple[typing_extensions.CapsuleType, typing_extensions.CapsuleType] | None, tuple[int, int, int], list[Diagnostic]]:
        """
        Runs a record batch: Arrow's capsules of the outputs, a tally, and what is wrong.
        """
    def scenarios(self, batch: typing.Any, name: str, first_row: typing.SupportsInt | typing.SupportsIndex, scenarios: collections.abc.Sequence[tuple[str, collections.abc.Sequence[tuple[str, str, typing.SupportsFloat | typing.SupportsIndex | str]]]], threads: typing.SupportsInt | typing.SupportsIndex = 0) -> tuple[list[tuple[list[int], list[int]]] | None, list[Diagnostic]]:
        """
        Runs scenarios over a record batch: by scenario, in how many rows each output holds and has no value; and what is wrong.
        """
    def session(self) -> Session:
        """
        A live record.
        """
    def totals(self, batch: typing.Any, name: str, first_row: typing.SupportsInt | typing.SupportsIndex = 2, threads: typing.SupportsInt | typing.SupportsIndex = 0) -> tuple[tuple[tuple[int, int, int], list[float], list[int], list[int]] | None, list[Diagnostic]]:
        """
        Runs a record batch for its totals: a tally; by output the sum, the rows without a value and those where it holds; and what is wrong.
        """
    @property
    def inputs(self) -> list[tuple[str, str, str, str]]:
        """
        Name, label, unit and kind of each input.
        """
    @property
    def outputs(self) -> list[tuple[str, str, str, str]]:
        """
        Name, label, unit and kind of each output.
        """
class Statuses:
    """
    The statuses of a plan, block by block.
    """
    def __arrow_c_stream__(self, requested_schema: typing.Any = None) -> typing.Any:
        """
        What has not been read yet, a record batch per target, level and span.
        """
    def counts(self) -> list[tuple[str, str, str, list[int]]]:
        """
        The counts of what has been read.
        """
    def finish(self) -> None:
        """
        Evaluates what is left for the counts alone.
        """
    @property
    def cells(self) -> int:
        ...
    @property
    def one_by_one(self) -> int:
        ...
    @property
    def warnings(self) -> list[Diagnostic]:
        ...
def assess(plan: Plan, data: Data, as_of: str, targets: collections.abc.Sequence[str] = [], reached_on: bool = True) -> Assessment:
    """
    Assesses a plan over its data.
    """
def breakdown(assessment: Assessment, cell: typing.SupportsInt | typing.SupportsIndex, lang: str = 'en') -> list[dict[str, typing.Any]]:
    """
    What a cell measures, at each entity right below its own.
    """
def compile(plan: Plan, outputs: collections.abc.Sequence[str], gaps: bool) -> tuple[CompiledPlan | None, list[Diagnostic]]:
    """
    Compiles indicators and targets.
    """
def coverage(plan: Plan, documents: collections.abc.Sequence[tuple[str, str]]) -> Coverage:
    """
    How much of its documents, by name and text, a plan accounts for.
    """
def dense(plan: Plan, entities: Table, periods: collections.abc.Sequence[str], inputs: collections.abc.Sequence[DenseInput], threads: typing.SupportsInt | typing.SupportsIndex = 0) -> tuple[Data | None, list[Diagnostic]]:
    """
    Reads arrays where they stand.
    """
def diagnostic(kind: str, arguments: collections.abc.Mapping[str, str] = {}, *, file: str = '', row: typing.SupportsInt | typing.SupportsIndex = 0, column: str = '') -> Diagnostic:
    """
    Makes a diagnostic about a file.
    """
def diagnostic_kinds() -> list[dict[str, typing.Any]]:
    """
    Every kind of diagnostic.
    """
def diagnostics_json(diagnostics: collections.abc.Sequence[Diagnostic], lang: str = 'en') -> str:
    """
    All diagnostics as a JSON array.
    """
def figures(plan: Plan) -> list[Figure]:
    """
    Every figure that the plan states or allocates, recomputed.
    """
def functions() -> list[dict[str, typing.Any]]:
    """
    Every function of the language, in the order of the tables.
    """
def indicator_trees(assessment: Assessment, indicator: str, lang: str = 'en') -> list[str]:
    """
    An indicator at the cells that ask for it, as JSON trees of its formula.
    """
def language_from_locale(lc_all: str, lc_messages: str, lang: str) -> str:
    """
    'zh' or 'en', from the values of LC_ALL, LC_MESSAGES and LANG.
    """
def owed_reports(assessment: Assessment) -> list[dict[str, typing.Any]]:
    """
    The reports that are missing, whose they are, and which cells wait for them.
    """
def parse(text: str, name: str) -> tuple[Plan | None, list[Diagnostic]]:
    """
    Reads a plan.
    """
def read(plan: Plan, tables: collections.abc.Sequence[Table], entities: Table | None = None, keep_going: bool = False) -> tuple[Data | None, list[Diagnostic]]:
    """
    Reads tables into the data of a plan.
    """
def reasons() -> list[dict[str, typing.Any]]:
    """
    Every reason for which a value can be missing.
    """
def render(diagnostics: collections.abc.Sequence[Diagnostic], lang: str = 'en', *, colour: bool = False) -> str:
    """
    All diagnostics as lines for a terminal, with a summary.
    """
def session(plan: Plan, data: Data, as_of: str, targets: collections.abc.Sequence[str] = [], reached_on: bool = True) -> PlanSession:
    """
    A plan with its data, kept up to date.
    """
def stated_figures(plan: Plan, lang: str = 'en') -> list[dict[str, typing.Any]]:
    """
    The figures that a plan's document states, recomputed from its givens and tables.
    """
@typing.overload
def statuses() -> list[dict[str, typing.Any]]:
    """
    Every status, the worst first.
    """
@typing.overload
def statuses(plan: Plan, data: Data, as_of: str, targets: collections.abc.Sequence[str] = [], threads: typing.SupportsInt | typing.SupportsIndex = 0, chunk: typing.SupportsInt | typing.SupportsIndex = 1024) -> Statuses:
    """
    The statuses of a plan over its data.
    """
def template_inputs(plan: Plan) -> list[dict[str, typing.Any]]:
    """
    The inputs with their headings in templates and what may be written there.
    """
def text_from_json(json: str) -> tuple[str | None, list[Diagnostic]]:
    """
    The text of a plan from its JSON form.
    """
version: str = '0.1.0'
