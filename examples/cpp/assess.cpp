// How a target stands: a plan from a file, reports from the program, a result per cell.
#include <chrono>
#include <dabiao/dabiao.hpp>
#include <iostream>

using namespace std::chrono_literals;

int main(int count, char** arguments) {
  const auto plan = dabiao::load(count > 1 ? arguments[1] : "lunch.biao");
  if (!plan) return 2;
  dabiao::data::Dataset data;
  data.set("就餐人数", "第一小学", "2024-09", 412).set("学生数", "第一小学", "2024-09", 460);
  const auto result = dabiao::assess(*plan, data, {.as_of = 2024y / 10 / 31});
  if (!result) return 2;
  for (const auto& cell : result->cells()) {
    std::cout << result->plan().targets[cell.target].name << ' ' << result->entity_name(cell)
              << ": " << dabiao::assessment::name(cell.status) << '\n';
  }
}
