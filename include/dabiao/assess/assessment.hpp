#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/assess/status.hpp"
#include "dabiao/calendar/date.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/engine/cell.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::assessment {

using exact::Interval;
using exact::Rational;

/// One comparison of a target at a cell. Numbers are exact and in base scale; `type` says in which
/// unit they are shown (`shown`).
struct ComparisonResult {
  std::uint32_t comparison = 0;  // index into ir::Target::comparisons
  Status status = Status::undecided;
  value::Reason reason = value::Reason::known;  // why the value or the threshold is missing
  value::Type type;                             // of value, threshold, gap, expected, projected
  std::optional<Rational> value;
  Interval bounds;  // what the value can be; a point where it is known
  std::optional<Rational> threshold;
  std::optional<Rational> upper;  // of a range a..b
  /// How far the comparison is exceeded (at least 0) or missed (below 0).
  std::optional<Rational> gap;
  std::optional<Rational> attained;  // 0 to 1
  std::optional<Rational> progress;  // 0 to 1, of the way from the start value
  std::optional<Rational> start;     // the value on the day before the window
  std::optional<Rational> expected;  // the path's value at the data day
  std::optional<Rational> projected;
  std::optional<calendar::Date> projected_date;
  std::optional<bool> holds;
  std::optional<calendar::Date> data_day;

  bool operator==(const ComparisonResult&) const = default;

  /// A number of this comparison in its unit.
  Rational shown(const Rational& base) const { return base / type.unit.scale(); }
};

/// One cell of the result: a target at an entity (or group) and a span.
struct Cell {
  model::TargetId target = 0;
  model::LevelId level = 0;
  data::EntityIndex entity = 0;  // no_entity where the cell is a group
  model::GroupId group = model::none;
  calendar::Span span;                // as asked
  std::optional<calendar::Date> due;  // none where the deadline itself is missing
  Status status = Status::undecided;
  value::Reason reason = value::Reason::known;
  std::vector<ComparisonResult> comparisons;
  std::uint32_t binding = 0;  // which of them decides the status
  std::optional<Rational> attained;
  std::optional<calendar::Date> reached_on;
  std::uint32_t reported = 0;  // of the reports that it needs, how many there are
  std::uint32_t expected = 0;
  /// Whatever the missing values are, the status holds.
  bool whatever = false;
  /// It is not known whether the target concerns the entity: its `where` is missing.
  bool may_not_apply = false;
  /// For some completion something that it compares has no value.
  bool may_lack_truth = false;
  /// The verdict on the missing values is the sharpest possible.
  bool tight = true;

  bool operator==(const Cell&) const = default;

  const ComparisonResult* shown() const {
    return comparisons.empty() ? nullptr : &comparisons[binding];
  }
  double complete() const { return expected == 0 ? 1.0 : double(reported) / double(expected); }
};

/// How many cells stand how.
struct Tally {
  std::array<std::uint64_t, status_count> counts{};

  std::uint64_t operator[](Status status) const { return counts[static_cast<std::size_t>(status)]; }
  void add(Status status) { ++counts[static_cast<std::size_t>(status)]; }
  void add(const Tally& other) {
    for (std::size_t i = 0; i < status_count; ++i) counts[i] += other.counts[i];
  }
  std::uint64_t cells() const {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : counts) sum += count;
    return sum;
  }
  /// The share met of the cells that apply; nothing where none does.
  std::optional<double> share_met() const {
    const std::uint64_t applicable = cells() - (*this)[Status::not_applicable];
    if (applicable == 0) return std::nullopt;
    return double((*this)[Status::met]) / double(applicable);
  }
};

/// The cells of one target, or of one target below one entity.
struct Summary {
  std::string key;  // target name, clause number, body, or entity path
  Tally tally;
};

struct Options;
class Session;

/// The outcome of an assessment.
struct Assessment {
  std::shared_ptr<const ir::Program> program;
  std::shared_ptr<const data::Cube> cube;
  calendar::Date as_of;
  text::Diagnostics warnings;

  const model::Plan& plan() const { return *program->plan; }
  /// Every cell, by target, then period, then entity.
  const std::vector<Cell>& cells() const { return cells_; }
  /// The cells of a target, by its name; none where the plan has no such target.
  std::span<const Cell> cells(std::string_view target) const;

  std::vector<Summary> by_target() const;
  std::vector<Summary> by_clause() const;
  /// By every body that leads or is responsible.
  std::vector<Summary> by_body() const;
  /// Every entity with the cells at and below it.
  std::vector<Summary> by_entity() const;

  // What a cell is called, for people.
  std::string entity_name(const Cell& cell) const;
  std::string entity_path(const Cell& cell) const;
  std::string level_name(const Cell& cell) const;
  std::vector<std::string> lead(const Cell& cell) const;
  std::vector<std::string> responsible(const Cell& cell) const;
  std::vector<std::string> cooperating(const Cell& cell) const;

 private:
  friend Assessment assess(std::shared_ptr<const ir::Program> program,
                           std::shared_ptr<const data::Cube> cube, const Options& options);
  friend class Session;

  std::vector<Cell> cells_;
};

/// What `met(t)` and `attained(t)` read of a target's cell; null where it has none there.
engine::Cell met_value(const Cell* cell);
engine::Cell attained_value(const Cell* cell);

struct Options {
  calendar::Date as_of;
  /// Only these targets; all where empty.
  std::vector<model::TargetId> targets;
  /// Compute `reached_on`, which evaluates every data day.
  bool reached_on = true;
  /// A target that would take more steps (nodes × entities × periods) is not evaluated: it has no
  /// cells, and an error among the warnings says so.
  std::uint64_t most_steps = 500'000'000;
};

/// Assesses every target of a program over a cube.
Assessment assess(std::shared_ptr<const ir::Program> program,
                  std::shared_ptr<const data::Cube> cube, const Options& options);

}  // namespace dabiao::assessment
