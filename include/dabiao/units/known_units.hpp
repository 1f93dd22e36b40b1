#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "dabiao/units/dimension.hpp"

namespace dabiao::units {

/// A unit that every plan knows without declaring it. `names` are its spellings, parted by
/// spaces, the one that dabiao writes first. One of it is numerator/denominator of the base unit
/// of base^exponent; exponent 0 is dimensionless. Where `takes_magnitude` is set, 万 and the like
/// may stand before the spellings that are Chinese.
struct KnownUnit {
  std::string_view names;
  BaseDimension base;
  int exponent;
  std::int64_t numerator;
  std::int64_t denominator;
  bool takes_magnitude;
};

inline constexpr KnownUnit known_units[] = {
    {"米 m 公尺", length_dimension, 1, 1, 1, true},
    {"千米 公里 km ㎞", length_dimension, 1, 1000, 1, true},
    {"厘米 釐米 cm ㎝", length_dimension, 1, 1, 100, true},
    {"毫米 mm ㎜", length_dimension, 1, 1, 1000, true},
    {"平方米 ㎡ m2 平米 平方公尺", length_dimension, 2, 1, 1, true},
    {"平方公里 平方千米 km2 ㎢", length_dimension, 2, 1'000'000, 1, true},
    {"公顷 公頃", length_dimension, 2, 10'000, 1, true},
    {"亩 畝", length_dimension, 2, 2000, 3, true},
    {"立方米 m3 立方公尺", length_dimension, 3, 1, 1, true},
    {"升", length_dimension, 3, 1, 1000, true},
    {"毫升 ml", length_dimension, 3, 1, 1'000'000, true},
    {"元 yuan CNY RMB", money_dimension, 1, 1, 1, true},
    {"克 g", mass_dimension, 1, 1, 1, true},
    {"毫克 mg", mass_dimension, 1, 1, 1000, true},
    {"微克", mass_dimension, 1, 1, 1'000'000, true},
    {"千克 公斤 kg ㎏", mass_dimension, 1, 1000, 1, true},
    {"吨 噸", mass_dimension, 1, 1'000'000, 1, true},
    {"日 天 day days", day_dimension, 1, 1, 1, true},
    {"周 週 星期 week weeks", day_dimension, 1, 7, 1, true},
    {"小时 小時 个小时 個小時 hour hours", day_dimension, 1, 1, 24, true},
    {"分钟 分鐘 minute minutes", day_dimension, 1, 1, 1440, true},
    {"月 个月 個月 month months", month_dimension, 1, 1, 1, true},
    {"季 季度 个季度 個季度 quarter quarters", month_dimension, 1, 3, 1, true},
    {"半年", month_dimension, 1, 6, 1, false},
    {"年 year years", month_dimension, 1, 12, 1, true},
    {"%", length_dimension, 0, 1, 100, false},
    {"‰", length_dimension, 0, 1, 1000, false},
    {"百分点 百分點 个百分点 個百分點", length_dimension, 0, 1, 100, false},
    {"成", length_dimension, 0, 1, 10, false},
    {"倍", length_dimension, 0, 1, 1, true},
};

/// A word of magnitude before a unit, as in 千人, 百户 and 万元.
struct KnownMagnitude {
  std::string_view names;
  std::int64_t factor;
};

/// One of these four may stand before 万 or 亿 (百万, 千亿), and each alone.
inline constexpr KnownMagnitude known_small_magnitudes[] = {
    {"十", 10},
    {"百", 100},
    {"千", 1000},
};
inline constexpr KnownMagnitude known_large_magnitudes[] = {
    {"万亿 萬億", 1'000'000'000'000},
    {"万 萬", 10'000},
    {"亿 億", 100'000'000},
};

/// How dabiao writes length^exponent, for exponents from 1.
inline constexpr std::string_view known_length_powers[] = {"米", "平方米", "立方米"};

}  // namespace dabiao::units
