#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "dabiao/calendar/period.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/calendar/workdays.hpp"
#include "dabiao/exact/interval.hpp"
#include "dabiao/exact/rational.hpp"
#include "dabiao/syntax/ast.hpp"
#include "dabiao/text/source.hpp"
#include "dabiao/units/unit_table.hpp"
#include "dabiao/units/written_units.hpp"
#include "dabiao/value/type.hpp"

// A plan with its names resolved. Expressions stay in the syntax tree; `resolution` says what each
// name in them is. Levels, inputs and so on are referred to by their index in the plan's vectors.
namespace dabiao::model {

using exact::Rational;
using syntax::ExpressionId;
using text::Place;

/// How values of an input combine, over time or over entities.
enum class RollUp : std::uint8_t { sum, last, any, all, min, max, none, average };

using LevelId = std::uint32_t;
using InputId = std::uint32_t;
using IndicatorId = std::uint32_t;
using TargetId = std::uint32_t;
using TableId = std::uint32_t;
using GroupId = std::uint32_t;
using ScaleId = std::uint32_t;
inline constexpr std::uint32_t none = 0xffffffff;

/// What a name stands for.
struct Symbol {
  enum class Kind : std::uint8_t {
    unknown,
    level,
    group,
    scale,
    stage,
    input,
    indicator,
    target,
    table,
    unit,
    scenario,
    grain
  };
  Kind kind = Kind::unknown;
  /// In the plan's vector of that kind; of a stage its scale, or `none` where several scales have a
  /// stage of that name (Plan::stages_named lists them); of a grain the calendar::Grain; of a unit
  /// nothing.
  std::uint32_t index = none;
  std::uint32_t stage = 0;  // rank of a stage in its scale, lowest 0

  bool operator==(const Symbol&) const = default;
};

/// Names are looked for as they stand in the text, without a copy.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const {
    return std::hash<std::string_view>()(name);
  }
};

/// What every named thing has.
struct Named {
  std::string name;
  std::string label;  // empty where none was given
  Place place;        // of the name

  /// What people are shown: the label, or the name where there is none.
  const std::string& shown() const { return label.empty() ? name : label; }
};

struct Level : Named {
  LevelId parent = none;
  std::uint32_t depth = 0;            // 0 is the top
  units::Unit unit;                   // what its members are counted in; plain where not said
  std::optional<std::int64_t> count;  // how many there are in all, as the plan declares
};

struct Scale : Named {
  std::vector<std::string> stages;  // lowest first; a value is the rank
  std::vector<Place> places;
};

enum class InputKind : std::uint8_t { flow, stock, constant };

enum class WhenMissing : std::uint8_t { unknown, zero, no, later };

struct Input : Named {
  value::Type type;
  bool type_known = true;  // false: what the head names is no type, and was reported
  InputKind kind = InputKind::flow;
  std::optional<calendar::Grain> each;  // the period it is reported in
  LevelId level = 0;
  WhenMissing missing = WhenMissing::unknown;
  std::optional<std::int64_t> fresh_months;
  exact::Interval range;  // in base scale: what a value can be at one entity and period
  RollUp over_periods = RollUp::sum;
  RollUp over_parts = RollUp::sum;
  InputId weight = none;  // over_parts == average
  Place weight_place;
  InputId weight_over_periods = none;  // over_periods == average
  Place weight_over_periods_place;

  /// Whether who reports nothing has said zero, or no.
  bool zero_when_silent() const {
    return missing == WhenMissing::zero || missing == WhenMissing::no;
  }
};

struct Indicator : Named {
  value::Type type;
  bool type_known = true;
  ExpressionId formula = syntax::no_expression;
  std::optional<Rational> complete;  // admitted share of complete parts
};

/// A literal of a plan in base scale: a number, yes 1 / no 0, a stage's rank, a date's day number.
struct Literal {
  Rational value;
  value::Type type;
  Place place;
};

struct Dimension {
  LevelId level = none;                  // a level, or
  std::optional<calendar::Grain> grain;  // a grain of time
};

struct TableEntry {
  std::string entity;                  // key over a level, may be a path; empty for `other`
  std::optional<calendar::Span> span;  // key over time
  Literal value;
  Place place;  // of the keys
};

/// Of the entries of one entity that which holds for a span: its own; else, of those that lie
/// inside it, the latest; else one that does not go by time. Null where none does.
const TableEntry* entry_for(const std::vector<const TableEntry*>& entries,
                            const calendar::Span& span);

struct Table : Named {
  value::Type type;
  bool type_known = true;
  std::vector<Dimension> by;  // at most one level and one grain
  std::vector<TableEntry> entries;
};

