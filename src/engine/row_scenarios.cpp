#include "dabiao/engine/row_scenarios.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "dabiao/text/diagnostic_kinds.hpp"
#include "dabiao/text/nearest.hpp"
#include "data/outside_range.hpp"

namespace dabiao::engine {

using exact::Rational;
using ir::Node;
using ir::NodeId;
using ir::Operation;
using How = RowChange::How;

namespace {

/// Which inputs a scenario changes, by leaf, and how.
using Signature = std::map<std::size_t, How>;

/// A program in which some leaves are changed by numbers that stand in leaves of their own.
struct Changed {
  ir::Program program;
  std::vector<NodeId> moved;  // by node of the old program
  std::vector<RowLeaf> leaves;
  std::vector<std::size_t> constants;  // leaves, in the order of the signature
};

Changed change(const CompiledPlan& plan, const Signature& signature,
               const std::map<std::size_t, bool>& never_negative) {
  const ir::Program& old = plan.program();
  Changed changed;
  changed.program.plan = old.plan;
  changed.leaves = plan.rows().leaves;
  changed.moved.resize(old.nodes.size());
  std::map<NodeId, std::size_t> leaf_of;
  for (const auto& [leaf, how] : signature) leaf_of[changed.leaves[leaf].node] = leaf;
  std::vector<Node>& nodes = changed.program.nodes;
  const auto push = [&](Node node) {
    nodes.push_back(std::move(node));
    return static_cast<NodeId>(nodes.size() - 1);
  };
  std::map<std::size_t, RowLeaf> numbers;  // by leaf that they change
  for (NodeId id = 0; id < old.nodes.size(); ++id) {
    Node node = old.at(id);
    for (NodeId& argument : node.arguments) argument = changed.moved[argument];
    const NodeId here = push(node);
    changed.moved[id] = here;
    const auto found = leaf_of.find(id);
    if (found == leaf_of.end()) continue;
    const How how = signature.at(found->second);
    RowLeaf number = changed.leaves[found->second];
    Node carrier = node;
    if (how != How::set) {
      number.range = never_negative.at(found->second) ? exact::Interval::at_least(Rational(0))
                                                      : exact::Interval::everything();
    }
    if (how == How::scale) {
      number.scale = 1;
      carrier.type = value::Type::number();
    }
    number.node = push(carrier);
    number.assumed.reset();
    number.divides = false;
    if (how == How::set) {
      changed.moved[id] = number.node;
    } else {
      Node call = node;
      call.operation = Operation::call;
      call.function = function::find_elementwise(how == How::add ? "add" : "multiply");
      call.arguments = {here, number.node};
      changed.moved[id] = push(call);
    }
    numbers.emplace(found->second, number);
    changed.leaves[found->second].node = here;
    if (how == How::set) changed.leaves[found->second].range = exact::Interval::everything();
  }
  for (std::size_t i = 0; i < changed.leaves.size(); ++i) {
    RowLeaf& leaf = changed.leaves[i];
    leaf.divides = false;
    if (!signature.contains(i)) leaf.node = changed.moved[leaf.node];
  }
  for (const auto& [leaf, number] : numbers) {
    changed.constants.push_back(changed.leaves.size());
    changed.leaves.push_back(number);
  }
  return changed;
}

/// A number that a scenario brings.
struct Number {
  double value = 0;
  std::optional<Rational> exact;
  bool is_negative() const { return exact ? exact->sign() < 0 : !(value >= 0); }
};

Number number_of(const RowChange& change) {
  return {change.exact ? change.exact->to_double() : change.value, change.exact};
}

/// The number that stands for a change, as it was written.
Rational written(const Number& number) {
  return number.exact ? *number.exact : *Rational::from_double_shortest(number.value);
}

/// The rows with the least and the greatest number of a column, of which every change by a number
/// makes its ends.
class Ends {
 public:
  Ends(const RowColumn& column, std::uint64_t rows, const Rational& scale)
      : column_(column), scale_(scale) {
    for (std::uint64_t row = 0; row < rows; ++row) {
      if (!is_there(row)) continue;
      if (rows_.empty()) rows_ = {row, row};
      if (is_less(row, rows_[0])) rows_[0] = row;
      if (is_less(rows_[1], row)) rows_[1] = row;
    }
  }

  const std::vector<std::uint64_t>& rows() const { return rows_; }

