#pragma once

#include <cstdint>
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
  /// What must be sound for its findings to be right.
  enum class Rests : std::uint8_t {
    on_target,    // the target itself and what it is computed from
    on_entities,  // and how many entities there are, wherever that is said
    on_plan,      // the whole plan
  };
  std::string_view name;
  std::string_view summary;
  std::string_view summary_chinese;
  Rests rests;
  void (*run)(detail::Inspection& inspection, text::Diagnostics& diagnostics);
};

/// Every check, in the order in which they run.
std::span<const PlanCheck> plan_checks();

/// Everything that the checks find, in the order of the text: warnings and notes, no errors. The
/// program comes from a plan without errors.
text::Diagnostics check_plan(const ir::Program& program);

/// What the checks find about those parts of a plan with errors that none of the errors reaches, so
/// that one mistake does not hide the next. Says only what would stand once they are mended.
text::Diagnostics check_sound_parts(const ir::Program& program, const text::Diagnostics& errors);

}  // namespace dabiao::check
