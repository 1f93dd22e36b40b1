#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "dabiao/engine/row_limits.hpp"
#include "dabiao/engine/row_program.hpp"
#include "inverse.hpp"
#include "row_followers.hpp"
#include "row_ties.hpp"

namespace dabiao::engine {

/// A number register of a chunk: a value per row, or one for all.
struct ChunkNumber {
  const double* values = nullptr;
  bool constant = false;
};

/// One result leaving a chunk.
struct ChunkOutput {
  const double* from = nullptr;
  bool constant = false;
  double* to = nullptr;
};

/// The bits of one output leaving a chunk.
struct ChunkMarks {
  const std::uint64_t* truths = nullptr;   // null: of a number, or settled row by row
  const std::uint64_t* applies = nullptr;  // rows that the output concerns; null: all
  const std::uint64_t* missed = nullptr;   // rows whose inputs are not all there; null: none
  std::uint64_t* to_truths = nullptr;
  std::uint64_t* to_known = nullptr;
  std::uint64_t nulls = 0, held = 0;  // set: rows without a value, rows where the truth holds
};

/// The sum of one result over the rows of a chunk.
struct ChunkSum {
  const double* values = nullptr;
  bool constant = false;
  const std::uint64_t* applies = nullptr;  // rows that count; null: all
  const std::uint64_t* missed = nullptr;   // rows that do not; null: none
  double sum = 0;                          // set
};

/// What a leaf's values are compared with to be ordinary.
struct ChunkCheck {
  explicit ChunkCheck(const RowLimits& given);

  const double* values = nullptr;  // null: the same for all rows
  /// Rows without a value: those that the column says, to which the ones that are no finite number
  /// are added.
  std::uint64_t* absent = nullptr;
  RowLimits limits;
  /// What is ordinary beyond doubt: zero, if so said, and the doubles, whatever their sign, if so
  /// said, whose upper halves are among the `size` ones from `lowest` on.
  bool with_zero = false, with_sign = false;
  std::uint32_t lowest = 0, size = 0;
  /// Whether what stands in rows without a value was not ordinary before.
  bool leaves_out = false;
};

/// A comparison of which whole numbers decide what doubles leave in doubt.
struct ChunkTie {
  std::size_t output = 0;
  const RowTies::Comparison* comparison = nullptr;
  std::span<const RowTies::Term> terms;
  std::uint64_t* truths = nullptr;
  std::uint64_t* doubts = nullptr;  // of this comparison alone; what is decided is taken off
};

/// What doubles leave in doubt of an output.
struct ChunkDoubt {
  std::size_t output = 0;
  const std::uint64_t* rows = nullptr;
};

struct Chunk;

/// Where a result goes.
struct ChunkSink {
  double* to = nullptr;   // its buffer; null: nothing reads it
  double* out = nullptr;  // memory that it leaves for; null: it stays here
  bool is_past_cache = false;

  ChunkSink() = default;
  ChunkSink(const Chunk& chunk, Register target);
};

/// What runs at once over some words of rows: an instruction, or a quotient with what follows it.
struct ChunkStep {
  using Run = void (*)(const ChunkStep&, const Chunk&);
  Run run = nullptr;
  const Instruction* instruction = nullptr;
  // Of a quotient x / y, beside others that follow (Followers).
  const double *x = nullptr, *y = nullptr;
  const double* more = nullptr;  // to which its score is added
  JointNumbers numbers;
  Inverse inverse;  // of what its score divides by
  bool is_above = false;
  std::uint64_t *held = nullptr, *doubt = nullptr;
  ChunkSink own, scaled, scored;
};

/// Some rows of a batch on their way through a program: as many as stay close to the processor.
/// Registers of results stand in a few buffers that are used again when nothing reads them any
/// more.
struct Chunk {
  static constexpr std::size_t most_rows = 2048;
  static constexpr std::size_t most_words = most_rows / 64;
  /// So many words are checked and computed in turn, so that some rows come from memory while
  /// others are computed.
  static constexpr std::size_t block_words = 2;

  std::size_t rows = 0;  // of which only so many count; buffers are full always
  std::size_t first_word = 0, past_word = 0;  // of the rows that are checked and computed next
  std::vector<ChunkNumber> numbers;           // by register
  std::vector<double*> results;               // by register; null for leaves and constants
  std::vector<std::uint64_t*> truths;         // by register: `most_words` words
  std::vector<ChunkCheck> checks;
  /// By register: the memory that a result leaves for while it is computed, and whether anything
  /// reads its buffer.
  std::vector<double*> streams;
  std::vector<bool> kept;
  std::vector<ChunkStep> steps;
  std::vector<ChunkTie> ties;
  std::vector<ChunkDoubt> doubts;
  std::vector<ChunkOutput> outputs;  // what does not go there by itself
  std::vector<ChunkMarks> marks;
  std::vector<ChunkSum> sums;
  bool ordinary = true;                // rows that are not may come out as anything
  bool stream = false;                 // write outputs past the cache
  std::uint64_t odd[most_words] = {};  // rows with a value that is not ordinary
  bool any_absent = false;             // set by checks where they find that something is missing
  std::uint64_t missing[most_words] = {};  // rows of which something is missing
  std::uint64_t slow[most_words] = {};     // rows to be settled one by one; doubts are added
  // Set: rows that were settled while the chunk was at hand; rows of which something is missing.
  std::uint64_t settled = 0, lacking = 0;

  std::size_t words() const { return (rows + 63) / 64; }
  /// Calls work() for all words, `count` at a time.
  template <class Work>
  void in_blocks(std::size_t count, Work work) {
    for (first_word = 0; first_word < words(); first_word = past_word) {
      past_word = std::min(words(), first_word + count);
      work();
    }
  }
};

inline ChunkSink::ChunkSink(const Chunk& chunk, Register target)
    : to(chunk.kept[target] || chunk.streams[target] == nullptr ? chunk.results[target] : nullptr),
      out(chunk.streams[target]),
      is_past_cache(chunk.stream) {}

/// Whether the result of an instruction can leave while it is computed.
constexpr bool can_stream(Opcode opcode) {
  return opcode <= Opcode::number_of && !(opcode >= Opcode::floor && opcode <= Opcode::truncate);
}

// The best instructions that the processor has do what follows.

/// Compares the values of some words of rows with their limits, and marks the rows that are not
/// ordinary.
void check_chunk(Chunk& chunk);

/// Says which steps the instructions take over the rows that a chunk has taken.
void prepare_chunk(std::span<const Instruction> instructions, Chunk& chunk);

/// Takes the steps over some words of rows.
void compute_chunk(const Chunk& chunk);

/// Decides what whole numbers can decide, writes what leaves the chunk, and says which rows are
/// left.
void conclude_chunk(Chunk& chunk);

/// Adds up the rows of a chunk without those of `left_out` (a bit per row), always in the same
/// order.
void add_up_chunk(Chunk& chunk, const std::uint64_t* left_out);

/// Makes what was written past the cache visible to other threads; the last thing that one does.
void finish_chunks();

}  // namespace dabiao::engine
