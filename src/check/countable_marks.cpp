#include "countable_marks.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "numerals.hpp"

namespace dabiao::check::detail {

namespace {

using Kind = CountableMark::Kind;

// Longer words stand before those that they begin with.
constexpr std::u32string_view units[] = {
    U"平方公里", U"平方米",   U"平方公尺", U"平米", U"个百分点", U"個百分點", U"百分点", U"百分點",
    U"个工作日", U"個工作日", U"工作日",   U"个月", U"個月",     U"人次",     U"万元",   U"萬元",
    U"亿元",     U"億元",     U"万人",     U"萬人", U"千人",     U"小时",     U"小時",   U"分钟",
    U"分鐘",     U"公里",     U"行政村",   U"街道", U"社区",     U"社區",     U"张",     U"張",
    U"家",       U"个",       U"個",       U"名",   U"人",       U"户",       U"戶",     U"所",
    U"处",       U"處",       U"间",       U"間",   U"支",       U"条",       U"條",     U"项",
    U"項",       U"次",       U"场",       U"場",   U"元",       U"米",       U"㎡",     U"亩",
    U"畝",       U"天",       U"套",       U"床",   U"辆",       U"輛",       U"台",     U"臺",
    U"份",       U"类",       U"類",       U"种",   U"種",       U"例",       U"期",     U"批",
    U"对",       U"對",       U"村",       U"镇",   U"鎮",       U"点",       U"點",     U"站",
    U"倍",       U"公斤",     U"吨",       U"噸",   U"部",       U"篇",       U"座",     U"层",
    U"層",       U"级",       U"級",       U"%",    U"‰",
};

constexpr std::u32string_view frequencies[] = {
    U"每个工作日", U"每個工作日", U"每半年", U"每季度", U"每季",   U"每月", U"每周", U"每週",
    U"每年",       U"每日",       U"每天",   U"每学期", U"每學期", U"逐月", U"逐季", U"一月一",
    U"一季一",     U"一周一",     U"月报",   U"月報",   U"季报",   U"季報", U"周报", U"週報",
    U"每半月",     U"每两月",     U"每兩月", U"每两周", U"每兩週", U"每旬", U"按月", U"按季",
};

/// What Chinese numerals count; 一个, 一批 and 三级 are rather ways of speaking.
constexpr std::u32string_view counted_in_words =
    U"次家所名户戶张張场場间間处處座辆輛亩畝套篇份条條";

constexpr std::u32string_view shares[] = {U"一半", U"半数", U"半數", U"过半", U"過半"};

constexpr std::u32string_view obligations[] = {
    U"不得少于", U"不得少於", U"不得低于", U"不得低於", U"不得超过", U"不得超過", U"不少于",
    U"不少於",   U"不低于",   U"不低於",   U"不高于",   U"不高於",   U"不超过",   U"不超過",
    U"至少",     U"达到",     U"達到",     U"全覆盖",   U"全覆蓋",   U"全部",     U"超过",
    U"超過",     U"小于",     U"小於",     U"低于",     U"低於",     U"高于",     U"高於",
    U"以上",     U"以内",     U"以內",     U"翻一番",
};

/// Words that a date in mind of a deadline ends with.
constexpr std::u32string_view date_ends[] = {U"底前", U"末前", U"年底", U"年末", U"底", U"末",
                                             U"前",   U"初",   U"内",   U"內",   U"起", U"份"};

class Search {
 public:
  explicit Search(std::span<const SourceDocument::Character> text) {
    for (const SourceDocument::Character& character : text) text_ += character.plain;
    hide_titles();
  }

  std::vector<CountableMark> run() {
    while (at_ < text_.size()) {
      if (hidden_[at_] || !step()) ++at_;
    }
    return std::move(marks_);
  }

 private:
  void hide_titles() {
    hidden_.assign(text_.size(), false);
    int depth = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const bool opens = text_[i] == U'《' || text_[i] == U'[';
      const bool closes = text_[i] == U'》' || text_[i] == U']';
      if (opens) ++depth;
      hidden_[i] = depth > 0;
      if (closes && depth > 0) --depth;
    }
    // A title whose end is missing hides nothing.
    if (depth > 0) hidden_.assign(text_.size(), false);
  }

  std::u32string_view rest(std::size_t from) const {
    return std::u32string_view(text_).substr(std::min(from, text_.size()));
  }

  /// The length of the first of the words that stands at a position; 0 where none does.
  template <std::size_t count>
  std::size_t word_at(const std::u32string_view (&words)[count], std::size_t from) const {
    for (const std::u32string_view word : words) {
      if (rest(from).starts_with(word)) return word.size();
    }
    return 0;
  }

  void add(Kind kind, std::size_t end) {
    marks_.push_back({kind, at_, end});
    at_ = end;
  }

  bool step() {
    if (is_digit(text_[at_])) return number();
    if (const std::size_t length = word_at(frequencies, at_)) {
      add(Kind::frequency, at_ + length);
      return true;
    }
    const std::size_t length = word_at(obligations, at_);
    // 健全覆盖全民的体系 is not 全覆盖.
    const bool parted = at_ > 0 && text_[at_ - 1] == U'健';
    if (length > 0 && !parted) {
      add(Kind::obligation, at_ + length);
      return true;
    }
    for (const std::u32string_view word :
         {U"年底前", U"年底", U"年内", U"年內", U"月底前", U"月底", U"季度末"}) {
      if (!rest(at_).starts_with(word)) continue;
      add(Kind::date, at_ + word.size());
      return true;
    }
    return chinese_number();
  }

  static bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

