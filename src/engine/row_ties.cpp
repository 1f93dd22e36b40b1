#include "row_ties.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "dabiao/engine/linear_form.hpp"

namespace dabiao::engine {

using ir::Node;
using ir::NodeId;
using ir::Operation;

namespace {

/// The nodes behind comparisons as quotients of linear forms in the leaves.
class Forms {
 public:
  Forms(const RowProgram& rows, const ir::Program& program) : rows_(rows), program_(program) {
    for (std::uint32_t i = 0; i < rows.leaves.size(); ++i) leaf_of_[rows.leaves[i].node] = i;
  }

  /// Nothing where the node is no such form, or lies deep.
  std::optional<LinearForm> of(NodeId id, int depth = 0) const {
    constexpr int deepest = 16;
    if (depth > deepest) return std::nullopt;
    const Node& node = program_.at(id);
    if (const auto found = leaf_of_.find(id); found != leaf_of_.end()) {
      const RowLeaf& leaf = rows_.leaves[found->second];
      // A double that is neither its shortest decimal nor exact says too little.
      if (!leaf.decimal && leaf.error != 0) return std::nullopt;
      return LinearForm{{Rational(0), {{found->second, leaf.scale}}}};
    }
    if (node.operation == Operation::constant) return LinearForm{Linear::of(node.constant)};
    if (node.operation == Operation::indicator) return of(node.arguments[0], depth + 1);
    if (node.operation != Operation::call || node.arguments.size() > 2) return std::nullopt;
    const auto a = of(node.arguments[0], depth + 1);
    if (!a) return std::nullopt;
    const std::string_view name = node.function->info.name;
    if (name == "negate") return negate(*a);
    if (node.arguments.size() != 2) return std::nullopt;
    const auto b = of(node.arguments[1], depth + 1);
    if (!b) return std::nullopt;
    std::optional<LinearForm> result;
    if (name == "add") result = add(*a, *b);
    if (name == "subtract") result = add(*a, negate(*b));
    if (name == "multiply") result = multiply(*a, *b);
    // What a divisor is divided by would no longer be seen to be zero.
    if (name == "divide" && b->below.is_constant() && !b->below.constant.is_zero()) {
      result = divide(*a, *b);
    }
    if (!result || result->above.coefficients.size() > RowTies::most_terms ||
        result->below.coefficients.size() > RowTies::most_terms || !is_short(*result)) {
      return std::nullopt;
    }
    return result;
  }

  std::optional<Rational> constant_of(NodeId id) const {
    const auto form = of(id);
    if (!form || !form->above.is_constant() || !form->below.is_constant()) return std::nullopt;
    if (form->below.constant.is_zero()) return std::nullopt;
    return form->above.constant / form->below.constant;
  }

  /// Past indicators and past `min(x, c)` and `max(x, c)` where c does not come between x and K.
  NodeId beneath(NodeId id, const Rational& limit) const {
    while (!leaf_of_.contains(id)) {
      const Node& node = program_.at(id);
      if (node.operation == Operation::indicator) {
        id = node.arguments[0];
        continue;
      }
      if (node.operation != Operation::call || node.arguments.size() != 2) break;
      const std::string_view name = node.function->info.name;
      if (name != "min" && name != "max") break;
      const auto a = constant_of(node.arguments[0]), b = constant_of(node.arguments[1]);
      const auto passes = [&](const std::optional<Rational>& c) {
        return c && (name == "min" ? *c > limit : *c < limit);
      };
      if (passes(a)) {
        id = node.arguments[1];
      } else if (passes(b)) {
        id = node.arguments[0];
      } else {
        break;
      }
    }
    return id;
  }

 private:
  const RowProgram& rows_;
  const ir::Program& program_;
  std::unordered_map<NodeId, std::uint32_t> leaf_of_;
};

/// Multiplies by what makes all numbers of a linear form whole; its sign stays.
bool make_whole(Linear& form) {
  Rational multiple(1);
  const auto include = [&](const Rational& number) {
    multiple *= (number * multiple).denominator();
  };
  include(form.constant);
  for (const auto& [leaf, coefficient] : form.coefficients) include(coefficient);
  form = form * multiple;
  const auto fits = [](const Rational& number) { return number.bit_length() <= 52; };
  return fits(form.constant) && std::all_of(form.coefficients.begin(), form.coefficients.end(),
                                            [&](const auto& each) { return fits(each.second); });
}

/// Up to which size of every leaf the sizes that a form adds up stay below 2^53; below 0 where its
/// constant alone does not.
double most_allowed(const Linear& form) {
  Rational size(0);
  for (const auto& [leaf, coefficient] : form.coefficients) size += coefficient.abs();
  const Rational room = Rational((std::int64_t{1} << 53) - 1) - form.constant.abs();
  const Rational largest(std::int64_t{RowTies::largest});
  return size * largest <= room ? largest.to_double() : (room / size).floor().to_double();
}

constexpr std::pair<std::string_view, std::array<bool, 3>> comparisons[] = {
    {"less", {true, false, false}},    {"less_equal", {true, true, false}},
    {"greater", {false, false, true}}, {"greater_equal", {false, true, true}},
    {"equal", {false, true, false}},   {"not_equal", {true, false, true}},
};

}  // namespace

RowTies::RowTies(const RowProgram& rows, const ir::Program& program) {
  comparisons_.resize(rows.outputs.size());
  const Forms forms(rows, program);
  for (std::size_t i = 0; i < rows.outputs.size(); ++i) {
    const RowOutput& output = rows.outputs[i];
    if (output.kind != RowOutput::Kind::truth || output.filter != ir::no_node) continue;
    NodeId id = output.node;
    while (program.at(id).operation == Operation::indicator) id = program.at(id).arguments[0];
    const Node& node = program.at(id);
    if (node.operation != Operation::call || node.arguments.size() != 2) continue;
    const auto* found =
        std::find_if(std::begin(comparisons), std::end(comparisons),
                     [&](const auto& each) { return each.first == node.function->info.name; });
    if (found == std::end(comparisons)) continue;
    NodeId left = node.arguments[0], right = node.arguments[1];
    if (const auto limit = forms.constant_of(right)) {
      left = forms.beneath(left, *limit);
    } else if (const auto other = forms.constant_of(left)) {
      right = forms.beneath(right, *other);
    }
    const auto a = forms.of(left), b = forms.of(right);
    if (!a || !b) continue;
    auto difference = add(*a, negate(*b));
    if (!difference || !make_whole(difference->above) || !make_whole(difference->below)) continue;
    std::set<Unknown> leaves;
    for (const auto& [leaf, coefficient] : difference->above.coefficients) leaves.insert(leaf);
    for (const auto& [leaf, coefficient] : difference->below.coefficients) leaves.insert(leaf);
    Comparison& each = comparisons_[i];
    each.there = leaves.size() <= RowTies::most_terms;
    std::copy(found->second.begin(), found->second.end(), each.holds);
    each.above = difference->above.constant.to_double();
    each.below = difference->below.constant.to_double();
    each.first = static_cast<std::uint32_t>(terms_.size());
    each.count = static_cast<std::uint32_t>(leaves.size());
    const auto coefficient = [](const Linear& form, Unknown leaf) {
      const auto at = form.coefficients.find(leaf);
      return at == form.coefficients.end() ? 0.0 : at->second.to_double();
    };
    for (const Unknown leaf : leaves) {
      terms_.push_back(
          {leaf, coefficient(difference->above, leaf), coefficient(difference->below, leaf)});
    }
    each.most = std::min(most_allowed(difference->above), most_allowed(difference->below));
  }
}

}  // namespace dabiao::engine
