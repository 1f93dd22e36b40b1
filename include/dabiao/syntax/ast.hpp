#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/syntax/keywords.hpp"
#include "dabiao/syntax/operands.hpp"
#include "dabiao/syntax/seldom.hpp"
#include "dabiao/text/place.hpp"
#include "dabiao/text/slice.hpp"
#include "dabiao/text/source.hpp"

// What a plan says, as it was written: names are not resolved and literals are still text.
// Expressions live in one pool per file, children before parents, so that every pass over them
// is a loop and a sum of 200,000 terms needs no stack. Words are views into the source, or into
// Ast::texts where their plain form was not written.
namespace dabiao::syntax {

using text::Place;
using text::Slice;

/// A name as the plan means it (backquotes removed) and where it stands.
struct Name {
  Slice text;
  Place place;
  bool empty() const { return text.empty(); }
};

/// A quoted text without its quotes.
struct Quoted {
  Slice text;
  Place place;  // with the quotes
};

/// An index into Ast::expressions.
using ExpressionId = std::uint32_t;
inline constexpr ExpressionId no_expression = 0xffffffff;

enum class ExpressionKind : std::uint8_t {
  number,     // text = digits as written (plain ASCII), unit = the unit as written, may be empty
  yesno,      // truth
  period,     // span: a literal such as 2023-08-31, 2023-Q3 or 2023-08 standing as a value
  name,       // text
  call,       // text = function name, arguments; operators are calls too (operators.hpp)
  aggregate,  // text = function name; over; arguments = [x] or []; filter
  rank,       // arguments = [x]; over = the level among whose siblings it ranks
  read,       // arguments = [x]; bracket
  due,        // the cell's own deadline
};

/// What stands in brackets after an expression: x[start], x[previous], x[2020], x[市], x["name"].
struct Bracket {
  enum class Kind : std::uint8_t { start, end, previous, span, name, quoted };
  Kind kind = Kind::start;
  calendar::Span span;  // for span
  Slice text;           // for name (a level or group) and quoted (an entity)
  Place place;
};

struct Expression {
  ExpressionKind kind = ExpressionKind::number;
  bool truth = false;
  std::uint8_t spelling = 0;   // of an operator: which of its row's spellings was written
  bool parenthesised = false;  // written in parentheses: printing keeps what precedence needs
  ExpressionId filter = no_expression;
  Place place;           // the whole expression
  Place operator_place;  // the operator, function name, unit-less digits or bracket
  Slice text;
  Slice unit;  // of a number, as written without spaces: 张/千人, %, 万元
  Place unit_place;
  Operands arguments;
  Seldom<calendar::Span> span;  // of a period
  Seldom<Name> over;            // aggregate: a level, a group or a grain word; rank: a level
  Seldom<Bracket> bracket;
};

/// A roll-up as declared: `sum`, `last`, `none`, … or `average weighted by 户数`.
struct RollUp {
  Name method;
  Name weight;  // only with average
};

/// A quantity or open end in a range: `0..100 %`, `0 张..`; ids of constant expressions.
struct Range {
  ExpressionId low = no_expression;
  ExpressionId high = no_expression;
  Place place;
};

/// The unit, `yesno`, `date`, `number` or stages scale of a head; text as written without spaces.
struct TypeName {
  Slice text;
  Place place;
  bool empty() const { return text.empty(); }
};

/// NAME "label" TYPE.
struct Head {
  Name name;
  std::optional<Quoted> label;
  TypeName type;
};

// ---- clauses that several statements share ---------------------------------------------------

/// When a target is due.
struct When {
  enum class Kind : std::uint8_t { standing, by, in, each };
  Kind kind = Kind::standing;
  Place place;
  std::vector<ExpressionId>
      dates;  // by: date-valued expressions (a period literal is its last day)
  std::vector<calendar::Span> spans;  // in; each … in
  std::vector<Place> span_places;
  calendar::Grain grain = calendar::Grain::year;  // each
  std::optional<int> by_day;                      // each month by day 25
  ExpressionId by_offset = no_expression;  // each … by end + 20 天: the 20 天 (may be negative)
  Place by_place;
};

/// Where a target's cells stand.
struct Where {
  Place place;
  bool each = false;             // `at each`
  std::vector<Name> names;       // levels or groups
  std::vector<Quoted> entities;  // at "name", …
  ExpressionId filter = no_expression;
};

/// A body that answers for something: a quoted name, or each LEVEL for the cell's own.
struct Party {
  bool each = false;
  Slice text;
  Place place;
};

/// Anchor words of the source, under the clause in force or one named before a colon.
struct Citation {
  std::optional<Quoted> clause;
  Quoted anchor;
};

/// Clauses that a heading gives to the targets under it and a target may give itself. Absent
/// means inherited.
struct Duties {
  Seldom<std::vector<Party>> lead, responsible, cooperating;
  Seldom<When> when;
  Seldom<Where> where;
};

// ---- statements ------------------------------------------------------------------------------

struct PlanStatement {
  Name name;
  std::optional<Quoted> label;
  std::vector<Quoted> sources;
  std::optional<calendar::Span> window;
  Place window_place;
};

struct LevelStatement {
  Name name;
  std::optional<Quoted> label;
  TypeName unit;  // what its members are counted in; may be empty
  Name parent;    // may be empty
  std::optional<std::int64_t> count;
  Place count_place;
};

struct UnitDeclaration {
  Name name;
  std::optional<Quoted> label;
  ExpressionId multiple = no_expression;  // unit 箱 = 12 瓶
};
struct UnitStatement {
  std::vector<UnitDeclaration> units;
};

struct StagesStatement {
  Name name;
  std::optional<Quoted> label;
  std::vector<Name> stages;  // lowest first
};

struct InputStatement {
  Head head;
  Name kind;  // flow, stock, constant; empty where not said
  std::optional<calendar::Grain> each;
  Place each_place;
  std::vector<Name> levels;  // at 机构
  enum class Missing : std::uint8_t { unknown, zero, no, later };
  Missing missing = Missing::unknown;
  Place missing_place;
  ExpressionId fresh = no_expression;  // fresh 3 月
  std::optional<Range> range;          // range 0..100 %
  Seldom<RollUp> over_periods;         // over periods last
  Seldom<RollUp> over_parts;           // over parts average weighted by 户数
};

struct IndicatorStatement {
  Head head;
  ExpressionId formula = no_expression;
  ExpressionId complete = no_expression;  // complete at least 90%
};

struct Milestone {
  calendar::Span when;  // due on its last day
  Place when_place;
  ExpressionId value = no_expression;
};

struct TargetStatement {
  Name name;
  std::optional<Quoted> label;
  ExpressionId condition = no_expression;
  Duties duties;
  std::vector<Citation> cite;
  std::vector<Quoted> tags;
  std::vector<Milestone> milestones;
  std::vector<Name> allocates;
  ExpressionId complete = no_expression;
};

/// A key of a table: an entity, a stage or other name, or a span of time.
struct TableKey {
  enum class Kind : std::uint8_t { entity, span, other };
  Kind kind = Kind::entity;
  Slice text;  // entity name; `other` for the value of keys that are not listed
  calendar::Span span;
  Place place;
};
struct TableEntry {
  std::vector<TableKey> keys;  // one per dimension
  ExpressionId value = no_expression;
};
struct TableStatement {
  Head head;
  std::vector<Name> by;  // a level or a grain word each
  std::vector<TableEntry> entries;
};

struct GroupStatement {
  Name name;
  std::optional<Quoted> label;
  Name level;
  std::vector<Quoted> members;
};

struct EntityDeclaration {
  Quoted name;                                   // may be a path: 三宝街道/黄旗村
  std::optional<calendar::Span> opened, closed;  // days
};
struct EntitiesStatement {
  Name level;
  std::optional<Quoted> parent;  // in "三宝街道"
  std::vector<EntityDeclaration> entities;
};

/// `given 床位 = 9688 张, count(村) = 24 个 at 市 in 2023-08 cite "9688张"`.
struct GivenStatement {
  struct Item {
    ExpressionId subject = no_expression;  // a name or count(LEVEL)
    ExpressionId value = no_expression;
  };
  std::vector<Item> items;
  Seldom<Where> where;
  std::optional<calendar::Span> when;
  Place when_place;
  std::vector<Citation> cite;
  std::vector<Quoted> tags;
};

/// `stated 护理占比 = 57% in 2023-08 cite "占比57%"`.
struct StatedStatement {
  ExpressionId figure = no_expression;
  ExpressionId value = no_expression;
  Seldom<Where> where;
  std::optional<calendar::Span> when;
  Place when_place;
  std::vector<Citation> cite;
  std::vector<Quoted> tags;
};

/// `noted "三个阶段", "两手抓" because "how the document is arranged"`: words of the source that
/// were read and promise nothing.
struct NotedStatement {
  std::vector<Citation> anchors;
  std::optional<Quoted> reason;
};

struct ClauseStatement {
  Quoted number;                // 二(一)
  std::optional<Quoted> title;  // 提升养老服务床位总量
  Duties duties;
};

struct HolidaysStatement {
  std::vector<calendar::Span> years;  // holidays 2024 { off …, work … }
  std::vector<calendar::Span> days_off, make_up;
  std::vector<Place> days_off_places, make_up_places;
};

struct LeverStatement {
  Name input;
  Seldom<Where> where;
  std::optional<Range> range;
  ExpressionId step = no_expression;
  ExpressionId cost = no_expression;  // 2 万元/张
};

struct ScenarioChange {
  Name input;
  enum class How : std::uint8_t { set, add, scale } how = How::set;  // = += *=
  ExpressionId value = no_expression;
  Seldom<Where> where;
  std::optional<calendar::Span> when;
};
struct ScenarioStatement {
  Name name;
  std::optional<Quoted> label;
  std::vector<ScenarioChange> changes;
};

using StatementBody =
    std::variant<PlanStatement, LevelStatement, UnitStatement, StagesStatement, InputStatement,
                 IndicatorStatement, TargetStatement, TableStatement, GroupStatement,
                 EntitiesStatement, GivenStatement, StatedStatement, ClauseStatement,
                 HolidaysStatement, LeverStatement, ScenarioStatement, NotedStatement>;

struct Comment {
  Slice text;  // without the #
  Place place;
  bool own_line = false;
  bool blank_before = false;  // an empty line stands before it
};

/// Where a clause of a statement was written.
struct ClausePlace {
  Keyword keyword = Keyword::none;
  Place place;  // of its keyword
};

struct Statement {
  Place place;
  Place keyword;
  StatementBody body;
  Language language = Language::english;  // of the keyword
  bool blank_before = false;              // an empty line stands before it
  // A mistake in it was reported: names may be empty, expressions absent.
  bool damaged = false;
  std::vector<ClausePlace> clauses;  // as far as the text had keywords for them
};

/// A whole file. It is moved, not copied: its words stay where they are.
struct Ast {
  Ast() = default;
  Ast(Ast&&) = default;
  Ast& operator=(Ast&&) = default;
  Ast(const Ast&) = delete;
  Ast& operator=(const Ast&) = delete;

  std::shared_ptr<const text::Source> source;
  std::deque<std::string> texts;
  std::vector<Statement> statements;
  std::vector<Expression> expressions;  // children before parents
  std::vector<Comment> comments;        // in order of place

  const Expression& at(ExpressionId id) const { return expressions[id]; }
};

}  // namespace dabiao::syntax
