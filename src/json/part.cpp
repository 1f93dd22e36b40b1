#include "part.hpp"

#include <algorithm>

#include "dabiao/text/diagnostic_kinds.hpp"

namespace dabiao::json {

namespace {

/// What a value of the wrong form is.
std::pair<std::string, std::string> seen(const Part& part) {
  if (part.is_absent()) return {"absent", "空"};
  const Document& value = part.value();
  if (value.is_object()) return {"an object", "对象"};
  if (value.is_array()) return {"an array", "数组"};
  if (value.is_string()) return {"a text", "文本"};
  if (value.is_boolean()) return {"true or false", "真假值"};
  return {"a number", "数"};
}

}  // namespace

void PartReader::wrong(const Part& part, std::string expected, std::string chinese) {
  const auto [english_seen, chinese_seen] = seen(part);
  diagnostics_.add(text::kind("json_form"))
      .with("path", part.path().empty() ? "$" : part.path())
      .with("seen", english_seen, chinese_seen)
      .expect(std::move(expected), std::move(chinese));
}

std::string PartReader::required_text(const Part& part) {
  if (part.is_text()) return part.value().get<std::string>();
  wrong(part, "a text", "文本");
  return {};
}

std::string PartReader::optional_text(const Part& part) {
  return part.is_absent() ? std::string() : required_text(part);
}

bool PartReader::flag(const Part& part) {
  if (part.is_absent()) return false;
  if (part.value().is_boolean()) return part.value().get<bool>();
  wrong(part, "true or false", "真假值");
  return false;
}

std::optional<std::int64_t> PartReader::optional_integer(const Part& part) {
  if (part.is_absent()) return std::nullopt;
  if (part.value().is_number_integer()) return part.value().get<std::int64_t>();
  wrong(part, "a whole number", "整数");
  return std::nullopt;
}

std::vector<Part> PartReader::list(const Part& part) {
  std::vector<Part> parts;
  if (part.is_absent()) return parts;
  if (!part.value().is_array()) {
    wrong(part, "an array", "数组");
    return parts;
  }
  for (std::size_t i = 0; i < part.value().size(); ++i) parts.push_back(part.at(i));
  return parts;
}

std::string PartReader::chosen(const Part& part, std::initializer_list<std::string_view> choices) {
  const std::string text = required_text(part);
  if (part.is_text() && std::find(choices.begin(), choices.end(), text) == choices.end()) {
    std::vector<std::string> all(choices.begin(), choices.end());
    diagnostics_.add(text::kind("json_form"))
        .with("path", part.path())
        .with("seen", "\"" + text + "\"")
        .expect(text::alternatives(all, text::Language::english),
                text::alternatives(all, text::Language::chinese));
  }
  return text;
}

}  // namespace dabiao::json
