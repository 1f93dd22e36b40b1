#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <vector>

#include "dabiao/engine/row_batch.hpp"
#include "row_buffers.hpp"
#include "row_chunk.hpp"
#include "row_corners.hpp"
#include "row_fractions.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

struct AlignedFree {
  void operator()(void* memory) const { ::operator delete (memory, std::align_val_t{128}); }
};
using AlignedMemory = std::unique_ptr<void, AlignedFree>;

/// Scenarios that change the same inputs in the same way.
struct ScenarioGroup {
  std::vector<std::size_t> leaves;             // that carry the numbers of a scenario
  std::vector<std::vector<double>> constants;  // by scenario and leaf
  std::vector<Instruction> once, each;         // those that read none of them, and the others
};

/// The rows that a thread takes at once.
constexpr std::uint64_t share_rows = 32 * Chunk::most_rows;

/// Where an output goes, with memory for what is kept of it anyway.
struct CompleteOut : RowColumnOut {
  double* sums = nullptr;  // by chunk, where the output is added up
  /// Of bits that nobody asked for only those of one share are kept.
  bool own_known = false, own_truths = false;
  std::uint64_t first_known = 0, first_truths = 0;  // the words that stand first
};

/// One thread's way through its share of the rows.
class RowWorker {
 public:
  RowWorker(const RowProgram& rows, const ir::Program& program, const RowBuffers& buffers,
            std::span<const RowColumn> columns, std::span<const CompleteOut> outputs,
            const RowRun& run, const RowTies& ties, std::span<const std::uint64_t> wild,
            function::Context context);

  /// Goes to the rows from `begin` on.
  void begin_share(std::uint64_t begin) {
    for (CompleteOut& out : outputs_) {
      if (out.own_known) out.first_known = begin / 64;
      if (out.own_truths) out.first_truths = begin / 64;
    }
  }
  /// Runs the rows [begin, begin + count); begin is a multiple of Chunk::most_rows.
  void chunk(std::uint64_t begin, std::size_t count);
  /// The same for every scenario of a group; the tally of each is in `tallies`.
  void chunk(std::uint64_t begin, std::size_t count, const ScenarioGroup& group);
  std::vector<RowTally> tallies;
  /// Settles the rows that wait for their corners; called before the worker leaves their share.
  void flush();

  RowTally tally;

 private:
  /// A row that waits: which outputs ask for its corners, and where these stand among the lanes.
  struct Waiting {
    std::uint64_t row;
    std::uint64_t outputs;
    std::uint32_t first, lanes;
  };

  // So much apart that the same rows of different registers do not compete for the same places in
  // the cache.
  static constexpr std::size_t number_bytes = Chunk::most_rows * sizeof(double) + 1024;
  static constexpr std::size_t truth_bytes = Chunk::most_words * sizeof(std::uint64_t);

  /// Which outputs leave for memory while they are computed.
  void choose_streams();
  /// Which comparisons are decided by whole numbers while the chunk is at hand.
  void choose_ties();
  /// Which leaves each output reads, and which of them it cannot do without.
  void choose_readers(std::span<const std::uint64_t> wild);
  /// Gives a chunk's registers their buffers, from `next` on.
  void lay_out(Chunk& chunk, const RowBuffers& buffers, std::byte*& next) const;
  /// Brings the rows of the columns in.
  void take(std::uint64_t begin, std::size_t count);
  /// Writes what came of them, and settles what is left.
  void hand_out(std::uint64_t begin, std::size_t count);
  /// Finds what is missing in the rows that were brought in.
  void find_missing();
  /// Concludes the chunk.
  void conclude();
  void settle_row(std::uint64_t row, bool is_odd, std::size_t in_chunk);
  void settle_output(std::uint64_t row, std::size_t output);
  void begin_row(std::uint64_t row);
  void wait(std::uint64_t row, std::uint64_t missing, std::uint64_t outputs);
  double value_at(std::size_t column, std::uint64_t row) const {
    return columns_[column].value_at(row);
  }
  bool is_missed(std::size_t output, std::size_t in_chunk) const {
    return chunk_.any_absent &&
           (missed_[output * Chunk::most_words + in_chunk / 64] >> (in_chunk % 64) & 1) != 0;
  }
  bool in_doubt(std::size_t output, std::size_t in_chunk) const {
    const Register doubt = rows_.outputs[output].doubt;
    return doubt != no_register &&
           (chunk_.truths[doubt][in_chunk / 64] >> (in_chunk % 64) & 1) != 0;
  }
  /// Adds a row that was settled to the sums.
  void add_settled(std::size_t in_chunk);
  /// The sums of a chunk, from the rows that doubles decided and the others.
  void add_up(std::uint64_t begin);
  /// Replaces what stands of an output at a row.
  void put(std::size_t output, std::uint64_t row, const RowResult& result);

  const RowProgram& rows_;
  const RowTies& ties_;
  std::vector<RowColumn> columns_;
  std::vector<CompleteOut> outputs_;
  std::vector<std::vector<std::uint64_t>> own_bits_;
  const RowRun& run_;
  const ir::Program& program_;
  function::Context context_;
  // Made where the first row is settled by them.
  std::optional<RowSettler> settler_;
  std::optional<RowFractions> fractions_;
  std::vector<RowGiven> given_;
  std::vector<double> plain_;  // the same as doubles
  std::vector<Rational> exact_;
  bool begun_ = false;     // the settler has the row
  bool complete_ = false;  // nothing is missing in the row, and doubles say its values
  AlignedMemory memory_;
  std::vector<RowEnds> ends_;   // by leaf
  std::vector<double*> rest_;   // the last rows of columns, padded
  std::vector<double*> lanes_;  // by leaf: corners that wait
  std::size_t lanes_taken_ = 0;
  std::vector<Waiting> waiting_;
  struct Readers {
    std::vector<std::uint32_t> reads;  // leaves
    std::vector<std::uint32_t> fatal;  // of these: where one is missing, so is the output
    bool corners = false;              // what else is missing is looked at from its corners
  };
  std::vector<Readers> readers_;       // by output
  std::vector<std::uint64_t> absent_;  // by leaf: words of the chunk, set where it has no value
  std::vector<std::uint64_t>
      missed_;                       // by output: the same, where something that it reads has none
  std::vector<std::uint64_t> open_;  // by output: of these, the rows that are looked at one by one
  std::uint64_t rows_open_[Chunk::most_words] = {};
  Chunk chunk_;
  std::vector<double> constants_;     // of the scenario that is run
  Chunk corners_;                     // the same registers, for rows at their corners
  std::vector<std::size_t> summed_;   // outputs
  std::vector<double> settled_sums_;  // by summed output
  std::vector<std::optional<double>> settled_values_;  // by output, of the row that is settled
  std::vector<bool> streamed_;                         // by output
  std::vector<bool> kept_;                             // by register: its buffer is read
  bool all_odd_ = false;
  bool all_settled_ = false;
};

}  // namespace dabiao::engine
