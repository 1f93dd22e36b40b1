#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/ir/program.hpp"
#include "leaves.hpp"
#include "values.hpp"

namespace dabiao::assessment::ledger {

using Register = std::uint32_t;
inline constexpr Register no_register = 0xffffffff;

/// A report, or many, that a value hangs on, and the register that shows whether they are there.
struct Use {
  Read read;
  Register shown_by = no_register;
  bool waited = false;
  bool is_truth = false;
  bool may_miss = true;
};

inline std::vector<Use> joined(const std::vector<Use>& a, const std::vector<Use>& b) {
  std::vector<Use> all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

/// A column that a program reads: a node at a level, made from the level below, or as it is.
struct ColumnKey {
  ir::NodeId node = ir::no_node;
  model::LevelId level = 0;
  engine::FrameSpan span;
  engine::Horizon horizon = engine::Horizon::now;
  /// The node at that level itself, kept for the levels below; else what it reduces.
  bool whole = false;

  friend bool operator<(const ColumnKey& a, const ColumnKey& b) { return a.order() < b.order(); }

 private:
  std::tuple<ir::NodeId, model::LevelId, int, int, int, int> order() const {
    return {node,
            level,
            span.span.first_day().days(),
            span.span.last_day().days(),
            (span.closing ? 1 : 0) + (span.span.first ? 2 : 0) + (span.span.last ? 4 : 0) +
                (span.ends ? 8 : 0),
            static_cast<int>(horizon) * 2 + (whole ? 1 : 0)};
  }
};

/// A column that is made, with what it hangs on.
struct Made {
  Column column;
  std::vector<Use> uses;
  bool failed = false;  // left to the exact evaluation
};

/// Something that is left to the exact evaluation.
struct Unfit {};

/// Where the parts of each entity of a level begin among those of a level below, and the end.
struct Wholes {
  std::vector<data::EntityIndex> begins;
  std::uint32_t most_parts = 1;
  bool some_empty = false;

  std::uint32_t size() const { return static_cast<std::uint32_t>(begins.size() - 1); }
  std::uint32_t parts(data::EntityIndex whole) const { return begins[whole + 1] - begins[whole]; }
};

/// What every program of a run shares: inputs, columns, the hierarchy.
class Ledger {
 public:
  Ledger(const ir::Program& program, const data::Cube& cube, calendar::Date as_of,
         unsigned threads);

  const ir::Program& program;
  const data::Cube& cube;
  calendar::Date as_of;
  unsigned threads;
  std::map<ColumnKey, Made> columns;

  /// Throws Unfit where the input is left to the exact evaluation.
  const Source& source(model::InputId input);
  /// The ancestors at `upper` of every entity of `level`.
  const std::vector<data::EntityIndex>& ancestors(model::LevelId level, model::LevelId upper);
  const Wholes& wholes(model::LevelId upper, model::LevelId lower);
  /// Memory for so many numbers, whatever stands in it; that of columns which are let go is used
  /// again.
  std::vector<double> numbers(std::size_t size);
  /// Lets go of a column that nobody reads any more.
  void forget(const ColumnKey& key);
  /// A table over all entities of a level; throws Unfit where it has no value somewhere.
  const Column& table(ir::NodeId node, model::LevelId level, const engine::FrameSpan& span);
  model::LevelId next_level(model::LevelId from, model::LevelId toward) const;
  /// Whether `closing` changes what a node reads.
  bool closing_matters(ir::NodeId node) const { return closing_matters_[node]; }

 private:
  std::map<model::InputId, std::optional<Source>> sources_;
  std::map<std::pair<model::LevelId, model::LevelId>, std::vector<data::EntityIndex>> ancestors_;
  std::map<std::pair<model::LevelId, model::LevelId>, Wholes> wholes_;
  std::map<ColumnKey, Column> tables_;
  std::vector<std::vector<double>> spare_;
  std::vector<bool> closing_matters_;
};

}  // namespace dabiao::assessment::ledger
