// What exact decisions cost: the compiled plan as it is, and the same program with everything that
// makes its decisions exact taken out, called from Python in turn.
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dabiao/dabiao.hpp"

namespace {

using dabiao::engine::CompiledPlan;
using dabiao::engine::Opcode;
using dabiao::engine::RowProgram;

// The program with its comparisons taken at their word: no bounds, no doubts, no limits on what
// doubles may be.
RowProgram without_filter(const RowProgram& rows) {
  RowProgram bare = rows;
  for (auto& each : bare.instructions) {
    if (each.opcode == Opcode::above || each.opcode == Opcode::below) {
      // The limit lies in the middle of what was kept free of decisions around it.
      const double low = bare.constants[each.y - bare.first_constant()];
      double& limit = bare.constants[each.z - bare.first_constant()];
      limit = low + (limit - low) / 2;
      const bool is_above = each.opcode == Opcode::above;
      each = {.opcode = Opcode::less_equal,
              .target = each.target,
              .x = is_above ? each.z : each.x,
              .y = is_above ? each.x : each.z};
    }
    if (each.opcode == Opcode::less_filtered) each.opcode = Opcode::less;
    if (each.opcode == Opcode::equal_filtered) each.opcode = Opcode::equal;
    if (each.opcode == Opcode::not_equal_filtered) each.opcode = Opcode::not_equal;
    each.doubt = dabiao::engine::no_register;
    each.x_error = each.y_error = 0;
  }
  for (auto& output : bare.outputs) output.doubt = dabiao::engine::no_register;
  for (auto& leaf : bare.leaves) {
    leaf.range = dabiao::exact::Interval::everything();
    leaf.smallest = 0;
    leaf.largest = std::numeric_limits<double>::max();
  }
  return bare;
}

struct Pair {
  CompiledPlan plan;
  RowProgram bare;
};

}  // namespace

extern "C" {

// Null where the plan does not compile, or needs more than comparisons with a filter.
void* unfiltered_open(const char* text) {
  const auto plan = dabiao::parse(text);
  if (!plan) return nullptr;
  auto compiled = dabiao::compile(*plan);
  if (!compiled) return nullptr;
  RowProgram bare = without_filter(compiled->rows());
  return new Pair{std::move(*compiled), std::move(bare)};
}

void unfiltered_close(void* pair) {
  delete static_cast<Pair*>(pair);
}

// Numbers into `numbers`, then truths as bits into `truths`, with `known` bits for all outputs.
// Returns how many rows were settled exactly.
std::uint64_t unfiltered_run(const void* opened, int filtered, const double* const* columns,
                             double* const* numbers, std::uint64_t* const* truths,
                             std::uint64_t* const* known, std::uint64_t rows, unsigned threads) {
  const Pair& pair = *static_cast<const Pair*>(opened);
  std::vector<dabiao::engine::RowColumn> in(pair.plan.inputs().size());
  for (std::size_t i = 0; i < in.size(); ++i) in[i].values = columns[i];
  std::vector<dabiao::engine::RowColumnOut> out(pair.plan.outputs().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].known = known[i];
    if (pair.plan.is_truth(i)) {
      out[i].truths = *truths++;
    } else {
      out[i].numbers = *numbers++;
    }
  }
  dabiao::engine::RowRun run;
  run.rows = rows;
  run.threads = threads;
  if (filtered != 0) return pair.plan.run(in, out, run).settled;
  return dabiao::engine::run_rows(pair.bare, pair.plan.program(), in, out, run).settled;
}
}
