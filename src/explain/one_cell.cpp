#include "explain/one_cell.hpp"

#include <algorithm>

#include "assess/schedule.hpp"
#include "dabiao/syntax/operators.hpp"
#include "dabiao/syntax/print.hpp"

namespace dabiao::explain {

using engine::Frame;
using engine::FrameId;

const AssessedTargets::Places& AssessedTargets::places(model::TargetId target) {
  const auto known = places_.find(target);
  if (known != places_.end()) return known->second;
  Places& places = places_[target];
  const auto add = [&](const assessment::Assessment& from) {
    for (const assessment::Cell& cell : from.cells()) {
      if (cell.target == target) places[{cell.level, cell.entity}].push_back(&cell);
    }
  };
  add(assessment_);
  if (places.empty()) {
    assessment::Options options;
    options.as_of = assessment_.as_of;
    options.targets = {target};
    options.reached_on = false;
    further_.push_back(std::make_unique<const assessment::Assessment>(
        assessment::assess(assessment_.program, assessment_.cube, options)));
    add(*further_.back());
  }
  return places;
}

const assessment::Cell* AssessedTargets::find(model::TargetId target, model::LevelId level,
                                              data::EntityIndex entity,
                                              const calendar::Span& span) {
  const Places& all = places(target);
  const auto found = all.find({level, entity});
  if (found == all.end()) return nullptr;
  const std::vector<const assessment::Cell*>& cells = found->second;
  if (cells.size() == 1) return cells.front();
  const auto first = [&](auto fits) -> const assessment::Cell* {
    const auto cell = std::find_if(cells.begin(), cells.end(), fits);
    return cell == cells.end() ? nullptr : *cell;
  };
  const auto* same = first([&](const auto* each) { return each->span == span; });
  return same != nullptr ? same
                         : first([&](const auto* each) { return each->span.last == span.last; });
}

engine::Cells AssessedTargets::read(model::TargetId target, const Frame& frame,
                                    engine::Cell (*of)(const assessment::Cell*)) {
  engine::Cells result;
  for (const engine::FrameSpan& span : frame.spans) {
    for (std::size_t column = 0; column < frame.width(); ++column) {
      result.push_back(of(frame.has_sets()
                              ? nullptr
                              : find(target, frame.level, frame.entities[column], span.span)));
    }
  }
  return result;
}

engine::Cells AssessedTargets::met(model::TargetId target, const Frame& frame, engine::Horizon) {
  return read(target, frame, assessment::met_value);
}

engine::Cells AssessedTargets::attained(model::TargetId target, const Frame& frame,
                                        engine::Horizon) {
  return read(target, frame, assessment::attained_value);
}

OneCell::OneCell(const assessment::Assessment& of, const assessment::Cell& asked,
                 const Options& wanted)
    : assessment(of),
      cell(asked),
      options(wanted),
      targets(of),
      evaluator(*of.program, *of.cube, of.as_of) {
  evaluator.set_target_reader(&targets);
  frame = frame_of(cell);
}

FrameId OneCell::frame_of(const assessment::Cell& of) {
  Frame one;
  one.level = of.level;
  if (of.group != model::none) {
    one.entities = cube().entities.group(of.group);
    one.sets = {0, static_cast<std::uint32_t>(one.entities.size())};
  } else {
    one.entities = {of.entity};
  }
  one.spans = {{of.span, of.due, true}};
  if (of.due) {
    one.spans = {assessment::read_span(plan(), plan().targets[of.target], of.span, *of.due,
                                       assessment.as_of)};
  }
  return evaluator.frames().intern(std::move(one));
}

FrameId OneCell::single(const Frame& from, std::size_t of) {
  const std::size_t column = of % from.width();
  Frame one;
  one.level = from.level;
  one.spans = {from.spans[of / from.width()]};
  if (from.has_sets()) {
    one.entities.assign(from.entities.begin() + from.sets[column],
                        from.entities.begin() + from.sets[column + 1]);
    one.sets = {0, static_cast<std::uint32_t>(one.entities.size())};
  } else {
    one.entities = {from.entities[column]};
  }
  return evaluator.frames().intern(std::move(one));
}

engine::Cell OneCell::at(ir::NodeId node, FrameId one) {
  if (evaluator.frames().at(one).size() == 0) {
    return engine::Cell::missing(value::Reason::not_applicable);
  }
  return evaluator.evaluate(node, one).front();
}

std::optional<bool> OneCell::holds() {
  const engine::Cell truth = at(target().condition, frame);
  if (!truth.known()) return std::nullopt;
  return !truth.value.is_zero();
}

Quantity OneCell::quantity(const value::Type& type, const engine::Cell& of) const {
  Quantity result;
  result.type = type;
  result.reason = of.reason;
  if (of.known()) {
    result.value = of.value;
  } else {
    result.range = of.bounds();
  }
  return result;
}

Location OneCell::location(const Frame& from, std::size_t of) const {
  const std::size_t column = of % from.width();
  Location result;
  result.level = plan().levels[from.level].name;
  result.span = from.spans[of / from.width()].span;
  if (!from.has_sets()) {
    const data::EntityIndex entity = from.entities[column];
    const std::string path = cube().entities.path(from.level, entity);
    result.entity = path.empty() ? cube().entities.level(from.level).names[entity] : path;
    return result;
  }
  const auto first = from.entities.begin() + from.sets[column];
  const auto last = from.entities.begin() + from.sets[column + 1];
  for (model::GroupId group = 0; group < plan().groups.size(); ++group) {
    const auto& members = cube().entities.group(group);
    if (plan().groups[group].level == from.level &&
        std::equal(first, last, members.begin(), members.end())) {
      result.entity = plan().groups[group].shown();
      result.level = plan().groups[group].name;
    }
  }
  return result;
}

std::string OneCell::text(ir::NodeId id) const {
  const ir::Node& node = program().at(id);
  const std::string written = text(node.origin, node.place);
  const bool is_not = node.operation == ir::Operation::call && node.function->info.name == "not";
  if (!is_not || node.origin == syntax::no_expression ||
      program().at(node.arguments[0]).origin != node.origin) {
    return written;
  }
  // Of `not (a or b)` a comparison is `not (a)`, which stands nowhere: in the words of the plan.
  const syntax::OperatorRow& row = *syntax::operator_of_function("not");
  const bool in_chinese = this->text(target().condition).find(row.simplified) != std::string::npos;
  return std::string(in_chinese ? row.simplified : row.english) + " (" + written + ")";
}

std::string OneCell::text(syntax::ExpressionId written, text::Place place) const {
  if (written != syntax::no_expression) place = plan().ast->at(written).place;
  const std::string_view slice = plan().source->slice(place);
  // One line is shown as it stands.
  const bool one_line = slice.find_first_of("\n\r#") == std::string_view::npos;
  if (one_line || written == syntax::no_expression) return std::string(slice);
  return syntax::print(*plan().ast, written);
}

}  // namespace dabiao::explain
