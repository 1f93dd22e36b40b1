// Everything that is wrong with a plan, at once, in Chinese or English.
#include <dabiao/dabiao.hpp>
#include <dabiao/text/render.hpp>
#include <iostream>

int main() {
  const auto plan = dabiao::parse(R"(
plan mistakes
unit 张
input 床位 张 stock
target 够用 : 床位数 >= 100 张 by 2024-12-31
target 充足 : 床位 >= 200 by 2024-12-31
)");
  std::cout << dabiao::text::render_all(plan.diagnostics(), dabiao::text::Language::chinese);
  return plan ? 0 : 2;
}
