#include "explain/formula_tree.hpp"

#include <algorithm>

#include "engine/parts.hpp"

namespace dabiao::explain {

using engine::Demand;
using engine::Frame;
using engine::FrameId;
using ir::NodeId;
using ir::Operation;
using model::RollUp;

namespace {

NodeKind kind_of(Operation operation) {
  switch (operation) {
    case Operation::constant:
      return NodeKind::constant;
    case Operation::input:
      return NodeKind::input;
    case Operation::indicator:
      return NodeKind::indicator;
    case Operation::table:
      return NodeKind::table;
    case Operation::call:
      return NodeKind::call;
    case Operation::over_parts:
    case Operation::over_periods:
      return NodeKind::aggregate;
    case Operation::rank:
      return NodeKind::rank;
    case Operation::at_start:
    case Operation::at_end:
    case Operation::at_previous:
    case Operation::at_span:
    case Operation::at_ancestor:
    case Operation::at_group:
    case Operation::at_entity:
      return NodeKind::elsewhere;
    case Operation::due:
      return NodeKind::due;
    case Operation::target_met:
    case Operation::target_attained:
      return NodeKind::target;
    case Operation::complete:
      return NodeKind::complete;
  }
  return NodeKind::constant;
}

void count_vote(Parts& parts, const engine::Cell& cell) {
  if (cell.known()) ++(cell.value.is_zero() ? parts.no : parts.yes);
}

/// In which order the parts of an input are shown: as the aggregate of that name would have them.
std::string_view order_of(RollUp roll_up) {
  switch (roll_up) {
    case RollUp::any:
      return "any";
    case RollUp::all:
      return "all";
    case RollUp::min:
      return "min";
    case RollUp::max:
      return "max";
    default:
      return "sum";
  }
}

}  // namespace

Node FormulaTree::build(NodeId id, FrameId frame, std::size_t depth) {
  const ir::Node& of = one_.program().at(id);
  const engine::Cell cell = one_.at(id, frame);
  Node node;
  node.kind = kind_of(of.operation);
  node.text = one_.text(id);
  node.value = one_.quantity(of.type, cell);
  if (one_.evaluator.frames().at(frame).size() > 0) {
    node.at = one_.location(one_.evaluator.frames().at(frame), 0);
  }
  if (cell.day != engine::Cell::no_day) node.data_day = calendar::Date(cell.day);
  node.reported = cell.reported;
  node.expected = cell.expected;
  const auto called = [&](const model::Named& named) {
    node.name = named.name;
    if (named.label != named.name) node.label = named.label;
  };
  switch (of.operation) {
    case Operation::input:
      called(one_.plan().inputs[of.index]);
      break;
    case Operation::indicator:
      called(one_.plan().indicators[of.index]);
      break;
    case Operation::table:
      called(one_.plan().tables[of.index]);
      break;
    case Operation::target_met:
    case Operation::target_attained:
      called(one_.plan().targets[of.index]);
      break;
    case Operation::call:
      node.name = of.function->info.name;
      break;
    case Operation::over_parts:
    case Operation::over_periods:
      node.name = of.aggregate->info.name;
      break;
    case Operation::rank:
      node.name = "rank";
      break;
    default:
      break;
  }
  if (!built_.insert({id, frame}).second && of.operation != Operation::constant) {
    node.repeated = true;
    return node;
  }
  if (of.operation == Operation::input && one_.evaluator.frames().at(frame).size() > 0) {
    add_input(node, id, frame, cell);
  } else {
    add_children(node, id, frame, depth);
  }
  return node;
}

void FormulaTree::add_children(Node& node, NodeId id, FrameId frame, std::size_t depth) {
  const ir::Node& of = one_.program().at(id);
  if (one_.evaluator.frames().at(frame).size() == 0) return;
  if (of.arguments.empty() && of.operation != Operation::over_parts) {
    if (of.operation == Operation::table) add_table_key(node, of, frame);
    if (node.kind == NodeKind::target) add_reference(node, of, frame);
    return;
  }
  if (depth >= one_.options.depth) {
    node.cut = true;
    return;
  }
  const auto child = [&](NodeId argument) {
    if (!constants_ && one_.program().at(argument).operation == Operation::constant) return;
    node.children.push_back(build(argument, frame, depth + 1));
  };
  switch (of.operation) {
    case Operation::indicator: {
      // The formula is the indicator; what it is made of comes next.
      const NodeId formula = of.arguments[0];
      const Operation operation = one_.program().at(formula).operation;
      if (operation == Operation::call || operation == Operation::over_parts ||
          operation == Operation::over_periods) {
        add_children(node, formula, frame, depth);
      } else {
        child(formula);
      }
      break;
    }
    case Operation::call: {
      if (of.function->info.name == "if") {
        const engine::Cell condition = one_.at(of.arguments[0], frame);
        child(of.arguments[0]);
        // Only the branch that was taken, where that is known.
        if (!condition.known() || !condition.value.is_zero()) child(of.arguments[1]);
        if (!condition.known() || condition.value.is_zero()) child(of.arguments[2]);
      } else {
        for (const NodeId argument : of.arguments) child(argument);
      }
      break;
    }
    case Operation::over_parts:
    case Operation::over_periods: {
      const Members found = gather(id, frame);
      node.parts = found.parts;
      const std::size_t plain = of.arguments.size() - (of.filtered ? 1 : 0);
      const Frame all = one_.evaluator.frames().at(found.frame);
      for (const Member& member : found.listed) {
        const NodeId asked = member.doubtful ? of.arguments.back()
                             : plain > 0     ? of.arguments[0]
                                             : ir::no_node;
        if (asked == ir::no_node) continue;
        // What is a bare report needs no line below the one that shows it.
        const Operation operation = one_.program().at(asked).operation;
        if (operation == Operation::input || operation == Operation::constant) continue;
        node.children.push_back(build(asked, one_.single(all, member.cell), depth + 1));
      }
      break;
    }
    case Operation::rank:
      node.parts = members(id, frame);
      child(of.arguments[0]);
      break;
    case Operation::complete:
      add_complete(node, id, frame, depth);
      break;
    default: {  // a bracket
      const FrameId there = one_.evaluator.demands(id, frame).front().frame;
      if (one_.evaluator.frames().at(there).size() == 0) return;
      Node inner = build(of.arguments[0], there, depth + 1);
      // One line for the bracket and what stands before it.
      node.name = std::move(inner.name);
      node.label = std::move(inner.label);
      node.at = std::move(inner.at);
      node.source = std::move(inner.source);
      node.parts = std::move(inner.parts);
      node.reference = std::move(inner.reference);
      node.key = std::move(inner.key);
      node.data_day = inner.data_day;
      node.children = std::move(inner.children);
      node.repeated = inner.repeated;
      node.cut = inner.cut;
      break;
    }
  }
}

void FormulaTree::add_input(Node& node, NodeId id, FrameId frame, const engine::Cell& cell) {
  const model::Input& input = one_.plan().inputs[one_.program().at(id).index];
  Source source;
  const Frame at = one_.evaluator.frames().at(frame);
  switch (cell.origin) {
    case engine::Origin::parts:
      source.from = Source::From::parts;
      break;
    case engine::Origin::assumed:
      source.from = Source::From::assumed;
      break;
    default:
      if (!at.has_sets()) add_reports(source, input, id, frame);
      source.from = source.reports.empty() ? Source::From::nothing : Source::From::own;
  }
  if (at.has_sets() || at.level != input.level) {
    Parts parts = parts_of_input(id, frame);
    // Parts that are not used are worth a word only where there are any.
    if (source.from == Source::From::parts || parts.known > 0) node.parts = std::move(parts);
    if (source.from != Source::From::parts && node.parts) {
      node.parts->shown.clear();
      node.parts->more = 0;
      node.parts->sum.reset();
    }
  }
  const bool stock = input.over_periods == RollUp::last && input.kind == model::InputKind::stock;
  if (stock && source.from == Source::From::own && cell.known()) {
    const calendar::Date last = one_.evaluator.seen_last(at.spans.front());
    if (source.reports.back().period.last_day() < last) {
      source.carried_from = source.reports.back().period;
    }
  }
  node.source = std::move(source);
}

void FormulaTree::add_reports(Source& source, const model::Input& input, NodeId id, FrameId frame) {
  const engine::OwnReport own = one_.evaluator.own_report(id, frame, 0);
  for (const engine::ReportUsed& used : own.used) {
    if (source.reports.size() == one_.options.max_children) {
      ++source.more_reports;
      continue;
    }
    Report report;
    report.period = used.period;
    report.value.type = input.type;
    report.value.value = used.value;
    if (used.provenance) {
      const data::Provenance& from = *used.provenance;
      if (from.kind == data::Provenance::Kind::given) {
        report.whence = Report::Whence::given;
        const model::Given& given = one_.plan().givens[from.file];
        if (!given.cite.empty()) {
          report.clause = given.cite.front().clause;
          report.anchor = given.cite.front().anchor;
          // Several figures under one keyword have an anchor each, which carries the number.
          const std::string number = (used.value / input.type.unit.scale()).shortest_decimal(10);
          for (const model::Citation& each : given.cite) {
            if (each.anchor.find(number) == std::string::npos) continue;
            report.anchor = each.anchor;
            break;
          }
        }
      } else {
        report.whence = Report::Whence::data;
        if (from.file < one_.cube().files.size()) report.file = one_.cube().files[from.file];
        report.row = from.row;
      }
    }
    source.reports.push_back(std::move(report));
  }
}

void FormulaTree::list(Members& found, std::vector<Member>& all, const value::Type& type,
                       std::string_view order) {
  const bool votes = type.is_yesno();
  found.parts.votes = votes;
  std::optional<Rational> middle;
  if (order == "median" && !all.empty()) {
    std::vector<Rational> values;
    for (const Member& each : all) {
      if (each.value->known()) values.push_back(each.value->value);
    }
    if (!values.empty()) {
      const auto half = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
      std::nth_element(values.begin(), half, values.end());
      middle = *half;
    }
  }
  // How far in front a known value stands; a yes/no that decides counts most.
  const auto weight = [&](const Rational& value) {
    if (votes) return order == "any" ? value : Rational(1) - value;
    if (order == "min") return -value;
    if (order == "max") return value;
    if (middle) return -(value - *middle).abs();
    return value.abs();
  };
  const auto missing = [](const Member& each) { return !each.value->known() || each.doubtful; };
  if (votes) {
    std::erase_if(all, [&](const Member& each) {
      return !missing(each) && weight(each.value->value).is_zero();
    });
  }
  const std::size_t shown = std::min(all.size(), one_.options.max_children);
  std::partial_sort(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown), all.end(),
                    [&](const Member& a, const Member& b) {
                      if (missing(a) != missing(b)) return missing(a);
                      if (!missing(a)) {
                        const Rational first = weight(a.value->value);
                        const Rational second = weight(b.value->value);
                        if (first != second) return first > second;
                      }
                      return a.cell < b.cell;
                    });
  const Frame& frame = one_.evaluator.frames().at(found.frame);
  for (std::size_t i = 0; i < shown; ++i) {
    found.parts.shown.push_back(
        {one_.location(frame, all[i].cell), one_.quantity(type, *all[i].value), all[i].doubtful});
    found.listed.push_back(all[i]);
  }
  found.parts.more = static_cast<std::uint32_t>(all.size() - shown);
}

