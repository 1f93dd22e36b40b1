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
  const Wholes* wholes = nullptr;  // where the parts of each begin; null where rows are kept
  std::vector<Use> uses;

  /// What a chunk adds. Where everything is known of all the wholes that lie within it, one number
  /// for each stands in the column already; else they are in `inside`. A whole that reaches beyond
  /// the chunk is in `edges`, to be added in order.
  struct Part {
    struct Edge {
      data::EntityIndex whole;
      Gathered gathered;
    };
    data::EntityIndex first = 0, last = 0;
    std::vector<Gathered> inside;
    std::vector<Edge> edges;
  };

  void start(Ledger& ledger, std::size_t rows, std::size_t chunks);
  void gather(const Runner& runner, const Chunk& chunk, std::size_t number);
  /// Makes the column of what was gathered; others may be made at the same time.
  void finish(const Ledger& ledger);

  Made made;

 private:
  Gathered gather(const View& value, const View* filter, std::size_t from, std::size_t to) const;
  bool gather_known(const View& of, const Families& families, double* out) const;
  Gathered known(double number, std::uint32_t parts) const;
  bool know_edges();
  void finish_known();
  void finish_gathered(const Ledger& ledger, const std::vector<Gathered>& all);
  std::vector<Gathered> all_gathered() const;

  bool any_order_ = false;   // sums are exact in whatever order
  bool one_number_ = true;   // a known whole is one number
  std::vector<Part> parts_;  // by chunk
};

}  // namespace dabiao::assessment::ledger
