#include "sound_targets.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

namespace dabiao::check::detail {

using syntax::Statement;
using text::Place;

namespace {

/// Whether an error in the statement leaves targets that do not name it as they are.
bool stands_alone(const Statement& statement) {
  const auto& body = statement.body;
  return std::holds_alternative<syntax::TargetStatement>(body) ||
         std::holds_alternative<syntax::InputStatement>(body) ||
         std::holds_alternative<syntax::IndicatorStatement>(body) ||
         std::holds_alternative<syntax::TableStatement>(body) ||
         std::holds_alternative<syntax::ClauseStatement>(body) ||
         std::holds_alternative<syntax::GivenStatement>(body) ||
         std::holds_alternative<syntax::StatedStatement>(body) ||
         std::holds_alternative<syntax::LeverStatement>(body) ||
         std::holds_alternative<syntax::ScenarioStatement>(body) ||
         std::holds_alternative<syntax::NotedStatement>(body);
}

/// The statements of a plan, and which of them cannot be relied on.
class Statements {
 public:
  explicit Statements(const std::vector<Statement>& statements)
      : statements_(statements), doubtful_(statements.size()) {}

  std::optional<std::size_t> at(Place place) const {
    const auto after = std::upper_bound(
        statements_.begin(), statements_.end(), place.begin,
        [](std::uint32_t at, const Statement& each) { return at < each.place.begin; });
    if (after == statements_.begin()) return std::nullopt;
    return std::distance(statements_.begin(), after) - 1;
  }
  bool is_doubtful(Place place) const {
    const auto index = at(place);
    return !index || doubtful_[*index];
  }
  void doubt(std::size_t index) { doubtful_[index] = true; }

  /// What a mistake of form swallowed may have been the heading of the next clause; and what stands
  /// under a heading takes from it.
  void doubt_what_follows() {
    bool doubtful = false;
    for (std::size_t i = 0; i < statements_.size(); ++i) {
      const bool heading = std::holds_alternative<syntax::ClauseStatement>(statements_[i].body);
      const bool target = std::holds_alternative<syntax::TargetStatement>(statements_[i].body);
      if (heading) doubtful = doubtful_[i];
      if (statements_[i].damaged) doubtful = true;
      if (target && doubtful) doubtful_[i] = true;
    }
  }

 private:
  const std::vector<Statement>& statements_;
  std::vector<bool> doubtful_;
};

}  // namespace

SoundTargets sound_targets(const ir::Program& program, const graph::DependencyGraph& dependencies,
                           const text::Diagnostics& errors) {
  const model::Plan& plan = *program.plan;
  Statements statements(plan.ast->statements);
  SoundTargets sound;
  // A mistake of form may have swallowed the next statement, whatever it was.
  sound.entities = std::none_of(plan.ast->statements.begin(), plan.ast->statements.end(),
                                [](const Statement& each) { return each.damaged; });
  for (const text::Diagnostic& error : errors) {
    if (!error.is_error()) continue;
    const auto index = error.place ? statements.at(*error.place) : std::nullopt;
    if (!index || !stands_alone(plan.ast->statements[*index])) return {};
    statements.doubt(*index);
    const syntax::StatementBody& body = plan.ast->statements[*index].body;
    if (std::holds_alternative<syntax::GivenStatement>(body)) sound.entities = false;
    // Which of two things a name was meant for is not known.
    if (error.kind->name != "duplicate_name") continue;
    for (const text::Label& label : error.labels) {
      if (const auto other = statements.at(label.place)) statements.doubt(*other);
    }
  }
  statements.doubt_what_follows();

  for (model::TargetId id = 0; id < plan.targets.size(); ++id) {
    if (program.targets[id].condition == ir::no_node) continue;
    if (statements.is_doubtful(plan.targets[id].place)) continue;
    const std::vector<graph::Node> needs = dependencies.needed_for(id);
    if (std::none_of(needs.begin(), needs.end(), [&](graph::Node node) {
          return statements.is_doubtful(graph::named(plan, node).place);
        })) {
      sound.targets.push_back(id);
    }
  }
  return sound;
}

}  // namespace dabiao::check::detail
