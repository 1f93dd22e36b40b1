#include "dabiao/data/cube.hpp"

#include <cassert>

namespace dabiao::data {

bool ReportBlock::known(std::uint64_t cell) const {
  return values.known(cell);
}

double ReportBlock::value(std::uint64_t cell) const {
  return values.value(cell);
}

exact::Rational ReportBlock::exact_value(std::uint64_t cell) const {
  assert(values.known(cell) && "only a known cell has a value");
  const auto written = exact.find(cell);
  if (written != exact.end()) return written->second;
  return *exact::Rational::from_double_shortest(values.value(cell));
}

}  // namespace dabiao::data
