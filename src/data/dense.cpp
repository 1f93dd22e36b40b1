#include "dabiao/data/dense.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>

#include "dabiao/data/cell_text.hpp"
#include "dabiao/data/register_builder.hpp"
#include "dabiao/text/diagnostic_kinds.hpp"
#include "data/entity_cells.hpp"
#include "data/headings.hpp"
#include "data/outside_range.hpp"

namespace dabiao::data {

using model::LevelId;
using text::Diagnostic;
using text::Diagnostics;
using text::kind;

namespace {

/// Finds an entity among those that are listed so far.
struct Known {
  EntityIndex parent;
  std::string_view name;
  bool operator==(const Known&) const = default;
};
struct KnownHash {
  std::size_t operator()(const Known& known) const {
    return std::hash<std::string_view>()(known.name) ^
           (std::size_t{known.parent} * 0x9e3779b97f4a7c15ULL);
  }
};

class Lister {
 public:
  Lister(const model::Plan& plan, const NamedTable& table, Diagnostics& problems)
      : plan_(plan), named_(table), problems_(problems), entity_cells_(plan) {
    levels_.resize(plan.levels.size());
    known_.resize(plan.levels.size());
    leaf_.assign(plan.levels.size(), true);
    for (const model::Level& each : plan.levels) {
      if (each.parent != model::none) leaf_[each.parent] = false;
    }
  }

  std::vector<ListedLevel> list() {
    const Table& table = named_.table;
    column_of_.assign(plan_.levels.size(), absent);
    bool some = false;
    for (std::size_t column = 0; column < table.headings.size(); ++column) {
      if (const auto level = meant_by(plan_, table.headings[column]).level()) {
        column_of_[*level] = column;
        some = true;
      }
    }
    if (!some) {
      Diagnostic& diagnostic = problems_.add(kind("no_level_columns"));
      diagnostic.data_place = text::DataPlace{named_.name, 1, ""};
      for (const model::Level& level : plan_.levels) diagnostic.expect(level.name);
      return {};
    }
    std::uint64_t first = 0;
    for (const TableBatch& batch : table.batches) {
      last_.assign(plan_.levels.size(), no_entity);
      for (std::uint64_t row = 0; row < batch.rows; ++row) add(batch, row, first + row);
      first += batch.rows;
    }
    // The names were read where they stood in the table.
    for (LevelId level = 0; level < plan_.levels.size(); ++level) {
      if (plan_.levels[level].parent == model::none && levels_[level].names.empty()) {
        levels_[level].names.push_back(plan_.levels[level].shown());
      }
    }
    return std::move(levels_);
  }

 private:
  static constexpr std::size_t absent = ~std::size_t{0};

  void add(const TableBatch& batch, std::uint64_t row, std::uint64_t number) {
    // The deepest level that is filled in, and whether another branch is as well.
    LevelId deepest = model::none;
    for (LevelId level = 0; level < plan_.levels.size(); ++level) {
      if (column_of_[level] == absent) continue;
      const std::string_view name = text(batch.columns[column_of_[level]], row, level);
      if (name.empty()) continue;
      if (deepest != model::none && !plan_.is_at_or_above(deepest, level)) {
        Diagnostic& diagnostic = problems_.add(kind("two_branches"));
        diagnostic.data_place = text::DataPlace{named_.name, named_.row_number(number), ""};
        diagnostic.with("first", plan_.levels[deepest].name)
            .with("second", plan_.levels[level].name);
        return;
      }
      deepest = level;
    }
    if (deepest == model::none) return;
    chain_.clear();
    for (LevelId level = deepest; level != model::none; level = plan_.levels[level].parent) {
      chain_.push_back(level);
    }
    EntityIndex parent = 0;
    for (auto at = chain_.rbegin(); at != chain_.rend(); ++at) {
      const LevelId level = *at;
      std::string_view name = column_of_[level] == absent
                                  ? std::string_view{}
                                  : text(batch.columns[column_of_[level]], row, level);
      if (name.empty()) {
        if (column_of_[level] != absent || plan_.levels[level].parent != model::none) {
          Diagnostic& diagnostic = problems_.add(kind("parent_not_known"));
          diagnostic.data_place =
              text::DataPlace{named_.name, named_.row_number(number), plan_.levels[level].name};
          diagnostic.with("parent", plan_.levels[level].name)
              .with("level", plan_.levels[deepest].name)
              .with("name", std::string(text(batch.columns[column_of_[deepest]], row, deepest)));
          return;
        }
        name = plan_.levels[level].shown();
      }
      parent = entity(level, parent, name);
    }
  }

