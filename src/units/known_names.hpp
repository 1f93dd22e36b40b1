#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "dabiao/units/unit.hpp"

namespace dabiao::units::detail {

/// The unit of a single name.
Unit unit_of(NamedUnit named);

struct Known {
  Unit unit;
  bool takes_magnitude = false;
};

/// Every spelling of every known unit.
const std::map<std::string, Known, std::less<>>& known_by_name();

/// Of that name; null where there is none.
const Known* known_unit(std::string_view name);

/// A way to read the beginning of a name as a magnitude.
struct Split {
  std::int64_t factor = 1;
  std::string_view rest;
};

/// All ways for one name, the shortest magnitude first: 百万张 is 百·万张, then 百万·张.
class Splits {
 public:
  explicit Splits(std::string_view name);

  const Split* begin() const { return splits_.data(); }
  const Split* end() const { return splits_.data() + count_; }

 private:
  std::array<Split, 2> splits_;
  std::size_t count_ = 0;
};

}  // namespace dabiao::units::detail
