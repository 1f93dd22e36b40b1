#pragma once

#include <memory>

#include "dabiao/model/plan.hpp"
#include "dabiao/syntax/ast.hpp"
#include "dabiao/text/diagnostic.hpp"
#include "dabiao/text/source.hpp"

namespace dabiao::model {

/// A plan and everything that is wrong with its names, declarations and literals, in the order of
/// the text. Where there are errors the plan is as whole as it can be, so that its graph can be
/// drawn, but it must not be evaluated.
struct Resolved {
  std::shared_ptr<const Plan> plan;
  text::Diagnostics diagnostics;
};

/// Says what every name of the file means, puts defaults where nothing was said, and reads the
/// literals. Declarations may stand in any order. What the parser has reported is not repeated.
Resolved resolve(std::shared_ptr<const text::Source> source,
                 std::shared_ptr<const syntax::Ast> ast);

/// The name of the one level of a plan that declares none.
inline constexpr std::string_view implicit_level_name = "全域";
inline constexpr std::string_view implicit_level_label = "whole";

}  // namespace dabiao::model
