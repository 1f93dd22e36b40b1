#pragma once

#include <span>
#include <string_view>

#include "dabiao/ir/program.hpp"
#include "dabiao/text/diagnostic.hpp"

// What is wrong with a plan that can be seen before any data is there.
namespace dabiao::check {

namespace detail {
class Inspection;
}

/// What a check looks at, and so what it can still say of a plan that has errors elsewhere.
enum class Subject {
  targets,      // each target by itself: the sound ones
  allocations,  // targets together: the sound ones, where all names of what is allocated are known
  entities,     // the names of entities: where the lists of them are sound
  whole_plan,   // nothing: that a name is not used, say, follows from errors elsewhere
};

/// One check: what it looks at, and the function that does. To add a check, add a row to the table
/// in plan_checks.cpp.
struct PlanCheck {
  std::string_view name;
  std::string_view summary;
  std::string_view summary_chinese;
  Subject subject;
  void (*run)(detail::Inspection& inspection, text::Diagnostics& diagnostics);
};

/// Every check, in the order in which they run.
std::span<const PlanCheck> plan_checks();

/// Everything that the checks find, in the order of the text: warnings and notes, no errors. The
/// program comes from a plan without errors.
text::Diagnostics check_plan(const ir::Program& program);

/// What the checks find in the sound parts of a plan with these errors, so that one mistake does
/// not hide the next: in targets that depend on nothing that is wrong.
text::Diagnostics check_sound_parts(const ir::Program& program, const text::Diagnostics& errors);

}  // namespace dabiao::check
