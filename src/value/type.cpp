#include "dabiao/value/type.hpp"

namespace dabiao::value {

bool compatible(const Type& a, const Type& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Type::Kind::number:
      return units::compatible(a.unit, b.unit);
    case Type::Kind::stage:
      return a.scale == b.scale;
    case Type::Kind::yesno:
    case Type::Kind::date:
      break;
  }
  return true;
}

std::string describe(const Type& type, text::Language language, std::string_view scale_name) {
  const bool chinese = language == text::Language::chinese;
  switch (type.kind) {
    case Type::Kind::number: {
      const std::string& unit = type.unit.text();
      if (unit.empty()) return chinese ? "纯数" : "a plain number";
      return chinese ? "以" + unit + "计的数" : "a number in " + unit;
    }
    case Type::Kind::yesno:
      return chinese ? "是否" : "a yes/no";
    case Type::Kind::date:
      return chinese ? "日期" : "a date";
    case Type::Kind::stage:
      break;
  }
  const std::string scale(scale_name);
  if (scale.empty()) return chinese ? "阶段" : "a stage";
  return chinese ? scale + "的阶段" : "a stage of " + scale;
}

}  // namespace dabiao::value
