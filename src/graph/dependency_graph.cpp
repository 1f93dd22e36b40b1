#include "dabiao/graph/dependency_graph.hpp"

#include <algorithm>
#include <array>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/strong_components.hpp>
#include <cassert>
#include <numeric>
#include <queue>
#include <span>
#include <unordered_map>
#include <utility>

namespace dabiao::graph {

namespace {

using model::Plan;
using model::Symbol;
using syntax::Expression;
using syntax::ExpressionId;

struct Mention {
  Place place;
  Edge::Kind kind = Edge::Kind::needs;
};

// The edges are known before the graph is made, and stand in one run each way.
using Graph = boost::compressed_sparse_row_graph<boost::bidirectionalS, boost::no_property, Mention,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;

/// Leaves out what nothing is computed from.
struct IsComputedFrom {
  const Graph* graph = nullptr;
  template <class Descriptor>
  bool operator()(const Descriptor& edge) const {
    return (*graph)[edge].kind != Edge::Kind::allocates;
  }
};

/// The vertices of one kind are one run, in the order of the plan.
struct Numbering {
  std::array<std::size_t, 5> first{};  // of each kind, and past the last

  explicit Numbering(const Plan& plan) {
    const std::array<std::size_t, 4> sizes = {plan.inputs.size(), plan.tables.size(),
                                              plan.indicators.size(), plan.targets.size()};
    for (std::size_t i = 0; i < sizes.size(); ++i) first[i + 1] = first[i] + sizes[i];
  }
  Vertex vertex(Node node) const {
    const auto found = static_cast<Vertex>(first[static_cast<std::size_t>(node.kind)] + node.index);
    assert(found < first[static_cast<std::size_t>(node.kind) + 1] && "a node of this plan");
    return found;
  }
  Node node(Vertex vertex) const {
    std::size_t kind = 0;
    while (vertex >= first[kind + 1]) ++kind;
    return {static_cast<Node::Kind>(kind), static_cast<std::uint32_t>(vertex - first[kind])};
  }
  std::size_t size() const { return first.back(); }
};

std::optional<Node> node_of(Symbol symbol) {
  switch (symbol.kind) {
    case Symbol::Kind::input:
      return Node{Node::Kind::input, symbol.index};
    case Symbol::Kind::table:
      return Node{Node::Kind::table, symbol.index};
    case Symbol::Kind::indicator:
      return Node{Node::Kind::indicator, symbol.index};
    case Symbol::Kind::target:
      return Node{Node::Kind::target, symbol.index};
    default:
      return std::nullopt;
  }
}

/// Walks expressions without recursion. Targets under one clause share its dates and its filter, so
/// an expression may be walked for several of them.
class Walk {
 public:
  explicit Walk(const Plan& plan)
      : plan_(plan), visited_(plan.ast ? plan.ast->expressions.size() : 0) {}

  /// Calls visit(symbol, place) for every name in the expression, in the order of the text.
  template <class Visit>
  void names_in(ExpressionId root, Visit visit) {
    if (root == syntax::no_expression) return;
    ++round_;
    stack_.push_back(root);
    while (!stack_.empty()) {
      const ExpressionId id = stack_.back();
      stack_.pop_back();
      if (visited_[id] == round_) continue;
      visited_[id] = round_;
      const Expression& expression = plan_.ast->at(id);
      if (id < plan_.resolution.size()) {
        const Symbol symbol = plan_.resolution[id];
        const bool in_bracket = expression.bracket.has_value();
        const bool over = expression.over.has_value();
        visit(symbol, in_bracket ? expression.bracket->place
                      : over     ? expression.over->place
                                 : expression.place);
      }
      if (expression.filter != syntax::no_expression) stack_.push_back(expression.filter);
      for (auto argument = expression.arguments.rbegin(); argument != expression.arguments.rend();
           ++argument) {
        stack_.push_back(*argument);
      }
    }
  }

 private:
  const Plan& plan_;
  std::vector<std::uint32_t> visited_;  // the last round that came here
  std::uint32_t round_ = 0;
  std::vector<ExpressionId> stack_;
};

}  // namespace

struct DependencyGraph::Implementation {
  explicit Implementation(const Plan& plan) : numbering(plan) {
    find_edges(plan);
    find_components();
    find_order();
    find_cycles(plan);
  }

