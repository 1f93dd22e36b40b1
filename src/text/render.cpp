#include "dabiao/text/render.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "dabiao/text/utf8.hpp"

namespace dabiao::text {
namespace {

// Of a line that is wider than this, only a window of this width is shown, which begins at most so
// many columns before the caret.
constexpr std::size_t widest_line = 120;
constexpr std::size_t columns_before_caret = 40;
constexpr std::string_view left_out = "...";
constexpr std::string_view tab = "    ";

// ---- words ----

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view blue = "\x1b[1;34m";

std::string_view severity_colour(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "\x1b[1;31m";
    case Severity::warning:
      return "\x1b[1;33m";
    case Severity::note:
      break;
  }
  return "\x1b[1;36m";
}

std::string painted(std::string_view text, std::string_view colour, RenderOptions options) {
  if (!options.colour || text.empty()) return std::string(text);
  return std::string(colour).append(text).append("\x1b[0m");
}

bool is_placeholder_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name of the placeholder that begins at the offset; empty where none does.
std::string_view placeholder_at(std::string_view pattern, std::size_t offset) {
  if (pattern[offset] != '{') return {};
  std::size_t end = offset + 1;
  while (end < pattern.size() && is_placeholder_character(pattern[end])) ++end;
  if (end == pattern.size() || pattern[end] != '}') return {};
  return pattern.substr(offset + 1, end - offset - 1);
}

// The words at an index, in Chinese where they are given in Chinese.
const std::string& in_language(const std::string& english, const std::vector<std::string>& chinese,
                               std::size_t index, Language language) {
  const bool given = index < chinese.size() && !chinese[index].empty();
  return language == Language::chinese && given ? chinese[index] : english;
}

std::vector<std::string> all_in_language(const std::vector<std::string>& english,
                                         const std::vector<std::string>& chinese,
                                         Language language) {
  std::vector<std::string> result;
  result.reserve(english.size());
  for (std::size_t index = 0; index < english.size(); ++index) {
    result.push_back(in_language(english[index], chinese, index, language));
  }
  return result;
}

std::string_view pattern_of(const Diagnostic& diagnostic, Language language) {
  return language == Language::chinese ? diagnostic.kind->chinese : diagnostic.kind->english;
}

bool contains(const std::vector<std::string>& list, std::string_view sought) {
  return std::find(list.begin(), list.end(), sought) != list.end();
}

// ---- what a terminal shows ----

struct Shown {
  std::string text;
  std::size_t columns = 0;