  /// In base scale.
  Rational value(std::uint64_t row) const {
    if (column_.is_inexact(row)) {
      if (const auto exact = column_.exact(row)) return *exact;
    }
    return *Rational::from_double_shortest(column_.value_at(row)) * scale_;
  }

 private:
  bool is_there(std::uint64_t row) const {
    return column_.is_valid(row) && std::isfinite(column_.value_at(row));
  }
  /// Rounding to doubles keeps the order, so only those of one double need a second look.
  bool is_less(std::uint64_t a, std::uint64_t b) const {
    const double x = column_.value_at(a), y = column_.value_at(b);
    if (x != y || (!column_.is_inexact(a) && !column_.is_inexact(b))) return x < y;
    return value(a) < value(b);
  }

  const RowColumn& column_;
  Rational scale_;
  std::vector<std::uint64_t> rows_;  // none, or the two
};

/// The tally of one scenario with numbers that stand in columns of their own.
RowTally run_exactly(const RowProgram& rows, const ir::Program& program,
                     std::vector<RowColumn> columns, const std::vector<std::size_t>& leaves,
                     const std::vector<Number>& numbers, const std::vector<Rational>& scales,
                     const RowRun& run, const function::Context& context) {
  std::vector<std::vector<double>> values(leaves.size());
  const std::vector<std::uint8_t> everywhere(run.rows / 8 + 1, 0xff);
  const std::vector<std::uint8_t> nowhere(run.rows / 8 + 1, 0);
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    const Number& number = numbers[k];
    const bool is_there = std::isfinite(number.value);
    values[k].assign(run.rows, is_there ? number.value : 0);
    RowColumn& column = columns[leaves[k]];
    column = RowColumn();
    column.values = values[k].data();
    if (!is_there) column.validity = nowhere.data();
    if (!number.exact) continue;
    column.inexact = everywhere.data();
    column.exact = [exact = *number.exact * scales[k]](std::uint64_t) { return exact; };
  }
  const std::vector<RowColumnOut> nowhere_out(rows.outputs.size());
  return run_rows(rows, program, columns, nowhere_out, run, context);
}

/// What scenarios raise or scale beyond what an input can be, each with the first record found.
void say_out_of_range(const CompiledPlan& plan, std::span<const RowColumn> columns,
                      std::span<const RowScenario> scenarios,
                      const std::vector<std::map<std::size_t, Number>>& numbers, const RowRun& run,
                      std::uint64_t first_row, text::Diagnostics& diagnostics) {
  const model::Plan& model = *plan.program().plan;
  std::map<std::size_t, Ends> ends;  // by leaf
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    for (const RowChange& change : scenarios[i].changes) {
      if (change.how == How::set) continue;
      const model::Input& input = model.inputs[model.find(change.input).index];
      const bool is_bounded = input.range.low.is_finite() || input.range.high.is_finite();
      if (!input.type.is_number() || !is_bounded) continue;
      const auto leaf = static_cast<std::size_t>(
          std::find_if(plan.inputs().begin(), plan.inputs().end(),
                       [&](const auto& each) { return each.name == change.input; }) -
          plan.inputs().begin());
      const Number& number = numbers[i].at(leaf);
      if (!std::isfinite(number.value)) continue;
      const Rational& scale = input.type.unit.scale();
      const Ends& of_column = ends.try_emplace(leaf, columns[leaf], run.rows, scale).first->second;
      for (const std::uint64_t row : of_column.rows()) {
        const Rational by = written(number);
        const Rational now = of_column.value(row);
        const Rational then = change.how == How::add ? now + by * scale : now * by;
        if (input.range.contains(then)) continue;
        const Rational shown = then / scale;
        diagnostics.list().push_back(
            data::outside_range(input, shown.to_double(), shown.shortest_decimal(6)));
        diagnostics.list().back().in_data({scenarios[i].name, first_row + row, input.name});
        break;
      }
    }
  }
}

}  // namespace

