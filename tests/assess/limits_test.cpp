// Formulas of great length: every pass over them is a loop, and costs what its input is long.
#include <gtest/gtest.h>
#include <pthread.h>

#include <ctime>
#include <string>

#include "worked.hpp"

namespace dabiao::worked {
namespace {

/// Runs a task on a stack of 8 MiB.
template <class Task>
void on_small_stack(Task task) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t{8} << 20), 0);
  pthread_t thread;
  const auto run = [](void* given) -> void* {
    (*static_cast<Task*>(given))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &task), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

const std::string head =
    "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 unit 张 input x 张 stock at 县\n";
const std::string data = "period,x\n2023-12,7\n";

double seconds(std::clock_t since) {
  return double(std::clock() - since) / CLOCKS_PER_SEC;
}

TEST(Limits, TwoHundredThousandTerms) {
  on_small_stack([] {
    std::string sum = "x";
    for (int i = 0; i < 200'000; ++i) sum += " + 1 张";
    const Worked worked(head + "target t : " + sum + " >= 200008 张", {data}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status value gap"), "missed 200007 -1");
  });
}

TEST(Limits, ALongChainOfConditions) {
  on_small_stack([] {
    std::string chain = "x > 0 张";
    for (int i = 1; i < 20'000; ++i) chain += " and x > " + std::to_string(-i) + " 张";
    const Worked worked(head + "target t : " + chain, {data}, "2023-12-31");
    EXPECT_EQ(worked.says("t", "status"), "met");
  });
}

TEST(Limits, AHundredThousandIndicatorsInARow) {
  const auto measure = [](int count) {
    const std::clock_t begin = std::clock();
    on_small_stack([count] {
      std::string plan = head + "indicator i0 张 = x + 1 张\n";
      for (int i = 1; i < count; ++i) {
        plan += "indicator i" + std::to_string(i) + " 张 = i" + std::to_string(i - 1) + " + 1 张\n";
      }
      plan += "target t : i" + std::to_string(count - 1) + " >= 1 张";
      const Worked worked(plan, {data}, "2023-12-31");
      EXPECT_EQ(worked.says("t", "status value"), "met " + std::to_string(7 + count));
    });
    return seconds(begin);
  };
  const double few = measure(25'000);
  const double many = measure(100'000);
  // Four times as many take about four times as long, not sixteen times.
  EXPECT_LT(many, 10 * few) << few << " s, " << many << " s";
}

TEST(Limits, ManyTargetsThatReferToLaterOnes) {
  on_small_stack([] {
    std::string plan = head;
    for (int i = 0; i < 50'000; ++i) {
      plan += "target t" + std::to_string(i) + " : met(t" + std::to_string(i + 1) + ")\n";
    }
    const Worked worked(plan + "target t50000 : x >= 1 张", {data}, "2023-12-31");
    EXPECT_EQ(worked.says("t0", "status"), "met");
  });
}

TEST(Limits, AHundredThousandPartsThatAreMissing) {
  std::string towns = "镇,period,x,y\n";
  for (int i = 0; i < 100'000; ++i) {
    towns += std::to_string(i) + ",2023-12," + (i % 2 == 0 ? "1," : ",") + "1\n";
  }
  const Worked worked(
      "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 level 镇 in 县 unit 张"
      " input x 张 stock at 镇 range 0..1 张 input y 张 stock at 镇"
      " target t : x / y >= 50% target u : x / y >= 51%"
      " target v : average(镇: x) <= 1 张 target w : average(镇: x) >= 0.75 张",
      {towns}, "2023-12-31");
  EXPECT_EQ(worked.says("t", "status tight complete"), "met tight 50000/100000");
  EXPECT_EQ(worked.says("u", "status tight"), "undecided tight");
  EXPECT_EQ(worked.says("v", "status tight"), "met tight");
  EXPECT_EQ(worked.says("w", "status tight"), "undecided tight");
}

TEST(Limits, AHundredThousandRanksOfOneFamily) {
  constexpr int count = 100'000;
  std::string towns = "镇,period,x\n";
  for (int i = 0; i < count; ++i) {
    towns += std::to_string(i) + ",2023-12," + (i == 7 ? "" : std::to_string(i)) + "\n";
  }
  const Worked worked(
      "plan p \"plan\" window 2023-01-01..2023-12-31 level 县 level 镇 in 县 unit 张"
      " input x 张 stock at 镇 target t : share(镇: rank(x among 镇) <= 10) >= 1 / 10000",
      {towns}, "2023-12-31");
  // The town without a report may be first: nine are among the first ten either way.
  EXPECT_EQ(worked.says("t", "status range"), "undecided [0.00009..0.00011]");
}

TEST(Limits, WhatWouldTakeTooLongIsRefusedBeforeItStarts) {
  // Every day of 9,999 years.
  const Worked worked(
      "plan p \"plan\" window 0001-01-01..9999-12-31 level 县 level 镇 in 县 unit 张"
      " input x 张 stock at 镇 target t : x >= 1 张 each day at each 镇"
      " target u : min(day: x) >= 1 张 in 0001..9999"
      " target v : x >= 1 张 by 9999-12-31",
      [] {
        std::string towns = "镇,period,x\n";
        for (int i = 0; i < 600; ++i) towns += std::to_string(i) + ",2023-12,7\n";
        return std::vector<std::string>{towns};
      }(),
      "2023-12-31");
  EXPECT_EQ(worked.says("t", "status"), "");
  EXPECT_EQ(worked.says("u", "status"), "");
  EXPECT_EQ(worked.says("v", "status"), "met");
  EXPECT_EQ(worked.warnings(),
            (std::vector<std::string>{"evaluation_too_large", "evaluation_too_large"}));
  EXPECT_TRUE(worked.assessment().warnings.has_errors());
}

}  // namespace
}  // namespace dabiao::worked
