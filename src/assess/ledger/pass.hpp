#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "../places.hpp"
#include "../schedule.hpp"
#include "dabiao/assess/statuses.hpp"
#include "run.hpp"

namespace dabiao::assessment::ledger {

/// The byte of a cell that these numbers do not decide.
inline constexpr std::uint8_t undetermined = static_cast<std::uint8_t>(status_count);

/// How many cells have each code of a status, at last how many are not determined.
using StatusCounts = std::array<std::uint64_t, status_count + 1>;

/// Memory for statuses that is used again once nobody reads it any more.
class StatusPool {
 public:
  std::shared_ptr<std::vector<Status>> take(std::size_t size);

 private:
  struct Free {
    static constexpr std::size_t most = 64;
    std::mutex mutex;
    std::vector<std::unique_ptr<std::vector<Status>>> all;
  };
  std::shared_ptr<Free> free_ = std::make_shared<Free>();
};

/// One target over one place and slot.
struct Task {
  model::TargetId target = 0;
  const Place* place = nullptr;
  Slot slot;
  bool one_by_one = false;                        // nothing of it is evaluated in columns
  std::shared_ptr<std::vector<Status>> statuses;  // by entity of the level
  StatusCounts counts{};
  std::vector<ColumnKey> reads;  // columns that have to be made before
};

/// How the status of a task follows from registers.
class Judge {
 public:
  /// Throws Unfit where it is left to the exact evaluation.
  Judge(Compiler& compiler, const Ledger& ledger, Task& task);

  void judge(const Runner& runner, const Chunk& chunk, StatusCounts& counts) const;
  std::vector<Register> kept() const;
  Task& task() const { return *task_; }

 private:
  enum class Mode : std::uint8_t { due, not_begun, open };
  struct Comparison {
    Register holds = no_register, any_future = no_register, whatever_flows = no_register;
    /// What an open comparison waits for: nothing, for reports that are not due, or what only the
    /// exact evaluation tells.
    enum class Waiting : std::uint8_t { no, yes, where_missing, unsure };
    Waiting waiting = Waiting::no;
    bool has_path = false;
    std::vector<Use> uses;
  };
  std::uint8_t open_status(const Runner& runner, std::size_t row) const;
  Comparison::Waiting waiting_of(const Ledger& ledger, const ir::Comparison& comparison,
                                 const std::vector<Use>& uses) const;

  Task* task_;
  const ir::Target* target_;
  Mode mode_ = Mode::due;
  Register condition_ = no_register, filter_ = no_register;
  Register condition_in_future_ = no_register, condition_whatever_ = no_register;
  std::vector<Comparison> comparisons_;
};

/// Everything that is evaluated over the entities of one level for one span, at once.
struct Pass {
  model::LevelId level = 0;
  std::vector<Task*> tasks;
  std::vector<ColumnKey> columns;
};

/// Runs a pass: fills the statuses of its tasks and makes its columns. Tasks that do not fit come
/// back as to be done one by one.
void run(Ledger& ledger, const Pass& pass, std::uint32_t rows_at_once, StatusPool& pool);

/// In which order what a node reads has to be made: 0 where nothing has to be.
class Planner {
 public:
  explicit Planner(Ledger& ledger) : ledger_(ledger) {}

  /// The stage at which a task can be evaluated; throws Unfit where it cannot.
  std::uint32_t stage_of(Task& task);
  /// A column that has to be made: at which stage, and of which others.
  struct Planned {
    std::uint32_t stage = 0;
    std::vector<ColumnKey> reads;
  };
  const std::map<ColumnKey, Planned>& columns() const { return planned_; }
  /// The level whose entities a column is made from.
  static model::LevelId made_from(const Ledger& ledger, const ColumnKey& key);

 private:
  std::uint32_t stage_of(const ColumnKey& key);

  Ledger& ledger_;
  std::map<ColumnKey, Planned> planned_;
  std::map<ColumnKey, bool> unfit_;
};

}  // namespace dabiao::assessment::ledger
