#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "dabiao/explain/explanation.hpp"

namespace dabiao::explain {

/// With how many decimals values are said.
inline constexpr int most_decimals = 4;

/// What things are called in explanations, in one of the languages.
class Words {
 public:
  Words(const model::Plan& plan, text::Language language) : plan_(plan), language_(language) {}

  bool chinese() const { return language_ == text::Language::chinese; }
  std::string say(std::string_view english, std::string_view in_chinese) const {
    return std::string(chinese() ? in_chinese : english);
  }
  std::string comma() const { return say(", ", ","); }
  std::string semicolon() const { return say("; ", ";"); }
  std::string colon() const { return say(": ", ":"); }
  std::string brackets(const std::string& inside) const {
    return say(" (", "(") + inside + say(")", ")");
  }
  std::string quoted(const std::string& text) const { return say("“", "“") + text + "”"; }

  std::string status(assessment::Status of) const {
    const auto& row = assessment::row(of);
    return std::string(chinese() ? row.chinese : row.name);
  }
  std::string reason(value::Reason of) const {
    const auto& row = value::row(of);
    return std::string(chinese() ? row.chinese : row.english);
  }
  std::string joined(const std::vector<std::string>& items) const {
    std::string all;
    for (const std::string& item : items) all += (all.empty() ? "" : say(", ", "、")) + item;
    return all;
  }
  std::string days(std::int64_t count) const {
    return std::to_string(count) + say(count == 1 ? " day" : " days", " 天");
  }

  /// A value without its fraction.
  std::string plain(const value::Type& type, const Rational& value) const;

  /// A value with its fraction where its decimal does not end.
  std::string full(const value::Type& type, const Rational& value) const;

  /// What a missing value can be.
  std::string range(const value::Type& type, const Interval& of) const;

  std::string can_be(const value::Type& type, const Interval& of) const;

  std::string missing(const Quantity& quantity) const {
    return say("missing because ", "缺失:") + reason(quantity.reason);
  }
  std::string quantity(const Quantity& of) const {
    return of.value ? full(of.type, *of.value) : missing(of);
  }

  /// How far two values are apart, as people say it: days, stages, an amount.
  std::string distance(const value::Type& type, const Rational& of) const;

  std::string span(const calendar::Span& of) const { return of.to_string(); }

  /// What differs from where the reader already is.
  std::string place(const Location& at, const Location& parent) const;
  /// What parts are called: a level or group by its name, a length of time in words.
  std::string part_name(const std::string& name) const;

 private:
  const model::Plan& plan_;
  text::Language language_;
};

}  // namespace dabiao::explain
