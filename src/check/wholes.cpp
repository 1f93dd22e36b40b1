#include <set>

#include "checks.hpp"

namespace dabiao::check::detail {

using ir::Comparator;
using ir::NodeId;
using text::kind;

namespace {

/// The inputs that a node is computed from, at whatever cells.
std::set<std::uint32_t> inputs_of(const Inspection& inspection, NodeId root) {
  std::set<std::uint32_t> inputs;
  for_each_node(inspection.program, root, {}, [&](NodeId id, const AskedCell&) {
    const ir::Node& node = inspection.at(id);
    if (node.operation == ir::Operation::input) inputs.insert(node.index);
  });
  return inputs;
}

/// Whether a quotient is a part by its whole: counted in one unit and from different data. What
/// one input was and is may well grow beyond 100 %.
bool is_part_by_whole(const Inspection& inspection, const ir::Node& quotient) {
  const ir::Node& part = inspection.at(quotient.arguments[0]);
  const ir::Node& whole = inspection.at(quotient.arguments[1]);
  if (!units::is_counted(part.type.unit) ||
      part.type.unit.dimension() != whole.type.unit.dimension()) {
    return false;
  }
  const auto of_part = inputs_of(inspection, quotient.arguments[0]);
  const auto of_whole = inputs_of(inspection, quotient.arguments[1]);
  for (const std::uint32_t input : of_part) {
    if (of_whole.contains(input)) return false;
  }
  return !of_part.empty() && !of_whole.empty();
}

}  // namespace

void check_wholes(Inspection& inspection, text::Diagnostics& diagnostics) {
  for (const model::TargetId id : inspection.targets()) {
    for (const ir::Comparison& comparison : inspection.program.targets[id].comparisons) {
      const exact::Rational* threshold = inspection.constant(comparison.threshold);
      if (threshold == nullptr) continue;
      const bool above =
          (comparison.comparator == Comparator::at_least && *threshold > exact::Rational(1)) ||
          (comparison.comparator == Comparator::more_than && *threshold >= exact::Rational(1));
      if (!above) continue;
      const std::string& unit = inspection.at(comparison.threshold).type.unit.text();
      if (unit != "%" && unit != "‰") continue;
      const ir::Node& quotient = inspection.at(inspection.unnamed(comparison.value));
      if (quotient.operation != ir::Operation::call || quotient.function->info.name != "divide" ||
          !is_part_by_whole(inspection, quotient)) {
        continue;
      }
      const text::Place place = inspection.place_in(id, comparison.place);
      diagnostics.add(kind("share_above_whole"), place)
          .with("condition", inspection.written(place))
          .with("part", inspection.called(quotient.arguments[0]))
          .with("whole", inspection.called(quotient.arguments[1]))
          .label(quotient.place, "the quotient", "此商");
    }
  }
}

}  // namespace dabiao::check::detail
