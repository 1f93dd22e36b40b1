#include "data/grouping.hpp"

#include <bit>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <unordered_map>

namespace dabiao::data {
namespace {

constexpr std::uint32_t no_group = std::numeric_limits<std::uint32_t>::max();

/// Numbers keys in the order of their first appearance: open addressing, grown by doubling.
template <class Key, class Hash>
class Numbering {
 public:
  Numbering() : slots_(1024, no_group) {}

  /// The number of the key; `added` tells whether it is new.
  std::uint32_t number(const Key& key, bool& added) {
    // The row before often says the same.
    if (last_ != no_group && keys_[last_] == key) {
      added = false;
      return last_;
    }
    if (keys_.size() * 2 >= slots_.size()) grow();
    std::size_t at = Hash()(key) & (slots_.size() - 1);
    while (slots_[at] != no_group) {
      if (keys_[slots_[at]] == key) {
        added = false;
        return last_ = slots_[at];
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    added = true;
    last_ = static_cast<std::uint32_t>(keys_.size());
    slots_[at] = last_;
    keys_.push_back(key);
    return last_;
  }

 private:
  void grow() {
    slots_.assign(slots_.size() * 2, no_group);
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
      std::size_t at = Hash()(keys_[i]) & (slots_.size() - 1);
      while (slots_[at] != no_group) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = i;
    }
  }

  std::vector<std::uint32_t> slots_;
  std::vector<Key> keys_;
  std::uint32_t last_ = no_group;
};

struct MixBits {
  std::size_t operator()(std::uint64_t key) const {
    key ^= key >> 32;
    key *= 0x9e3779b97f4a7c15u;
    return static_cast<std::size_t>(key ^ key >> 29);
  }
};

/// Groups the rows of one column, batch after batch.
class ColumnGrouper {
 public:
  explicit ColumnGrouper(std::uint64_t rows) { result_.groups.resize(rows); }

  void add(const TableColumn& column) {
    switch (column.type) {
      case CellType::text:
        if (column.codes != nullptr) {
          add_dictionary(column);
        } else {
          for (std::uint64_t row = 0; row < column.size; ++row) {
            put(column.is_null(row) ? null_group() : text_group(column.text(row)));
          }
        }
        return;
      case CellType::float64:
        add_bits(column, [&](std::uint64_t row) {
          return std::bit_cast<std::uint64_t>(column.float64(row));
        });
        return;
      case CellType::float32:
        add_bits(column, [&](std::uint64_t row) {
          return static_cast<std::uint64_t>(std::bit_cast<std::uint32_t>(column.float32(row)));
        });
        return;
      case CellType::integer:
        add_bits(column, [&](std::uint64_t row) {
          return static_cast<std::uint64_t>(column.integer(row));
        });
        return;
      case CellType::date:
        add_bits(column, [&](std::uint64_t row) {
          return static_cast<std::uint64_t>(static_cast<std::uint32_t>(column.day(row)));
        });
        return;
      case CellType::yesno:
        add_bits(column,
                 [&](std::uint64_t row) { return static_cast<std::uint64_t>(column.yesno(row)); });
        return;
      case CellType::decimal:
        for (std::uint64_t row = 0; row < column.size; ++row) {
          put(column.is_null(row)
                  ? null_group()
                  : text_group({static_cast<const char*>(column.values) + row * 16, 16}));
        }
        return;
      case CellType::empty:
      case CellType::other:
        for (std::uint64_t row = 0; row < column.size; ++row) put(null_group());
        return;
    }
  }

  Grouping take() { return std::move(result_); }

 private:
  void put(std::uint32_t group) { result_.groups[row_++] = group; }

  std::uint32_t new_group() {
    result_.first_rows.push_back(row_);
    return static_cast<std::uint32_t>(result_.first_rows.size() - 1);
  }

  std::uint32_t null_group() {
    if (!null_) null_ = new_group();
    return *null_;
  }

  /// Groups are numbered across keys and nulls in the order of appearance.
  template <class Key, class Hash>
  std::uint32_t group_of(Numbering<Key, Hash>& numbering, std::vector<std::uint32_t>& groups,
                         const Key& key) {
    bool added = false;
    const std::uint32_t number = numbering.number(key, added);
    if (added) groups.push_back(new_group());
    return groups[number];
  }

  std::uint32_t text_group(std::string_view text) { return group_of(texts_, text_groups_, text); }

  void add_dictionary(const TableColumn& column) {
    std::vector<std::uint32_t> groups(column.entries, no_group);
    for (std::uint64_t row = 0; row < column.size; ++row) {
      if (column.is_null(row)) {
        put(null_group());
        continue;
      }
      std::uint32_t& group = groups[column.entry(row)];
      if (group == no_group) group = text_group(column.text(row));
      put(group);
    }
  }

  template <class Bits>
  void add_bits(const TableColumn& column, Bits bits) {
    for (std::uint64_t row = 0; row < column.size; ++row) {
      put(column.is_null(row) ? null_group() : group_of(bits_, bits_groups_, bits(row)));
    }
  }

  Grouping result_;
  std::uint64_t row_ = 0;
  std::optional<std::uint32_t> null_;
  Numbering<std::string_view, std::hash<std::string_view>> texts_;
  std::vector<std::uint32_t> text_groups_;
  Numbering<std::uint64_t, MixBits> bits_;
  std::vector<std::uint32_t> bits_groups_;
};

}  // namespace

BatchRow locate(const Table& table, std::uint64_t row) {
  std::size_t batch = 0;
  while (row >= table.batches[batch].rows) row -= table.batches[batch++].rows;
  return {batch, row};
}

Grouping Grouping::of(const Table& table, std::size_t column) {
  ColumnGrouper grouper(table.rows());
  for (const TableBatch& batch : table.batches) grouper.add(batch.columns[column]);
  return grouper.take();
}

Grouping Grouping::of(const Grouping& a, const Grouping& b) {
  if (a.groups.empty()) return b;
  if (b.groups.empty()) return a;
  Grouping both;
  both.groups.resize(a.groups.size());
  Numbering<std::uint64_t, MixBits> numbering;
  for (std::uint64_t row = 0; row < both.groups.size(); ++row) {
    bool added = false;
    both.groups[row] =
        numbering.number(static_cast<std::uint64_t>(a.groups[row]) << 32 | b.groups[row], added);
    if (added) both.first_rows.push_back(row);
  }
  return both;
}

}  // namespace dabiao::data
