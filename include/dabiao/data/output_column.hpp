#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dabiao::data {

/// A column that is built up cell by cell and then handed out through Arrow.
class OutputColumn {
 public:
  enum class Type : std::uint8_t {
    text,
    float64,
    int32,
    int64,
    yesno,
    date,
    list,
    structure,
    dictionary
  };

  static OutputColumn text(std::string name) { return {Type::text, std::move(name)}; }
  static OutputColumn float64(std::string name) { return {Type::float64, std::move(name)}; }
  static OutputColumn int32(std::string name) { return {Type::int32, std::move(name)}; }
  static OutputColumn int64(std::string name) { return {Type::int64, std::move(name)}; }
  static OutputColumn yesno(std::string name) { return {Type::yesno, std::move(name)}; }
  /// Days since 1970-01-01.
  static OutputColumn date(std::string name) { return {Type::date, std::move(name)}; }
  /// Texts of which there are few different ones; cells are indices into `entries`.
  static OutputColumn dictionary(std::string name, std::vector<std::string> entries);
  static OutputColumn list(std::string name, OutputColumn items);
  static OutputColumn structure(std::string name, std::vector<OutputColumn> fields);

  void append(std::string_view cell);  // text
  void append(double cell);            // float64
  /// int32, int64, date (its day number) or dictionary (the entry's index).
  void append(std::int64_t cell);
  void append(bool cell);  // yesno
  void append_null();
  /// Ends a list whose items were appended to `items()`, or a structure whose fields were
  /// appended to `field(…)`.
  void append();

  OutputColumn& items() { return children_.front(); }
  OutputColumn& field(std::size_t index) { return children_[index]; }

  const std::string& name() const { return name_; }
  Type type() const { return type_; }
  std::uint64_t size() const { return size_; }

  /// Moves whole columns in, which is the quick way for many cells.
  static OutputColumn of_numbers(std::string name, std::vector<double> cells,
                                 std::vector<std::uint8_t> validity = {});
  /// Hands out memory where it stands, kept alive by `owner`: doubles of a float64, bits of a
  /// yesno. `validity` has a bit per cell, or is null where every cell is there.
  static OutputColumn of_memory(std::string name, Type type, std::uint64_t size, const void* cells,
                                const std::uint8_t* validity, std::uint64_t nulls,
                                std::shared_ptr<const void> owner);

 private:
  friend class ArrowExport;
  OutputColumn(Type type, std::string name) : type_(type), name_(std::move(name)) {}
  void mark(bool there);

  Type type_ = Type::text;
  std::string name_;
  std::uint64_t size_ = 0;
  std::uint64_t nulls_ = 0;
  std::vector<std::uint8_t> validity_;  // bits; empty while every cell is there
  std::string bytes_;
  std::vector<std::int32_t> offsets_;  // text and list: one more than there are cells
  std::vector<double> numbers_;
  std::vector<std::int32_t> integers_;
  std::vector<std::int64_t> long_integers_;
  std::vector<std::uint8_t> bits_;
  std::vector<OutputColumn> children_;
  std::vector<std::string> entries_;
  // Memory of somebody else's, in place of the vectors above.
  std::shared_ptr<const void> owner_;
  const void* lent_cells_ = nullptr;
  const std::uint8_t* lent_validity_ = nullptr;
};

}  // namespace dabiao::data