Parts FormulaTree::parts_of_input(NodeId id, FrameId frame) {
  const model::Input& input = one_.plan().inputs[one_.program().at(id).index];
  const Demand demand = one_.evaluator.demands(id, frame).front();
  const engine::Cells& cells = one_.evaluator.evaluate(demand.node, demand.frame);
  const Frame& whole = one_.evaluator.frames().at(frame);
  Members found;
  found.frame = demand.frame;
  Parts& parts = found.parts;
  const model::LevelId level = one_.evaluator.frames().at(demand.frame).level;
  parts.of = one_.plan().levels[level].name;
  std::vector<Member> all;
  Rational sum;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].applicable()) {
      ++parts.left_out;
      continue;
    }
    ++parts.count;
    if (cells[i].known()) {
      ++parts.known;
      sum += cells[i].value;
    }
    if (input.type.is_yesno()) count_vote(parts, cells[i]);
    all.push_back({i, &cells[i], false});
  }
  if (!whole.has_sets()) {
    parts.unnamed = static_cast<std::uint32_t>(
        one_.cube().entities.unnamed(whole.level, whole.entities.front(), level));
    parts.count += parts.unnamed;
  }
  if (input.over_parts == RollUp::sum && input.type.is_number() && parts.known > 0) {
    parts.sum = Quantity{};
    parts.sum->type = input.type;
    parts.sum->value = sum;
  }
  list(found, all, input.type, order_of(input.over_parts));
  return parts;
}

