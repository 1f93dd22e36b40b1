#include "dabiao/syntax/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "dabiao/text/render.hpp"

namespace dabiao::syntax {
namespace {

constexpr const char* yinchuan = R"biao(plan yinchuan_2023 "银川市养老服务体系建设攻坚行动方案"
  source "yinchuan-2023.txt"
  window 2023-09-01..2023-12-31

level 市
level 县区 "县(市)区" in 市 count 6
level 机构 "养老机构" in 县区
level 成员单位 in 市
unit 张, 人, 家, 户                      # counted things; 千人, 百户, 百张, 万元 come free

input 床位     "机构养老床位"  张 stock at 机构
input 护理床位 "护理型床位"    张 stock at 机构
input 老年人口                人 stock at 县区
input 报送日   date each month at 成员单位  missing is later

given 床位 = 9688 张, 护理床位 = 5586 张  at 市 in 2023-08  cite "9688张" "5586张"

indicator 千人床位 "每千名老人机构养老床位" 张/千人 = 床位 / 老年人口
indicator 护理占比 "护理型床位占比"        %      = 护理床位 / 床位
indicator 新增床位                       张      = 床位 - 床位[start]
stated 护理占比 = 57% in 2023-08  cite "占比57%"

clause "二(一)" lead "市民政局" responsible each 县区 by 2023-12-31
target 新增700 : 新增床位 >= 700 张       cite "不少于700张"
target 千人36  : 千人床位 >= 36 张/千人   cite "不少于36张"

clause "二(二)" lead "市民政局" responsible each 县区 by 2023-12-31
目标 护理占比60 : 护理占比 不低于60%  标注 "力争"  依据 "占比达到60%以上"

clause "三(三)" lead "市民政局"
target 月报 : 报送日 <= due  each month by day 25  at each 成员单位  cite "每月25日前"
)biao";

std::string all(const text::Diagnostics& diagnostics) {
  std::string list;
  for (const text::Diagnostic& each : diagnostics) {
    const auto range = text::positions(each);
    list += std::to_string(range->begin.line) + ":" + std::to_string(range->begin.column) + " " +
            std::string(each.kind->name) + ": " + text::message(each, text::Language::english) +
            "\n";
  }
  return list;
}

TEST(Parse, reads_the_yinchuan_plan) {
  const Parsed parsed = parse(std::make_shared<text::Source>("yinchuan.biao", yinchuan));
  EXPECT_EQ(all(parsed.diagnostics), "");
  EXPECT_EQ(parsed.ast.statements.size(), 22u);
}

}  // namespace
}  // namespace dabiao::syntax
