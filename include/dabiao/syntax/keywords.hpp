#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dabiao/calendar/period.hpp"

namespace dabiao::syntax {

/// The language that keywords are written in. Plans mix them freely.
enum class Language : std::uint8_t { english, simplified, traditional };

/// Every word with a meaning of its own.
enum class Keyword : std::uint8_t {
  none,
  // statement openers
  plan,
  level,
  unit,
  stages,
  input,
  indicator,
  target,
  table,
  group,
  entities,
  given,
  stated,
  noted,
  clause,
  holidays,
  lever,
  scenario,
  // reserved everywhere
  source,
  window,
  in,
  part_of,  // `in` of a hierarchy, where Chinese has a word of its own; read as `in`
  at,
  at_each,
  each,
  each_year,
  each_half,
  each_quarter,
  each_month,
  each_day,
  by,
  always,
  missing_is,
  fresh,
  range,
  over_periods,
  over_parts,
  weighted_by,
  complete,
  lead,
  responsible,
  cooperating,
  cite,
  tag,
  where,
  milestones,
  allocates,
  among,
  if_,
  then,
  else_,
  due,
  yes,
  no,
  // understood only where the grammar expects them
  because,
  of,
  title,
  count,
  flow,
  stock,
  constant,
  yesno,
  date,
  number,
  later,
  off,
  work,
  step,
  cost,
  opened,
  closed,
  start,
  end,
  previous,
  other,
  set,
  add,
  scale,
  year,
  half,
  quarter,
  month,
  day,
  before_day,
  sum,
  last,
  any,
  all,
  min,
  max,
  none_at_all,
  average,
};

/// How a keyword takes part in the grammar.
enum class Role : std::uint8_t {
  opener,      // begins a statement; reserved
  reserved,    // a name only in backquotes
  contextual,  // a keyword by position alone: everywhere else a name like any other
};

/// One keyword and all its spellings. A spelling may consist of several words parted by one
/// space; in a plan any white space may stand between them.
struct KeywordRow {
  Keyword keyword;
  Role role;
  std::string_view english;
  std::string_view simplified;
  std::string_view traditional;
  std::string_view others;  // further spellings, parted by |
  // A contextual Chinese keyword ends before a digit only in statements of this kind (成本2万元 in
  // a lever); elsewhere 成本2 is a name.
  Keyword splits_in = Keyword::none;
};

// To add a spelling, add it here; the lexer, the printer and the messages read this table.
inline constexpr KeywordRow keywords[] = {
    {Keyword::plan, Role::opener, "plan", "计划", "計劃", "計畫"},
    {Keyword::level, Role::opener, "level", "层级", "層級", ""},
    {Keyword::unit, Role::opener, "unit", "单位", "單位", "units"},
    {Keyword::stages, Role::opener, "stages", "阶段", "階段", ""},
    {Keyword::input, Role::opener, "input", "数据", "數據", ""},
    {Keyword::indicator, Role::opener, "indicator", "指标", "指標", ""},
    {Keyword::target, Role::opener, "target", "目标", "目標", ""},
    {Keyword::table, Role::opener, "table", "表", "表", ""},
    {Keyword::group, Role::opener, "group", "分组", "分組", ""},
    {Keyword::entities, Role::opener, "entities", "名单", "名單", ""},
    {Keyword::given, Role::opener, "given", "已知", "已知", ""},
    {Keyword::stated, Role::opener, "stated", "自述", "自述", ""},
    {Keyword::noted, Role::opener, "noted", "已阅", "已閱", ""},
    {Keyword::clause, Role::opener, "clause", "条款", "條款", ""},
    {Keyword::holidays, Role::opener, "holidays", "节假日", "節假日", ""},
    {Keyword::lever, Role::opener, "lever", "抓手", "抓手", ""},
    {Keyword::scenario, Role::opener, "scenario", "情景", "情景", ""},

    {Keyword::source, Role::reserved, "source", "来源", "來源", ""},
    {Keyword::window, Role::reserved, "window", "期限", "期限", ""},
    {Keyword::in, Role::reserved, "in", "在", "在", ""},
    {Keyword::part_of, Role::reserved, "in", "属于", "屬於", ""},
    {Keyword::at, Role::reserved, "at", "按", "按", ""},
    {Keyword::at_each, Role::reserved, "at each", "按每个", "按每個", "按每"},
    {Keyword::each, Role::reserved, "each", "每个", "每個", "每"},
    {Keyword::each_year, Role::reserved, "each year", "每年", "每年", "每年度"},
    {Keyword::each_half, Role::reserved, "each half", "每半年", "每半年", ""},
    {Keyword::each_quarter, Role::reserved, "each quarter", "每季度", "每季度",
     "每季|每个季度|每個季度"},
    {Keyword::each_month, Role::reserved, "each month", "每月", "每月", "每个月|每個月"},
    {Keyword::each_day, Role::reserved, "each day", "每日", "每日", "每天"},
    {Keyword::by, Role::reserved, "by", "截至", "截至", "截止"},
    {Keyword::always, Role::reserved, "always", "长期", "長期", ""},
    {Keyword::missing_is, Role::reserved, "missing is", "缺报视为", "缺報視為", ""},
    {Keyword::fresh, Role::reserved, "fresh", "有效期", "有效期", ""},
    {Keyword::range, Role::reserved, "range", "范围", "範圍", ""},
    {Keyword::over_periods, Role::reserved, "over periods", "期间汇总", "期間匯總", ""},
    {Keyword::over_parts, Role::reserved, "over parts", "下级汇总", "下級匯總", ""},
    {Keyword::weighted_by, Role::reserved, "weighted by", "加权", "加權", ""},
    {Keyword::complete, Role::reserved, "complete", "完整度", "完整度", ""},
    {Keyword::lead, Role::reserved, "lead", "牵头", "牽頭", ""},
    {Keyword::responsible, Role::reserved, "responsible", "责任", "責任", ""},
    {Keyword::cooperating, Role::reserved, "cooperating", "配合", "配合", ""},
    {Keyword::cite, Role::reserved, "cite", "依据", "依據", ""},
    {Keyword::tag, Role::reserved, "tag", "标注", "標註", "標注"},
    {Keyword::where, Role::reserved, "where", "其中", "其中", ""},
    {Keyword::milestones, Role::reserved, "milestones", "节点", "節點", ""},
    {Keyword::allocates, Role::reserved, "allocates", "分解", "分解", ""},
    {Keyword::among, Role::reserved, "among", "同级", "同級", ""},
    {Keyword::if_, Role::reserved, "if", "若", "若", "如果"},
    {Keyword::then, Role::reserved, "then", "则", "則", ""},
    {Keyword::else_, Role::reserved, "else", "否则", "否則", ""},
    {Keyword::due, Role::reserved, "due", "限期", "限期", ""},
    {Keyword::yes, Role::reserved, "yes", "是", "是", ""},
    {Keyword::no, Role::reserved, "no", "否", "否", ""},

    {Keyword::because, Role::contextual, "because", "因", "因", "因为|因為"},
    // A group's level may also follow `in` (属于).
    {Keyword::of, Role::contextual, "of", "取自", "取自", ""},
    {Keyword::title, Role::contextual, "title", "标题", "標題", ""},
    {Keyword::count, Role::contextual, "count", "计数", "計數", "", Keyword::level},
    {Keyword::flow, Role::contextual, "flow", "流量", "流量", ""},
    {Keyword::stock, Role::contextual, "stock", "存量", "存量", ""},
    {Keyword::constant, Role::contextual, "constant", "常量", "常量", ""},
    {Keyword::yesno, Role::contextual, "yesno", "是否", "是否", ""},
    {Keyword::date, Role::contextual, "date", "日期", "日期", ""},
    {Keyword::number, Role::contextual, "number", "数值", "數值", ""},
    {Keyword::later, Role::contextual, "later", "未到", "未到", ""},
    {Keyword::off, Role::contextual, "off", "放假", "放假", "", Keyword::holidays},
    {Keyword::work, Role::contextual, "work", "调休", "調休", "上班", Keyword::holidays},
    {Keyword::step, Role::contextual, "step", "步长", "步長", "", Keyword::lever},
    {Keyword::cost, Role::contextual, "cost", "成本", "成本", "", Keyword::lever},
    {Keyword::opened, Role::contextual, "opened", "成立", "成立", "", Keyword::entities},
    {Keyword::closed, Role::contextual, "closed", "撤销", "撤銷", "", Keyword::entities},
    {Keyword::start, Role::contextual, "start", "期初", "期初", ""},
    {Keyword::end, Role::contextual, "end", "期末", "期末", ""},
    {Keyword::previous, Role::contextual, "previous", "上期", "上期", ""},
    {Keyword::other, Role::contextual, "other", "其他", "其他", "其它"},
    {Keyword::set, Role::contextual, "set", "设为", "設為", "", Keyword::scenario},
    {Keyword::add, Role::contextual, "add", "增加", "增加", "", Keyword::scenario},
    {Keyword::scale, Role::contextual, "scale", "乘以", "乘以", "", Keyword::scenario},
    {Keyword::year, Role::contextual, "year", "年", "年", "年度"},
    {Keyword::half, Role::contextual, "half", "半年", "半年", ""},
    {Keyword::quarter, Role::contextual, "quarter", "季度", "季度", "季"},
    {Keyword::month, Role::contextual, "month", "月", "月", "月度|月份"},
    {Keyword::day, Role::contextual, "day", "日", "日", "天"},
    {Keyword::before_day, Role::contextual, "before", "日前", "日前", "日之前|号前|號前|号|號"},
    {Keyword::sum, Role::contextual, "sum", "合计", "合計", ""},
    {Keyword::last, Role::contextual, "last", "最后", "最後", "末值"},
    {Keyword::any, Role::contextual, "any", "任一", "任一", ""},
    {Keyword::all, Role::contextual, "all", "全部", "全部", ""},
    {Keyword::min, Role::contextual, "min", "最小", "最小", ""},
    {Keyword::max, Role::contextual, "max", "最大", "最大", ""},
    {Keyword::none_at_all, Role::contextual, "none", "不汇总", "不匯總", ""},
    {Keyword::average, Role::contextual, "average", "平均", "平均", ""},
};

/// All keywords, openers first.
inline constexpr std::span<const KeywordRow> all_keywords() {
  return keywords;
}

/// The row of a keyword other than `none`.
const KeywordRow& keyword_row(Keyword keyword);

/// The spelling of a keyword that printing uses.
std::string_view spelled(Keyword keyword, Language language);

/// A keyword in one of its spellings.
struct KeywordSpelling {
  const KeywordRow* row = nullptr;
  Language language = Language::english;
};

/// The keyword of that spelling (words parted by one space); no row where there is none.
/// Where simplified and traditional are written alike, the language is simplified.
KeywordSpelling find_keyword(std::string_view spelling);

/// Whether words of several-word keywords may begin with this word (`missing` of `missing is`).
bool begins_longer_keyword(std::string_view word);

/// The grain of a grain word: month, 月, quarter, 季度 …; none for other words.
std::optional<calendar::Grain> grain_word(std::string_view word);

/// The word of a grain.
std::string_view grain_word(calendar::Grain grain, Language language);

/// Where a name holds a declared name followed by a comparison or a keyword without a space
/// (护理占比不低于60), the name with the space shown (护理占比 不低于60); else empty. The
/// comparison must be at least two characters long.
std::string with_space_before_keyword(std::string_view name);

}  // namespace dabiao::syntax
