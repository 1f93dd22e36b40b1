#include "dabiao/text/diagnostic_kinds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/text/render.hpp"
#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

TEST(DiagnosticKinds, names_are_unique) {
  std::set<std::string_view> seen;
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    EXPECT_TRUE(seen.insert(kind.name).second) << kind.name;
  }
}

TEST(DiagnosticKinds, names_are_in_snake_case_and_never_say_invalid) {
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    EXPECT_FALSE(kind.name.empty());
    for (const char c : kind.name) {
      EXPECT_TRUE((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') << kind.name;
    }
    EXPECT_FALSE(kind.name.starts_with("invalid")) << kind.name;
  }
}

TEST(DiagnosticKinds, both_languages_use_the_same_placeholders) {
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    std::vector<std::string> english = placeholders(kind.english);
    std::vector<std::string> chinese = placeholders(kind.chinese);
    std::sort(english.begin(), english.end());
    std::sort(chinese.begin(), chinese.end());
    EXPECT_EQ(english, chinese) << kind.name;
  }
}

TEST(DiagnosticKinds, every_brace_belongs_to_a_placeholder) {
  // A typing mistake such as `{seen ` would otherwise be shown to people.
  const auto opening = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '{');
  };
  const auto closing = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '}');
  };
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    for (const std::string_view text : {kind.english, kind.chinese}) {
      std::string rest(text);
      for (const std::string& name : placeholders(text)) {
        const std::string whole = "{" + name + "}";
        for (auto at = rest.find(whole); at != std::string::npos; at = rest.find(whole)) {
          rest.erase(at, whole.size());
        }
      }
      // Braces of the language itself are quoted.
      for (const std::string_view quoted : {"`{`", "`}`", "`{}`"}) {
        for (auto at = rest.find(quoted); at != std::string::npos; at = rest.find(quoted)) {
          rest.erase(at, quoted.size());
        }
      }
      EXPECT_EQ(opening(rest), 0) << kind.name << ": " << text;
      EXPECT_EQ(closing(rest), 0) << kind.name << ": " << text;
    }
  }
}

TEST(DiagnosticKinds, messages_start_in_lower_case_and_have_no_full_stop) {
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    for (const std::string_view text : {kind.english, kind.chinese}) {
      ASSERT_FALSE(text.empty()) << kind.name;
      EXPECT_FALSE(is_upper(text.front())) << kind.name << ": " << text;
      EXPECT_FALSE(text.ends_with('.') || text.ends_with("。")) << kind.name << ": " << text;
      EXPECT_FALSE(text.starts_with(' ') || text.ends_with(' ')) << kind.name;
      EXPECT_EQ(text.find('\n'), std::string_view::npos) << kind.name;
    }
  }
}

TEST(DiagnosticKinds, everything_is_said_in_both_languages) {
  const auto has_ideograph = [](std::string_view text) {
    const std::u32string code_points = to_code_points(text);
    return std::any_of(code_points.begin(), code_points.end(),
                       [](char32_t c) { return c >= 0x4E00 && c <= 0x9FFF; });
  };
  for (const DiagnosticKind& kind : all_diagnostic_kinds()) {
    EXPECT_FALSE(has_ideograph(kind.english)) << kind.name;
    EXPECT_TRUE(has_ideograph(kind.chinese)) << kind.name;
    EXPECT_FALSE(kind.meaning.empty()) << kind.name;
    EXPECT_TRUE(has_ideograph(kind.meaning_chinese)) << kind.name;
  }
}

TEST(DiagnosticKinds, a_kind_is_found_by_its_name_when_compiling) {
  static_assert(kind("unknown_name").severity == Severity::error);
  EXPECT_EQ(&kind("unexpected_token"), &diagnostic_kinds[0]);
}

}  // namespace
}  // namespace dabiao::text
