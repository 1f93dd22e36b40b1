#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dabiao/engine/cell.hpp"
#include "dabiao/engine/frame.hpp"
#include "dabiao/engine/horizon.hpp"
#include "dabiao/engine/report_reader.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::engine {

/// Frames, each held once.
class Frames {
 public:
  FrameId intern(Frame frame);
  const Frame& at(FrameId id) const { return *frames_[id]; }

 private:
  std::vector<std::unique_ptr<const Frame>> frames_;
  std::unordered_multimap<std::size_t, FrameId> by_hash_;
};

/// A node at the cells of a frame: what an evaluation depends on.
struct Demand {
  ir::NodeId node = ir::no_node;
  FrameId frame = 0;
  bool operator==(const Demand&) const = default;
};

/// A node at one entity, or at a set of entities taken as a whole, over one span.
struct Place {
  ir::NodeId node = ir::no_node;
  model::LevelId level = 0;
  std::vector<data::EntityIndex> entities;
  calendar::Span span;
  bool operator==(const Place&) const = default;
};

/// Answers what `met(t)` and `attained(t)` ask; assessment stands behind it.
class TargetReader {
 public:
  virtual ~TargetReader() = default;
  virtual Cells met(model::TargetId target, const Frame& frame, Horizon horizon) = 0;
  virtual Cells attained(model::TargetId target, const Frame& frame, Horizon horizon) = 0;
};

/// Evaluates nodes over frames, exactly. What a node needs at which cells is a function of node
/// and frame alone (`demands`), so evaluation is a loop over a work list, every result is computed
/// once, and an explanation walks the same demands.
class Evaluator {
 public:
  Evaluator(const ir::Program& program, const data::Cube& cube, calendar::Date as_of);

  /// The value of a node at every cell of a frame.
  const Cells& evaluate(ir::NodeId node, FrameId frame, Horizon horizon = Horizon::now);

  /// What the evaluation of a node over a frame reads, in the order in which it reads it.
  std::vector<Demand> demands(ir::NodeId node, FrameId frame, Horizon horizon = Horizon::now);

  Frames& frames() { return frames_; }
  const ir::Program& program() const { return program_; }
  const data::Cube& cube() const { return cube_; }
  calendar::Date as_of() const { return as_of_; }
  void set_target_reader(TargetReader* reader) { targets_ = reader; }

  /// Differences between totals and their parts that evaluation came across.
  const std::vector<Reconciliation>& reconciliations() const { return reconciliations_; }

  /// Frees every result; frames stay.
  void forget();

  /// Lets a node have another value at one place, now and in all that reads it there, until it is
  /// forced again or released. What depends on the node is evaluated anew.
  void force(Place place, Cell cell);
  void release();

  /// The descendants of every cell of a frame at a lower level, one column after the other.
  struct Fan {
    FrameId frame = 0;
    std::vector<std::uint32_t> offsets;  // where each column's parts begin, and the end
  };
  Fan fan_out(FrameId frame, model::LevelId lower);

  /// The last day of a span that is seen.
  calendar::Date seen_last(const FrameSpan& span) const;

  /// The own reports behind an input's cell, for explanations.
  OwnReport own_report(ir::NodeId node, FrameId frame, std::size_t cell) const;

 private:
  struct Key {
    ir::NodeId node;
    FrameId frame;
    Horizon horizon;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };

  Cells compute(const Key& key);
  /// The horizon at which a node reads what it demands.
  Horizon horizon_below(const Key& key) const;
  /// The last day that a cell of a frame asks about.
  calendar::Date frame_end(FrameId frame, std::size_t cell) const;
  /// The cells of a key that are forced, by index.
  std::vector<std::pair<std::size_t, const Cell*>> forced_at(const Key& key) const;
  /// Frees the results of what depends on a node.
  void forget_dependents(ir::NodeId node, const std::function<bool(const Key&)>& except);
  const Cells& result(ir::NodeId node, FrameId frame, Horizon horizon) const;

  Cells compute_input(const ir::Node& node, const Key& key);
  Cells input_over_parts(const ir::Node& node, const Key& key);
  Cells future_input(const ir::Node& node, const Key& key);
  Cells compute_table(const ir::Node& node, const Frame& frame);
  Cells compute_call(const ir::Node& node, const Key& key);
  Cells compute_over_parts(const ir::Node& node, const Key& key);
  Cells compute_over_periods(const ir::Node& node, const Key& key);
  Cells compute_rank(const ir::Node& node, const Key& key);
  Cells compute_elsewhere(const ir::Node& node, const Key& key);
  Cells compute_complete(const ir::Node& node, const Key& key);
  Cells compute_target(const ir::Node& node, const Key& key);

  /// The spans of a bracket or of the periods in a span; `none` where a span has no such.
  std::optional<FrameSpan> moved(const ir::Node& node, const FrameSpan& span) const;
  std::vector<FrameSpan> periods(const ir::Node& node, const FrameSpan& span,
                                 Horizon horizon) const;
  /// The frame that a bracket reads, and for each cell of `frame` which cell of it, if any.
  struct Elsewhere {
    FrameId frame = 0;
    std::vector<std::int64_t> cells;  // -1: nothing is there
  };
  Elsewhere elsewhere(const ir::Node& node, FrameId frame);
  /// The frame of the periods within each span of a frame, and where each span's periods begin.
  struct Inside {
    FrameId frame = 0;
    std::vector<std::uint32_t> offsets;
  };
  Inside inside(const ir::Node& node, FrameId frame, Horizon horizon);
  /// The level below on the way to an input's own.
  model::LevelId next_level(model::LevelId from, model::LevelId toward) const;
  bool alive(model::LevelId level, data::EntityIndex entity, const FrameSpan& span,
             bool throughout) const;
  Interval part_range(const ir::Node& node) const;

  /// What a missing report is called in linear forms; the same report has one name.
  struct ReportName {
    model::InputId input;
    model::LevelId level;
    data::EntityIndex entity;  // or the column, for what is not one entity's
    std::int32_t first, last;  // the days it is about
    Horizon horizon;
    auto operator<=>(const ReportName&) const = default;
  };
  Unknown unknown(const ReportName& name, const Interval& range);
  /// Gives a missing cell of an input its form.
  void name_unknown(Cell& cell, const ReportName& name);

  const ir::Program& program_;
  const data::Cube& cube_;
  calendar::Date as_of_;
  ReportReader reader_;
  Frames frames_;
  std::unordered_map<Key, std::unique_ptr<Cells>, KeyHash> results_;
  std::vector<Reconciliation> reconciliations_;
  TargetReader* targets_ = nullptr;
  std::unordered_map<ir::NodeId, std::vector<std::pair<Place, Cell>>> forced_;
  std::map<ReportName, Unknown> unknowns_;
  std::vector<Interval> unknown_ranges_;
};

}  // namespace dabiao::engine
