#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "checks.hpp"

namespace dabiao::check::detail {

using model::TargetId;
using text::kind;

namespace {

void check_tags(const model::Target& target, text::Diagnostics& diagnostics) {
  std::set<std::string> seen, reported;
  for (const std::string& tag : target.tags) {
    if (seen.insert(tag).second || !reported.insert(tag).second) continue;
    diagnostics.add(kind("repeated_tag"), target.place).with("name", target.name).with("tag", tag);
  }
}

void check_parties(const model::Target& target, text::Diagnostics& diagnostics) {
  const auto check = [&](const std::vector<model::Party>& parties, const char* role,
                         const char* chinese) {
    std::set<std::pair<std::string, model::LevelId>> seen, reported;
    for (const model::Party& party : parties) {
      const std::pair key(party.name, party.each);
      if (seen.insert(key).second || !reported.insert(key).second) continue;
      diagnostics.add(kind("repeated_party"), target.place)
          .with("party", party.name)
          .with("role", role, chinese)
          .with("name", target.name);
    }
  };
  check(target.lead, "lead", "牵头");
  check(target.responsible, "responsible", "责任");
  check(target.cooperating, "cooperating", "配合");
}

/// Whether two targets ask the same of the same cells.
bool are_alike(const Inspection& inspection, TargetId a, TargetId b) {
  const ir::Target& one = inspection.program.targets[a];
  const ir::Target& other = inspection.program.targets[b];
  if (one.condition == ir::no_node || one.condition != other.condition ||
      one.filter != other.filter || one.dates != other.dates || one.offset != other.offset) {
    return false;
  }
  const model::Target& first = inspection.plan.targets[a];
  const model::Target& second = inspection.plan.targets[b];
  const auto when = [](const model::Target& target) {
    const syntax::When& each = target.when;
    return std::tie(each.kind, each.spans, each.grain, each.by_day, target.due_offset);
  };
  const auto where = [](const model::Target& target) {
    const model::Where& at = target.where;
    return std::tie(at.levels, at.groups, at.group_cells, at.entities);
  };
  return when(first) == when(second) && where(first) == where(second);
}

}  // namespace

void check_repetitions(Inspection& inspection, text::Diagnostics& diagnostics) {
  const model::Plan& plan = inspection.plan;
  std::multimap<ir::NodeId, TargetId> by_condition;
  for (const TargetId id : inspection.targets()) {
    check_tags(plan.targets[id], diagnostics);
    check_parties(plan.targets[id], diagnostics);
    const ir::NodeId condition = inspection.program.targets[id].condition;
    const auto [begin, end] = by_condition.equal_range(condition);
    for (auto other = begin; other != end; ++other) {
      if (!are_alike(inspection, other->second, id)) continue;
      const model::Target& first = plan.targets[other->second];
      diagnostics.add(kind("repeated_target"), plan.targets[id].place)
          .with("name", plan.targets[id].name)
          .with("first", first.name)
          .label(first.place, "the first", "前一目标");
      break;
    }
    by_condition.emplace(condition, id);
  }
}

}  // namespace dabiao::check::detail
