#include "dabiao/value/reason.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace dabiao::value {
namespace {

TEST(Reason, FitsAByteAndHasARowEach) {
  static_assert(sizeof(Reason) == 1);
  std::set<std::string_view> names, english, chinese;
  for (const ReasonRow& row : all_reasons()) {
    EXPECT_EQ(&value::row(row.reason), &row);
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    EXPECT_FALSE(row.meaning_chinese.empty()) << row.name;
    names.insert(row.name);
    english.insert(row.english);
    chinese.insert(row.chinese);
  }
  EXPECT_EQ(names.size(), reason_count);
  EXPECT_EQ(english.size(), reason_count);
  EXPECT_EQ(chinese.size(), reason_count);
}

TEST(Reason, IsFoundByName) {
  for (const ReasonRow& row : all_reasons()) {
    if (row.reason == Reason::known) continue;
    EXPECT_EQ(reason_named(row.name), row.reason);
  }
  EXPECT_EQ(reason_named(""), std::nullopt);
  EXPECT_EQ(reason_named("known"), std::nullopt);
  EXPECT_EQ(name(Reason::no_parts), "no_parts");
  EXPECT_EQ(name(Reason::known), "");
}

TEST(Reason, OnlyTheFlavoursOfNotApplicableAreSkipped) {
  const std::set<Reason> expected = {Reason::not_applicable, Reason::outside_life,
                                     Reason::no_table_entry};
  for (const ReasonRow& row : all_reasons()) {
    EXPECT_EQ(is_not_applicable(row.reason), expected.contains(row.reason)) << row.name;
    EXPECT_EQ(is_known(row.reason), row.reason == Reason::known) << row.name;
  }
}

TEST(Reason, CombinesWhicheverWayRound) {
  for (const ReasonRow& a : all_reasons()) {
    EXPECT_EQ(combine(a.reason, a.reason), a.reason);
    EXPECT_EQ(combine(a.reason, Reason::known), a.reason);
    EXPECT_EQ(combine(Reason::known, a.reason), a.reason);
    for (const ReasonRow& b : all_reasons()) {
      const Reason both = combine(a.reason, b.reason);
      EXPECT_EQ(both, combine(b.reason, a.reason));
      EXPECT_TRUE(both == a.reason || both == b.reason);
      for (const ReasonRow& c : all_reasons()) {
        EXPECT_EQ(combine(both, c.reason), combine(a.reason, combine(b.reason, c.reason)));
      }
    }
  }
}

TEST(Reason, NotApplicableWinsOverMissing) {
  for (const ReasonRow& a : all_reasons()) {
    for (const ReasonRow& b : all_reasons()) {
      if (!a.not_applicable) continue;
      EXPECT_TRUE(is_not_applicable(combine(a.reason, b.reason))) << a.name << " " << b.name;
    }
  }
  EXPECT_EQ(combine(Reason::not_reported, Reason::outside_life), Reason::outside_life);
}

TEST(Reason, WhatMustBeRepairedWinsOverWhatIsWaitedFor) {
  EXPECT_EQ(combine(Reason::not_yet, Reason::not_reported), Reason::not_reported);
  EXPECT_EQ(combine(Reason::not_reported, Reason::partial), Reason::partial);
  EXPECT_EQ(combine(Reason::partial, Reason::bad_cell), Reason::bad_cell);
  EXPECT_EQ(combine(Reason::not_yet, Reason::division_by_zero), Reason::division_by_zero);
}

}  // namespace
}  // namespace dabiao::value
