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
#include "dabiao/engine/frames.hpp"
#include "dabiao/engine/horizon.hpp"
#include "dabiao/engine/related_frames.hpp"
#include "dabiao/engine/report_reader.hpp"
#include "dabiao/ir/program.hpp"

namespace dabiao::engine {

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

/// Hears that cells it has looked at are others now; an evaluation that is kept up to date calls
/// it.
class CellObserver {
 public:
  virtual ~CellObserver() = default;
  /// `about` is what the observer said when it began to look; the cells are those of the frame.
  virtual void cells_changed(std::uint32_t about, const std::vector<std::uint32_t>& cells) = 0;
};

/// A member that nobody named: of a level, over a span, where these are known.
struct Stranger {
  model::LevelId level = model::none;
  const FrameSpan* span = nullptr;
};

/// Evaluates nodes over frames, exactly. What a node needs at which cells is a function of node
/// and frame alone (`demands`), so evaluation is a loop over a work list, every result is computed
/// once, and an explanation walks the same demands.
class Evaluator {
 public:
  Evaluator(const ir::Program& program, const data::Cube& cube, calendar::Date as_of);
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  /// The value of a node at every cell of a frame.
  const Cells& evaluate(ir::NodeId node, FrameId frame, Horizon horizon = Horizon::now);

  /// What the evaluation of a node over a frame reads, in the order in which it reads it.
  std::vector<Demand> demands(ir::NodeId node, FrameId frame, Horizon horizon = Horizon::now);

  Frames& frames() { return frames_; }
  RelatedFrames& related() { return related_; }
  const ir::Program& program() const { return program_; }
  const data::Cube& cube() const { return cube_; }
  calendar::Date as_of() const { return as_of_; }
  void set_target_reader(TargetReader* reader) { targets_ = reader; }

  /// Differences between totals and their parts that evaluation came across.
  const std::vector<Reconciliation>& reconciliations() const { return reconciliations_; }

  // ---- keeping results up to date (update.cpp)

  /// From now on remembers who reads what, so that `changed` and `update` know what depends on a
  /// report. Nothing may have been evaluated yet.
  void keep_up(CellObserver& observer);
  bool keeps_up() const { return observer_ != nullptr; }
  /// Lets the observer hear of changes in the cells of a node over a frame.
  void observe(ir::NodeId node, FrameId frame, Horizon horizon, std::uint32_t about);
  /// The cube has another report of an input at an entity.
  void changed(model::InputId input, model::LevelId level, data::EntityIndex entity);
  /// What `met` and `attained` say of a target at an entity is different.
  void changed_target(model::TargetId target, model::LevelId level, data::EntityIndex entity);
  /// Evaluates every cell anew that depends on a change, and no other: where a cell comes out as it
  /// was, what reads it is left alone.
  void update();
  /// How many cells were evaluated so far.
  std::uint64_t evaluated_cells() const { return evaluated_cells_; }

  /// Frees every result; frames stay.
  void forget();

  /// Lets a node have another value at one place, now and in all that reads it there, until it is
  /// forced again or released. What depends on the node is evaluated anew.
  void force(Place place, Cell cell);
  void release();

  /// Whether what an aggregate over parts is taken over hangs on members of which nobody knows
  /// below which part they are.
  bool shares(const ir::Node& node, FrameId frame);

  /// The last day of a span that is seen.
  calendar::Date seen_last(const FrameSpan& span) const;

  /// Whether an entity is there on that day, or `throughout` a span on some day of it: what
  /// happened before somebody closed counts.
  bool alive(model::LevelId level, data::EntityIndex entity, const FrameSpan& span,
             bool throughout) const;

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

  /// The cells of a key that are computed, by place: all of them, or some.
  class Wanted {
   public:
    explicit Wanted(std::size_t size) : size_(size) {}
    explicit Wanted(const std::vector<std::uint32_t>& cells) : size_(cells.size()), some_(&cells) {}
    std::size_t size() const { return size_; }
    bool is_all() const { return some_ == nullptr; }
    std::size_t operator[](std::size_t i) const { return some_ != nullptr ? (*some_)[i] : i; }

   private:
    std::size_t size_;
    const std::vector<std::uint32_t>* some_ = nullptr;
  };

  Cells compute(const Key& key, const Wanted& wanted);
  /// The horizon at which a node reads what it demands.
  Horizon horizon_below(const Key& key) const;
  /// The last day that a cell of a frame asks about.
  calendar::Date frame_end(FrameId frame, std::size_t cell) const;
  /// The cells of a key that are forced, by index.
  std::vector<std::pair<std::size_t, const Cell*>> forced_at(const Key& key) const;
  /// Frees the results of what depends on a node.
  void forget_dependents(ir::NodeId node, const std::function<bool(const Key&)>& except);
  const Cells& result(ir::NodeId node, FrameId frame, Horizon horizon) const;

