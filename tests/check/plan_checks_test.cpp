#include "dabiao/check/plan_checks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "lowered_plan.hpp"

namespace dabiao::check {
namespace {

using testing::Finding;
using testing::findings;
using testing::lowered_plan;
using testing::of_kind;
using testing::plan_line;

TEST(Scratch, print) {
  const char* path = std::getenv("PLAN");
  if (path == nullptr) GTEST_SKIP();
  std::ifstream file(path);
  std::string text((std::istreambuf_iterator<char>(file)), {});
  auto program = lowered_plan(text);
  std::cout << text::render_all(check_plan(*program), text::Language::english);
  std::cout << text::render_all(check_plan(*program), text::Language::chinese);
}

}  // namespace
}  // namespace dabiao::check