  Edge edge(Graph::edge_descriptor descriptor) const {
    return {numbering.node(boost::source(descriptor, graph)),
            numbering.node(boost::target(descriptor, graph)), graph[descriptor].place,
            graph[descriptor].kind};
  }

  void find_edges(const Plan& plan);
  void find_components();
  void find_order();
  void find_cycles(const Plan& plan);
  bool needs_itself(Vertex vertex) const;
  Cycle shortest_cycle(Vertex start) const;
  std::vector<bool> reached_from(std::vector<Vertex> start, bool towards_users) const;
  void append_in_order(const std::vector<bool>& chosen, bool leaves, std::vector<Node>& out) const;

  Numbering numbering;
  Graph graph;
  // The sets of vertices that all need one another, most of them alone. They are numbered in the
  // order in which they are finished: what is needed comes first.
  std::vector<std::size_t> component;  // by vertex
  std::vector<Vertex> by_component;    // vertices of a set stand together, in their order
  std::vector<std::size_t> begin_of;   // of each set in `by_component`, and past the last
  std::span<const Vertex> members(std::size_t set) const {
    return std::span(by_component).subspan(begin_of[set], begin_of[set + 1] - begin_of[set]);
  }
  std::vector<Node> order;
  std::vector<Cycle> cycles;
  Unused unused;
};

void DependencyGraph::Implementation::find_edges(const Plan& plan) {
  std::vector<std::pair<Vertex, Vertex>> ends;
  std::vector<Mention> mentions;
  ends.reserve(plan.resolution.size());
  mentions.reserve(plan.resolution.size());
  const auto add_edge = [&](Vertex from, Vertex to, Mention mention) {
    ends.emplace_back(from, to);
    mentions.push_back(mention);
  };
  Walk walk(plan);
  std::vector<bool> used_groups(plan.groups.size());
  std::vector<bool> used(numbering.size());
  constexpr std::size_t nobody = static_cast<std::size_t>(-1);
  std::vector<std::size_t> last_user(numbering.size(), nobody);  // each pair gets one edge

  const auto names_of = [&](ExpressionId expression, std::optional<Node> user) {
    walk.names_in(expression, [&](Symbol symbol, Place place) {
      if (symbol.kind == Symbol::Kind::group) used_groups[symbol.index] = true;
      const std::optional<Node> needed = node_of(symbol);
      if (!needed) return;
      const Vertex to = numbering.vertex(*needed);
      used[to] = true;
      if (!user) return;
      const Vertex from = numbering.vertex(*user);
      if (last_user[to] == from) return;
      last_user[to] = from;
      add_edge(from, to, {place, Edge::Kind::needs});
    });
  };
  const auto names_of_where = [&](const model::Where& where, std::optional<Node> user) {
    for (const auto group : where.groups) used_groups[group] = true;
    for (const auto group : where.group_cells) used_groups[group] = true;
    names_of(where.filter, user);
  };

  for (std::uint32_t i = 0; i < plan.inputs.size(); ++i) {
    const model::Input& input = plan.inputs[i];
    const auto weighs = [&](model::InputId weight, Place place) {
      if (weight == model::none) return;
      const Vertex to = numbering.vertex({Node::Kind::input, weight});
      used[to] = true;
      add_edge(numbering.vertex({Node::Kind::input, i}), to, {place, Edge::Kind::weighs});
    };
    weighs(input.weight, input.weight_place);
    if (input.weight_over_periods != input.weight) {
      weighs(input.weight_over_periods, input.weight_over_periods_place);
    }
  }
  for (std::uint32_t i = 0; i < plan.indicators.size(); ++i) {
    names_of(plan.indicators[i].formula, Node{Node::Kind::indicator, i});
  }
  for (std::uint32_t i = 0; i < plan.targets.size(); ++i) {
    const model::Target& target = plan.targets[i];
    const Node user{Node::Kind::target, i};
    names_of(target.condition, user);
    for (const ExpressionId date : target.when.dates) names_of(date, user);
    names_of(target.when.by_offset, user);
    names_of_where(target.where, user);
    for (const auto* parties : {&target.lead, &target.responsible, &target.cooperating}) {
      for (const model::Party& party : *parties) {
        if (party.group != model::none) used_groups[party.group] = true;
      }
    }
    for (const model::Milestone& milestone : target.milestones) names_of(milestone.value, user);
  }
  for (std::uint32_t i = 0; i < plan.targets.size(); ++i) {
    const model::Target& target = plan.targets[i];
    for (std::size_t k = 0; k < target.allocates.size(); ++k) {
      const Place place =
          k < target.allocates_places.size() ? target.allocates_places[k] : target.place;
      add_edge(numbering.vertex({Node::Kind::target, i}),
               numbering.vertex({Node::Kind::target, target.allocates[k]}),
               {place, Edge::Kind::allocates});
    }
  }
  graph = Graph(boost::edges_are_unsorted_multi_pass, ends.begin(), ends.end(), mentions.begin(),
                static_cast<Vertex>(numbering.size()));

  for (const model::Stated& stated : plan.stated) {
    names_of(stated.figure, std::nullopt);
    names_of_where(stated.where, std::nullopt);
  }
  for (const model::Given& given : plan.givens) names_of_where(given.where, std::nullopt);
  for (const model::Lever& lever : plan.levers) names_of_where(lever.where, std::nullopt);
  for (const model::Scenario& scenario : plan.scenarios) {
    for (const model::ScenarioChange& change : scenario.changes) {
      names_of_where(change.where, std::nullopt);
    }
  }

  for (Vertex vertex = 0; vertex < used.size(); ++vertex) {
    if (used[vertex]) continue;
    const Node node = numbering.node(vertex);
    switch (node.kind) {
      case Node::Kind::input:
        unused.inputs.push_back(node.index);
        break;
      case Node::Kind::table:
        unused.tables.push_back(node.index);
        break;
      case Node::Kind::indicator:
        unused.indicators.push_back(node.index);
        break;
      case Node::Kind::target:
        break;  // a target is there for its own sake
    }
  }
  for (std::uint32_t i = 0; i < used_groups.size(); ++i) {
    if (!used_groups[i]) unused.groups.push_back(i);
  }
}

void DependencyGraph::Implementation::find_components() {
  component.resize(numbering.size());
  const boost::filtered_graph<Graph, IsComputedFrom> computed(graph, IsComputedFrom{&graph});
  const std::size_t count = boost::strong_components(
      computed,
      boost::make_iterator_property_map(component.data(), boost::get(boost::vertex_index, graph)));
  begin_of.resize(count + 1);
  for (const std::size_t set : component) ++begin_of[set + 1];
  std::partial_sum(begin_of.begin(), begin_of.end(), begin_of.begin());
  by_component.resize(component.size());
  std::vector<std::size_t> next(begin_of.begin(), begin_of.end() - 1);
  for (Vertex vertex = 0; vertex < component.size(); ++vertex) {
    by_component[next[component[vertex]]++] = vertex;
  }
}

void DependencyGraph::Implementation::find_order() {
  order.reserve(by_component.size());
  for (const Vertex vertex : by_component) {
    const Node node = numbering.node(vertex);
    if (node.kind == Node::Kind::indicator || node.kind == Node::Kind::target) {
      order.push_back(node);
    }
  }
}

void DependencyGraph::Implementation::find_cycles(const Plan& plan) {
  const auto stands_first = [&](Vertex a, Vertex b) {
    return named(plan, numbering.node(a)).place.begin < named(plan, numbering.node(b)).place.begin;
  };
  for (std::size_t set = 0; set + 1 < begin_of.size(); ++set) {
    const std::span<const Vertex> together = members(set);
    if (together.size() == 1 && !needs_itself(together.front())) continue;
    cycles.push_back(
        shortest_cycle(*std::min_element(together.begin(), together.end(), stands_first)));
  }
  std::sort(cycles.begin(), cycles.end(), [](const Cycle& a, const Cycle& b) {
    return a.steps.front().place.begin < b.steps.front().place.begin;
  });
}

bool DependencyGraph::Implementation::needs_itself(Vertex vertex) const {
  for (auto [edge, end] = boost::out_edges(vertex, graph); edge != end; ++edge) {
    if (boost::target(*edge, graph) == vertex && graph[*edge].kind != Edge::Kind::allocates) {
      return true;
    }
  }
  return false;
}

/// Breadth first within the component, from `start` back to it.
Cycle DependencyGraph::Implementation::shortest_cycle(Vertex start) const {
  std::unordered_map<Vertex, Graph::edge_descriptor> came_by;
  std::queue<Vertex> waiting;
  waiting.push(start);
  while (!came_by.contains(start)) {
    assert(!waiting.empty() && "a strong component leads back to each of its members");
    const Vertex vertex = waiting.front();
    waiting.pop();
    const auto [begin, end] = boost::out_edges(vertex, graph);
    for (auto descriptor = begin; descriptor != end; ++descriptor) {
      const Vertex next = boost::target(*descriptor, graph);
      if (graph[*descriptor].kind == Edge::Kind::allocates) continue;
      if (component[next] != component[start]) continue;
      if (came_by.emplace(next, *descriptor).second) waiting.push(next);
    }
  }
  Cycle cycle;
  Vertex vertex = start;
  do {
    const Graph::edge_descriptor descriptor = came_by.at(vertex);
    cycle.steps.push_back(edge(descriptor));
    vertex = boost::source(descriptor, graph);
  } while (vertex != start);
  std::reverse(cycle.steps.begin(), cycle.steps.end());
  return cycle;
}

/// What can be reached from those vertices, themselves included, along what is computed.
std::vector<bool> DependencyGraph::Implementation::reached_from(std::vector<Vertex> start,
                                                                bool towards_users) const {
  std::vector<bool> reached(numbering.size());
  for (const Vertex vertex : start) reached[vertex] = true;
  const auto visit = [&](Vertex vertex, Graph::edge_descriptor descriptor) {
    if (graph[descriptor].kind == Edge::Kind::allocates || reached[vertex]) return;
    reached[vertex] = true;
    start.push_back(vertex);
  };
  while (!start.empty()) {
    const Vertex vertex = start.back();
    start.pop_back();
    if (towards_users) {
      for (auto [edge, end] = boost::in_edges(vertex, graph); edge != end; ++edge) {
        visit(boost::source(*edge, graph), *edge);
      }
    } else {
      for (auto [edge, end] = boost::out_edges(vertex, graph); edge != end; ++edge) {
        visit(boost::target(*edge, graph), *edge);
      }
    }
  }
  return reached;
}

void DependencyGraph::Implementation::append_in_order(const std::vector<bool>& chosen, bool leaves,
                                                      std::vector<Node>& out) const {
  if (leaves) {
    const auto end =
        static_cast<Vertex>(numbering.first[static_cast<std::size_t>(Node::Kind::indicator)]);
    for (Vertex vertex = 0; vertex < end; ++vertex) {
      if (chosen[vertex]) out.push_back(numbering.node(vertex));
    }
  }
  for (const Node node : order) {
    if (chosen[numbering.vertex(node)]) out.push_back(node);
  }
}

DependencyGraph::DependencyGraph() {
  static const auto empty = std::make_shared<const Implementation>(Plan());
  implementation_ = empty;
}

DependencyGraph build(const Plan& plan) {
  DependencyGraph graph;
  graph.implementation_ = std::make_shared<const DependencyGraph::Implementation>(plan);
  return graph;
}

std::size_t DependencyGraph::node_count() const {
  return implementation_->numbering.size();
}
std::size_t DependencyGraph::edge_count() const {
  return boost::num_edges(implementation_->graph);
}

std::vector<Edge> DependencyGraph::edges() const {
  std::vector<Edge> all;
  all.reserve(edge_count());
  for (Vertex vertex = 0; vertex < node_count(); ++vertex) {
    for (auto [edge, end] = boost::out_edges(vertex, implementation_->graph); edge != end; ++edge) {
      all.push_back(implementation_->edge(*edge));
    }
  }
  return all;
}

std::vector<Edge> DependencyGraph::needs_of(Node node) const {
  std::vector<Edge> found;
  const Vertex vertex = implementation_->numbering.vertex(node);
  for (auto [edge, end] = boost::out_edges(vertex, implementation_->graph); edge != end; ++edge) {
    found.push_back(implementation_->edge(*edge));
  }
  return found;
}

std::vector<Edge> DependencyGraph::users_of(Node node) const {
  std::vector<Edge> found;
  const Vertex vertex = implementation_->numbering.vertex(node);
  for (auto [edge, end] = boost::in_edges(vertex, implementation_->graph); edge != end; ++edge) {
    found.push_back(implementation_->edge(*edge));
  }
  return found;
}

const std::vector<Node>& DependencyGraph::order() const {
  return implementation_->order;
}
const std::vector<Cycle>& DependencyGraph::cycles() const {
  return implementation_->cycles;
}
const Unused& DependencyGraph::unused() const {
  return implementation_->unused;
}

std::vector<Node> DependencyGraph::affected_by(model::InputId input) const {
  const Vertex start = implementation_->numbering.vertex({Node::Kind::input, input});
  std::vector<Node> found;
  implementation_->append_in_order(implementation_->reached_from({start}, true), false, found);
  return found;
}

std::vector<Node> DependencyGraph::needed_for(model::TargetId target) const {
  std::vector<Node> found = needed_for(std::vector<model::TargetId>{target});
  std::erase(found, Node{Node::Kind::target, target});
  return found;
}

std::vector<Node> DependencyGraph::needed_for(const std::vector<model::TargetId>& targets) const {
  std::vector<Vertex> start;
  for (const model::TargetId target : targets) {
    start.push_back(implementation_->numbering.vertex({Node::Kind::target, target}));
  }
  std::vector<Node> found;
  implementation_->append_in_order(implementation_->reached_from(std::move(start), false), true,
                                   found);
  return found;
}

const model::Named& named(const Plan& plan, Node node) {
  switch (node.kind) {
    case Node::Kind::input:
      return plan.inputs[node.index];
    case Node::Kind::table:
      return plan.tables[node.index];
    case Node::Kind::indicator:
      return plan.indicators[node.index];
    case Node::Kind::target:
      break;
  }
  return plan.targets[node.index];
}

text::Diagnostics cycle_diagnostics(const DependencyGraph& graph, const Plan& plan) {
  // A cycle of thousands is shown by its beginning; the whole of it is in `cycles()`.
  constexpr std::size_t most_steps_shown = 20;
  text::Diagnostics diagnostics(plan.source);
  for (const Cycle& cycle : graph.cycles()) {
    std::string path;
    const std::size_t shown = std::min(cycle.steps.size(), most_steps_shown);
    for (std::size_t i = 0; i < shown; ++i) {
      path += named(plan, cycle.steps[i].from).name + " → ";
    }
    if (shown < cycle.steps.size()) path += "… → ";
    const std::string& first = named(plan, cycle.steps.front().from).name;
    path += first;
    text::Diagnostic& diagnostic =
        diagnostics.add(text::kind("dependency_cycle"), cycle.steps.front().place)
            .with("name", first)
            .with("path", path);
    for (std::size_t i = 0; i < shown; ++i) {
      const Edge& step = cycle.steps[i];
      const std::string& from = named(plan, step.from).name;
      const std::string& to = named(plan, step.to).name;
      if (step.kind == Edge::Kind::weighs) {
        diagnostic.label(step.place, "`" + from + "` is weighted by `" + to + "` here",
                         "`" + from + "` 在此以 `" + to + "` 加权");
      } else {
        diagnostic.label(step.place, "`" + from + "` needs `" + to + "` here",
                         "`" + from + "` 在此用到 `" + to + "`");
      }
    }
  }
  return diagnostics;
}

namespace {

/// Whether every formula names only indicators that stand before it, and nothing else could lead
/// back: seen in one pass over the expressions, of which the parts stand before the whole. False
/// where that pass does not tell.
bool stands_in_order(const Plan& plan) {
  for (const model::Input& input : plan.inputs) {
    if (input.weight != model::none || input.weight_over_periods != model::none) return false;
  }
  std::uint32_t indicator = 0;  // no expression of one before it is still to come
  for (ExpressionId id = 0; id < plan.resolution.size(); ++id) {
    while (indicator < plan.indicators.size() && plan.indicators[indicator].formula < id) {
      ++indicator;
    }
    const Symbol& symbol = plan.resolution[id];
    if (symbol.kind == Symbol::Kind::target) return false;
    if (symbol.kind == Symbol::Kind::indicator && symbol.index >= indicator) return false;
  }
  return true;
}

}  // namespace

Ordered in_order(const Plan& plan) {
  Ordered ordered;
  ordered.indicators.reserve(plan.indicators.size());
  if (stands_in_order(plan)) {
    ordered.indicators.resize(plan.indicators.size());
    std::iota(ordered.indicators.begin(), ordered.indicators.end(), 0U);
    return ordered;
  }
  const DependencyGraph graph = build(plan);
  for (const Node& node : graph.order()) {
    if (node.kind == Node::Kind::indicator) ordered.indicators.push_back(node.index);
  }
  ordered.cycles = cycle_diagnostics(graph, plan);
  return ordered;
}

}  // namespace dabiao::graph