  void append(char32_t code_point) {
    if (code_point == U'\t') {
      text.append(tab);
      columns += tab.size();
      return;
    }
    const char32_t visible = is_invisible(code_point) ? replacement_character : code_point;
    append_utf8(text, visible);
    columns += display_width(visible);
  }
};

Shown shown(std::string_view line) {
  Shown result;
  for (std::size_t offset = 0; offset < line.size();) {
    const Decoded next = decode(line, offset);
    result.append(next.code_point);
    offset += next.bytes;
  }
  return result;
}

// Words for one line of output: a line break becomes a space.
std::string one_line(std::string_view sentence) {
  std::string text;
  for (std::size_t offset = 0; offset < sentence.size(); ++offset) {
    const bool pair = sentence[offset] == '\r' && sentence.substr(offset + 1).starts_with('\n');
    if (pair) continue;
    const bool line_break = sentence[offset] == '\n' || sentence[offset] == '\r';
    text.push_back(line_break ? ' ' : sentence[offset]);
  }
  return shown(text).text;
}

// ---- excerpts ----

struct Mark {
  Place place;
  std::string words;
  bool primary = false;
};

// A part of one line with the marks that stand under it.
struct Excerpt {
  std::size_t line = 1;
  std::uint32_t begin = 0;  // bytes of the source
  std::uint32_t end = 0;
  bool begins_line = true;
  bool ends_line = true;
  std::vector<Mark> marks;
};

Excerpt excerpt_around(const Source& source, std::size_t line, std::uint32_t offset) {
  const std::string_view content = source.line(line);
  const std::uint32_t start = source.line_start(line);
  Excerpt excerpt;
  excerpt.line = line;
  excerpt.begin = start;
  excerpt.end = start + static_cast<std::uint32_t>(content.size());
  // No character takes more than four columns or four bytes.
  if (content.size() <= 4 * widest_line && shown(content).columns <= widest_line) return excerpt;

  const auto columns_at = [&](std::size_t at) {
    Shown one;
    one.append(decode(content, at).code_point);
    return one.columns;
  };
  // Marks without width would let the window grow without end, so bytes are limited too.
  const std::size_t caret = std::min<std::size_t>(offset - start, content.size());
  std::size_t first = caret;
  for (std::size_t columns = 0; first > 0 && caret - first < 4 * columns_before_caret;) {
    const std::size_t before = previous_code_point(content, first);
    columns += columns_at(before);
    if (columns > columns_before_caret) break;
    first = before;
  }
  std::size_t last = first;
  for (std::size_t columns = 0; last < content.size() && last - first < 4 * widest_line;) {
    columns += columns_at(last);
    if (columns > widest_line) break;
    last += decode(content, last).bytes;
  }
  excerpt.begin = start + static_cast<std::uint32_t>(first);
  excerpt.end = start + static_cast<std::uint32_t>(last);
  excerpt.begins_line = first == 0;
  excerpt.ends_line = last == content.size();
  return excerpt;
}

bool shows(const Excerpt& excerpt, std::size_t line, std::uint32_t offset) {
  if (excerpt.line != line || offset < excerpt.begin) return false;
  return offset < excerpt.end || excerpt.ends_line;
}

void place_mark(const Source& source, Mark mark, std::vector<Excerpt>& excerpts) {
  const std::size_t line = source.position(mark.place.begin).line;
  const std::uint32_t start = source.line_start(line);
  const auto end = start + static_cast<std::uint32_t>(source.line(line).size());
  const std::uint32_t offset = std::clamp(mark.place.begin, start, end);
  const auto found = std::find_if(excerpts.begin(), excerpts.end(), [&](const Excerpt& excerpt) {
    return shows(excerpt, line, offset);
  });
  Excerpt& excerpt = found != excerpts.end()
                         ? *found
                         : excerpts.emplace_back(excerpt_around(source, line, offset));
  mark.place = {offset, std::max(mark.place.end, offset)};
  excerpt.marks.push_back(std::move(mark));
}

class Page {
 public:
  Page(Severity severity, RenderOptions options, std::size_t gutter)
      : severity_(severity), options_(options), gutter_(gutter) {}

  void line(std::string_view content) { text_.append(content).push_back('\n'); }
  void arrow(std::string_view place) {
    line(std::string(gutter_, ' ') + painted("-->", blue, options_) + " " + one_line(place));
  }
  void bar() { line(std::string(gutter_ + 1, ' ') + painted("|", blue, options_)); }

  // A sentence under the excerpt; its further lines are indented to the first.
  void remark(std::string_view name, std::string_view sentence) {
    std::string head = std::string(gutter_ + 1, ' ') + painted("=", blue, options_) + " " +
                       painted(name, bold, options_) + ": ";
    const std::size_t indent = gutter_ + 1 + 2 + display_width(name) + 2;
    while (true) {
      const std::size_t line_break = sentence.find('\n');
      line(head + one_line(sentence.substr(0, line_break)));
      if (line_break == std::string_view::npos) return;
      sentence.remove_prefix(line_break + 1);
      head = std::string(indent, ' ');
    }
  }

  void excerpt(const Source& source, const Excerpt& part) {
    const std::string_view text = source.text();
    const std::string number = std::to_string(part.line);
    std::string content;
    if (!part.begins_line) content.append(left_out);
    content.append(shown(text.substr(part.begin, part.end - part.begin)).text);
    if (!part.ends_line) content.append(left_out);
    bar();
    line(without_trailing_spaces(std::string(gutter_ - number.size(), ' ') +
                                 painted(number, blue, options_) + " " +
                                 painted("|", blue, options_) + " " + content));
    for (const Mark& mark : part.marks) under(text, part, mark);
  }

  std::string take() { return std::move(text_); }

 private:
  static std::string without_trailing_spaces(std::string content) {
    content.erase(content.find_last_not_of(' ') + 1);
    return content;
  }

  void under(std::string_view text, const Excerpt& part, const Mark& mark) {
    Shown before;
    Shown within;
    for (std::uint32_t at = part.begin; at < part.end && at < mark.place.end;) {
      const Decoded next = decode(text, at);
      at += next.bytes;
      (at <= mark.place.begin ? before : within).append(next.code_point);
    }
    const std::size_t indent = before.columns + (part.begins_line ? 0 : left_out.size());
    const std::size_t width = std::max<std::size_t>(1, within.columns);
    std::string pointed(width, mark.primary ? '^' : '-');
    if (!mark.words.empty()) pointed.append(" ").append(one_line(mark.words));
    line(std::string(gutter_ + 1, ' ') + painted("|", blue, options_) + " " +
         std::string(indent, ' ') +
         painted(pointed, mark.primary ? severity_colour(severity_) : blue, options_));
  }

