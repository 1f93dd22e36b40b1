#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "dabiao/assess/assessment.hpp"
#include "dabiao/data/cube.hpp"
#include "dabiao/data/dataset.hpp"
#include "dabiao/engine/compiled_plan.hpp"
#include "dabiao/ir/program.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/syntax/ast.hpp"
#include "dabiao/text/checked.hpp"
#include "dabiao/text/source.hpp"

// The whole way in one place: a file is read, parsed, its names resolved, its types settled; data
// becomes a cube; the program is assessed over it.
namespace dabiao {

/// A plan that is ready to be evaluated. Cheap to copy, immutable, safe to share among threads.
struct Plan {
  std::shared_ptr<const text::Source> source;
  std::shared_ptr<const syntax::Ast> ast;
  std::shared_ptr<const model::Plan> model;
  std::shared_ptr<const ir::Program> program;
  text::Diagnostics warnings;
};

/// The plan, or everything that is wrong with it, warnings included.
Checked<Plan> parse(std::string text, std::string name = "plan.biao");

/// The same for a file; one that cannot be read is a diagnostic too.
Checked<Plan> load(const std::filesystem::path& path);

/// Every target of the plan over the data, as of a day.
assessment::Assessment assess(const Plan& plan, std::shared_ptr<const data::Cube> cube,
                              const assessment::Options& options);

/// The same over reports that a program has put together, or everything that is wrong with them.
Checked<assessment::Assessment> assess(const Plan& plan, const data::Dataset& data,
                                       const assessment::Options& options);

/// Indicators and targets as functions of one record, to be run many times and fast; or why some of
/// those that were asked for are none.
Checked<engine::CompiledPlan> compile(const Plan& plan, const engine::CompileOptions& options = {});

}  // namespace dabiao
