#include "dabiao/dabiao.hpp"

#include <fstream>
#include <sstream>

#include "dabiao/check/plan_checks.hpp"
#include "dabiao/graph/dependency_graph.hpp"
#include "dabiao/ir/lower.hpp"
#include "dabiao/model/resolve.hpp"
#include "dabiao/syntax/parse.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao {

Checked<Plan> parse(std::string text, std::string name) {
  auto source = std::make_shared<const text::Source>(std::move(name), std::move(text));
  syntax::Parsed parsed = syntax::parse(source);
  text::Diagnostics diagnostics = std::move(parsed.diagnostics);
  Plan plan;
  plan.source = source;
  plan.ast = std::make_shared<const syntax::Ast>(std::move(parsed.ast));

  model::Resolved resolved = model::resolve(source, plan.ast);
  diagnostics.append(resolved.diagnostics);
  plan.model = std::move(resolved.plan);

  const graph::Ordered ordered = graph::in_order(*plan.model);
  diagnostics.append(ordered.cycles);
  // What depends on itself cannot be typed; everything else still is, so that one mistake does not
  // hide the next.
  ir::Lowered lowered = ir::lower(plan.model, ordered.indicators);
  diagnostics.append(lowered.diagnostics);
  plan.program = std::move(lowered.program);
  if (diagnostics.has_errors()) {
    diagnostics.append(check::check_sound_parts(*plan.program, diagnostics));
    return diagnostics;
  }
  plan.warnings = diagnostics;
  return {std::move(plan), std::move(diagnostics)};
}

Checked<Plan> load(const std::filesystem::path& path) {
  text::Diagnostics diagnostics;
  std::error_code problem;
  if (!std::filesystem::exists(path, problem)) {
    diagnostics.add(text::kind("file_not_found")).with("path", path.string());
    return diagnostics;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!std::filesystem::is_regular_file(path, problem) || !(text << file.rdbuf())) {
    diagnostics.add(text::kind("file_not_readable"))
        .with("path", path.string())
        .with("message", "not a readable file", "不是可读的文件");
    return diagnostics;
  }
  return parse(std::move(text).str(), path.string());
}

assessment::Assessment assess(const Plan& plan, std::shared_ptr<const data::Cube> cube,
                              const assessment::Options& options) {
  return assessment::assess(plan.program, std::move(cube), options);
}

Checked<assessment::Assessment> assess(const Plan& plan, const data::Dataset& data,
                                       const assessment::Options& options) {
  Checked<data::Cube> cube = data.build(plan.model);
  if (!cube) return cube.diagnostics();
  return assess(plan, std::make_shared<const data::Cube>(std::move(*cube)), options);
}

Checked<engine::CompiledPlan> compile(const Plan& plan, const engine::CompileOptions& options) {
  return engine::CompiledPlan::compile(plan.program, options);
}

}  // namespace dabiao