  /// The text of a cell, trimmed; empty where it says nothing.
  std::string_view text(const TableColumn& column, std::uint64_t row, LevelId level) {
    if (column.is_null(row)) return {};
    std::string_view cell;
    if (column.type == CellType::text) {
      cell = column.text(row);
    } else {
      if (shown_.size() <= level) shown_.resize(plan_.levels.size());
      shown_[level] = column.shown(row);
      cell = shown_[level];
    }
    cell = trimmed(cell);
    return entity_cells_.is_blank(cell) ? std::string_view{} : cell;
  }

  EntityIndex entity(LevelId level, EntityIndex parent, std::string_view name) {
    ListedLevel& members = levels_[level];
    const bool top = plan_.levels[level].parent == model::none;
    const auto make = [&] {
      members.names.emplace_back(name);
      if (!top) members.parents.push_back(parent);
      return static_cast<EntityIndex>(members.names.size() - 1);
    };
    // Who has nobody below is listed once; whether twice shows when they stand in order.
    if (leaf_[level]) return make();
    // Rows of one family mostly stand together.
    const EntityIndex last = last_[level];
    if (last != no_entity && members.names[last] == name &&
        (top || members.parents[last] == parent)) {
      return last;
    }
    auto& known = known_[level];
    const auto found = known.find(Key{parent, std::string(name)});
    if (found != known.end()) return last_[level] = found->second;
    const EntityIndex made = make();
    known.emplace(Key{parent, std::string(name)}, made);
    return last_[level] = made;
  }

  struct Key {
    EntityIndex parent;
    std::string name;
    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const {
      return KnownHash()(Known{key.parent, key.name});
    }
  };

  const model::Plan& plan_;
  const NamedTable& named_;
  Diagnostics& problems_;
  EntityCells entity_cells_;
  std::vector<ListedLevel> levels_;
  std::vector<std::size_t> column_of_;
  std::vector<bool> leaf_;
  std::vector<EntityIndex> last_;
  std::vector<LevelId> chain_;
  std::vector<std::string> shown_;
  std::vector<std::unordered_map<Key, EntityIndex, KeyHash>> known_;
};

/// Whether nothing but the list says which entities there are.
bool only_listed(const model::Plan& plan, const std::vector<ListedLevel>& levels) {
  if (!plan.entities.empty() || !plan.groups.empty()) return false;
  for (LevelId level = 0; level < levels.size(); ++level) {
    const auto& count = plan.levels[level].count;
    if (count && *count != static_cast<std::int64_t>(levels[level].names.size())) return false;
  }
  for (const model::Given& given : plan.givens) {
    if (given.counted_level != model::none) return false;
  }
  for (const model::Table& table : plan.tables) {
    for (const model::Dimension& dimension : table.by) {
      if (dimension.level != model::none) return false;
    }
  }
  return true;
}

/// The numbers of what is listed in a register that others had a word in.
void find_listed(const model::Plan& plan, const EntityRegister& entities,
                 const std::vector<ListedLevel>& levels,
                 std::vector<std::vector<EntityIndex>>& numbers) {
  numbers.assign(levels.size(), {});
  for (LevelId level = 0; level < levels.size(); ++level) {
    const LevelId above = plan.levels[level].parent;
    const LevelRegister& members = entities.level(level);
    for (std::size_t i = 0; i < levels[level].names.size(); ++i) {
      EntityRun run{0, members.size()};
      if (above != model::none) {
        const EntityIndex parent = numbers[above][levels[level].parents[i]];
        run = parent == no_entity ? EntityRun{} : entities.descendants(above, parent, level);
      }
      const auto begin = members.names.begin();
      const auto found =
          std::lower_bound(begin + run.first, begin + run.last, levels[level].names[i]);
      const bool there = found != begin + run.last && *found == levels[level].names[i];
      numbers[level].push_back(there ? static_cast<EntityIndex>(found - begin) : no_entity);
    }
  }
}

void report_doubles(const model::Plan& plan, const std::vector<ListedLevel>& levels,
                    const std::vector<std::vector<EntityIndex>>& numbers,
                    const EntityRegister& entities, const std::string& file,
                    Diagnostics& problems) {
  for (LevelId level = 0; level < levels.size(); ++level) {
    const LevelRegister& members = entities.level(level);
    const auto say = [&](const std::string& name) {
      Diagnostic& diagnostic = problems.add(kind("ambiguous_entity"));
      const LevelId above = plan.levels[level].parent;
      diagnostic.data_place = text::DataPlace{file, 0, plan.levels[level].name};
      diagnostic.with("level", plan.levels[level].name)
          .with("name", name)
          .with("count", "2")
          .with("parent", above == model::none ? std::string() : plan.levels[above].name)
          .with("expected", name);
    };
    for (EntityIndex each = 1; each < members.size(); ++each) {
      const bool siblings =
          members.parents.empty() || members.parents[each] == members.parents[each - 1];
      if (siblings && members.names[each] == members.names[each - 1]) say(members.names[each]);
    }
    std::vector<EntityIndex> sorted = numbers[level];
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i] == sorted[i - 1] && sorted[i] != no_entity) say(members.names[sorted[i]]);
    }
  }
}

