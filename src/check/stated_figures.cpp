#include "dabiao/check/stated_figures.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "dabiao/data/read_tables.hpp"
#include "dabiao/engine/evaluator.hpp"
#include "dabiao/ir/lower.hpp"
#include "figure_words.hpp"
#include "wording.hpp"

namespace dabiao::check {

using calendar::Date;
using calendar::Span;
using data::EntityIndex;
using detail::amount;
using detail::Words;
using exact::Rational;
using ir::NodeId;
using ir::Operation;
using text::kind;

namespace {

/// The places at which a figure is stated: entities of one level, or a group as a whole.
struct Place {
  engine::Frame frame;
  std::string path;
};

class Recomputing {
 public:
  Recomputing(std::shared_ptr<const ir::Program> program)
      : program_(*program), plan_(*program->plan) {
    result_.diagnostics = text::Diagnostics(plan_.source);
    data::ReadOptions options;
    options.keep_going = true;
    auto read = data::read_tables(program->plan, {}, options);
    if (read) cube_ = std::move(*read);
  }

  StatedFigures run() {
    for (std::size_t i = 0; i < plan_.stated.size(); ++i) recompute(i);
    return std::move(result_);
  }

 private:
  void recompute(std::size_t index);
  std::vector<Place> places(const model::Stated& stated, NodeId figure) const;
  std::pair<Span, Date> time(const model::Stated& stated) const;
  bool reads_targets(NodeId figure) const;
  void gather_inputs(engine::Evaluator& evaluator, NodeId figure, engine::FrameId frame,
                     StatedFigure& into) const;
  void gather_entries(engine::Evaluator& evaluator, const engine::Demand& demand,
                      StatedFigure& into) const;
  void judge(StatedFigure& figure) const;
  void report(const StatedFigure& figure);
  Words claim(const model::Stated& stated) const;
  std::string path_of(const engine::Frame& frame, std::size_t column) const;
  std::optional<int> decimals(const model::Stated& stated) const;