  Severity severity_;
  RenderOptions options_;
  std::size_t gutter_;
  std::string text_;
};

std::string place_name(const Source& source, std::uint32_t offset) {
  const Position position = source.position(offset);
  return source.name() + ":" + std::to_string(position.line) + ":" +
         std::to_string(position.column);
}

}  // namespace

Language language_from_locale(std::string_view lc_all, std::string_view lc_messages,
                              std::string_view lang) {
  for (const std::string_view value : {lc_all, lc_messages, lang}) {
    if (value.empty()) continue;
    const bool chinese = value.starts_with("zh") || value.starts_with("ZH");
    return chinese ? Language::chinese : Language::english;
  }
  return Language::english;
}

std::string_view severity_name(Severity severity, Language language) {
  const bool chinese = language == Language::chinese;
  switch (severity) {
    case Severity::error:
      return chinese ? "错误" : "error";
    case Severity::warning:
      return chinese ? "警告" : "warning";
    case Severity::note:
      break;
  }
  return chinese ? "说明" : "note";
}

std::vector<std::string> placeholders(std::string_view pattern) {
  std::vector<std::string> names;
  for (std::size_t offset = 0; offset < pattern.size(); ++offset) {
    const std::string_view name = placeholder_at(pattern, offset);
    if (!name.empty() && !contains(names, name)) names.emplace_back(name);
  }
  return names;
}

std::string fill(std::string_view pattern,
                 std::span<const std::pair<std::string, std::string>> arguments) {
  std::string text;
  for (std::size_t offset = 0; offset < pattern.size();) {
    const std::string_view name = placeholder_at(pattern, offset);
    const auto given = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& argument) { return argument.first == name; });
    if (name.empty() || given == arguments.end()) {
      text.push_back(pattern[offset]);
      ++offset;
    } else {
      text.append(given->second);
      offset += name.size() + 2;
    }
  }
  return text;
}

std::string alternatives(const std::vector<std::string>& items, Language language) {
  const bool chinese = language == Language::chinese;
  std::vector<std::string> once;
  for (const std::string& item : items) {
    if (!contains(once, item)) once.push_back(item);
  }
  std::string text;
  for (std::size_t index = 0; index < once.size(); ++index) {
    if (index > 0) {
      const bool last = index + 1 == once.size();
      text.append(last ? (chinese ? " 或 " : " or ") : (chinese ? "、" : ", "));
    }
    text.append(once[index]);
  }
  return text;
}

std::vector<std::string> expected(const Diagnostic& diagnostic, Language language) {
  return all_in_language(diagnostic.expected, diagnostic.expected_chinese, language);
}

std::vector<std::string> notes(const Diagnostic& diagnostic, Language language) {
  return all_in_language(diagnostic.notes, diagnostic.notes_chinese, language);
}

const std::string& words(const Label& label, Language language) {
  const bool chinese = language == Language::chinese && !label.message_chinese.empty();
  return chinese ? label.message_chinese : label.message;
}

std::string suggestion(const Diagnostic& diagnostic, Language language) {
  if (diagnostic.suggestion.empty()) return {};
  return language == Language::chinese ? "是否应为 `" + diagnostic.suggestion + "`?"
                                       : "did you mean `" + diagnostic.suggestion + "`?";
}

std::string message(const Diagnostic& diagnostic, Language language) {
  std::vector<std::pair<std::string, std::string>> arguments = diagnostic.arguments;
  for (std::size_t index = 0; index < arguments.size(); ++index) {
    arguments[index].second = in_language(diagnostic.arguments[index].second,
                                          diagnostic.arguments_chinese, index, language);
  }
  // Comes last, so that an argument of that name goes first.
  if (!diagnostic.expected.empty()) {
    arguments.emplace_back("expected", alternatives(expected(diagnostic, language), language));
  }
  const std::string_view pattern = pattern_of(diagnostic, language);
  for ([[maybe_unused]] const std::string& name : placeholders(pattern)) {
    [[maybe_unused]] const auto has_name = [&](const auto& argument) {
      return argument.first == name;
    };
    assert(std::any_of(arguments.begin(), arguments.end(), has_name) &&
           "every placeholder of a message has its argument");
  }
  return fill(pattern, arguments);
}