Checked<std::vector<RowTally>> run_scenarios(const CompiledPlan& plan,
                                             std::span<const RowColumn> columns,
                                             std::span<const RowScenario> scenarios,
                                             const RowRun& run, std::uint64_t first_row) {
  text::Diagnostics diagnostics;
  std::vector<std::string> names;
  for (const CompiledPlan::Column& input : plan.inputs()) names.push_back(input.name);
  std::map<Signature, std::vector<std::size_t>> groups;
  const model::Plan& model = *plan.program().plan;
  std::vector<std::map<std::size_t, Number>> numbers(scenarios.size());
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    Signature signature;
    for (const RowChange& each : scenarios[i].changes) {
      const auto found = std::find(names.begin(), names.end(), each.input);
      if (found == names.end()) {
        text::Diagnostic unknown(text::kind("scenario_input_unknown"));
        unknown.with("name", each.input).with("scenario", scenarios[i].name);
        if (const auto near = text::nearest(each.input, names)) unknown.suggest(*near);
        diagnostics.list().push_back(std::move(unknown));
        continue;
      }
      const auto leaf = static_cast<std::size_t>(found - names.begin());
      signature[leaf] = each.how;
      const model::Input& input = model.inputs[model.find(names[leaf]).index];
      const Number number = number_of(each);
      if (each.how == How::set && input.type.is_number() && std::isfinite(number.value)) {
        const Rational exact = written(number);
        if (!input.range.contains(exact * input.type.unit.scale())) {
          diagnostics.list().push_back(
              data::outside_range(input, number.value, exact.shortest_decimal(6)));
          diagnostics.list().back().in_data({scenarios[i].name, 0, each.input});
          continue;
        }
      }
      numbers[i][leaf] = number;
    }
    groups[signature].push_back(i);
  }
  if (diagnostics.has_errors()) return diagnostics;

  std::vector<RowTally> tallies(scenarios.size());
  for (const auto& [signature, members] : groups) {
    std::map<std::size_t, bool> never_negative;
    for (const auto& [leaf, how] : signature) {
      never_negative[leaf] = std::all_of(members.begin(), members.end(), [&](std::size_t each) {
        return !numbers[each].at(leaf).is_negative();
      });
    }
    const Changed changed = change(plan, signature, never_negative);
    std::vector<RowOutput> outputs;
    for (const RowOutput& given : plan.rows().outputs) {
      RowOutput output;
      output.kind = given.kind;
      output.scale = given.scale;
      output.mirrored = given.mirrored;
      output.decided_by = given.decided_by;
      const auto moved = [&](NodeId node) {
        return node == ir::no_node ? node : changed.moved[node];
      };
      output.node = moved(given.node);
      output.subtracted = moved(given.subtracted);
      output.filter = moved(given.filter);
      outputs.push_back(output);
    }
    const RowProgram rows = compile_rows(changed.program, changed.leaves, std::move(outputs));
    std::vector<RowColumn> all(columns.begin(), columns.end());
    all.resize(rows.leaves.size());
    static constexpr double nothing = 0;
    for (const auto& [leaf, how] : signature) {
      // What is set whatever it was need not be there.
      if (how != How::set) continue;
      all[leaf] = RowColumn();
      all[leaf].values = &nothing;
      all[leaf].constant = true;
    }
    const auto& holidays = model.holidays;
    const function::Context context{holidays ? &*holidays : nullptr, {}};
    std::vector<std::vector<double>> constants;
    std::vector<std::size_t> of_doubles;
    for (const std::size_t member : members) {
      std::vector<Number> own;
      std::vector<Rational> scales;
      for (const auto& [leaf, how] : signature) {
        own.push_back(numbers[member].at(leaf));
        const value::Type& type = model.inputs[model.find(names[leaf]).index].type;
        scales.push_back(how == How::scale || !type.is_number() ? Rational(1) : type.unit.scale());
      }
      if (std::any_of(own.begin(), own.end(), [](const Number& each) { return each.exact; })) {
        tallies[member] =
            run_exactly(rows, changed.program, all, changed.constants, own, scales, run, context);
        continue;
      }
      std::vector<double>& each = constants.emplace_back();
      for (const Number& number : own) each.push_back(number.value);
      of_doubles.push_back(member);
    }
    if (of_doubles.empty()) continue;
    std::vector<RowTally> totals =
        run_row_scenarios(rows, changed.program, all, changed.constants, constants, run, context);
    for (std::size_t i = 0; i < of_doubles.size(); ++i) {
      tallies[of_doubles[i]] = std::move(totals[i]);
    }
  }
  // What the records themselves must not be is said of them.
  const bool records_fit = std::all_of(tallies.begin(), tallies.end(),
                                       [](const RowTally& each) { return each.out_of_range == 0; });
  if (records_fit) {
    say_out_of_range(plan, columns, scenarios, numbers, run, first_row, diagnostics);
  }
  if (diagnostics.has_errors()) return diagnostics;
  return tallies;
}

}  // namespace dabiao::engine
