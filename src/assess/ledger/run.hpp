#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "kernels.hpp"
#include "program.hpp"

namespace dabiao::assessment::ledger {

/// A run of entities of a level that is evaluated at once.
struct Chunk {
  data::EntityIndex first = 0;
  data::EntityIndex last = 0;
};

/// Runs the steps of a program over chunks; one per thread. Registers share memory where their
/// lives do not overlap.
class Runner {
 public:
  /// `kept` registers are read after the last step.
  Runner(const Compiler& program, const std::vector<Register>& kept, std::size_t most_rows);

  void run(const Chunk& chunk);
  const View& at(Register reg) const { return views_[reg]; }

 private:
  struct Buffers {
    double* low = nullptr;
    double* high = nullptr;
    std::uint8_t* bytes = nullptr;
  };
  void run(const Step& step, std::size_t begin, std::size_t count);
  const std::uint8_t* joined_unsure(const std::uint8_t* a, const std::uint8_t* b,
                                    std::size_t count);
  std::uint8_t* scratch();
  void votes(const Step& step, std::size_t count);
  void mark_suspects(const Step& step, std::size_t count, std::uint8_t* out);

  const Compiler& program_;
  std::size_t most_rows_;
  std::vector<Buffers> buffers_;  // by register
  std::vector<View> views_;
  std::vector<std::unique_ptr<double[]>> numbers_;
  std::vector<std::unique_ptr<std::uint8_t[]>> bytes_;
  std::vector<std::unique_ptr<std::uint8_t[]>> scratch_;
  std::size_t scratch_used_ = 0;
};

/// What is gathered of the parts of one whole.
struct Gathered {
  double low = 0, high = 0;
  std::uint32_t parts = 0;
  std::uint32_t yes = 0, no = 0, open = 0;
  std::uint32_t perhaps_yes = 0, perhaps_no = 0, perhaps_open = 0;
  bool fails = false;
  bool unsure = false;
};

/// A column that a pass makes for the level above (or keeps for levels below).
struct Reduction {
  enum class Kind : std::uint8_t { sum, least, greatest, average, count, share, any, all, whole };
  ColumnKey key;
  Kind kind = Kind::sum;
  Value value;  // what is reduced; the register is no_register where nothing is
  Register reg = no_register;
  Register filter = no_register;
  const std::vector<data::EntityIndex>* bounds = nullptr;  // by whole: where its parts begin
  std::vector<Use> uses;

  std::vector<Gathered> wholes;
  Made made;  // of `whole`, filled while running

  void start(std::size_t size, std::size_t rows);
  /// Adds a chunk; wholes that reach beyond it go to `edges`, to be added in order.
  struct Edge {
    data::EntityIndex whole;
    Gathered gathered;
  };
  void gather(const Runner& runner, const Chunk& chunk, std::vector<Edge>& edges);
  void add(const Edge& edge);

 private:
  Gathered gather(const View& value, const View* filter, std::size_t from, std::size_t to) const;
};

/// Makes the column of what was gathered.
Made finished(Ledger& ledger, Reduction& reduction);

}  // namespace dabiao::assessment::ledger
