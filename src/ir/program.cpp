#include "dabiao/ir/program.hpp"

namespace dabiao::ir {

value::Type shown_type(const Program& program, const Comparison& comparison) {
  const Node& measured = program.at(comparison.value);
  if (comparison.threshold == no_node || !measured.type.is_number()) return measured.type;
  const bool follows =
      measured.operation == Operation::call &&
      (measured.function->info.name == "multiply" || measured.function->info.name == "divide" ||
       measured.function->info.name == "power");
  if (!follows && !measured.type.unit.plain()) return measured.type;
  return program.at(comparison.threshold).type;
}

}  // namespace dabiao::ir
