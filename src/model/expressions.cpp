#include <string>
#include <vector>

#include "dabiao/function/function.hpp"
#include "resolver.hpp"

namespace dabiao::model {

namespace {

using syntax::ExpressionKind;

bool reads_a_target(std::string_view function) {
  const function::CellFunction* found = function::find_cell_function(function);
  return found != nullptr && (found->info.name == "met" || found->info.name == "attained");
}

}  // namespace

void Resolver::resolve_expression(ExpressionId root) {
  if (root == syntax::no_expression) return;
  std::vector<ExpressionId>& waiting = waiting_;
  waiting.assign(1, root);
  while (!waiting.empty()) {
    const ExpressionId id = waiting.back();
    waiting.pop_back();
    if (resolved_[id]) continue;
    resolved_[id] = true;
    const syntax::Expression& written = expression(id);

    Context inside = Context::value;
    switch (written.kind) {
      case ExpressionKind::name:
        resolve_name(id);
        break;
      case ExpressionKind::call:
        if (reads_a_target(written.text)) {
          inside = Context::of_target;
        } else if (function::find_aggregate(written.text) != nullptr) {
          inside = Context::of_aggregate;
        }
        break;
      case ExpressionKind::aggregate:
        plan_.resolution[id] = find(*written.over, {Kind::level, Kind::group, Kind::grain});
        break;
      case ExpressionKind::rank:
        plan_.resolution[id] = find(*written.over, {Kind::level});
        break;
      case ExpressionKind::read:
        if (!written.bracket) break;
        if (written.bracket->kind == syntax::Bracket::Kind::name) {
          constexpr syntax::Keyword also[] = {syntax::Keyword::start, syntax::Keyword::previous,
                                              syntax::Keyword::end};
          plan_.resolution[id] =
              find(written.bracket->text, written.bracket->place, {Kind::level, Kind::group}, also);
        } else if (written.bracket->kind == syntax::Bracket::Kind::quoted) {
          check_entity(written.bracket->text, written.bracket->place, none);
        }
        break;
      case ExpressionKind::number:
        if (!units::magnitude(written.unit)) unit_of(written);
        break;
      case ExpressionKind::yesno:
      case ExpressionKind::period:
      case ExpressionKind::due:
        break;
    }

    // The last pushed is resolved first, so that mistakes are found in the order of the text.
    if (written.filter != syntax::no_expression) waiting.push_back(written.filter);
    for (auto argument = written.arguments.rbegin(); argument != written.arguments.rend();
         ++argument) {
      // met(t[市]) and met(t)[市] name the target alike.
      if (inside != Context::value) contexts_[*argument] = inside;
      if (written.kind == ExpressionKind::read && contexts_[id] != Context::value) {
        contexts_[*argument] = contexts_[id];
      }
      waiting.push_back(*argument);
    }
  }
}

void Resolver::resolve_name(ExpressionId id) {
  const syntax::Expression& written = expression(id);
  switch (contexts_[id]) {
    case Context::of_target:
      plan_.resolution[id] = find(written.text, written.place, {Kind::target});
      break;
    case Context::of_aggregate:
      // count(村) runs over a level; min(a, b) is a call with values.
      plan_.resolution[id] = find(written.text, written.place,
                                  {Kind::level, Kind::group, Kind::grain, Kind::input,
                                   Kind::indicator, Kind::table, Kind::stage});
      break;
    case Context::value:
      plan_.resolution[id] = find(written.text, written.place,
                                  {Kind::input, Kind::indicator, Kind::table, Kind::stage});
      break;
  }
}

}  // namespace dabiao::model