FormulaTree::Members FormulaTree::gather(NodeId id, FrameId frame) {
  const ir::Node& of = one_.program().at(id);
  const std::size_t plain = of.arguments.size() - (of.filtered ? 1 : 0);
  Members found;
  const bool over_parts = of.operation == Operation::over_parts;
  found.frame = over_parts ? one_.evaluator.related().fan_out(frame, of.level).frame
                           : one_.evaluator.demands(id, frame).front().frame;
  const engine::Cells* x =
      plain > 0 ? &one_.evaluator.evaluate(of.arguments[0], found.frame) : nullptr;
  const engine::Cells* filter =
      of.filtered ? &one_.evaluator.evaluate(of.arguments.back(), found.frame) : nullptr;
  const Frame& whole = one_.evaluator.frames().at(frame);
  const Frame& all_parts = one_.evaluator.frames().at(found.frame);
  Parts& parts = found.parts;
  std::vector<bool> in_group;
  if (over_parts) {
    parts.of = of.group != model::none ? one_.plan().groups[of.group].name
                                       : one_.plan().levels[of.level].name;
    if (of.group != model::none) {
      in_group.assign(one_.cube().entities.level(of.level).size(), false);
      for (const data::EntityIndex member : one_.cube().entities.group(of.group)) {
        in_group[member] = true;
      }
    }
  } else {
    parts.of = calendar::name_of(of.grain).english;
  }
  static const engine::Cell present = engine::Cell::of(Rational(1));
  std::vector<Member> all;
  Rational sum;
  for (std::size_t i = 0; i < all_parts.size(); ++i) {
    if (over_parts && !all_parts.has_sets()) {
      const data::EntityIndex entity = all_parts.entities[i % all_parts.width()];
      if (!in_group.empty() && !in_group[entity]) continue;
      const engine::FrameSpan& span = all_parts.spans[i / all_parts.width()];
      if (!engine::is_part(one_.evaluator, one_.program(), of, entity, span)) continue;
    }
    const engine::Cell& value = x != nullptr ? (*x)[i] : present;
    const engine::Cell* let_in = filter != nullptr ? &(*filter)[i] : nullptr;
    const bool out = let_in != nullptr &&
                     (!let_in->applicable() || (let_in->known() && let_in->value.is_zero()));
    if (out || !value.applicable()) {
      ++parts.left_out;
      continue;
    }
    const bool doubtful = let_in != nullptr && !let_in->known();
    ++parts.count;
    if (value.known() && !doubtful) {
      ++parts.known;
      sum += value.value;
      count_vote(parts, value);
    }
    all.push_back({i, &value, doubtful});
  }
  if (over_parts && !whole.has_sets() && of.group == model::none) {
    parts.unnamed = static_cast<std::uint32_t>(
        one_.cube().entities.unnamed(whole.level, whole.entities.front(), of.level));
    parts.count += parts.unnamed;
  }
  const value::Type type =
      plain > 0 ? one_.program().at(of.arguments[0]).type : value::Type::yesno();
  if (of.aggregate->info.name == "sum" && parts.known > 0) {
    parts.sum = Quantity{};
    parts.sum->type = type;
    parts.sum->value = sum;
  }
  list(found, all, type, of.aggregate->info.name);
  // A bare count of what there is needs no list of it.
  if (plain == 0 && !of.filtered) {
    parts.more += static_cast<std::uint32_t>(parts.shown.size());
    parts.shown.clear();
    parts.votes = false;
    found.listed.clear();
  }
  return found;
}

