#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "dabiao/ir/program.hpp"

namespace dabiao::ir::detail {

/// Keeps equal nodes one: the place and origin of the first stand for all.
class Interning {
 public:
  NodeId find_or_add(std::vector<Node>& nodes, Node&& node) {
    if (2 * (held_ + 1) > places_.size()) grow();
    const std::uint32_t hash = hash_of(node);
    std::size_t at = hash & (places_.size() - 1);
    for (; places_[at].node != no_node; at = (at + 1) & (places_.size() - 1)) {
      if (places_[at].hash == hash && same(nodes[places_[at].node], node)) return places_[at].node;
    }
    const auto id = static_cast<NodeId>(nodes.size());
    nodes.push_back(std::move(node));
    places_[at] = {hash, id};
    ++held_;
    return id;
  }

 private:
  static void mix(std::size_t& hash, std::size_t value) {
    hash ^= value + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
  }

  static std::uint32_t hash_of(const Node& node) {
    std::size_t hash = static_cast<std::size_t>(node.operation);
    mix(hash, node.constant.hash());
    mix(hash, std::hash<const void*>()(node.function));
    mix(hash, std::hash<const void*>()(node.aggregate));
    for (const NodeId argument : node.arguments) mix(hash, argument);
    mix(hash, node.index);
    mix(hash, node.level);
    mix(hash, node.group);
    mix(hash, static_cast<std::size_t>(node.grain));
    mix(hash, node.type.unit.text().size());
    hash *= 0x9e3779b97f4a7c15ULL;
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }

  static bool same(const Node& a, const Node& b) {
    return a.operation == b.operation && a.constant == b.constant && a.type == b.type &&
           a.type.unit.text() == b.type.unit.text() && a.function == b.function &&
           a.aggregate == b.aggregate && a.arguments == b.arguments && a.filtered == b.filtered &&
           a.index == b.index && a.level == b.level && a.group == b.group && a.grain == b.grain;
  }

  // An open table of the nodes by their hashes, at most half full.
  struct Held {
    std::uint32_t hash = 0;
    NodeId node = no_node;
  };

  void grow() {
    std::vector<Held> larger(std::max<std::size_t>(64, places_.size() * 4));
    for (const Held& each : places_) {
      if (each.node == no_node) continue;
      std::size_t at = each.hash & (larger.size() - 1);
      while (larger[at].node != no_node) at = (at + 1) & (larger.size() - 1);
      larger[at] = each;
    }
    places_ = std::move(larger);
  }

  std::vector<Held> places_;
  std::size_t held_ = 0;
};

}  // namespace dabiao::ir::detail