  Cells compute_input(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells input_over_parts(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells future_input(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_table(const ir::Node& node, const Frame& frame);
  Cells compute_call(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_over_parts(const ir::Node& node, const Key& key, const Wanted& wanted);
  /// An aggregate over the parts of a cell, as they are by themselves.
  struct Whole {
    Cell cell;
    std::int64_t parts = 0;    // how many there are, those that nobody named included
    bool own_reports = false;  // some of their values need not be of their members
  };
  /// Lets the parts have the members of which nobody knows below which part they are; `shared` is
  /// what comes of them where each part may have all of these.
  void share(Whole& alone, const Cell& shared, const ir::Node& node, const Key& key,
             std::size_t index) const;
  Cells compute_over_periods(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_rank(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_elsewhere(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_complete(const ir::Node& node, const Key& key, const Wanted& wanted);
  Cells compute_target(const ir::Node& node, const Key& key, const Wanted& wanted);

  /// How many members at `lower` a part of a sharing frame may have beside those that are known of
  /// it; the part is in that column.
  Interval perhaps_more(const Frame& frame, std::size_t column, model::LevelId lower) const;
  /// How many members at `lower` that entity has of which nobody knows below which of its parts at
  /// `between` they are; a range, as those of a whole that nobody named are not counted.
  Interval unplaced(model::LevelId upper, data::EntityIndex entity, model::LevelId between,
                    model::LevelId lower) const;
  /// The cells of an input over a sharing frame.
  Cells shared_input(const ir::Node& node, const Key& key, const Wanted& wanted);
  /// What an input can be there.
  Interval range_of_input(model::InputId input, const Stranger& where) const;
  /// What the value of a node can be at a part, or in a period, of which nothing is known.
  Interval part_range(const ir::Node& node, const Stranger& where = {}, int depth = 0) const;
  /// Whether it may have no value there.
  bool part_may_fail(const ir::Node& node, const Stranger& where = {}, int depth = 0) const;
  /// What lies deeper than this in a formula is not looked at.
  static constexpr int deepest_range = 16;

  /// What a missing report is called in linear forms; the same report has one name.
  struct ReportName {
    model::InputId input;
    model::LevelId level;
    data::EntityIndex entity;  // or the column, for what is not one entity's
    std::int32_t first, last;  // the days it is about
    Horizon horizon;
    /// A stock's, read as the target cell's own: not by the same report as elsewhere.
    bool closing = false;
    auto operator<=>(const ReportName&) const = default;
  };
  Unknown unknown(const ReportName& name, const Interval& range, bool whole);
  /// Gives a missing cell of an input its form; `whole` says that it is a whole number.
  void name_unknown(Cell& cell, const ReportName& name, bool whole);

  const ir::Program& program_;
  const data::Cube& cube_;
  calendar::Date as_of_;
  ReportReader reader_;
  Frames frames_;
  RelatedFrames related_;
  std::unordered_map<Key, std::unique_ptr<Cells>, KeyHash> results_;
  std::vector<Reconciliation> reconciliations_;
  TargetReader* targets_ = nullptr;
  std::unordered_map<ir::NodeId, std::vector<std::pair<Place, Cell>>> forced_;
  std::map<ReportName, Unknown> unknowns_;
  Unknowns unknown_;

  /// Who reads the cells of a key.
  struct Reader {
    Key key;                  // its cells follow from these by what its node does,
    std::int64_t cell = -1;   // but where this one is said,
    std::int64_t about = -1;  // or where it is the observer
    bool operator==(const Reader&) const = default;
  };
  /// What is known of a key's results that are kept up to date.
  struct Kept {
    std::uint64_t rank = 0;  // what a result was computed from has a lower one, mostly
    std::vector<Reader> readers;
    std::vector<std::uint32_t> dirty;
  };
  void read_by(const Key& read, const Reader& reader);
  void mark(const Key& key, std::uint32_t cell);
  void mark_entity(const Key& key, data::EntityIndex entity);
  /// Marks what reads those cells of a key.
  void mark_readers(const Key& key, const std::vector<std::uint32_t>& cells);
  template <class Mark>
  void cells_reading(const Key& reader, const Key& read, std::uint32_t cell, Mark mark);
  /// The columns of a frame by entity.
  const std::unordered_map<data::EntityIndex, std::uint32_t>& columns_of(FrameId frame);

  CellObserver* observer_ = nullptr;
  std::unordered_map<Key, Kept, KeyHash> kept_;
  std::map<std::uint64_t, Key> dirty_;  // by rank
  std::uint64_t ranks_ = 0;
  std::uint64_t evaluated_cells_ = 0;
  std::vector<std::vector<Key>> keys_of_inputs_;   // by InputId
  std::vector<std::vector<Key>> keys_of_targets_;  // by TargetId: `met` and `attained`
  std::unordered_map<FrameId, std::unordered_map<data::EntityIndex, std::uint32_t>> columns_;
  std::unordered_map<std::uint64_t, std::vector<std::vector<std::uint32_t>>> read_elsewhere_;
};

}  // namespace dabiao::engine