Parts FormulaTree::members(NodeId id, FrameId frame) {
  const ir::Node& of = one_.program().at(id);
  if (of.operation != Operation::rank) return gather(id, frame).parts;
  Members found;
  found.parts.of = one_.plan().levels[of.level].name;
  const std::vector<Demand> demands = one_.evaluator.demands(id, frame);
  if (demands.size() < 2) {
    found.parts.count = found.parts.known = 1;
    return found.parts;
  }
  found.frame = demands[1].frame;
  const engine::Cells& cells = one_.evaluator.evaluate(demands[1].node, demands[1].frame);
  std::vector<Member> all;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].applicable()) {
      ++found.parts.left_out;
      continue;
    }
    ++found.parts.count;
    if (cells[i].known()) {
      ++found.parts.known;
      all.push_back({i, &cells[i], false});
    }
  }
  list(found, all, one_.program().at(of.arguments[0]).type, "max");
  return found.parts;
}

void FormulaTree::add_table_key(Node& node, const ir::Node& of, FrameId frame) {
  const model::Table& table = one_.plan().tables[of.index];
  const Frame& at = one_.evaluator.frames().at(frame);
  for (const model::Dimension& dimension : table.by) {
    std::string key;
    if (dimension.level != model::none) {
      // The entity's own entry, or that of all others.
      const auto own = std::find_if(
          table.entries.begin(), table.entries.end(), [&](const model::TableEntry& entry) {
            if (entry.entity.empty() || at.has_sets() || at.level != dimension.level) return false;
            return one_.cube().entities.find(dimension.level, entry.entity) == at.entities.front();
          });
      key = own != table.entries.end() ? own->entity : "other";
    } else {
      key = at.spans.front().span.to_string();
    }
    node.key += (node.key.empty() ? "" : ", ") + key;
  }
}

