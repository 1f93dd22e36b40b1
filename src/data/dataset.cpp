#include "dabiao/data/dataset.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace dabiao::data {
namespace {

template <class Float>
std::string shortest(Float number) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return std::string(buffer.data(), end);
}

}  // namespace

ReportedValue::ReportedValue(double number) : text_(shortest(number)) {}
ReportedValue::ReportedValue(float number) : text_(shortest(number)) {}

Dataset& Dataset::add(Report report) {
  reports_.push_back(std::move(report));
  return *this;
}

Dataset& Dataset::set(std::string input, ReportedValue value) {
  return add({std::move(input), std::move(value), {}, {}, {}});
}

Dataset& Dataset::set(std::string input, std::string entity, std::string period,
                      ReportedValue value) {
  return add({std::move(input), std::move(value), std::move(entity), std::move(period), {}});
}

NamedTable Dataset::table() const {
  const auto column = [&](auto text_of) {
    std::vector<std::string> cells;
    cells.reserve(reports_.size());
    for (const Report& each : reports_) cells.push_back(text_of(each));
    return TableColumn::of_text(cells);
  };
  Table table;
  table.add("input", column([](const Report& each) { return each.input; }))
      .add("level", column([](const Report& each) { return each.level; }))
      .add("entity", column([](const Report& each) { return each.entity; }))
      .add("period", column([](const Report& each) { return each.period; }))
      .add("value", column([](const Report& each) { return each.value.text(); }));
  return {name_, std::move(table), 1, {}};
}

Checked<Cube> Dataset::build(std::shared_ptr<const model::Plan> plan,
                             const ReadOptions& options) const {
  return read_tables(std::move(plan), {table()}, options);
}

}  // namespace dabiao::data
