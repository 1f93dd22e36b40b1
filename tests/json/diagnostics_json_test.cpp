#include "dabiao/json/diagnostics_json.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace dabiao::json {
namespace {

using nlohmann::json;
using text::Diagnostics;
using text::kind;
using text::Language;

TEST(DiagnosticsJson, PointsAtTheTextInCharacters) {
  const auto source = std::make_shared<text::Source>("plan.biao", "# 一\n指标 占比 = 护理床\n");
  Diagnostics diagnostics(source);
  const auto begin = static_cast<std::uint32_t>(source->text().find("护理床"));
  diagnostics.add(kind("unknown_name"), {begin, begin + 9})
      .with("name", "护理床")
      .suggest("护理床位")
      .label({begin, begin + 9}, "here", "此处");
  const json object = json::parse(diagnostics_json(diagnostics, Language::chinese)).at(0);
  EXPECT_EQ(object["kind"], "unknown_name");
  EXPECT_EQ(object["severity"], "error");
  EXPECT_EQ(object["message"], "未知名称 `护理床`");
  EXPECT_EQ(object["file"], "plan.biao");
  EXPECT_EQ(object["line"], 2);
  EXPECT_EQ(object["column"], 9);
  EXPECT_EQ(object["end_line"], 2);
  EXPECT_EQ(object["end_column"], 12);
  EXPECT_EQ(object["suggestion"], "护理床位");
  EXPECT_EQ(object["labels"][0]["message"], "此处");
  EXPECT_EQ(object["labels"][0]["column"], 9);
  EXPECT_TRUE(object["row"].is_null());
}

TEST(DiagnosticsJson, PointsAtTheDataByRowAndColumn) {
  Diagnostics diagnostics;
  diagnostics.add(kind("row_too_long"))
      .with("seen", "5")
      .with("count", "4")
      .in_data({"data.csv", 12, "床位"});
  const json object = json::parse(diagnostics_json(diagnostics, Language::english)).at(0);
  EXPECT_EQ(object["file"], "data.csv");
  EXPECT_EQ(object["row"], 12);
  EXPECT_EQ(object["data_column"], "床位");
  EXPECT_TRUE(object["line"].is_null());
  EXPECT_EQ(object["message"], "the row has 5 cells, expected 4");
}

TEST(DiagnosticsJson, BytesThatAreNoTextDoNotStopIt) {
  Diagnostics diagnostics;
  diagnostics.add(kind("file_not_found")).with("path", "\xff");
  EXPECT_TRUE(json::accept(diagnostics_json(diagnostics, Language::english)));
}

}  // namespace
}  // namespace dabiao::json
