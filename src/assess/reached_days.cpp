#include "reached_days.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "dabiao/calendar/period.hpp"

namespace dabiao::assessment {

using calendar::Date;
using ir::Node;
using ir::NodeId;
using ir::Operation;

std::vector<Date> data_days(const ir::Program& program, const data::Cube& cube, NodeId root,
                            Date as_of) {
  std::set<NodeId> seen{root};
  std::vector<NodeId> work{root};
  std::set<std::int32_t> days;
  while (!work.empty()) {
    const Node& node = program.at(work.back());
    work.pop_back();
    if (node.operation == Operation::input) {
      for (const data::ReportBlock& block : cube.inputs[node.index].blocks) {
        if (!block.grain) continue;
        for (std::uint32_t i = 0; i < block.periods; ++i) {
          const calendar::Period period{*block.grain,
                                        block.first_period + static_cast<std::int32_t>(i)};
          if (period.first_day() > as_of) break;
          days.insert(std::min(period.last_day(), as_of).days());
        }
      }
    }
    for (const NodeId child : node.arguments) {
      if (seen.insert(child).second) work.push_back(child);
    }
  }
  std::vector<Date> result;
  for (const std::int32_t day : days) result.emplace_back(day);
  return result;
}

std::vector<Date> reached_days(const model::Target& target, const Slot& slot,
                               const std::vector<Date>& days, Date as_of) {
  std::vector<Date> found;
  const auto kind = target.when.kind;
  if (kind == syntax::When::Kind::standing) return found;
  // What is asked of a span is not done after it; what is due by a date may be done late.
  const Date last = kind == syntax::When::Kind::by ? as_of : std::min(as_of, slot.asked.last_day());
  for (const Date day : days) {
    if (day <= last && !(slot.asked.first && day < *slot.asked.first)) found.push_back(day);
  }
  return found;
}

}  // namespace dabiao::assessment
