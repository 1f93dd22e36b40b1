#include "row_units.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace dabiao::engine {

std::vector<Unit> units_of(const RowProgram& rows) {
  std::vector<Unit> units;
  for (std::span<const Instruction> rest = rows.instructions; !rest.empty();) {
    Unit& unit = units.emplace_back();
    const std::size_t joined = unit.next.take_all(
        rest, [&](Register number) { return rows.is_constant(number); },
        [](const Instruction&) { return true; });
    unit.all = rest.first(std::max<std::size_t>(joined, 1));
    rest = rest.subspan(unit.all.size());
  }
  return units;
}

std::vector<const Unit*> in_chains(const RowProgram& rows, const std::vector<Unit>& all) {
  constexpr std::uint32_t none = 0xffffffff;
  std::vector<std::uint32_t> number_by(rows.numbers, none), truth_by(rows.truths, none);
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    for (const Instruction& each : all[i].all) {
      (gives_number(each) ? number_by : truth_by)[each.target] = i;
      if (each.doubt != no_register) truth_by[each.doubt] = i;
    }
  }
  const auto read_by = [&](std::uint32_t unit) {
    std::vector<std::uint32_t> read;
    for (const Instruction& each : all[unit].all) {
      for_each_operand(each, [&](Register from, bool is_truth) {
        const std::uint32_t by = (is_truth ? truth_by : number_by)[from];
        if (by != none && by != unit) read.push_back(by);
      });
    }
    return read;
  };
  std::vector<std::uint32_t> length(all.size(), 1);
  std::vector<std::vector<std::uint32_t>> compared(all.size());  // that read it alone
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    const std::vector<std::uint32_t> read = read_by(i);
    for (const std::uint32_t each : read) length[i] = std::max(length[i], length[each] + 1);
    const Opcode opcode = all[i].all.front().opcode;
    const bool is_apart = opcode == Opcode::above || opcode == Opcode::below;
    if (is_apart && read.size() == 1) compared[read[0]].push_back(i);
  }
  std::vector<const Unit*> order;
  std::vector<bool> begun(all.size(), false), done(all.size(), false);
  std::vector<std::uint32_t> work;
  const auto finish = [&](std::uint32_t i) {
    done[i] = true;
    order.push_back(&all[i]);
    for (const std::uint32_t each : compared[i]) {
      if (done[each]) continue;
      done[each] = true;
      order.push_back(&all[each]);
    }
  };
  for (std::uint32_t last = static_cast<std::uint32_t>(all.size()); last-- > 0;) {
    work.push_back(last);
    while (!work.empty()) {
      const std::uint32_t i = work.back();
      if (done[i]) {
        work.pop_back();
      } else if (begun[i]) {
        work.pop_back();
        finish(i);
      } else {
        begun[i] = true;
        std::vector<std::uint32_t> read = read_by(i);
        // The longest is done last, and lies lowest.
        std::stable_sort(read.begin(), read.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return length[a] > length[b]; });
        work.insert(work.end(), read.begin(), read.end());
      }
    }
  }
  return order;
}

}  // namespace dabiao::engine