struct Group : Named {
  LevelId level = 0;
  std::vector<std::string> members;
  std::vector<Place> member_places;
};

struct EntityDeclaration {
  LevelId level = 0;
  std::string path;  // "街道/社区": ancestors narrow down, nearest last
  std::optional<calendar::Date> opened, closed;
  Place place;
};

/// Where targets, givens and stated figures stand.
struct Where {
  std::vector<LevelId> levels;
  std::vector<GroupId> groups;        // each member
  std::vector<GroupId> group_cells;   // the group as one cell
  std::vector<std::string> entities;  // by name or path
  std::vector<Place> entity_places;
  ExpressionId filter = syntax::no_expression;
  Place place;
};

struct Citation {
  std::string clause;
  std::string anchor;
  Place place;
};

struct Given {
  InputId input = none;          // or
  LevelId counted_level = none;  // given count(村) = 24 个
  Literal value;
  Where where;
  std::optional<calendar::Span> when;
  std::vector<Citation> cite;
  std::vector<std::string> tags;
  Place place;
};

struct Stated {
  ExpressionId figure = syntax::no_expression;
  ExpressionId value = syntax::no_expression;
  Literal literal;
  Where where;
  std::optional<calendar::Span> when;
  std::vector<Citation> cite;
  std::vector<std::string> tags;
  Place place;
};

/// Words of the source that were read and promise nothing.
struct Noted {
  std::vector<Citation> anchors;
  std::string reason;
  Place place;
};

/// A body that answers: by name, or the cell's own entity at that level, where a group stands for
/// the level only if it is a member.
struct Party {
  std::string name;
  LevelId each = none;
  GroupId group = none;
};

struct Clause {
  std::string number;
  std::string title;
  Place place;
};

struct Milestone {
  calendar::Span when;
  ExpressionId value = syntax::no_expression;
  Place place;
};

struct Target : Named {
  ExpressionId condition = syntax::no_expression;
  syntax::When when;  // resolved against the clause; its expressions are in the syntax tree
  std::int64_t due_offset = 0;  // `by end + 20 天`: days after the end of each period
  Where where;
  std::vector<Party> lead, responsible, cooperating;
  std::uint32_t clause = none;  // index into Plan::clauses
  std::vector<Citation> cite;
  std::vector<std::string> tags;
  std::vector<Milestone> milestones;
  std::vector<TargetId> allocates;
  std::vector<Place> allocates_places;  // of the names, in the same order
  std::optional<Rational> complete;
  Place statement;
};

struct Lever {
  InputId input = none;
  Where where;  // empty: everywhere
  std::optional<exact::Interval> range;
  std::optional<Rational> step;
  std::optional<Literal> cost;
  Place place;
};

struct ScenarioChange {
  InputId input = none;
  syntax::ScenarioChange::How how = syntax::ScenarioChange::How::set;
  Literal value;  // of scale: a plain number
  Where where;    // empty: everywhere
  std::optional<calendar::Span> when;
  Place place;
};
struct Scenario : Named {
  std::vector<ScenarioChange> changes;
};

struct Plan : Named {
  std::shared_ptr<const text::Source> source;
  std::shared_ptr<const syntax::Ast> ast;
  std::vector<std::string> sources;  // files of the document
  std::optional<calendar::Span> window;
  units::UnitTable units;
  units::WrittenUnits written_units;  // of heads and numbers, as they were read with `units`
  std::vector<Level> levels;          // parents before children; always at least one
  std::vector<Scale> scales;
  std::vector<Input> inputs;
  std::vector<Indicator> indicators;
  std::vector<Table> tables;
  std::vector<Group> groups;
  std::vector<EntityDeclaration> entities;
  std::vector<Given> givens;
  std::vector<Stated> stated;
  std::vector<Noted> noted;
  std::vector<Clause> clauses;
  std::vector<Target> targets;
  std::optional<calendar::Holidays> holidays;
  std::vector<Lever> levers;
  std::vector<Scenario> scenarios;

  std::unordered_map<std::string, Symbol, NameHash, std::equal_to<>>
      symbols;  // every declared name
  /// By ExpressionId: what a name is; of an aggregate or rank what it runs over; of a bracket that
  /// holds a name what that is. Unknown elsewhere.
  std::vector<Symbol> resolution;
  std::unordered_map<std::string, std::vector<Symbol>, NameHash, std::equal_to<>>
      stages;  // by name

  Symbol find(std::string_view name) const;
  /// The stages of that name, one per scale that has it, in the order of the scales.
  std::vector<Symbol> stages_named(std::string_view name) const;
  /// True where `ancestor` is `level` or stands above it.
  bool is_at_or_above(LevelId ancestor, LevelId level) const;
};

}  // namespace dabiao::model
