#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "judge.hpp"
#include "places.hpp"
#include "report_warnings.hpp"
#include "schedule.hpp"

namespace dabiao::assessment {

/// Assesses targets one after the other; a target that another refers to is assessed when it is
/// first asked for.
class Assessor : public engine::TargetReader, private engine::CellObserver {
 public:
  Assessor(std::shared_ptr<const ir::Program> program, std::shared_ptr<const data::Cube> cube,
           const Options& options);
  ~Assessor() override;

  const std::vector<Cell>& cells(model::TargetId target);
  /// The cells of some entities for one slot, of which nothing is kept.
  std::vector<Cell> cells_at(model::TargetId target, const Place& place, const Slot& slot);
  /// What the data gave cause for. Compares every report above its input's own level with the
  /// parts.
  text::Diagnostics warnings();

  /// From now on remembers what each cell was judged by, so that `update` can judge it again.
  /// Nothing may have been assessed yet.
  void keep_up();
  /// A cell that was judged again and came out different, as it was.
  struct Changed {
    model::TargetId target = 0;
    std::size_t cell = 0;  // in `cells(target)`
    Cell before;
  };
  /// Judges every cell again that depends on reports that the evaluator was told of, and no other.
  /// The cells of a target whose deadlines moved are all judged again: these are in `moved`, as
  /// they were.
  struct Update {
    std::vector<Changed> changed;  // one cell may stand here several times
    std::map<model::TargetId, std::vector<Cell>> moved;
  };
  Update update();

  engine::Cells met(model::TargetId target, const engine::Frame& frame,
                    engine::Horizon horizon) override;
  engine::Cells attained(model::TargetId target, const engine::Frame& frame,
                         engine::Horizon horizon) override;

  engine::Evaluator& evaluator() { return evaluator_; }

 private:
  struct Watch;

  void cells_changed(std::uint32_t about, const std::vector<std::uint32_t>& cells) override;
  Cell new_cell(model::TargetId id, const Place& place, const Slot& slot, std::size_t column) const;
  /// Remembers by what the cells of some slots are judged.
  void watch(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
             engine::FrameId frame, std::optional<engine::FrameId> start_frame, bool open,
             const Evidence& evidence, std::size_t first_cell,
             const std::vector<calendar::Date>& days);
  void find_reached(const Watch& watch, std::size_t slot, std::size_t column, Cell& cell) const;
  void assess_place(model::TargetId id, const Place& place, std::vector<Cell>& cells);
  void assess_slots(model::TargetId id, const Place& place, const std::vector<Slot>& slots,
                    std::vector<Cell>& cells);
  Evidence evaluate(const ir::Target& target, engine::FrameId frame, bool open);
  void find_reached(model::TargetId id, const Place& place, const Slot& slot,
                    const std::vector<calendar::Date>& days, const engine::Cell* conditions,
                    Cell* cells, std::size_t count);

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
  MixedBasis mixed_basis_;
  text::Diagnostics warnings_;

  // Where cells are kept up to date.
  std::vector<std::unique_ptr<Watch>> watches_;
  /// What an observed key is to whom.
  struct Look {
    std::size_t watch = none;
    std::size_t slot = none;               // its cells are those on one day, for this slot
    model::TargetId target = model::none;  // where there is no watch: deadlines of the target
    static constexpr std::size_t none = ~std::size_t{0};
  };
  std::vector<Look> looks_;
  std::map<std::size_t, std::set<std::size_t>> stale_;  // cells of watches
  std::set<model::TargetId> moved_;
  std::vector<std::vector<std::size_t>> positions_;  // by target: where its cells went in sorting
};

}  // namespace dabiao::assessment