PositionRange positions(const Source& source, Place place) {
  return {source.position(place.begin), source.position(std::max(place.begin, place.end))};
}

std::optional<PositionRange> positions(const Diagnostic& diagnostic) {
  if (!diagnostic.source || !diagnostic.place) return std::nullopt;
  return positions(*diagnostic.source, *diagnostic.place);
}

std::string data_place_name(const DataPlace& place, Language language) {
  const bool chinese = language == Language::chinese;
  std::string detail;
  if (place.row > 0) {
    const std::string row = std::to_string(place.row);
    detail = chinese ? "第 " + row + " 行" : "row " + row;
  }
  if (!place.column.empty()) {
    if (!detail.empty()) detail.append(chinese ? "," : ", ");
    detail.append(chinese ? "列 " : "column ").append(place.column);
  }
  return detail.empty() ? place.file : place.file + ": " + detail;
}

std::vector<Diagnostic> sorted(const Diagnostics& diagnostics) {
  std::vector<Diagnostic> list = diagnostics.list();
  const auto key = [](const Diagnostic& each) {
    std::string_view file;
    std::size_t at = 0;
    if (each.source) {
      file = each.source->name();
      at = each.place ? each.place->begin : 0;
    } else if (each.data_place) {
      file = each.data_place->file;
      at = each.data_place->row;
    }
    return std::tuple(file, at);
  };
  std::stable_sort(list.begin(), list.end(), [&](const Diagnostic& left, const Diagnostic& right) {
    return key(left) < key(right);
  });
  return list;
}

std::string summary(const Diagnostics& diagnostics, Language language) {
  const bool chinese = language == Language::chinese;
  std::string text;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    const auto count =
        std::count_if(diagnostics.begin(), diagnostics.end(),
                      [&](const Diagnostic& each) { return each.kind->severity == severity; });
    if (count == 0) continue;
    if (!text.empty()) text.append(chinese ? "," : ", ");
    text.append(std::to_string(count)).append(chinese ? " 个" : " ");
    text.append(severity_name(severity, language));
    if (!chinese && count > 1) text.push_back('s');
  }
  return text;
}

std::string render(const Diagnostic& diagnostic, Language language, RenderOptions options) {
  const Severity severity = diagnostic.kind->severity;
  const Source* source = diagnostic.source.get();
  const std::string repair = suggestion(diagnostic, language);
  const bool points = source != nullptr && diagnostic.place;

  std::vector<Excerpt> excerpts;
  if (points) place_mark(*source, {*diagnostic.place, repair, true}, excerpts);
  if (source != nullptr) {
    for (const Label& label : diagnostic.labels) {
      place_mark(*source, {label.place, words(label, language), false}, excerpts);
    }
  }
  std::size_t gutter = 1;
  for (const Excerpt& excerpt : excerpts) {
    gutter = std::max(gutter, std::to_string(excerpt.line).size());
  }

  Page page(severity, options, gutter);
  page.line(painted(severity_name(severity, language), severity_colour(severity), options) +
            painted(": " + one_line(message(diagnostic, language)), bold, options) + " [" +
            std::string(diagnostic.kind->name) + "]");
  if (diagnostic.data_place) page.arrow(data_place_name(*diagnostic.data_place, language));
  if (source != nullptr && excerpts.empty()) page.arrow(source->name());
  for (const Excerpt& excerpt : excerpts) {
    page.arrow(place_name(*source, excerpt.marks.front().place.begin));
    page.excerpt(*source, excerpt);
  }

  const bool chinese = language == Language::chinese;
  if (!points && !repair.empty()) page.remark(chinese ? "提示" : "help", repair);
  if (!diagnostic.expected.empty() &&
      !contains(placeholders(pattern_of(diagnostic, language)), "expected")) {
    page.remark(chinese ? "应为" : "expected",
                alternatives(expected(diagnostic, language), language));
  }
  for (const std::string& note : notes(diagnostic, language)) {
    page.remark(severity_name(Severity::note, language), note);
  }
  return page.take();
}

std::string render_all(const Diagnostics& diagnostics, Language language, RenderOptions options) {
  if (diagnostics.empty()) return {};
  std::string text;
  for (const Diagnostic& each : sorted(diagnostics)) {
    text.append(render(each, language, options)).push_back('\n');
  }
  return text.append(summary(diagnostics, language)).append("\n");
}

}  // namespace dabiao::text
