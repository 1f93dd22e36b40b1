#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/engine/evaluator.hpp"
#include "dabiao/explain/explanation.hpp"

namespace dabiao::explain {

/// Answers references to targets from an assessment that is there, whatever the horizon: an
/// explanation tells how they stand today. A target that it left out is assessed when it is first
/// asked for.
class AssessedTargets : public engine::TargetReader {
 public:
  explicit AssessedTargets(const assessment::Assessment& assessment) : assessment_(assessment) {}

  engine::Cells met(model::TargetId target, const engine::Frame& frame,
                    engine::Horizon horizon) override;
  engine::Cells attained(model::TargetId target, const engine::Frame& frame,
                         engine::Horizon horizon) override;

  /// The cell of a target that a reference there reads; null where it has none.
  const assessment::Cell* find(model::TargetId target, model::LevelId level,
                               data::EntityIndex entity, const calendar::Span& span);

 private:
  using Places =
      std::map<std::pair<model::LevelId, data::EntityIndex>, std::vector<const assessment::Cell*>>;
  const Places& places(model::TargetId target);
  engine::Cells read(model::TargetId target, const engine::Frame& frame,
                     engine::Cell (*of)(const assessment::Cell*));

  const assessment::Assessment& assessment_;
  std::vector<std::unique_ptr<const assessment::Assessment>> further_;
  std::map<model::TargetId, Places> places_;
};

/// A cell of a result with what it takes to evaluate it again, and what things are called there.
class OneCell {
 public:
  OneCell(const assessment::Assessment& assessment, const assessment::Cell& cell,
          const Options& options);

  const ir::Program& program() const { return *assessment.program; }
  const model::Plan& plan() const { return assessment.plan(); }
  const data::Cube& cube() const { return *assessment.cube; }
  const ir::Target& target() const { return program().targets[cell.target]; }

  /// The frame that holds nothing but a cell of a result.
  engine::FrameId frame_of(const assessment::Cell& of);
  /// The frame that holds nothing but one cell of a frame.
  engine::FrameId single(const engine::Frame& frame, std::size_t cell);
  /// A node at a frame of one cell; not applicable where the frame is empty.
  engine::Cell at(ir::NodeId node, engine::FrameId one);
  /// Whether the condition holds, with what is forced at present.
  std::optional<bool> holds();

  Quantity quantity(const value::Type& type, const engine::Cell& of) const;
  Location location(const engine::Frame& frame, std::size_t at_cell) const;
  std::string text(ir::NodeId node) const;
  std::string text(syntax::ExpressionId written, text::Place place) const;

  const assessment::Assessment& assessment;
  const assessment::Cell& cell;
  const Options& options;
  AssessedTargets targets;
  engine::Evaluator evaluator;
  engine::FrameId frame = 0;  // of the cell itself
};

}  // namespace dabiao::explain