  const ir::Program& program_;
  const model::Plan& plan_;
  std::optional<data::Cube> cube_;
  StatedFigures result_;
};

/// The last day of what is given, so that a figure without a period sees all of it.
Date last_given_day(const model::Plan& plan) {
  std::optional<Date> last;
  for (const model::Given& given : plan.givens) {
    if (given.when && given.when->last) last = std::max(last, given.when->last);
  }
  if (!last && plan.window) last = plan.window->last;
  return last.value_or(Date::latest());
}

std::pair<Span, Date> Recomputing::time(const model::Stated& stated) const {
  if (!stated.when) {
    const Date end = last_given_day(plan_);
    return {Span{std::nullopt, end}, end};
  }
  Span span = *stated.when;
  if (!span.last) span.last = last_given_day(plan_);
  return {span, *span.last};
}

std::vector<Place> Recomputing::places(const model::Stated& stated, NodeId figure) const {
  std::vector<Place> result;
  const auto add = [&](model::LevelId level, EntityIndex entity) {
    Place place;
    place.frame.level = level;
    place.frame.entities = {entity};
    if (level != 0) place.path = cube_->entities.path(level, entity);
    result.push_back(std::move(place));
  };
  for (const model::LevelId level : stated.where.levels) {
    for (EntityIndex i = 0; i < cube_->entities.level(level).size(); ++i) add(level, i);
  }
  for (const model::GroupId group : stated.where.groups) {
    for (const EntityIndex member : cube_->entities.group(group)) {
      add(plan_.groups[group].level, member);
    }
  }
  for (const model::GroupId group : stated.where.group_cells) {
    Place place;
    place.frame.level = plan_.groups[group].level;
    place.frame.entities = cube_->entities.group(group);
    place.frame.sets = {0, static_cast<std::uint32_t>(place.frame.entities.size())};
    place.path = plan_.groups[group].name;
    result.push_back(std::move(place));
  }
  for (const std::string& entity : stated.where.entities) {
    if (const auto found = cube_->entities.find(entity, ir::deepest_level(program_, figure))) {
      if (ir::fits_level(program_, figure, found->level)) add(found->level, found->entity);
    }
  }
  return result;
}

bool Recomputing::reads_targets(NodeId figure) const {
  std::set<NodeId> seen;
  std::vector<NodeId> work{figure};
  while (!work.empty()) {
    const NodeId id = work.back();
    work.pop_back();
    if (!seen.insert(id).second) continue;
    const ir::Node& node = program_.at(id);
    if (node.operation == Operation::target_met || node.operation == Operation::target_attained) {
      return true;
    }
    work.insert(work.end(), node.arguments.begin(), node.arguments.end());
  }
  return false;
}

std::string Recomputing::path_of(const engine::Frame& frame, std::size_t column) const {
  if (frame.level == 0 || frame.has_sets()) return {};
  return cube_->entities.path(frame.level, frame.entities[column]);
}

/// Collects the inputs that the figure is made of: those that are known, or else the deepest that
/// are not. A value of an earlier time than the one asked about is as good as missing.
void Recomputing::gather_inputs(engine::Evaluator& evaluator, NodeId figure,
                                engine::FrameId frame_id, StatedFigure& into) const {
  std::vector<engine::Demand> work{{figure, frame_id}};
  std::set<std::pair<NodeId, engine::FrameId>> seen;
  while (!work.empty()) {
    const engine::Demand demand = work.back();
    work.pop_back();
    if (!seen.emplace(demand.node, demand.frame).second) continue;
    const ir::Node& node = program_.at(demand.node);
    auto needed = evaluator.demands(demand.node, demand.frame);
    if (node.operation == Operation::table) gather_entries(evaluator, demand, into);
    if (node.operation != Operation::input) {
      work.insert(work.end(), needed.rbegin(), needed.rend());
      continue;
    }
    const model::Input& input = plan_.inputs[node.index];
    const engine::Cells& cells = evaluator.evaluate(demand.node, demand.frame);
    const engine::Frame& frame = evaluator.frames().at(demand.frame);
    bool all_known = true;
    std::vector<FigureInput> found;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      FigureInput each;
      each.input = node.index;
      each.entity = path_of(frame, i % frame.width());
      each.reason = cells[i].reason;
      const auto& first = frame.spans[i / frame.width()].span.first;
      const bool is_old = first && cells[i].known() && input.kind != model::InputKind::constant &&
                          cells[i].day != engine::Cell::no_day && cells[i].day < first->days();
      if (is_old) each.reason = value::Reason::stale;
      if (each.reason == value::Reason::known) each.value = cells[i].value;
      all_known = all_known && each.value.has_value();
      found.push_back(std::move(each));
    }
    // A total that is missing because parts are is explained by the parts.
    if (!all_known && !needed.empty()) {
      bool parts_exist = false;
      for (const engine::Demand& part : needed) {
        const engine::Frame& parts = evaluator.frames().at(part.frame);
        parts_exist = parts_exist || !parts.entities.empty();
      }
      const bool some_reported = std::any_of(cells.begin(), cells.end(), [](const auto& cell) {
        return cell.reason == value::Reason::partial && cell.reported > 0;
      });
      if (parts_exist && some_reported) {
        work.insert(work.end(), needed.rbegin(), needed.rend());
        continue;
      }
    }
    for (FigureInput& each : found) {
      (each.value ? into.inputs : into.missing).push_back(std::move(each));
    }
  }
}

/// The entries of a table that the figure reads.
void Recomputing::gather_entries(engine::Evaluator& evaluator, const engine::Demand& demand,
                                 StatedFigure& into) const {
  const ir::Node& node = program_.at(demand.node);
  const engine::Cells& cells = evaluator.evaluate(demand.node, demand.frame);
  const engine::Frame& frame = evaluator.frames().at(demand.frame);
  bool by_level = false;
  bool by_time = false;
  for (const model::Dimension& dimension : plan_.tables[node.index].by) {
    (dimension.level != model::none ? by_level : by_time) = true;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].known()) continue;
    FigureInput each;
    each.table = node.index;
    if (by_level) each.entity = path_of(frame, i % frame.width());
    if (by_time) each.span = frame.spans[i / frame.width()].span;
    each.value = cells[i].value;
    into.inputs.push_back(std::move(each));
  }
}

std::optional<int> Recomputing::decimals(const model::Stated& stated) const {
  const syntax::Expression* written = &plan_.ast->at(stated.value);
  if (written->kind == syntax::ExpressionKind::call && written->text == "negate" &&
      written->arguments.size() == 1) {
    written = &plan_.ast->at(written->arguments.front());
  }
  if (written->kind != syntax::ExpressionKind::number) return std::nullopt;
  const std::string& text = written->text;
  const std::size_t exponent = text.find_first_of("eE");
  const std::string digits = text.substr(0, exponent);
  const std::size_t point = digits.find('.');
  int count = point == std::string::npos ? 0 : static_cast<int>(digits.size() - point - 1);
  if (exponent != std::string::npos) {
    const auto power = Rational::parse(text.substr(exponent + 1 + (text[exponent + 1] == '+')));
    if (!power || !power->to_int64()) return std::nullopt;
    count -= static_cast<int>(*power->to_int64());
  }
  return std::max(count, 0);
}

void Recomputing::judge(StatedFigure& figure) const {
  const Rational& recomputed = *figure.recomputed;
  const Rational scale = figure.type.is_number() ? figure.type.unit.scale() : Rational(1);
  const Rational stated = figure.stated / scale;
  const Rational exact = recomputed / scale;
  if (!figure.type.is_yesno()) figure.difference = stated - exact;
  if (stated == exact) {
    figure.verdict = Verdict::agrees;
  } else if (!figure.type.is_number() || !figure.decimals) {
    figure.verdict = Verdict::differs;
  } else if (stated == detail::at_digits(exact, *figure.decimals, true)) {
    figure.verdict = Verdict::rounded;
  } else if (stated == detail::at_digits(exact, *figure.decimals, false)) {
    figure.verdict = Verdict::truncated;
  } else {
    figure.verdict = Verdict::differs;
  }
}