  /// 一次, 三所, 百分之六十, 一半: but not 第一次 and 一次性.
  bool chinese_number() {
    if (const std::size_t length = word_at(shares, at_)) {
      add(Kind::quantity, at_ + length);
      return true;
    }
    const Numeral numeral = read_chinese_numeral(rest(at_));
    if (numeral.length == 0) return false;
    const std::size_t end = at_ + numeral.length;
    const bool counts = end < text_.size() &&
                        counted_in_words.find(text_[end]) != std::u32string_view::npos &&
                        !(end + 1 < text_.size() && text_[end + 1] == U'性');
    if (rest(end).starts_with(U"分之")) {
      const Numeral part = read_chinese_numeral(rest(end + 2));
      if (part.length > 0) {
        add(Kind::quantity, end + 2 + part.length);
        return true;
      }
    }
    // 第一次 says which, 每百户 of how many.
    const bool said_of = at_ > 0 && (text_[at_ - 1] == U'第' || text_[at_ - 1] == U'每');
    if (counts && !said_of) {
      add(Kind::quantity, end + 1);
    } else {
      at_ = end;
    }
    return true;
  }

  bool number() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    while (end < text_.size() &&
           (is_digit(text_[end]) ||
            ((text_[end] == U'.' || text_[end] == U',') && end + 1 < text_.size() &&
             is_digit(text_[end + 1]) && (text_[end] == U'.' || is_thousands(end))))) {
      ++end;
    }
    if (date(begin, end)) return true;
    // A range: 1-2个, 70-79周岁.
    std::size_t last = end;
    if (last + 1 < text_.size() && (text_[last] == U'-' || text_[last] == U'至')) {
      std::size_t second = last + 1;
      while (second < text_.size() && text_[second] == U'-') ++second;
      const std::size_t digits = second;
      while (second < text_.size() && is_digit(text_[second])) ++second;
      if (second > digits) last = second;
    }
    std::size_t after = last;
    for (const char32_t magnitude :
         {U'十', U'百', U'千', U'万', U'萬', U'亿', U'億', U'多', U'余'}) {
      if (after < text_.size() && text_[after] == magnitude) {
        ++after;
        break;
      }
    }
    if (rest(after).starts_with(U"岁") || rest(after).starts_with(U"歲") ||
        rest(after).starts_with(U"周岁") || rest(after).starts_with(U"周歲")) {
      at_ = after + 1;
      pass_over_age();
      return true;
    }
    if (const std::size_t length = word_at(units, after)) {
      add(Kind::quantity, after + length);
    } else if (const std::size_t word = word_at(units, last)) {
      add(Kind::quantity, last + word);
    } else {
      at_ = last;
    }
    return true;
  }

  bool is_thousands(std::size_t comma) const {
    for (std::size_t i = comma + 1; i <= comma + 3; ++i) {
      if (i >= text_.size() || !is_digit(text_[i])) return false;
    }
    return comma + 4 >= text_.size() || !is_digit(text_[comma + 4]);
  }

  /// The 及以上 of 80周岁及以上 says who is meant, not how many.
  void pass_over_age() {
    while (at_ < text_.size() && (text_[at_] == U'岁' || text_[at_] == U'歲')) ++at_;
    for (const std::u32string_view word : {U"及以上", U"及以下", U"以上", U"以下"}) {
      if (!rest(at_).starts_with(word)) continue;
      at_ += word.size();
      return;
    }
  }

  /// 2023年11月底前, 3月底, 7月20日, 到2025年: but not a bare 2023年.
  bool date(std::size_t begin, std::size_t end) {
    std::size_t at = end;
    bool is_one = false;
    const auto take = [&](char32_t c) {
      if (at < text_.size() && text_[at] == c) {
        ++at;
        return true;
      }
      return false;
    };
    const auto take_digits = [&] {
      const std::size_t from = at;
      while (at < text_.size() && is_digit(text_[at]) && at - from < 2) ++at;
      return at > from;
    };
    const std::size_t length = end - begin;
    if (length == 4 && take(U'年')) {
      take(U'度');
      const std::size_t before_month = at;
      if (take_digits()) {
        if (take(U'月')) {
          is_one = true;
          const std::size_t before_day = at;
          if (!(take_digits() && take(U'日'))) at = before_day;
        } else {
          at = before_month;
        }
      }
    } else if (length <= 2 && take(U'月')) {
      const std::size_t before_day = at;
      if (take_digits() && take(U'日')) {
        is_one = true;
      } else {
        at = before_day;
        // 9月-11月
        const bool goes_on = take(U'-') || take(U'至') || take(U'到');
        while (goes_on && take(U'-')) {
        }
        if (goes_on && take_digits() && take(U'月')) {
          is_one = true;
        } else {
          at = before_day;
        }
      }
    } else if (length <= 2 && take(U'日')) {
      is_one = true;
    } else {
      return false;
    }
    if (const std::size_t word = word_at(date_ends, at)) {
      at += word;
      is_one = true;
    }
    constexpr std::u32string_view before = U"到至";
    if (begin > 0 && before.find(text_[begin - 1]) != std::u32string_view::npos) is_one = true;
    if (is_one) {
      add(Kind::date, at);
    } else {
      at_ = at;
    }
    return true;
  }

  std::u32string text_;
  std::vector<bool> hidden_;
  std::size_t at_ = 0;
  std::vector<CountableMark> marks_;
};

}  // namespace

std::vector<CountableMark> countable_marks(std::span<const SourceDocument::Character> text) {
  return Search(text).run();
}

}  // namespace dabiao::check::detail
