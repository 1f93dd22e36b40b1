#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "dabiao/data/cube.hpp"
#include "dabiao/data/read_tables.hpp"
#include "dabiao/model/plan.hpp"
#include "dabiao/text/checked.hpp"

namespace dabiao::data {

/// A value as it would stand in a cell. A floating number stands for its shortest decimal; one that
/// is not finite is missing.
class ReportedValue {
 public:
  ReportedValue(std::string text) : text_(std::move(text)) {}
  ReportedValue(std::string_view text) : text_(text) {}
  ReportedValue(const char* text) : text_(text) {}
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) ReportedValue(Integer number)
      : text_(std::to_string(number)) {}
  ReportedValue(double number);
  ReportedValue(float number);
  template <std::same_as<bool> Bool>
  ReportedValue(Bool truth) : text_(truth ? "true" : "false") {}

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// A report: `{.input = "床位", .value = 120, .entity = "兴庆区/甲院", .period = "2023-08"}`.
struct Report {
  std::string input;  // by name or label
  ReportedValue value = "";
  std::string entity = {};  // by name or path; empty is the top
  std::string period = {};  // as tables write it; empty holds at any time
  std::string level = {};   // needed only where the name of the entity leaves it open
};

/// Reports that a program puts together one by one. What is wrong with them is found when the cube
/// is built; the first report is row 1.
class Dataset {
 public:
  /// The name is what messages call the data.
  explicit Dataset(std::string name = "data") : name_(std::move(name)) {}

  Dataset& add(Report report);
  /// A report about the top that holds at any time: all that a plan without levels needs.
  Dataset& set(std::string input, ReportedValue value);
  Dataset& set(std::string input, std::string entity, std::string period, ReportedValue value);

  std::size_t size() const { return reports_.size(); }

  /// The reports as a long table.
  NamedTable table() const;
  Checked<Cube> build(std::shared_ptr<const model::Plan> plan,
                      const ReadOptions& options = {}) const;

 private:
  std::string name_;
  std::vector<Report> reports_;
};

}  // namespace dabiao::data
