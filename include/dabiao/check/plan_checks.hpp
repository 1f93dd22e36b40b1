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

/// One check: what it finds, and the function that does. To add a check, add a row to the table in
/// plan_checks.cpp.
struct PlanCheck {
  std::string_view name;
  std::string_view summary;
  std::string_view summary_chinese;
  void (*run)(detail::Inspection& inspection, text::Diagnostics& diagnostics);
};

/// Every check, in the order in which they run.
std::span<const PlanCheck> plan_checks();

/// Everything that the checks find, in the order of the text: warnings and notes, no errors. The
/// program comes from a plan without errors.
text::Diagnostics check_plan(const ir::Program& program);

}  // namespace dabiao::check