/// Shares [0, size) among threads, in whole words of 64.
void share_out(std::size_t size, unsigned threads,
               const std::function<void(std::size_t, std::size_t)>& part) {
  if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t words = (size + 63) / 64;
  threads = static_cast<unsigned>(std::clamp<std::size_t>(size >> 16, 1, threads));
  const auto run = [&](unsigned number) {
    part(std::min(size, words * number / threads * 64),
         std::min(size, words * (number + 1) / threads * 64));
  };
  std::vector<std::thread> others;
  for (unsigned number = 1; number < threads; ++number) others.emplace_back(run, number);
  run(0);
  for (std::thread& other : others) other.join();
}

/// Which numbers are there; empty where all are.
value::Validity validity_of(const DenseInput& input, unsigned threads) {
  const std::size_t size = input.values.size();
  value::Validity all(size, true);
  std::vector<std::uint64_t> words((size + 63) / 64);
  share_out(size, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t first = begin; first < end; first += 64) {
      const std::size_t count = std::min<std::size_t>(64, end - first);
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < count; ++i) {
        // Finite, and quicker than asking: the exponent is not all ones.
        std::uint64_t bits = 0;
        std::memcpy(&bits, &input.values[first + i], sizeof bits);
        word |= std::uint64_t{(bits & 0x7ff0000000000000U) != 0x7ff0000000000000U} << i;
      }
      if (input.validity != nullptr) {
        std::uint64_t given = 0;
        for (std::size_t i = 0; i < count; ++i) {
          const std::uint64_t bit = first + i + input.validity_offset;
          given |= std::uint64_t{(input.validity[bit >> 3] >> (bit & 7) & 1U) != 0} << i;
        }
        word &= given;
      }
      words[first / 64] = word;
    }
  });
  bool complete = true;
  for (std::size_t i = 0; i < words.size(); ++i) {
    complete &= words[i] == all.word(i);
    all.set_word(i, words[i]);
  }
  return complete ? value::Validity() : all;
}

/// The numbers in the order of the register.
DenseInput in_order(const DenseInput& input, const std::vector<EntityIndex>& numbers,
                    std::size_t periods) {
  struct Copy {
    std::vector<double> values;
    std::vector<std::uint8_t> bits;
  };
  const auto copy = std::make_shared<Copy>();
  const std::size_t entities = numbers.size();
  copy->values.resize(input.values.size());
  if (input.validity != nullptr) copy->bits.assign((input.values.size() + 7) / 8, 0);
  for (std::size_t period = 0; period < periods; ++period) {
    const std::size_t row = period * entities;
    for (std::size_t i = 0; i < entities; ++i) {
      const std::size_t to = row + numbers[i];
      copy->values[to] = input.values[row + i];
      if (input.validity == nullptr) continue;
      const std::uint64_t bit = row + i + input.validity_offset;
      if ((input.validity[bit >> 3] >> (bit & 7) & 1U) != 0) {
        copy->bits[to >> 3] = static_cast<std::uint8_t>(copy->bits[to >> 3] | 1U << (to & 7));
      }
    }
  }
  DenseInput ordered = input;
  ordered.values = copy->values;
  ordered.validity = input.validity == nullptr ? nullptr : copy->bits.data();
  ordered.validity_offset = 0;
  ordered.owner = copy;
  return ordered;
}

class DenseReader {
 public:
  DenseReader(std::shared_ptr<const model::Plan> plan, DenseData data)
      : plan_(std::move(plan)), data_(std::move(data)) {}