/// A claim as it is written: yes or no alone would not say what of.
Words Recomputing::claim(const model::Stated& stated) const {
  const text::Place from = plan_.ast->at(stated.figure).place;
  const text::Place to = plan_.ast->at(stated.value).place;
  const std::string words = detail::quoted_shortly(plan_.source->slice({from.begin, to.end}));
  return {words, words};
}

void Recomputing::report(const StatedFigure& figure) {
  if (figure.verdict == Verdict::agrees) return;
  const model::Stated& stated = plan_.stated[figure.index];
  const text::Place place = plan_.ast->at(stated.value).place;
  const int decimals = figure.decimals.value_or(0);
  const Words shown =
      figure.type.is_yesno() ? claim(stated) : amount(plan_, figure.type, figure.stated);
  const auto start = [&](const text::DiagnosticKind& what) -> text::Diagnostic& {
    text::Diagnostic& diagnostic = result_.diagnostics.add(what, place);
    return with(diagnostic, "stated", shown);
  };
  const auto made_of = [&](text::Diagnostic& diagnostic) {
    const std::string from = detail::made_of(plan_, figure.inputs);
    if (!from.empty()) diagnostic.note("recomputed from " + from, "由 " + from + " 重算");
    if (!figure.entity.empty()) diagnostic.note("at " + figure.entity, "位于 " + figure.entity);
  };
  const auto recomputed = [&] {
    return detail::readable(plan_, figure.type, *figure.recomputed, decimals);
  };
  switch (figure.verdict) {
    case Verdict::agrees:
      return;
    case Verdict::rounded:
      made_of(with(start(kind("stated_figure_rounded")), "recomputed", recomputed()));
      return;
    case Verdict::truncated: {
      text::Diagnostic& diagnostic = start(kind("stated_figure_truncated"));
      with(diagnostic, "recomputed", recomputed());
      const Rational& scale = figure.type.unit.scale();
      const Rational rounded = detail::at_digits(*figure.recomputed / scale, decimals, true);
      std::string text = rounded.to_decimal(decimals);
      if (!figure.type.unit.plain()) text += " " + figure.type.unit.text();
      made_of(diagnostic.with("rounded", text));
      return;
    }
    case Verdict::differs: {
      text::Diagnostic& diagnostic = start(kind("stated_figure_differs"));
      with(diagnostic, "recomputed", recomputed());
      const Words difference = detail::difference_words(plan_, figure);
      made_of(with(diagnostic, "difference", difference));
      return;
    }
    case Verdict::not_recomputable:
      break;
  }
  const Words missing = detail::missing_words(plan_, figure.missing);
  with(start(kind("stated_figure_not_recomputable")), "missing", missing);
}

void Recomputing::recompute(std::size_t index) {
  const model::Stated& stated = plan_.stated[index];
  const ir::Stated& lowered = program_.stated[index];
  if (lowered.figure == ir::no_node || lowered.value == ir::no_node) return;
  if (program_.at(lowered.value).operation != Operation::constant) return;
  StatedFigure blank;
  blank.index = index;
  blank.type = program_.at(lowered.value).type;
  blank.stated = program_.at(lowered.value).constant;
  blank.decimals = decimals(stated);
  // met() and attained() are answered by an assessment, which needs more than givens.
  std::vector<Place> all;
  if (cube_ && !reads_targets(lowered.figure)) all = places(stated, lowered.figure);
  if (all.empty()) {
    report(blank);
    result_.figures.push_back(std::move(blank));
    return;
  }
  const auto [span, as_of] = time(stated);
  engine::Evaluator evaluator(program_, *cube_, as_of);
  for (Place& place : all) {
    StatedFigure figure = blank;
    figure.entity = place.path;
    place.frame.spans = {engine::FrameSpan{span, std::nullopt, false}};
    const engine::FrameId frame = evaluator.frames().intern(std::move(place.frame));
    const engine::Cell cell = evaluator.evaluate(lowered.figure, frame).front();
    gather_inputs(evaluator, lowered.figure, frame, figure);
    const bool out_of_date =
        std::any_of(figure.missing.begin(), figure.missing.end(),
                    [](const FigureInput& input) { return input.reason == value::Reason::stale; });
    // What is missing may not matter, as in `a or b`; what is old would be taken for today's.
    if (cell.known() && !out_of_date) {
      figure.recomputed = cell.value;
      judge(figure);
    }
    report(figure);
    result_.figures.push_back(std::move(figure));
  }
}

}  // namespace

StatedFigures check_stated(std::shared_ptr<const ir::Program> program) {
  return Recomputing(std::move(program)).run();
}

}  // namespace dabiao::check
