#include <chrono>
#include <cstdio>
#include <dabiao/dabiao.hpp>

using namespace std::chrono_literals;

// A plan that exact arithmetic meets and floating point misses: 29/100*100 >= 29.
int main() {
  const auto plan = dabiao::parse(R"(
plan check
unit 张
input 床位 张 stock
target 足额 : 床位 / 100 * 100 >= 29 张 by 2023-12-31
)");
  if (!plan) return 1;
  dabiao::data::Dataset data;
  data.set("床位", 29);
  const auto result = dabiao::assess(*plan, data, {.as_of = 2023y / 12 / 31});
  if (!result) return 2;
  const auto cells = result->cells("足额");
  if (cells.empty()) return 3;
  std::printf("%zu cell, %s\n", cells.size(),
              std::string(dabiao::assessment::name(cells.front().status)).c_str());
  return cells.front().status == dabiao::assessment::Status::met ? 0 : 4;
}