  Checked<Cube> read() {
    cube_.plan = plan_;
    cube_.inputs.resize(plan_->inputs.size());
    read_entities();
    if (problems_.has_errors()) return problems_;
    for (const model::Given& given : plan_->givens) {
      if (given.input == model::none) continue;
      throw std::invalid_argument("the plan gives " + plan_->inputs[given.input].name +
                                  ", which arrays do not go with: write it into them");
    }
    for (DenseInput& each : data_.inputs) read_input(each);
    if (problems_.has_errors()) return problems_;
    cube_.warnings = problems_;
    return {std::move(cube_), problems_};
  }

 private:
  void read_entities() {
    Lister lister(*plan_, data_.entities, problems_);
    const std::vector<ListedLevel> levels = lister.list();
    if (problems_.has_errors()) return;
    if (only_listed(*plan_, levels)) {
      cube_.entities = EntityRegister::listed(*plan_, levels, numbers_);
    } else {
      RegisterBuilder builder(*plan_);
      builder.add_register(data_.entities, problems_);
      cube_.entities = builder.build(problems_);
      if (problems_.has_errors()) return;
      find_listed(*plan_, cube_.entities, levels, numbers_);
    }
    report_doubles(*plan_, levels, numbers_, cube_.entities, data_.entities.name, problems_);
    in_order_.assign(levels.size(), true);
    for (LevelId level = 0; level < levels.size(); ++level) {
      for (std::size_t i = 0; i < numbers_[level].size(); ++i) {
        if (numbers_[level][i] != i) in_order_[level] = false;
      }
      // What only the plan names has no numbers.
      if (numbers_[level].size() != cube_.entities.level(level).size()) in_order_[level] = false;
    }
  }

  void read_input(DenseInput& given) {
    std::optional<model::InputId> id;
    for (model::InputId each = 0; each < plan_->inputs.size(); ++each) {
      if (plan_->inputs[each].name == given.name) id = each;
    }
    for (model::InputId each = 0; each < plan_->inputs.size() && !id; ++each) {
      if (plan_->inputs[each].label == given.name) id = each;
    }
    if (!id) {
      Diagnostic& diagnostic = problems_.add(kind("unknown_name"));
      diagnostic.with("name", given.name);
      diagnostic.data_place = text::DataPlace{"inputs", 0, given.name};
      return;
    }
    const model::Input& input = plan_->inputs[*id];
    const std::uint32_t entities = cube_.entities.level(input.level).size();
    const std::size_t periods = given.timeless ? 1 : data_.periods;
    const std::size_t listed = numbers_[input.level].size();
    const std::string expected =
        std::to_string(periods) + " periods of " + std::to_string(listed) + " entities";
    const std::size_t size = given.cells ? given.cells->size : given.values.size();
    if (size != periods * listed) {
      throw std::invalid_argument(input.name + " has " + std::to_string(size) +
                                  " numbers, expected " + expected);
    }
    if (!cube_.inputs[*id].blocks.empty()) {
      throw std::invalid_argument(input.name + " is handed over twice");
    }
    if (listed != entities) {
      throw std::invalid_argument("the register lists " + std::to_string(listed) + " of the " +
                                  std::to_string(entities) + " " + plan_->levels[input.level].name +
                                  " that the plan names");
    }
    ReportBlock block;
    const bool as_cells = given.cells.has_value();
    if (as_cells && !read_cells(input, given, block)) return;
    if (!in_order_[input.level]) {
      given = in_order(given, numbers_[input.level], periods);
      std::unordered_map<std::uint64_t, exact::Rational> exact;
      for (auto& [cell, number] : block.exact) {
        exact.emplace(cell - cell % listed + numbers_[input.level][cell % listed],
                      std::move(number));
      }
      block.exact = std::move(exact);
    }
    block.level = input.level;
    if (!given.timeless) {
      block.grain = data_.grain;
      block.first_period = data_.first_period;
    }
    block.periods = static_cast<std::uint32_t>(periods);
    block.entities = entities;
    block.values =
        value::Column::borrowed(given.values, validity_of(given, data_.threads), given.owner);
    block.facts = value::facts_of(block.values, data_.threads);
    check_range(input, block, as_cells);
    if (block.values.size() > 0) cube_.inputs[*id].blocks.push_back(std::move(block));
  }