void FormulaTree::add_reference(Node& node, const ir::Node& of, FrameId frame) {
  const Frame& at = one_.evaluator.frames().at(frame);
  if (at.has_sets()) return;
  const assessment::Cell* cell =
      one_.targets.find(of.index, at.level, at.entities.front(), at.spans.front().span);
  if (cell == nullptr) return;
  const model::Target& target = one_.plan().targets[of.index];
  Reference reference;
  reference.target = target.name;
  reference.label = target.label;
  reference.at = {one_.assessment.entity_path(*cell), one_.assessment.level_name(*cell),
                  cell->span};
  reference.status = cell->status;
  node.reference = std::move(reference);
}

void FormulaTree::add_complete(Node& node, NodeId id, FrameId frame, std::size_t depth) {
  const ir::Node& of = one_.program().at(id);
  const NodeId formula = of.arguments[0];
  const Frame whole = one_.evaluator.frames().at(frame);
  const engine::Cell all_in = one_.at(formula, frame);
  const bool below = !whole.has_sets() && whole.level != of.level &&
                     one_.plan().is_at_or_above(whole.level, of.level);
  if (all_in.known() || !below) {
    node.children.push_back(build(formula, frame, depth + 1));
    return;
  }
  // Not everything is there: the formula over the parts for which it is.
  const FrameId fan = one_.evaluator.related().fan_out(frame, of.level).frame;
  const engine::Cells& cells = one_.evaluator.evaluate(formula, fan);
  Members found;
  found.frame = fan;
  Parts& parts = found.parts;
  parts.of = one_.plan().levels[of.level].name;
  parts.unnamed = static_cast<std::uint32_t>(
      one_.cube().entities.unnamed(whole.level, whole.entities.front(), of.level));
  parts.count = parts.unnamed;
  Frame admitted;
  admitted.level = of.level;
  admitted.spans = whole.spans;
  std::vector<Member> missing;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (!cells[i].applicable()) {
      ++parts.left_out;
      continue;
    }
    ++parts.count;
    if (cells[i].known()) {
      ++parts.known;
      admitted.entities.push_back(one_.evaluator.frames().at(fan).entities[i]);
    } else {
      missing.push_back({i, &cells[i], false});
    }
  }
  list(found, missing, of.type, "sum");
  node.parts = parts;
  const bool enough = node.value.known();
  if (enough) {
    admitted.sets = {0, static_cast<std::uint32_t>(admitted.entities.size())};
    node.children.push_back(
        build(formula, one_.evaluator.frames().intern(std::move(admitted)), depth + 1));
  } else {
    node.children.push_back(build(formula, frame, depth + 1));
  }
}

}  // namespace dabiao::explain
