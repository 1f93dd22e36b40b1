#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "path.hpp"
#include "places.hpp"
#include "schedule.hpp"

namespace dabiao::assessment {

/// Assesses targets one after the other; a target that another refers to is assessed when it is
/// first asked for.
class Assessor : public engine::TargetReader {
 public:
  Assessor(std::shared_ptr<const ir::Program> program, std::shared_ptr<const data::Cube> cube,
           const Options& options);

  const std::vector<Cell>& cells(model::TargetId target);
  /// The cells of some entities for one slot, of which nothing is kept.
  std::vector<Cell> cells_at(model::TargetId target, const Place& place, const Slot& slot);
  /// What the data gave cause for. Compares every report above its input's own level with the
  /// parts.
  text::Diagnostics warnings();

  engine::Cells met(model::TargetId target, const engine::Frame& frame,
                    engine::Horizon horizon) override;
  engine::Cells attained(model::TargetId target, const engine::Frame& frame,
                         engine::Horizon horizon) override;

  engine::Evaluator& evaluator() { return evaluator_; }

 private:
  struct Values;

  void assess_place(model::TargetId id, const Place& place, std::vector<Cell>& cells);
  void assess_slots(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
                    std::vector<Cell>& cells);
  Values evaluate(const ir::Target& target, engine::FrameId frame, bool open);
  void judge(model::TargetId id, Cell& cell, const Values& values, std::size_t index);
  ComparisonResult judge_comparison(model::TargetId id, std::uint32_t number, const Cell& cell,
                                    const Values& values, std::size_t index);
  Status status_of(const ir::Target& target, const std::vector<ComparisonResult>& comparisons,
                   std::uint32_t* binding) const;
  std::optional<Rational> attained_of(const ir::Target& target,
                                      const std::vector<ComparisonResult>& comparisons) const;
  void find_reached(model::TargetId id, const Place& place, const Slot& slot,
                    const std::vector<calendar::Date>& days, const engine::Cell* conditions,
                    Cell* cells, std::size_t count);
  std::vector<calendar::Date> data_days(ir::NodeId node) const;
  void reconcile_reports();
  void warn_of_mixed_basis(model::TargetId id, const Place& place, engine::FrameId frame);

  engine::Cells read(model::TargetId target, const engine::Frame& frame, engine::Horizon horizon,
                     engine::Cell (*of)(const Cell*));
  const Cell* cell_at(model::TargetId target, model::LevelId level, data::EntityIndex entity,
                      const calendar::Span& span);

  std::shared_ptr<const ir::Program> program_;
  std::shared_ptr<const data::Cube> cube_;
  Options options_;
  engine::Evaluator evaluator_;
  std::optional<calendar::Date> earliest_;
  std::vector<std::unique_ptr<std::vector<Cell>>> assessed_;
  std::vector<std::map<std::pair<model::LevelId, data::EntityIndex>, std::vector<std::size_t>>>
      by_place_;
  std::set<std::pair<model::TargetId, data::EntityIndex>> mixed_;
  text::Diagnostics warnings_;
};

}  // namespace dabiao::assessment