  /// Reads cells into numbers, with the exact ones of those that doubles do not say in the block;
  /// false, with the first bad one named, where some are no values of the input.
  bool read_cells(const model::Input& input, DenseInput& given, ReportBlock& block) {
    struct Read {
      std::vector<double> values;
      std::vector<std::uint8_t> there;
    };
    const TableColumn& cells = *given.cells;
    if (cells.type == CellType::other) {
      Diagnostic& diagnostic = problems_.add(kind("column_type_not_read"));
      diagnostic.with("column", given.name).with("type", cells.type_name);
      diagnostic.data_place = text::DataPlace{"inputs", 0, given.name};
      return false;
    }
    const auto kept = std::make_shared<Read>();
    kept->values.resize(cells.size);
    kept->there.assign(cells.size / 8 + 1, 0);
    const CellReader reader(*plan_, input.type);
    for (std::uint64_t cell = 0; cell < cells.size; ++cell) {
      Diagnostic problem;
      const CellValue value = reader.read(cells, cell, problem);
      if (value.reason == value::Reason::bad_cell) {
        const std::vector<EntityIndex>& numbers = numbers_[input.level];
        problem.data_place = place(input, numbers[cell % numbers.size()]);
        problems_.list().push_back(std::move(problem));
        return false;
      }
      if (!value.known()) continue;
      kept->values[cell] = value.number;
      kept->there[cell / 8] = static_cast<std::uint8_t>(kept->there[cell / 8] | 1U << (cell % 8));
      if (value.exact) block.exact.emplace(cell, *value.exact);
    }
    given.values = kept->values;
    given.validity = kept->there.data();
    given.validity_offset = 0;
    given.owner = kept;
    given.cells.reset();
    return true;
  }

  text::DataPlace place(const model::Input& input, EntityIndex entity) const {
    return {cube_.entities.path(input.level, entity), 0, input.name};
  }

  /// Whether a number says something of the input's type.
  bool is_of_type(const model::Input& input, double number) const {
    switch (input.type.kind) {
      case value::Type::Kind::number:
        return true;
      case value::Type::Kind::yesno:
        return number == 0 || number == 1;
      case value::Type::Kind::stage:
        return number >= 0 && number == std::floor(number) &&
               number < static_cast<double>(plan_->scales[input.type.scale].stages.size());
      case value::Type::Kind::date:
        return number == std::floor(number) && std::fabs(number) < 1e9 &&
               calendar::Date::from_days(static_cast<std::int32_t>(number)).has_value();
    }
    return false;
  }

  /// Looks at the extremes, and where these are not good names the first cell that is not.
  void check_range(const model::Input& input, const ReportBlock& block, bool as_cells) {
    if (block.facts->known == 0) return;
    if (as_cells && !input.type.is_number()) return;  // read as what they are
    const auto inside = [&](const exact::Rational& number) {
      return !input.type.is_number() || input.range.contains(number * input.type.unit.scale());
    };
    const auto is_good = [&](double number) {
      return is_of_type(input, number) &&
             inside(exact::Rational::from_double_shortest(number).value_or(exact::Rational()));
    };
    const bool whole = input.type.is_number() || block.facts->decimals == std::optional(0);
    // An exact number at an extreme may lie beyond a range that its double does not leave.
    if (block.exact.empty() && whole && is_good(block.facts->lowest) &&
        is_good(block.facts->highest)) {
      return;
    }
    for (std::uint64_t cell = 0; cell < block.values.size(); ++cell) {
      if (!block.values.known(cell)) continue;
      const double number = block.values.value(cell);
      Diagnostic found;
      if (!is_of_type(input, number)) {
        CellReader(*plan_, input.type).read(number, found);
      } else if (const exact::Rational exact = block.exact_value(cell); !inside(exact)) {
        found = outside_range(input, number, exact.shortest_decimal(6));
      } else {
        continue;
      }
      found.data_place =
          place(input, static_cast<EntityIndex>(cell % std::max(1U, block.entities)));
      problems_.list().push_back(std::move(found));
      return;
    }
  }

  std::shared_ptr<const model::Plan> plan_;
  DenseData data_;
  Cube cube_;
  Diagnostics problems_;
  std::vector<std::vector<EntityIndex>> numbers_;
  std::vector<bool> in_order_;
};

}  // namespace

Checked<Cube> dense(std::shared_ptr<const model::Plan> plan, DenseData data) {
  return DenseReader(std::move(plan), std::move(data)).read();
}

}  // namespace dabiao::data
