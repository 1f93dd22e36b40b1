#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/assess/status.hpp"
#include "dabiao/calendar/span.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"

namespace dabiao::assessment {

/// The statuses of one target over the entities of one level, for one span.
struct StatusBlock {
  model::TargetId target = 0;
  model::LevelId level = 0;
  model::GroupId group = model::none;  // where the one cell is a group as a whole
  calendar::Span span;                 // as asked
  std::optional<calendar::Date> due;
  /// The entities that the statuses are of, ascending; null: every entity of the level, or the
  /// group.
  std::shared_ptr<const std::vector<data::EntityIndex>> entities;
  std::shared_ptr<const std::vector<Status>> statuses;
};

/// How many cells of a target stand how, at one level and span.
struct StatusCount {
  model::TargetId target = 0;
  model::LevelId level = 0;
  model::GroupId group = model::none;
  calendar::Span span;
  Tally tally;
};

struct StatusOptions {
  calendar::Date as_of;
  /// Only these targets; all where empty.
  std::vector<model::TargetId> targets;
  /// How many threads; 0: one per core. Makes no difference to any result.
  unsigned threads = 0;
  /// How many entities are evaluated at once, more or less. Makes no difference to any result.
  std::uint32_t chunk = 1024;
  /// A target that can only be evaluated cell by cell and would take more steps than this has no
  /// cells, and an error among the warnings says so.
  std::uint64_t most_steps = 500'000'000;
};

/// The statuses of a plan without anything else, for data of any size: what `assess` says of every
/// cell, at the speed of the memory. Blocks come one after the other, and only what is being worked
/// on is kept; the counts stay.
///
/// Numbers are doubles of which it is known how exact they are, with the ends of what is missing;
/// wherever they do not decide a cell, it is decided as `assess` does. Dense data of plain numbers
/// at the inputs' own levels is read where it stands.
class Statuses {
 public:
  Statuses(std::shared_ptr<const ir::Program> program, std::shared_ptr<const data::Cube> cube,
           const StatusOptions& options);
  ~Statuses();
  Statuses(Statuses&&) noexcept;
  Statuses& operator=(Statuses&&) noexcept;

  /// The next block; nothing after the last. Spans that end first come first, and each target's in
  /// their order; what can only be assessed as a whole comes at last.
  std::optional<StatusBlock> next();

  /// The counts of the blocks that `next` has given, in their order.
  const std::vector<StatusCount>& counts() const;
  /// What kept targets from being evaluated; complete after the last block.
  const text::Diagnostics& warnings() const;

  /// How many cells there were in the blocks so far, and how many of them were decided exactly, one
  /// by one, because doubles did not do.
  struct Effort {
    std::uint64_t cells = 0;
    std::uint64_t one_by_one = 0;
  };
  Effort effort() const;

  /// The spans that are asked about, as far as they are known before anything is evaluated.
  const std::vector<calendar::Span>& spans() const;
  /// Whether these are all.
  bool knows_all_spans() const;
  const data::Cube& cube() const;

 private:
  class Run;
  std::unique_ptr<Run> run_;
};

}  // namespace dabiao::assessment
