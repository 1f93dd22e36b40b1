#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregates.hpp"
#include "arithmetic.hpp"
#include "comparison.hpp"
#include "dabiao/function/function.hpp"
#include "dabiao/text/spelling_map.hpp"
#include "dates.hpp"
#include "logic.hpp"
#include "rounding.hpp"

namespace dabiao::function {

namespace {

inline constexpr Example met_examples[] = {{"share(县区 where met(护理占比60))", ""}};
inline constexpr Example attained_examples[] = {{"60 分 * attained(新增700)[市]", ""}};
inline constexpr Example rank_examples[] = {{"rank(床位 among 县区)", ""}};

constexpr CellFunction cell_functions[] = {
    {{"met", "达标 達標", "cell", "met(t)", 1, 1, "whether target t is met at this cell",
      "目标 t 在此处是否达标", MissingRule::own},
     met_examples},
    {{"attained", "完成率", "cell", "attained(t)", 1, 1,
      "how far target t is attained at this cell, 0 to 1", "目标 t 在此处的完成率,0 至 1",
      MissingRule::own},
     attained_examples},
    {{"rank", "排名", "cell", "rank(x among L)", 1, 1,
      "the place of x among the siblings at level L; 1 is the largest, ties share",
      "x 在同级中的名次,最大者为 1,相同者并列", MissingRule::own},
     rank_examples},
};

const std::vector<const Elementwise*>& elementwise() {
  static const std::vector<const Elementwise*> all = [] {
    std::vector<const Elementwise*> list;
    const auto append = [&list](const auto& table) {
      for (const Elementwise& entry : table) list.push_back(&entry);
    };
    append(arithmetic);
    append(comparison);
    append(logic);
    append(rounding);
    append(dates);
    return list;
  }();
  return all;
}

const std::vector<const Aggregate*>& aggregate() {
  static const std::vector<const Aggregate*> all = [] {
    std::vector<const Aggregate*> list;
    for (const Aggregate& entry : aggregates) list.push_back(&entry);
    return list;
  }();
  return all;
}

/// Calls `use` with every spelling of a function: English, simplified and traditional Chinese.
template <class Use>
void for_each_spelling(const Info& info, const Use& use) {
  use(info.name);
  std::string_view rest = info.chinese;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    use(rest.substr(0, space));
    rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
  }
}

/// Every spelling of a table's entries.
template <class Entry>
text::SpellingMap<const Entry*> spellings(const std::vector<const Entry*>& entries) {
  text::SpellingMap<const Entry*> found;
  for (const Entry* entry : entries) {
    for_each_spelling(entry->info, [&](std::string_view name) {
      const Entry*& known = found[name];
      if (known == nullptr) known = entry;
    });
  }
  return found;
}

template <class Entry>
const Entry* find_in(const text::SpellingMap<const Entry*>& entries, std::string_view name) {
  const Entry* const* const found = entries.find(name);
  return found == nullptr ? nullptr : *found;
}

consteval bool entries_are_whole() {
  const auto whole = [](const auto& table) {
    for (const auto& entry : table) {
      if (entry.info.name.empty() || entry.info.summary.empty() || entry.examples.empty()) {
        return false;
      }
      int same = 0;
      for (const auto& other : table) same += other.info.name == entry.info.name;
      if (same != 1) return false;
    }
    return true;
  };
  return whole(arithmetic) && whole(comparison) && whole(logic) && whole(rounding) &&
         whole(dates) && whole(aggregates) && whole(cell_functions);
}
static_assert(entries_are_whole(), "a function has a name of its own, a summary and examples");

}  // namespace

const Elementwise* find_elementwise(std::string_view name) {
  static const auto entries = spellings(elementwise());
  return find_in(entries, name);
}

const Aggregate* find_aggregate(std::string_view name) {
  static const auto entries = spellings(aggregate());
  return find_in(entries, name);
}

const CellFunction* find_cell_function(std::string_view name) {
  static const auto entries = [] {
    std::vector<const CellFunction*> list;
    for (const CellFunction& entry : cell_functions) list.push_back(&entry);
    return spellings(list);
  }();
  return find_in(entries, name);
}

std::span<const Elementwise* const> all_elementwise() {
  return elementwise();
}
std::span<const Aggregate* const> all_aggregates() {
  return aggregate();
}
std::span<const CellFunction> all_cell_functions() {
  return cell_functions;
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  const auto append = [&names](const Info& info) {
    for_each_spelling(info, [&](std::string_view name) { names.emplace_back(name); });
  };
  for (const Elementwise* entry : elementwise()) append(entry->info);
  for (const Aggregate* entry : aggregate()) append(entry->info);
  for (const CellFunction& entry : cell_functions) append(entry.info);
  return names;
}

}  // namespace dabiao::function
