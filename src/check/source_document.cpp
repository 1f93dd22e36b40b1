#include "dabiao/check/source_document.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "dabiao/text/utf8.hpp"
#include "numerals.hpp"

namespace dabiao::check {

using detail::Numeral;
using detail::read_chinese_numeral;
using detail::read_digits;
using text::Place;

namespace {

bool among(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

/// The form in which texts are compared; nothing for characters that do not matter.
std::optional<char32_t> plain_form(char32_t c) {
  if (text::is_invisible(c) || c == U'\uFEFF') return std::nullopt;
  if (among(U"“”„‟「」『』＂〝〞", c)) return U'"';
  if (among(U"‘’‚‛＇", c)) return U'\'';
  if (among(U"‐‑‒–—―─－−~～〜∼", c)) return U'-';
  if (among(U"〔【［", c)) return U'[';
  if (among(U"〕】］", c)) return U']';
  if (among(U"·・•‧", c)) return U'·';
  c = text::normalized(c);
  if (c == U' ' || c == U'\t' || c == U'\n' || c == U'\r' || (c >= 0x2000 && c <= 0x200B)) {
    return std::nullopt;
  }
  return c;
}

std::u32string plain_text(std::string_view text) {
  std::u32string plain;
  for (const char32_t c : text::to_code_points(text)) {
    if (const auto form = plain_form(c)) plain += *form;
  }
  return plain;
}

std::optional<ClauseStep> enclosed_step(char32_t c) {
  int value = 0;
  switch (detail::read_enclosed(c, value)) {
    case 'o':
      return ClauseStep{Numbering::circled, value};
    case 'b':
      return ClauseStep{Numbering::bracketed_digit, value};
    case '.':
      return ClauseStep{Numbering::digit, value};
    case 'c':
      return ClauseStep{Numbering::bracketed, value};
    default:
      return std::nullopt;
  }
}

/// A step at the beginning of a plain text and how many characters it takes.
struct StepRead {
  ClauseStep step;
  std::size_t length = 0;
};

/// Reads (一), (1), ①.
std::optional<StepRead> read_bracketed(std::u32string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto step = enclosed_step(text.front())) return StepRead{*step, 1};
  if (text.front() != U'(') return std::nullopt;
  Numeral numeral = read_chinese_numeral(text.substr(1));
  Numbering numbering = Numbering::bracketed;
  if (numeral.length == 0) {
    numeral = read_digits(text.substr(1));
    numbering = Numbering::bracketed_digit;
  }
  const std::size_t close = numeral.length + 1;
  if (numeral.length == 0 || numeral.value > 99 || close >= text.size() || text[close] != U')') {
    return std::nullopt;
  }
  return StepRead{{numbering, numeral.value}, close + 1};
}

/// Reads 第一章, 第三条, 第二部分.
std::optional<StepRead> read_ordinal(std::u32string_view text) {
  if (text.empty() || text.front() != U'第') return std::nullopt;
  Numeral numeral = read_chinese_numeral(text.substr(1));
  if (numeral.length == 0) numeral = read_digits(text.substr(1));
  const std::u32string_view rest = text.substr(std::min(text.size(), numeral.length + 1));
  if (numeral.length == 0 || rest.empty()) return std::nullopt;
  if (among(U"条條", rest.front())) {
    return StepRead{{Numbering::article, numeral.value}, numeral.length + 2};
  }
  if (among(U"章篇节節", rest.front())) {
    return StepRead{{Numbering::chapter, numeral.value}, numeral.length + 2};
  }
  if (rest.starts_with(U"部分")) {
    return StepRead{{Numbering::chapter, numeral.value}, numeral.length + 3};
  }
  return std::nullopt;
}

bool begins_annex(std::u32string_view text) {
  return text.starts_with(U"附件") || text.starts_with(U"附表");
}

/// Reads 附件1, 附件一, 附件(1).
std::optional<StepRead> read_annex(std::u32string_view text) {
  if (!begins_annex(text)) return std::nullopt;
  std::size_t at = 2;
  const bool bracket = at < text.size() && text[at] == U'(';
  if (bracket) ++at;
  Numeral numeral = read_digits(text.substr(at));
  if (numeral.length == 0) numeral = read_chinese_numeral(text.substr(at));
  at += numeral.length;
  if (numeral.length == 0) return std::nullopt;
  if (bracket && at < text.size() && text[at] == U')') ++at;
  return StepRead{{Numbering::annex, numeral.value}, at};
}

/// Reads the number of a heading at the beginning of a line.
std::optional<StepRead> read_heading(std::u32string_view line) {
  if (const auto step = read_bracketed(line)) return step;
  if (const auto step = read_ordinal(line)) return step;
  const auto at = [&](std::size_t index) { return index < line.size() ? line[index] : U'\0'; };
  const Numeral chinese = read_chinese_numeral(line);
  if (chinese.length > 0) {
    if (!among(U",.:", at(chinese.length))) return std::nullopt;
    return StepRead{{Numbering::chinese, chinese.value}, chinese.length + 1};
  }
  const Numeral digits = read_digits(line);
  if (digits.length == 0 || digits.value > 99) return std::nullopt;
  const char32_t after = at(digits.length);
  if (after == U')') return StepRead{{Numbering::bracketed_digit, digits.value}, digits.length + 1};
  const char32_t next = at(digits.length + 1);
  if (!among(U".,", after) || (next >= U'0' && next <= U'9')) return std::nullopt;
  return StepRead{{Numbering::digit, digits.value}, digits.length + 1};
}

/// Whether a line names a document: a short line that ends in 方案, 意见 and the like.
bool is_title(std::u32string_view line) {
  if (line.size() > 60 || line.size() < 4 || line.find(U'.') != std::u32string_view::npos) {
    return false;
  }
  for (const std::u32string_view end : {U"方案", U"意见", U"意見", U"办法", U"辦法", U"规划",
                                        U"規劃", U"计划", U"計劃", U"通知", U"细则", U"細則"}) {
    if (line.ends_with(end)) return true;
  }
  return false;
}

}  // namespace

std::string Heading::name() const {
  static constexpr const char* digits[] = {"〇", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九"};
  const auto chinese = [&](int number) {
    if (number < 10) return std::string(digits[number]);
    std::string text = number < 20 ? "十" : std::string(digits[number / 10 % 10]) + "十";
    if (number % 10 != 0) text += digits[number % 10];
    return text;
  };
  std::string text;
  Numbering before = Numbering::bracketed;
  for (const ClauseStep& step : path) {
    const std::string plain = std::to_string(step.number);
    switch (step.numbering) {
      case Numbering::annex:
        text += "附件" + plain;
        break;
      case Numbering::chapter:
        text += "第" + chinese(step.number) + "章";
        break;
      case Numbering::article:
        text += "第" + chinese(step.number) + "条";
        break;
      case Numbering::chinese:
        text += chinese(step.number);
        break;
      case Numbering::bracketed:
        text += "(" + chinese(step.number) + ")";
        break;
      case Numbering::digit:
        text += (before == Numbering::annex || before == Numbering::digit ? "." : "") + plain;
        break;
      case Numbering::bracketed_digit:
        text += "(" + plain + ")";
        break;
      case Numbering::circled:
        text += step.number <= 20 ? text::to_utf8(static_cast<char32_t>(
                                        U'①' + static_cast<char32_t>(step.number - 1)))
                                  : plain;
        break;
    }
    before = step.numbering;
  }
  return text;
}

SourceDocument::SourceDocument(std::shared_ptr<const text::Source> source)
    : source_(std::move(source)) {
  read_characters();
  read_headings();
}

void SourceDocument::read_characters() {
  const std::string& text = source_->text();
  bool begins_line = true;
  for (std::size_t at = 0; at < text.size();) {
    const text::Decoded decoded = text::decode(text, at);
    const auto form = plain_form(decoded.code_point);
    if (form) {
      characters_.push_back({*form, decoded.code_point, static_cast<std::uint32_t>(at),
                             static_cast<std::uint32_t>(at + decoded.bytes), begins_line});
      plain_ += *form;
      begins_line = false;
    } else if (decoded.code_point == U'\n' || decoded.code_point == U'\r') {
      begins_line = true;
    }
    at += decoded.bytes;
  }
}

void SourceDocument::read_headings() {
  const std::u32string_view all(plain_);
  std::vector<ClauseStep> path;
  std::size_t part = 0;
  bool in_annex_list = false;
  std::u32string title;        // the last line that names a document, since the last heading
  std::u32string line_before;  // a title may go over two lines
  part_titles_.emplace_back();
  std::size_t begin = 0;
  while (begin < characters_.size()) {
    std::size_t end = begin + 1;
    while (end < characters_.size() && !characters_[end].begins_line) ++end;
    const std::u32string_view line = all.substr(begin, end - begin);
    const std::size_t line_begin = begin;
    begin = end;
    const auto add = [&](std::size_t length) {
      Heading heading;
      heading.path = path;
      heading.part = part;
      heading.place = {characters_[line_begin].begin, characters_[end - 1].end};
      heading.region = heading.place;
      constexpr std::size_t most = 30;
      const std::size_t title_end = std::min(end, line_begin + length + most);
      for (std::size_t i = line_begin + length; i < title_end; ++i) {
        if (characters_[i].written == U'。') break;
        text::append_utf8(heading.title, characters_[i].written);
      }
      headings_.push_back(std::move(heading));
      title.clear();
    };

    if (begins_annex(line)) {
      const auto annex = read_annex(line);
      const bool lists = line.size() > 2 && line[2] == U':';
      if (lists) {  // the list of annexes at the end of the document
        in_annex_list = true;
        continue;
      }
      if (annex || line.size() == 2) {
        in_annex_list = false;
        path = {annex ? annex->step : ClauseStep{Numbering::annex, 1}};
        add(annex ? annex->length : 2);
        continue;
      }
    }
    auto read = read_heading(line);
    if (in_annex_list && read && read->step.numbering == Numbering::digit) continue;
    in_annex_list = false;
    const bool in_annex = !path.empty() && path.front().numbering == Numbering::annex;
    if (!read && in_annex) {  // a row of a table: its number alone on the line
      const Numeral row = read_digits(line);
      if (row.length == line.size() && row.length > 0 && row.value <= 99) {
        read = StepRead{{Numbering::digit, row.value}, row.length};
      }
    }
    if (!read) {
      if (is_title(line)) title = line_before + std::u32string(line);
      constexpr std::size_t longest_title_line = 60;
      const bool is_text = line.find_first_of(U".,:;") != std::u32string_view::npos;
      line_before = is_text || line.size() > longest_title_line ? U"" : line;
      continue;
    }
    const ClauseStep step = read->step;
    const auto same = std::find_if(path.begin(), path.end(), [&](const ClauseStep& known) {
      return known.numbering == step.numbering;
    });
    const bool restarts = step.number == 1 && step.numbering <= Numbering::chinese;
    if (restarts && !title.empty()) {
      if (!headings_.empty()) {
        ++part;
        part_titles_.emplace_back();
      }
      part_titles_.back() = text::to_utf8(title);
      path = {step};
    } else if (same != path.end()) {
      // Numbers that do not go on are those of a list or a date, not of a heading.
      if (step.number != 1 && (step.number <= same->number || step.number > same->number + 3)) {
        continue;
      }
      path.erase(same, path.end());
      path.push_back(step);
    } else {
      if (step.number != 1 && step.numbering > Numbering::chinese) continue;
      path.push_back(step);
    }
    add(read->length);
  }
  // A heading reaches to the next that does not stand below it.
  const auto last = static_cast<std::uint32_t>(source_->text().size());
  for (std::size_t i = 0; i < headings_.size(); ++i) {
    headings_[i].region.end = last;
    for (std::size_t next = i + 1; next < headings_.size(); ++next) {
      const auto& outer = headings_[i].path;
      const auto& inner = headings_[next].path;
      const bool below = headings_[next].part == headings_[i].part && inner.size() > outer.size() &&
                         std::equal(outer.begin(), outer.end(), inner.begin());
      if (below) continue;
      headings_[i].region.end = headings_[next].region.begin;
      break;
    }
  }
}

std::vector<Place> SourceDocument::find(std::string_view words) const {
  std::vector<Place> places;
  const std::u32string wanted = plain_text(words);
  if (wanted.empty()) return places;
  for (std::size_t at = plain_.find(wanted); at != std::u32string::npos;
       at = plain_.find(wanted, at + wanted.size())) {
    places.push_back({characters_[at].begin, characters_[at + wanted.size() - 1].end});
  }
  return places;
}

SourceDocument::Likeness SourceDocument::most_like(std::string_view words) const {
  std::u32string wanted = plain_text(words);
  constexpr std::size_t longest = 200;
  if (wanted.size() > longest) wanted.resize(longest);
  Likeness best;
  best.length = wanted.size();
  best.distance = wanted.size();
  if (wanted.empty() || characters_.empty()) return best;
  // The fewest changes that turn the words into what ends at each character, and where that
  // begins.
  struct Step {
    std::size_t distance;
    std::size_t begin;
  };
  std::vector<Step> column(wanted.size() + 1), next(wanted.size() + 1);
  for (std::size_t i = 0; i <= wanted.size(); ++i) column[i] = {i, 0};
  for (std::size_t at = 0; at < plain_.size(); ++at) {
    next[0] = {0, at + 1};
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
      const std::size_t change = plain_[at] == wanted[i - 1] ? 0 : 1;
      const std::size_t began = i == 1 ? at : column[i - 1].begin;
      Step step{column[i - 1].distance + change, began};
      if (column[i].distance + 1 < step.distance) step = {column[i].distance + 1, column[i].begin};
      if (next[i - 1].distance + 1 < step.distance) {
        step = {next[i - 1].distance + 1, next[i - 1].begin};
      }
      next[i] = step;
    }
    const Step& whole = next.back();
    if (whole.distance < best.distance && whole.begin <= at) {
      best.distance = whole.distance;
      best.place = {characters_[whole.begin].begin, characters_[at].end};
    }
    column.swap(next);
  }
  return best;
}

namespace {

/// A clause's number as it is written: words before it, and its steps.
struct ClauseNumber {
  std::u32string before;
  std::vector<ClauseStep> steps;
};

ClauseNumber read_clause(std::string_view clause) {
  const std::u32string all = plain_text(clause);
  std::u32string_view rest(all);
  ClauseNumber number;
  bool at_word = false;  // inside other words, where 一 is no number
  while (!rest.empty()) {
    std::optional<StepRead> read = read_bracketed(rest);
    if (!read && !at_word) read = read_annex(rest);
    if (!read && !at_word) read = read_ordinal(rest);
    if (!read && !at_word) {
      std::u32string_view digits = rest;
      if (digits.front() == U'第') digits.remove_prefix(1);
      const std::size_t skipped = rest.size() - digits.size();
      Numeral numeral = read_chinese_numeral(digits);
      Numbering numbering = Numbering::chinese;
      if (numeral.length == 0) {
        numeral = read_digits(digits);
        numbering = Numbering::digit;
      }
      const char32_t after = numeral.length < digits.size() ? digits[numeral.length] : U'\0';
      if (numeral.length > 0 && numeral.value < 100 &&
          (after == U'\0' || among(U",.:(-项項款点點目第/", after) ||
           (after >= U'0' && after <= U'9') || enclosed_step(after))) {
        read = StepRead{{numbering, numeral.value}, skipped + numeral.length};
      }
    }
    if (read) {
      number.steps.push_back(read->step);
      rest.remove_prefix(read->length);
      at_word = false;
      continue;
    }
    const char32_t c = rest.front();
    const bool separator = among(U",.:;-/项項款点點目第>", c);
    if (!separator && number.steps.empty()) number.before += c;
    at_word = !separator;
    // Words before the number end where a number can begin: 银发二(一).
    if (at_word && number.steps.empty()) at_word = false;
    rest.remove_prefix(1);
  }
  return number;
}

/// Whether the steps are found in the path in that order, the last as its last. Where only the
/// numbers count, 2 stands for (二) as well.
bool matches(const std::vector<ClauseStep>& steps, const std::vector<ClauseStep>& path,
             bool numbers_only) {
  const auto same = [&](const ClauseStep& a, const ClauseStep& b) {
    if (a.number != b.number) return false;
    if ((a.numbering == Numbering::annex) != (b.numbering == Numbering::annex)) return false;
    return numbers_only || a.numbering == b.numbering;
  };
  if (steps.size() > path.size() || !same(steps.back(), path.back())) return false;
  std::size_t found = 0;
  for (const ClauseStep& step : path) {
    if (found < steps.size() && same(steps[found], step)) ++found;
  }
  return found == steps.size();
}

}  // namespace

std::vector<ClauseStep> clause_steps(std::string_view clause) {
  return read_clause(clause).steps;
}

std::vector<Place> SourceDocument::regions(std::string_view clause) const {
  const ClauseNumber number = read_clause(clause);
  std::vector<const Heading*> found;
  if (!number.steps.empty()) {
    for (const bool numbers_only : {false, true}) {
      for (const Heading& heading : headings_) {
        if (matches(number.steps, heading.path, numbers_only)) found.push_back(&heading);
      }
      if (!found.empty()) break;
    }
    const auto keep_if = [&](auto condition) {
      if (std::any_of(found.begin(), found.end(), condition)) {
        std::erase_if(found, [&](const Heading* heading) { return !condition(heading); });
      }
    };
    if (!number.before.empty()) {
      const std::string before = text::to_utf8(number.before);
      keep_if([&](const Heading* heading) {
        return part_titles_[heading->part].find(before) != std::string::npos;
      });
    }
    keep_if([&](const Heading* heading) { return heading->path.size() == number.steps.size(); });
    keep_if(
        [](const Heading* heading) { return heading->path.front().numbering != Numbering::annex; });
  } else {
    for (const Heading& heading : headings_) {
      const std::u32string title = plain_text(heading.title);
      if (title.find(number.before) != std::u32string::npos) found.push_back(&heading);
    }
  }
  std::vector<Place> regions;
  for (const Heading* heading : found) regions.push_back(heading->region);
  return regions;
}

const Heading* SourceDocument::heading_of(Place place) const {
  const Heading* innermost = nullptr;
  for (const Heading& heading : headings_) {
    if (heading.region.begin > place.begin) break;
    if (place.begin < heading.region.end) innermost = &heading;
  }
  return innermost;
}

}  // namespace dabiao::check
