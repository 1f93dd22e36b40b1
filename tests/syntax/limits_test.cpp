#include <gtest/gtest.h>
#include <pthread.h>

#include <string>

#include "reading.hpp"

// Texts that are far too large, and one that only looks so.
namespace dabiao::syntax {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

constexpr std::size_t many = 200'000;

TEST(Limits, what_is_nested_too_deeply_is_refused_with_a_place) {
  const std::string deep[] = {
      repeated("(", many) + "a" + repeated(")", many),
      repeated("(", many),
      repeated("f(", many) + "a",
      repeated("a[", many),
      repeated("not ", many) + "a",
      repeated("-", many) + "a",
      repeated("- not ", many) + "a",
      repeated("if a then b else ", many) + "c",
      repeated("if ", many) + "a",
      "a" + repeated(" ^ a", many),
      "a" + repeated(" ^ -a", many),
      repeated("sum(b: ", many) + "a",
      repeated("a + (", many) + "a",
      repeated("not (-", many) + "a",
      repeated("{", many),
      repeated("[(", many),
  };
  for (const std::string& text : deep) {
    const std::string plan = "indicator q = 1\nindicator r = " + text + "\nindicator s = +";
    const Parsed parsed = read(plan);
    ASSERT_FALSE(parsed.diagnostics.empty());
    const auto& first = parsed.diagnostics.list().front();
    EXPECT_EQ(first.kind->name, "nested_too_deeply") << text.substr(0, 20);
    EXPECT_EQ(parsed.diagnostics.source()->position(first.place->begin).line, 2u);
    // The statements around it are read.
    EXPECT_EQ(parsed.ast.statements.size(), 2u);
    EXPECT_EQ(parsed.diagnostics.size(), 2u);
  }
}

TEST(Limits, nesting_up_to_the_limit_is_read) {
  Limits limits;
  limits.nesting = 10;
  const auto count = [&](const std::string& text) {
    return parse_expression(std::make_shared<text::Source>("f", text), {}, limits)
        .diagnostics.size();
  };
  EXPECT_EQ(count(repeated("(", 10) + "a" + repeated(")", 10)), 0u);
  EXPECT_EQ(count(repeated("(", 11) + "a" + repeated(")", 11)), 1u);
  EXPECT_EQ(count(repeated("not ", 10) + "a"), 0u);
  EXPECT_EQ(count(repeated("not ", 11) + "a"), 1u);
  // What stands side by side is not nested.
  EXPECT_EQ(count("not a" + repeated(" and not a", 50)), 0u);
  EXPECT_EQ(count("a ^ 2" + repeated(" + -a ^ 2", 50)), 0u);
  EXPECT_EQ(count("(a)" + repeated(" * (a)", 50)), 0u);
  EXPECT_EQ(count("f(if a then b else c" + repeated(", if a then b else c", 50) + ")"), 0u);
}

TEST(Limits, the_default_nesting_is_safe) {
  const std::string text = repeated("f(a[b] + (not (-", 40) + "1" + repeated(")))", 40);
  const std::string printed = formula(text);
  EXPECT_TRUE(printed.starts_with("f(a[b] + (not -f(a[b] + (not -f("));
  EXPECT_EQ(formula(printed), printed);
}

/// Runs a function in a thread whose stack has 8 MiB.
template <class Work>
void in_ordinary_stack(Work work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, std::size_t{8} << 20), 0);
  pthread_t thread;
  const auto run = [](void* argument) -> void* {
    (*static_cast<Work*>(argument))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &work), 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

TEST(Limits, a_formula_of_many_terms_is_read_printed_and_destroyed) {
  in_ordinary_stack([] {
    for (const char* term : {" + 1", " * a", " - f(b)"}) {
      const std::string plan = "indicator r = a" + repeated(term, many) + "\n";
      const Parsed parsed = read(plan);
      ASSERT_TRUE(parsed.diagnostics.empty());
      EXPECT_GE(parsed.ast.expressions.size(), 2 * many);
      EXPECT_EQ(print(parsed.ast), plan);
    }
    const std::string plan = "target t : a" + repeated(" and a", many) + "\n";
    EXPECT_EQ(print(read(plan).ast), plan);
  });
}

TEST(Limits, nodes) {
  Limits limits;
  limits.nodes = 5;
  const Parsed parsed = parse(
      std::make_shared<text::Source>("p", "indicator a = 1 + 2\nindicator b = 1 + 2 + 3"), limits);
  EXPECT_EQ(mistakes(parsed.diagnostics), "2:15 too_many_expressions\n");
  EXPECT_EQ(parsed.ast.statements.size(), 1u);
}

TEST(Limits, mistakes_that_grow_with_the_text_stay_short) {
  for (const char* part : {" < a", " and b or c", " = a", "==a"}) {
    const Parsed parsed = read("target t : a" + repeated(part, many / 10));
    ASSERT_FALSE(parsed.diagnostics.empty());
    EXPECT_LE(parsed.diagnostics.size(), Limits().diagnostics + 1);
    for (const text::Diagnostic& each : parsed.diagnostics) {
      EXPECT_LT(text::message(each, text::Language::english).size(), 10'000u);
    }
  }
  const Parsed parsed = read(repeated("level ) ( in\n", many / 10));
  EXPECT_EQ(parsed.diagnostics.size(), Limits().diagnostics + 1);
}

TEST(Limits, many_statements_and_comments) {
  std::string plan;
  for (std::size_t i = 0; i < many / 10; ++i) {
    plan += "# comment\nlevel a" + std::to_string(i) + "  # more\n";
  }
  const Parsed parsed = read(plan);
  EXPECT_TRUE(parsed.diagnostics.empty());
  EXPECT_EQ(print(parsed.ast), plan);
}

}  // namespace
}  // namespace dabiao::syntax
