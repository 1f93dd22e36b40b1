#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/data/dataset.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::assessment {

/// What a change of the data did to the cells.
struct Difference {
  /// The cells that are different now, and those that are new, as an assessment of their own: by
  /// target, then period, then entity.
  Assessment cells;
  /// Cells that there are no more: a change can move a deadline, or the first period of the data.
  Assessment gone;
};

/// An assessment that lives: reports are set, and the cells that this changes come back, always
/// those that assessing the changed data anew gives. A change costs what depends on it: of every
/// node of the plan the cells (entity and period) whose operands came out different are evaluated
/// again. What begins or ends the periods of an input, a first report for a new month, has every
/// cell evaluated again.
///
/// Not for use by several threads at once.
class Session {
 public:
  /// Begins with a copy of the data.
  Session(std::shared_ptr<const ir::Program> program, const data::Cube& cube,
          const Options& options);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// Puts reports in the place of those that stand there; one whose value is missing takes it away.
  /// With a mistake in any of them nothing is changed, and all that is wrong is said.
  Checked<Difference> set(std::span<const data::Report> reports);

  /// Every cell as it is now.
  Assessment assessment() const;
  /// The data as it is now.
  const data::Cube& cube() const;
  /// How many cells of nodes were evaluated so far.
  std::uint64_t evaluated_cells() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace dabiao::assessment
