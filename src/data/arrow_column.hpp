#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "dabiao/data/arrow.hpp"
#include "dabiao/data/table.hpp"

namespace dabiao::data {

/// One column to import: which array, and the rows [offset, offset + size) of it.
struct ArrowSlice {
  const ArrowSchema* schema;
  const ArrowArray* array;
  std::uint64_t offset;
  std::uint64_t size;
  std::shared_ptr<const void> owner;

  template <class Cell>
  const Cell* buffer(std::size_t index) const {
    return static_cast<const Cell*>(array->buffers[index]);
  }
  /// The cells of a column of fixed width, from the first row.
  template <class Cell>
  const Cell* cells() const {
    const Cell* all = buffer<Cell>(1);
    return all == nullptr ? nullptr : all + offset;
  }
};

/// The column of a slice: cells are read where they stand or converted; `CellType::other` where the
/// type is not read.
TableColumn import_column(const ArrowSlice& slice);

}  // namespace dabiao::data
