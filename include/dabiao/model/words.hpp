#pragma once

#include <string>
#include <string_view>

#include "dabiao/model/plan.hpp"
#include "dabiao/value/type.hpp"

// What the things of a plan are called when people are spoken to.
namespace dabiao::model {

/// The same words in both languages.
struct Words {
  std::string english;
  std::string chinese;
};

/// "an input", "数据".
Words words(Symbol::Kind kind);
/// As value::describe has it, with the name of the scale.
Words words(const value::Type& type, const Plan& plan);

/// As plans write them: sum, last, flow …
std::string_view name(RollUp roll_up);
std::string_view name(InputKind kind);

}  // namespace dabiao::model
